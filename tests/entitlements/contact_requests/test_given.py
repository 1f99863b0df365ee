"""What must be given with a request about contacts."""

from datetime import date

import pytest

from tenure.accounts.words import AccountRefusal
from tenure.entitlements import actions
from tenure.entitlements.models import ContactRequest, Evidence
from tenure.entitlements.words import EntitlementRefusal
from tenure.entitlements.words.contact_changes import ContactRefusal, ContactState
from tenure.policy.words.identifiers import Identifier
from tenure.toolbox.upload import FileFault, Upload
from tests import cast
from tests.cast import asking
from tests.entitlements.contact_requests.world import ask, numbers, refusal, wanted

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("without", ["certificate", "sales_order", "serial_number", "support_identifier"])
@pytest.mark.parametrize("wish", ["add", "missing_contact_id"])
def test_the_policy_says_which_numbers_must_be_given(wish: str, without: str):
    no = refusal(ask, cast.owner(), wanted(wish, numbers(without=without)))
    assert (no.code, no.facts) == (ContactRefusal.EVIDENCE_MISSING, {"kinds": (without,)})


def test_a_replacement_names_one_contact_id_which_no_file_replaces():
    cass, file = cast.stranger(), (Upload(name="paper.pdf", chunks=[b"x"]),)
    assert refusal(ask, cass, wanted("replace"), uploads=file).facts == {"kinds": ("contact_id",)}
    two = (*numbers(contact_id="C00000001"), Identifier(kind="contact_id", value="C00000002"))
    assert refusal(ask, cass, wanted("replace", two)).code is ContactRefusal.ONE_CONTACT_ID


def test_an_attached_certificate_stands_for_the_numbers_on_it_and_waits_for_care():
    told = ask(cast.owner(), wanted("missing_contact_id", ()), uploads=(Upload(name="a/b\\paper.pdf", chunks=[b"x"]),))
    assert told.state is ContactState.OPEN
    assert list(Evidence.objects.values_list("name", "size_bytes", "scan")) == [("paper.pdf", 1, "none")]


@pytest.mark.parametrize("field", ["name", "company", "address", "phone"])
def test_the_new_person_is_described_whole_and_not_at_any_length(field: str):
    olga = cast.owner()
    no = refusal(ask, olga, wanted(**{field: " \u200b "}))
    assert (no.code, no.facts) == (ContactRefusal.DETAIL_MISSING, {"field": field})
    assert refusal(ask, olga, wanted(**{field: "x" * 3000})).code is ContactRefusal.DETAIL_TOO_LONG
    assert refusal(ask, olga, wanted(email="nobody")).code is AccountRefusal.ADDRESS_INVALID


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2026, 11, 23), ContactRefusal.DAY_PAST),
        (date(2026, 11, 24), None),
        (date(2027, 2, 22), None),
        (date(2027, 2, 23), ContactRefusal.DAY_TOO_FAR),
    ],
)
def test_a_day_is_today_or_at_most_ninety_days_ahead(day: date, code: ContactRefusal | None):
    sam = cast.stranger()
    if code:
        assert refusal(ask, sam, wanted(takes_effect_on=day)).code is code
    else:
        assert ask(sam, wanted(takes_effect_on=day)).state is ContactState.OPEN


def test_a_person_has_at_most_five_requests_open():
    sam = cast.stranger()
    for _ in range(5):
        ask(sam)
    assert refusal(ask, sam).code is EntitlementRefusal.TOO_MANY_REQUESTS
    request = ContactRequest.objects.first()
    actions.withdraw_contact_change(request_id=request.pk, **asking(sam))
    assert ask(sam).state is ContactState.OPEN


def test_a_file_that_is_refused_leaves_nothing():
    no = refusal(ask, cast.stranger(), uploads=(Upload(name="empty.pdf", chunks=[]),))
    assert no.code is FileFault.FILE_EMPTY
