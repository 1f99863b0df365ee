"""Moves of assets by customer care, on the tables: what is there after them, what stays known, and how they come back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.accounts.models import Membership, Site
from tenure.entitlements import queries
from tenure.entitlements.actions import moving, register_serial
from tenure.entitlements.models import (
    Agreement,
    Asset,
    Certificate,
    Claim,
    ContactSeat,
    Move,
    MoveLine,
    Registration,
    Term,
)
from tenure.entitlements.queries.guards import GUARDS, watch
from tenure.entitlements.queries.moved import joined_into, move, moves, undo_plan_of
from tenure.entitlements.queries.moves import preview
from tenure.entitlements.words import Benefit, MoveKind, TermFamily
from tenure.entitlements.words.moving import MoveRefusal, MoveRemark, Remark, Wish
from tenure.journal.models import Entry
from tenure.toolbox.refused import Refused
from tests import cast, estate
from tests.cast import asking

pytestmark = pytest.mark.django_db

ONE, TWO, THREE = "M1000000001", "M1000000002", "M1000000003"
LATER = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
VERBS = {
    MoveKind.TRANSFER: moving.transfer_assets, MoveKind.SPLIT: moving.split_asset, MoveKind.JOIN: moving.join_assets,
    MoveKind.MERGE: moving.merge_customers,
}  # fmt: skip


@pytest.fixture(autouse=True)
def world(db: None) -> None:
    """Aster owns two assets alike and a third that ends later, with an agreement; care is there."""
    estate.policy()
    agreement = Agreement.objects.create(organisation=cast.aster(), level="essential", region="EMEA")
    for serial, ends in ((ONE, date(2027, 4, 1)), (TWO, date(2027, 4, 1)), (THREE, date(2027, 7, 1))):
        Term.objects.create(
            asset=estate.asset(cast.aster(), serial), agreement=agreement, family=TermFamily.MAINTENANCE,
            level="essential", quantity=10, covers=(date(2026, 4, 1), ends), known=(cast.AT, None),
        )  # fmt: skip
    estate.site(cast.bellwether(), "Quayside", "Europe/Oslo")
    cast.care_agent()


def care() -> Any:
    from tenure.accounts.models import Person

    return Person.objects.get(email="care-agent@vendor.example")


def do(wish: Wish, at: datetime = LATER, **more: Any) -> int:
    seen = preview(who=cast.who(care()), wish=wish, at=at)
    if wish.kind is MoveKind.MERGE:
        more = {"joining": {}} | more
    return VERBS[wish.kind](wish=wish, why="By order", seen=seen.digest, **asking(care(), at), **more)


def undo(number: int, at: datetime = LATER + timedelta(hours=1)) -> int:
    plan = undo_plan_of(who=cast.who(care()), move_id=number, at=at)
    return moving.undo_move(move_id=number, why="A mistake", seen=plan.digest, **asking(care(), at))


def refusal(act: Any, *args: Any, **named: Any) -> tuple[str, dict[str, object]]:
    before = _everything()
    with pytest.raises(Refused) as no:
        act(*args, **named)
    assert _everything() == before
    return no.value.code, no.value.facts


def _everything() -> object:
    tables = (Asset, Term, Move, MoveLine, Agreement, ContactSeat, Registration, Certificate, Membership, Site)
    return [list(table.objects.order_by("id").values()) for table in tables]


def transfer(*serials: str, to: str = "", site: int | None = None) -> Wish:
    return Wish(kind=MoveKind.TRANSFER, serials=serials, to=to or cast.bellwether().number, site=site)


def covered(serial: str) -> list[tuple[str, date, date, int]]:
    rows = Term.objects.filter(asset__serial_number=serial, known__endswith=None).order_by("id")
    return [(row.level, row.covers.lower, row.covers.upper, row.quantity) for row in rows]


def cover_by_day() -> dict[object, int]:
    found: dict[object, int] = {}
    for row in Term.objects.filter(known__endswith=None).select_related("asset"):
        for number in range((row.covers.upper - row.covers.lower).days):
            key = (row.asset.product_id, row.family, row.level, row.covers.lower + timedelta(number))
            found[key] = found.get(key, 0) + row.quantity
    return found


def test_a_transfer_takes_the_asset_and_its_terms_to_the_other_customers_site_and_agreement():
    quayside = Site.objects.get(name="Quayside")
    do(transfer(ONE, site=quayside.pk))
    moved = Asset.objects.get(serial_number=ONE)
    term = Term.objects.get(asset=moved, known__endswith=None)
    assert (moved.organisation, moved.site, moved.zone) == (cast.bellwether(), quayside, "Europe/Berlin")
    assert (term.agreement.organisation, term.agreement.level) == (cast.bellwether(), "essential")
    assert covered(ONE) == [("essential", date(2026, 4, 1), date(2027, 4, 1), 10)]


def test_without_a_site_the_sites_are_copied_and_the_preview_says_so():
    shown = preview(who=cast.who(care()), wish=transfer(ONE), at=LATER)
    assert Remark(code=MoveRemark.SITE_ADDED, facts={"site": "Main works"}) in shown.remarks
    do(transfer(ONE))
    site = Asset.objects.get(serial_number=ONE).site
    assert (site.organisation, site.name, site.zone) == (cast.bellwether(), "Main works", "Europe/Berlin")


def test_a_registration_ends_with_a_transfer_and_holds_again_from_the_same_day_after_its_undoing():
    register_serial(serial=ONE, **asking(cast.owner()))
    number = do(transfer(ONE))
    assert not Registration.objects.filter(withdrawn_at=None).exists()
    undo(number)
    held = Registration.objects.get(withdrawn_at=None)
    assert (held.registered_on, held.asset.serial_number) == (date(2026, 11, 24), ONE)


def test_what_was_known_before_a_move_is_answered_as_before():
    days = (date(2026, 5, 1), date(2027, 4, 1))
    asked = [
        {"who": None, "serial": serial, "benefit": Benefit.TECHNICAL_SUPPORT, "on": day, "known": cast.AT}
        for serial in (ONE, TWO) for day in days
    ]  # fmt: skip
    before = [queries.decision_for(**each).as_json() for each in asked]
    do(transfer(TWO))
    do(Wish(kind=MoveKind.SPLIT, serials=(ONE,), parts=(3, 7)), LATER + timedelta(minutes=1))
    assert [queries.decision_for(**each).as_json() for each in asked] == before


def test_a_split_makes_a_new_serial_number_and_support_identifier_in_the_policys_formats():
    register_serial(serial=ONE, **asking(cast.owner()))
    do(Wish(kind=MoveKind.SPLIT, serials=(ONE,), parts=(6, 4)))
    part = Asset.objects.exclude(serial_number__in=(ONE, TWO, THREE)).get()
    assert (part.serial_number[0], len(part.serial_number), len(part.support_identifier)) == ("M", 11, 14)
    assert (part.quantity, covered(part.serial_number)) == (4, [("essential", date(2026, 4, 1), date(2027, 4, 1), 4)])
    assert (Asset.objects.get(serial_number=ONE).quantity, covered(ONE)[0][3]) == (6, 6)
    assert (part.chain_starts_on, part.chain_ends_on) == (date(2026, 4, 1), date(2027, 4, 1))
    assert Registration.objects.filter(asset=part, registered_on=date(2026, 11, 24)).count() == 1


def test_a_new_serial_number_is_never_one_that_somebody_has():
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('entitlements_serial_number')")
        (last,) = cursor.fetchone()
    estate.asset(cast.bellwether(), f"M{last + 1}")
    do(Wish(kind=MoveKind.SPLIT, serials=(ONE,), parts=(9, 1)))
    part = Asset.objects.order_by("-id").first()
    assert part.serial_number not in {f"M{last + 1}", ONE, TWO, THREE}
    assert Asset.objects.filter(support_identifier=part.support_identifier).count() == 1


def test_a_part_can_go_straight_to_another_customer():
    do(Wish(kind=MoveKind.SPLIT, serials=(ONE,), parts=(6, 4), to=cast.bellwether().number))
    part = Asset.objects.order_by("-id").first()
    assert (part.organisation, part.quantity) == (cast.bellwether(), 4)
    assert Asset.objects.get(serial_number=ONE).organisation == cast.aster()


def test_a_joined_asset_keeps_its_row_and_its_past_and_stands_in_no_list():
    do(Wish(kind=MoveKind.JOIN, serials=(ONE, TWO)))
    kept, gone = (Asset.objects.get(serial_number=serial) for serial in (ONE, TWO))
    assert (kept.quantity, gone.quantity, covered(ONE)[0][3], covered(TWO)) == (20, 0, 20, [])
    page = queries.licences(who=cast.who(cast.owner()), filters=queries_filters(), at=LATER)
    assert sorted(row.serial for row in page.rows) == [ONE, THREE]
    asked = {"who": None, "serial": TWO, "benefit": Benefit.TECHNICAL_SUPPORT, "on": date(2026, 5, 1)}
    assert queries.decision_for(**asked, known=cast.AT).granted
    assert not queries.decision_for(**asked).granted


def test_a_serial_number_that_is_gone_leads_to_the_one_it_went_into_for_who_sees_that_one():
    do(Wish(kind=MoveKind.JOIN, serials=(ONE, TWO)))
    gone, olga = Asset.objects.get(serial_number=TWO).pk, cast.who(cast.owner())
    assert joined_into(who=olga, asset_id=gone) == ONE
    assert joined_into(who=olga, asset_id=Asset.objects.get(serial_number=ONE).pk) == ""
    do(transfer(ONE), LATER + timedelta(minutes=1))
    assert (joined_into(who=olga, asset_id=gone), joined_into(who=None, asset_id=gone)) == ("", ONE)


def queries_filters() -> Any:
    from tenure.entitlements.words import LicenceFilters

    return LicenceFilters()


def test_assets_whose_terms_end_on_different_days_are_not_joined_and_the_day_is_named():
    code, facts = refusal(preview, who=cast.who(care()), wish=Wish(kind=MoveKind.JOIN, serials=(ONE, THREE)), at=LATER)
    assert (code, facts["day"], facts["serial"]) == (MoveRefusal.TERMS_DIFFER, date(2027, 4, 1), THREE)


def merge() -> Wish:
    return Wish(kind=MoveKind.MERGE, customer=cast.aster().number, to=cast.bellwether().number)


def test_a_merge_takes_everything_along_and_nobody_gets_a_role_that_was_not_asked():
    olga, tomas = cast.owner(), cast.technical()
    held = estate.seat(tomas, cast.aster())
    people = preview(who=cast.who(care()), wish=merge(), at=LATER).people
    assert [(each.name, each.role) for each in people] == [("Olga Aster", "owner"), ("Tomas Lind", "technical")]
    do(merge(), joining={each.membership: each.role == "technical" for each in people})
    assert set(Asset.objects.values_list("organisation__name", flat=True)) == {"Bellwether Ferries"}
    assert set(Certificate.objects.values_list("organisation__name", flat=True)) == {"Bellwether Ferries"}
    seat = ContactSeat.objects.get(identifier=held)
    assert (seat.agreement.organisation, seat.contact.organisation) == (cast.bellwether(), cast.bellwether())
    there = Membership.objects.filter(organisation=cast.bellwether(), ended_at=None)
    assert list(there.values_list("person", "role")) == [(tomas.pk, "technical")]
    assert Membership.objects.filter(person=olga, organisation=cast.aster(), ended_at=None).exists()


def test_a_merge_waits_until_somebody_has_said_what_becomes_of_everybody():
    cast.owner()
    code, facts = refusal(do, merge())
    assert (code, facts) == (MoveRefusal.PEOPLE_UNDECIDED, {"name": "Olga Aster"})


def test_undoing_a_merge_puts_assets_papers_seats_and_roles_back():
    tomas = cast.technical()
    estate.seat(tomas, cast.aster())
    before = _of_aster()
    person = preview(who=cast.who(care()), wish=merge(), at=LATER).people[0]
    number = do(merge(), joining={person.membership: True})
    assert _of_aster() != before
    undo(number)
    assert _of_aster() == before
    assert not Membership.objects.filter(organisation=cast.bellwether(), ended_at=None).exists()
    assert not cast.bellwether().contacts.exists()


def _of_aster() -> object:
    aster = cast.aster()
    seats = ContactSeat.objects.filter(agreement__organisation=aster, ended_at=None)
    return (
        [list(Asset.objects.filter(organisation=aster).order_by("id").values())],
        list(Certificate.objects.filter(organisation=aster).order_by("id").values()),
        list(seats.order_by("id").values()),
        sorted(covered(serial) for serial in (ONE, TWO, THREE)),
    )


def test_somebody_who_has_a_seat_on_both_sides_keeps_the_one_there():
    tomas = cast.technical()
    cast.join(tomas, cast.bellwether(), cast.Role.TECHNICAL)
    here, there = estate.seat(tomas, cast.aster()), estate.seat(tomas, cast.bellwether())
    number = do(merge())
    assert set(ContactSeat.objects.filter(ended_at=None).values_list("identifier", flat=True)) == {there}
    undo(number)
    assert set(ContactSeat.objects.filter(ended_at=None).values_list("identifier", flat=True)) == {here, there}


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"kind": MoveKind.MERGE, "customer": "aster", "to": "aster"}, MoveRefusal.SAME_CUSTOMER),
        ({"kind": MoveKind.MERGE, "customer": "aster", "to": "cinder"}, MoveRefusal.TARGET_NOT_CUSTOMER),
        ({"kind": MoveKind.MERGE, "customer": "aster", "to": ""}, MoveRefusal.TARGET_UNKNOWN),
        ({"kind": MoveKind.MERGE, "customer": "bellwether", "to": "aster"}, MoveRefusal.NOTHING_OWNED),
        ({"kind": MoveKind.MERGE, "customer": "K-000000", "to": "aster"}, MoveRefusal.NOT_FOUND),
        ({"kind": MoveKind.TRANSFER, "serials": (ONE,), "to": "cinder"}, MoveRefusal.TARGET_NOT_CUSTOMER),
        ({"kind": MoveKind.TRANSFER, "serials": (ONE,), "to": "K-999999"}, MoveRefusal.TARGET_UNKNOWN),
        ({"kind": MoveKind.TRANSFER, "serials": (ONE,), "to": "aster"}, MoveRefusal.SAME_PLACE),
        ({"kind": MoveKind.TRANSFER, "serials": (ONE,), "to": "bellwether", "site": 10**20}, MoveRefusal.SITE_UNKNOWN),
        ({"kind": MoveKind.TRANSFER, "serials": ("M9999999999",), "to": "bellwether"}, MoveRefusal.NOT_FOUND),
        ({"kind": MoveKind.TRANSFER, "serials": (), "to": "bellwether"}, MoveRefusal.NOTHING_CHOSEN),
        ({"kind": MoveKind.SPLIT, "serials": (ONE,), "parts": (0, 10)}, MoveRefusal.PART_NOT_POSITIVE),
        ({"kind": MoveKind.SPLIT, "serials": (ONE,), "parts": (-5, 15)}, MoveRefusal.PART_NOT_POSITIVE),
        ({"kind": MoveKind.SPLIT, "serials": (ONE,), "parts": (11, 1)}, MoveRefusal.PARTS_DO_NOT_ADD_UP),
        ({"kind": MoveKind.SPLIT, "serials": (ONE,), "parts": (10**18, 1)}, MoveRefusal.PARTS_DO_NOT_ADD_UP),
        ({"kind": MoveKind.SPLIT, "serials": (ONE,), "parts": (10,)}, MoveRefusal.PARTS_TOO_FEW),
        ({"kind": MoveKind.JOIN, "serials": (ONE,)}, MoveRefusal.JOIN_TOO_FEW),
        ({"kind": MoveKind.JOIN, "serials": (ONE, ONE)}, MoveRefusal.JOIN_TOO_FEW),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_changes_nothing(wish: dict[str, Any], code: MoveRefusal):
    numbers = {name: getattr(cast, name)().number for name in ("aster", "bellwether", "cinder")}
    named = {key: numbers.get(value, value) if isinstance(value, str) else value for key, value in wish.items()}
    named["kind"] = wish["kind"]
    assert refusal(do, Wish(**named))[0] is code


@pytest.mark.parametrize("role", ["owner", "stranger", "engineer", "manager", "renewals", "reseller"])
def test_nobody_but_customer_care_moves_anything(role: str):
    someone = getattr(cast, role)()
    seen = preview(who=cast.who(care()), wish=transfer(ONE), at=LATER)
    asked = {"wish": transfer(ONE), "why": "Mine", "seen": seen.digest, **asking(someone, LATER)}
    assert refusal(moving.transfer_assets, **asked)[0] is MoveRefusal.NOT_FOUND
    assert refusal(preview, who=cast.who(someone), wish=transfer(ONE), at=LATER)[0] is MoveRefusal.NOT_FOUND
    assert moves(who=cast.who(someone)).rows == ()


def test_a_move_needs_a_reason_and_the_preview_that_was_seen():
    asked = {"wish": transfer(ONE), **asking(care(), LATER)}
    seen = preview(who=cast.who(care()), wish=transfer(ONE), at=LATER).digest
    assert refusal(moving.transfer_assets, why=" ", seen=seen, **asked)[0] is MoveRefusal.WHY_MISSING
    assert refusal(moving.transfer_assets, why="Sold", seen="forged", **asked)[0] is MoveRefusal.PREVIEW_STALE


def test_what_changed_after_the_preview_is_told_and_not_overwritten():
    asked = {"wish": transfer(ONE), "why": "Sold", **asking(care(), LATER + timedelta(minutes=2))}
    seen = preview(who=cast.who(care()), wish=transfer(ONE), at=LATER).digest
    do(Wish(kind=MoveKind.SPLIT, serials=(ONE,), parts=(5, 5)), LATER + timedelta(minutes=1))
    assert refusal(moving.transfer_assets, seen=seen, **asked)[0] is MoveRefusal.PREVIEW_STALE


@pytest.mark.parametrize(
    "wish",
    [
        transfer_wish := {"kind": MoveKind.TRANSFER, "serials": (ONE, THREE), "to": "bellwether"},
        {"kind": MoveKind.SPLIT, "serials": (ONE,), "parts": (1, 2, 7)},
        {"kind": MoveKind.SPLIT, "serials": (ONE,), "parts": (1, 9), "to": "bellwether"},
        {"kind": MoveKind.JOIN, "serials": (TWO, ONE)},
    ],
    ids=["transfer", "split", "split to another", "join"],
)
def test_undoing_restores_assets_and_terms_exactly(wish: dict[str, Any]):
    named = wish | {"to": cast.bellwether().number if wish.get("to") else ""}
    before, days = _owned(), cover_by_day()
    number = do(Wish(**named))
    assert (_owned() != before, cover_by_day()) == (True, days)
    back = undo(number)
    assert (_owned(), cover_by_day()) == (before, days)
    shown = move(who=cast.who(care()), move_id=back)
    assert (shown.row.undoes, shown.days_before, move(who=cast.who(care()), move_id=number).row.undone_by) == (
        number, shown.days_after, back,
    )  # fmt: skip


def _owned() -> object:
    held = Asset.objects.filter(quantity__gt=0).order_by("id")
    columns = ("serial_number", "organisation", "site", "quantity", "chain_starts_on", "chain_ends_on")
    return [(*row, covered(row[0])) for row in held.values_list(*columns)]


def test_a_move_is_not_undone_twice_nor_its_undoing_nor_after_the_policys_days():
    number = do(transfer(ONE))
    late = LATER + timedelta(days=31)
    assert refusal(undo, number, late) == (MoveRefusal.UNDO_TOO_LATE, {"days": 30})
    back = undo(number)
    assert refusal(undo, number) == (MoveRefusal.ALREADY_UNDONE, {"move": back})
    assert refusal(undo, back)[0] is MoveRefusal.UNDO_OF_UNDO


def test_a_move_is_not_undone_over_what_happened_since_and_the_refusal_names_it():
    number = do(transfer(ONE, TWO))
    then = LATER + timedelta(minutes=5)
    odd = cast.other_owner()
    register_serial(serial=TWO, **asking(odd, then))
    assert refusal(undo, number) == (MoveRefusal.LATER_REGISTRATION, {"serial": TWO})
    second = do(Wish(kind=MoveKind.SPLIT, serials=(ONE,), parts=(5, 5)), then)
    assert refusal(undo, number) == (MoveRefusal.LATER_MOVE, {"serial": ONE, "move": second})


def test_a_renewal_since_keeps_a_move_from_being_undone():
    number = do(transfer(ONE))
    then = LATER + timedelta(minutes=5)
    Term.objects.create(
        asset=Asset.objects.get(serial_number=ONE), family=TermFamily.MAINTENANCE, level="essential", quantity=10,
        covers=(date(2027, 4, 1), date(2028, 4, 1)), known=(then, None),
    )  # fmt: skip
    assert refusal(undo, number) == (MoveRefusal.LATER_TERM, {"serial": ONE})


def test_a_running_courtesy_keeps_an_asset_where_it_is():
    owned = Asset.objects.get(serial_number=ONE)
    estate.term(owned, date(2026, 11, 20), date(2026, 12, 20), level="basic", family=TermFamily.COURTESY)
    assert refusal(do, transfer(ONE)) == (MoveRefusal.COURTESY_RUNS, {"serial": ONE})


def test_a_guard_of_a_room_above_is_asked_and_its_objection_holds():
    objection = Remark(code=MoveRemark.CLAIM_OPEN, facts={}, forbids=True)
    watch(guard := lambda moving: [objection] if moving.kind is MoveKind.SPLIT else [])
    try:
        shown = preview(who=cast.who(care()), wish=Wish(kind=MoveKind.SPLIT, serials=(ONE,), parts=(5, 5)), at=LATER)
        assert shown.objection == objection
        assert refusal(do, Wish(kind=MoveKind.SPLIT, serials=(ONE,), parts=(5, 5)))[0] is MoveRefusal.OBJECTED
        do(transfer(ONE))
    finally:
        GUARDS.remove(guard)


def test_the_preview_warns_of_seats_registrations_resellers_and_claims():
    Asset.objects.filter(serial_number__in=(ONE, TWO, THREE)).update(reseller=cast.cinder())
    olga = cast.owner()
    estate.seat(cast.technical(), cast.aster())
    register_serial(serial=ONE, **asking(olga))
    Claim.objects.create(
        serial=ONE, asset=Asset.objects.get(serial_number=ONE), organisation=cast.bellwether(), claimed_by=olga, given=[],
        words="Ours", claimed_at=cast.AT, answer_due_on=date(2026, 12, 1),
    )  # fmt: skip
    shown = preview(who=cast.who(care()), wish=transfer(ONE, TWO, THREE), at=LATER)
    assert [remark.code.value for remark in shown.remarks] == [
        "site_added", "registration_ends", "reseller_stays", "claim_open", "seats_without_cover", "no_seat_there",
    ]  # fmt: skip
    assert [remark.forbids for remark in shown.remarks] == [False] * 6


def test_a_move_is_journalled_for_each_customer_that_it_touches():
    number = do(transfer(ONE))
    entries = Entry.objects.filter(subject_kind="move", subject=str(number)).order_by("id")
    assert [(each.verb, each.why, each.organisation_id) for each in entries] == [
        ("entitlements.assets_transferred", "By order", customer.pk)
        for customer in sorted((cast.aster(), cast.bellwether()), key=lambda each: each.pk)
    ]


def test_a_preview_asks_as_many_questions_for_three_assets_as_for_one(django_assert_num_queries: Any):
    from django.test.utils import CaptureQueriesContext

    who = cast.who(care())
    counts = []
    for wish in (transfer(ONE), transfer(ONE, TWO, THREE)):
        with CaptureQueriesContext(connection) as asked:
            preview(who=who, wish=wish, at=LATER)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False))
def test_any_order_of_moves_on_the_tables_keeps_the_cover_of_every_day(draw: Any):
    from django.db import transaction

    days, at = cover_by_day(), LATER
    who = cast.who(care())
    with transaction.atomic():
        done: list[int] = []
        for _ in range(5):
            at += timedelta(minutes=1)
            live = list(Asset.objects.filter(quantity__gt=1).order_by("id"))
            pick = draw.choice(live)
            customers = [customer.number for customer in (cast.aster(), cast.bellwether())]
            wish = draw.choice([
                Wish(kind=MoveKind.TRANSFER, serials=(pick.serial_number,), to=draw.choice(customers)),
                Wish(kind=MoveKind.SPLIT, serials=(pick.serial_number,), parts=(1, pick.quantity - 1)),
                Wish(kind=MoveKind.JOIN, serials=(pick.serial_number, draw.choice(live).serial_number)),
                Wish(kind=MoveKind.MERGE, customer=customers[0], to=customers[1]),
            ])  # fmt: skip
            try:
                done.append(do(wish, at) if draw.random() < 0.8 or not done else undo(done.pop(), at))
            except Refused:
                continue
            assert cover_by_day() == days
            assert all(line.term_days_before >= 0 for line in MoveLine.objects.all())
            orphans = Term.objects.filter(known__endswith=None, asset__quantity=0)
            assert list(orphans) == []
        assert who.staff
        transaction.set_rollback(True)
