"""What a customer owned on a day, through moves; and proofs of it that anybody can check."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tenure.accounts.models import Person
from tenure.entitlements import queries
from tenure.entitlements.actions import moving, proving
from tenure.entitlements.models import Asset, Proof
from tenure.entitlements.queries.moved import undo_plan_of
from tenure.entitlements.queries.moves import preview
from tenure.entitlements.queries.proofs import proof, verified
from tenure.entitlements.queries.statement import statement, statement_of, statement_sums, whole_statement
from tenure.entitlements.words import CoverState, LicencePurpose, MoveKind
from tenure.entitlements.words.moving import Wish
from tenure.entitlements.words.statement import ProofRefusal, StatementFilters, canonical, digest_of
from tenure.toolbox.refused import Refused
from tests import cast, estate
from tests.cast import asking

pytestmark = pytest.mark.django_db

ONE, TWO = "M1000000001", "M1000000002"
LATER = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
DAY_BEFORE, DAY_OF = date(2026, 11, 24), date(2026, 11, 25)


@pytest.fixture(autouse=True)
def care(db: None) -> Person:
    estate.policy()
    for serial in (ONE, TWO):
        estate.term(estate.asset(cast.aster(), serial), date(2026, 4, 1), date(2027, 4, 1))
    cast.bellwether()
    return cast.care_agent()


def move(care: Person, act: Any, wish: Wish, at: datetime = LATER) -> int:
    seen = preview(who=cast.who(care), wish=wish, at=at).digest
    return act(wish=wish, why="By order", seen=seen, **asking(care, at))


def owned(customer: Any, on: date | None = None, **filters: Any) -> list[tuple[str, int, str, date | None]]:
    of = statement_of(cast.who(Person.objects.get(email="care-agent@vendor.example")), customer.number)
    rows = whole_statement(of=of, filters=StatementFilters(on=on, **filters), at=NOW)
    return [(row.serial, row.quantity, row.level, row.last_day) for row in rows]


FULL = (10, "essential", date(2027, 3, 31))


def test_an_asset_is_whose_it_was_at_the_end_of_the_day(care: Person):
    move(care, moving.transfer_assets, Wish(kind=MoveKind.TRANSFER, serials=(ONE,), to=cast.bellwether().number))
    assert owned(cast.aster(), DAY_BEFORE) == [(ONE, *FULL), (TWO, *FULL)]
    assert owned(cast.bellwether(), DAY_BEFORE) == []
    assert (owned(cast.aster(), DAY_OF), owned(cast.bellwether(), DAY_OF)) == ([(TWO, *FULL)], [(ONE, *FULL)])
    assert (owned(cast.aster()), owned(cast.bellwether())) == ([(TWO, *FULL)], [(ONE, *FULL)])


def test_before_a_split_the_whole_was_one_and_before_a_join_they_were_two(care: Person):
    move(care, moving.split_asset, Wish(kind=MoveKind.SPLIT, serials=(ONE,), parts=(6, 4)))
    part = Asset.objects.order_by("-id").first().serial_number
    assert owned(cast.aster(), DAY_BEFORE) == [(ONE, *FULL), (TWO, *FULL)]
    assert owned(cast.aster(), DAY_OF) == sorted([(ONE, 6, *FULL[1:]), (TWO, *FULL), (part, 4, *FULL[1:])])
    move(care, moving.join_assets, Wish(kind=MoveKind.JOIN, serials=(ONE, TWO)), LATER + timedelta(days=1))
    assert owned(cast.aster(), DAY_OF) == sorted([(ONE, 6, *FULL[1:]), (TWO, *FULL), (part, 4, *FULL[1:])])
    assert owned(cast.aster()) == sorted([(ONE, 16, *FULL[1:]), (part, 4, *FULL[1:])])


def test_an_undone_move_was_true_between(care: Person):
    number = move(
        care, moving.transfer_assets, Wish(kind=MoveKind.TRANSFER, serials=(ONE,), to=cast.bellwether().number)
    )
    then = LATER + timedelta(days=1)
    seen = undo_plan_of(who=cast.who(care), move_id=number, at=then).digest
    moving.undo_move(move_id=number, why="A mistake", seen=seen, **asking(care, then))
    assert [owned(cast.bellwether(), day) for day in (DAY_BEFORE, DAY_OF, then.date())] == [[], [(ONE, *FULL)], []]
    assert owned(cast.aster()) == [(ONE, *FULL), (TWO, *FULL)]


def test_nothing_is_owned_before_its_certificate_and_its_first_covered_day():
    assert owned(cast.aster(), date(2026, 3, 31)) == []
    assert [serial for serial, *_ in owned(cast.aster(), date(2026, 4, 1))] == [ONE, TWO]


def test_a_statement_is_narrowed_and_summed_by_product_and_purpose():
    estate.asset(cast.aster(), "M1000000003", of=estate.product("Quay Wall"), purpose="trial", quantity=3)
    assert [serial for serial, *_ in owned(cast.aster(), product="quay-wall")] == ["M1000000003"]
    assert [serial for serial, *_ in owned(cast.aster(), state=CoverState.NEVER)] == ["M1000000003"]
    of = statement_of(cast.who(cast.owner()), cast.aster().number)
    sums = statement_sums(of=of, filters=StatementFilters(), at=NOW)
    assert [(each.product, each.purpose, each.quantity, each.covered) for each in sums] == [
        ("Quay Vault", LicencePurpose.PRODUCTION, 20, 20), ("Quay Wall", LicencePurpose.TRIAL, 3, 0),
    ]  # fmt: skip


def test_a_page_ends_where_the_next_begins():
    of = statement_of(cast.who(cast.owner()), cast.aster().number)
    first = statement(of=of, filters=StatementFilters(), at=NOW, limit=1)
    second = statement(of=of, filters=StatementFilters(), at=NOW, limit=1, after=first.next)
    assert ([row.serial for row in first.rows], first.next) == ([ONE], ONE)
    assert ([row.serial for row in second.rows], second.next) == ([TWO], "")


@pytest.mark.parametrize(
    ("role", "may"),
    [("owner", True), ("technical", True), ("purchasing", True), ("viewer", True), ("engineer", True),
     ("other_owner", False), ("reseller", False), ("stranger", False)],
)  # fmt: skip
def test_a_statement_is_for_the_customers_own_people_and_staff(role: str, may: bool):
    Asset.objects.update(reseller=cast.cinder())
    someone = cast.who(getattr(cast, role)())
    assert (statement_of(someone, cast.aster().number) is not None) is may
    assert statement_of(someone, "K-000000") is None
    assert statement_of(someone, cast.cinder().number) is None


def test_a_proof_keeps_the_facts_of_the_day_and_the_same_facts_are_the_same_proof(care: Person):
    olga = cast.owner()
    number = proving.make_proof(customer=cast.aster().number, on=DAY_BEFORE, **asking(olga, NOW))
    row = proof(who=cast.who(olga), number=number)
    assert (row.as_of, row.made_by, [each["serial_number"] for each in row.said["owned"]]) == (
        DAY_BEFORE, "Olga Aster", [ONE, TWO],
    )  # fmt: skip
    assert row.said["owned"][0]["last_covered_day"] == "2027-03-31"
    assert (row.digest, digest_of(row.said)) == (digest_of(row.said), bytes(Proof.objects.get().digest).hex())
    move(care, moving.transfer_assets, Wish(kind=MoveKind.TRANSFER, serials=(ONE,), to=cast.bellwether().number), NOW)
    again = proving.make_proof(
        customer=cast.aster().number, on=DAY_BEFORE, **asking(olga, NOW + timedelta(days=1))
    )  # fmt: skip
    assert (again, Proof.objects.count()) == (number, 1)
    assert number.startswith("PE-")


def test_who_has_number_and_digest_learns_the_days_and_nobody_learns_anything_else():
    number = proving.make_proof(customer=cast.aster().number, on=DAY_BEFORE, **asking(cast.owner(), NOW))
    digest = bytes(Proof.objects.get().digest).hex()
    found = verified(number=number.lower(), digest=f" {digest.upper()} ")
    assert (found.number, found.as_of, found.made_at) == (number, DAY_BEFORE, NOW)
    wrong = digest[:-1] + ("0" if digest[-1] != "0" else "1")
    for given in ((number, wrong), (number, ""), (number, "é" * 64), ("PE-00000000", digest), ("\0", digest)):
        assert verified(number=given[0], digest=given[1]) is None


def test_a_proof_is_of_a_day_that_has_come_and_of_something_and_for_those_who_may():
    olga, odd = cast.owner(), cast.other_owner()
    for who, customer, on, code in (
        (olga, cast.aster(), NOW.date() + timedelta(days=1), ProofRefusal.DAY_AHEAD),
        (olga, cast.aster(), date(2020, 1, 1), ProofRefusal.NOTHING_OWNED),
        (odd, cast.aster(), DAY_OF, ProofRefusal.NOT_FOUND),
    ):
        with pytest.raises(Refused) as no:
            proving.make_proof(customer=customer.number, on=on, **asking(who, NOW))
        assert no.value.code is code
    assert Proof.objects.count() == 0
    number = proving.make_proof(customer=cast.aster().number, on=DAY_OF, **asking(olga, NOW))
    assert proof(who=cast.who(odd), number=number) is None


def test_the_facts_are_the_same_bytes_in_any_order_of_their_keys():
    assert canonical({"b": 1, "a": "é"}) == canonical({"a": "é", "b": 1}) == '{"a":"é","b":1}'.encode()


def test_the_decision_of_the_list_and_the_statement_agree_on_every_day():
    of = statement_of(cast.who(cast.owner()), cast.aster().number)
    for day in (date(2026, 4, 1), date(2026, 12, 31), date(2027, 1, 1), date(2027, 3, 31), date(2027, 4, 1)):
        row = statement(of=of, filters=StatementFilters(on=day), at=NOW).rows[0]
        listed = queries.asset(who=None, serial=ONE, at=NOW, on=day)
        assert (row.cover, row.level, row.last_day) == (listed.cover, listed.level, listed.last_day)
