"""Names and roles."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.accounts.rules import digest_of, name_fault, roles_in, tidy_name
from tenure.accounts.words import AccountRefusal, OrganisationKind, Role


@pytest.mark.parametrize(
    "name",
    ["Ana Horvat", "Łukasz Żółć", "Renée O’Brien-Smith", "Nguyễn Văn An", "Dr. Ø. Åse", "Þór", "José", "D'Arcy, Jr."],
)
def test_names_in_latin_letters_with_marks_are_taken(name):
    assert name_fault(tidy_name(name)) is None


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", AccountRefusal.NAME_MISSING),
        ("   ", AccountRefusal.NAME_MISSING),
        ("Анна", AccountRefusal.NAME_NOT_LATIN),
        ("李雷", AccountRefusal.NAME_NOT_LATIN),
        ("Αnna", AccountRefusal.NAME_NOT_LATIN),  # a Greek capital alpha that looks Latin
        ("Ana2", AccountRefusal.NAME_NOT_LATIN),
        ("<b>Ana</b>", AccountRefusal.NAME_NOT_LATIN),
        ("Ana\u202e", AccountRefusal.NAME_NOT_LATIN),
        ("Ana\x00", AccountRefusal.NAME_NOT_LATIN),
        ("--", AccountRefusal.NAME_NOT_LATIN),
        ("a" * 101, AccountRefusal.NAME_TOO_LONG),
    ],
)
def test_other_names_are_refused_with_their_reason(name, fault):
    assert name_fault(tidy_name(name)) is fault


@given(st.text(alphabet=string.ascii_letters, min_size=1, max_size=100))
def test_every_name_of_plain_letters_is_taken(name):
    assert name_fault(name) is None


@given(st.text(max_size=200))
def test_tidying_a_name_twice_is_tidying_it_once(name):
    assert tidy_name(tidy_name(name)) == tidy_name(name)


def test_a_customer_has_no_reseller_and_a_reseller_no_contacts():
    assert roles_in(OrganisationKind.CUSTOMER) == (Role.OWNER, Role.TECHNICAL, Role.PURCHASING, Role.VIEWER)
    assert roles_in(OrganisationKind.RESELLER) == (Role.OWNER, Role.RESELLER)


def test_a_digest_has_256_bits_and_is_not_the_secret():
    assert len(digest_of("secret")) == 32
    assert digest_of("secret") != digest_of("Secret")
