"""Contact seats: never more than the level allows, in any race; and nobody loses one silently."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.db import connection

from tenure.accounts.models import Contact, Membership
from tenure.accounts.words import AccountRefusal, Role
from tenure.entitlements import actions, queries
from tenure.entitlements.models import Agreement, ContactSeat, Term
from tenure.entitlements.rules import heirs
from tenure.entitlements.words import AgreementFacts, EntitlementRefusal, TermFamily
from tenure.journal.models import Entry
from tenure.journal.words import COMMAND
from tenure.outbox.models import Mail
from tenure.policy.actions import apply_policy
from tenure.toolbox.refused import Refused
from tests import cast, estate
from tests.cast import asking

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def policy(db: None) -> None:
    estate.policy()


def agreement(level: str = "basic", region: str = "EMEA", organisation: str = "Aster Mills") -> Agreement:
    place = cast.organisation(organisation, *(("NO",) if organisation.startswith("Bell") else ()))
    return Agreement.objects.create(organisation=place, level=level, region=region)


def contact(of: Agreement, email: str) -> Contact:
    return Contact.objects.create(organisation=of.organisation, role="technical", name=email.split("@")[0], email=email)


def name(of: Agreement, *emails: str) -> list[str]:
    return [actions.name_contact(agreement_id=of.id, contact_id=contact(of, e).id, at=AT, by=COMMAND) for e in emails]


def state() -> tuple[object, ...]:
    tables = (ContactSeat, Contact, Membership, Mail, Entry)
    return tuple(list(table.objects.order_by("pk").values()) for table in tables)


def refusal(act, **kwargs) -> object:
    before = state()
    with pytest.raises(Refused) as refused:
        act(**kwargs)
    assert state() == before
    return refused.value.code


def fewer_contacts(now: int, then: int) -> None:
    """A policy from today on in which Essential and all like it have fewer contacts."""
    text = settings.POLICY_FILE.read_text()
    assert f"contacts = {now}\n" in text or f"contacts = {now} " in text
    apply_policy(
        text=text.replace(f"contacts = {now}", f"contacts = {then}"), in_force_from=AT.date(), at=AT, by=COMMAND, places=[],
    )  # fmt: skip


def term_of(of: Agreement, serial: str, starts: date, ends: date) -> Term:
    owned = estate.asset(of.organisation, serial)
    made = Term(asset=owned, family=TermFamily.MAINTENANCE, level=of.level, quantity=1, covers=(starts, ends),
                known=(datetime(2025, 1, 1, tzinfo=UTC), None), agreement=of)  # fmt: skip
    made.save()
    return made


@pytest.mark.django_db(transaction=True)
def test_two_additions_to_the_last_seat_give_exactly_one() -> None:
    estate.policy()
    olga = cast.owner()
    basic = agreement()
    name(basic, "first@aster.example")
    ready, outcomes = threading.Barrier(2), list[str]()

    def add(email: str) -> None:
        ready.wait()
        try:
            actions.name_colleague(agreement_id=basic.id, name="Nia", email=email, **asking(olga, AT))
            outcomes.append("named")
        except Refused as refused:
            outcomes.append(refused.code.value)
        connection.close()

    threads = [threading.Thread(target=add, args=(f"n{each}@aster.example",)) for each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(outcomes), ContactSeat.objects.count()) == (["named", "seats_taken"], 2)
    assert Contact.objects.count() == 2  # whoever was refused left no contact behind


@pytest.mark.usefixtures("policy")
def test_an_owner_names_a_colleague_who_gets_the_contact_id_by_mail_and_the_role() -> None:
    olga, vera = cast.owner(), cast.viewer()
    basic = agreement()
    asked = {"agreement_id": basic.id, "name": "", "email": vera.email.upper(), **asking(olga, AT)}
    first = actions.name_colleague(**asked)
    assert actions.name_colleague(**asked) == first
    (held,) = queries.seat_of(who=cast.who(vera), organisation_id=basic.organisation_id, at=AT)
    assert (held.identifier, held.agreement_id, held.level, held.region) == (first, basic.id, "basic", "EMEA")
    assert cast.who(vera).holds(basic.organisation_id, Role.TECHNICAL)
    (letter,) = Mail.objects.all()
    assert (letter.recipient, first in letter.text) == (vera.email, True)


@pytest.mark.usefixtures("policy")
@pytest.mark.parametrize(("given", "code"), [
    ({"email": "nobody"}, AccountRefusal.ADDRESS_INVALID),
    ({"name": " "}, AccountRefusal.NAME_MISSING),
    ({"name": "N" * 101}, AccountRefusal.NAME_TOO_LONG),
    ({"agreement_id": 0}, EntitlementRefusal.NOT_FOUND),
])  # fmt: skip
def test_a_faulty_naming_changes_nothing(given: dict[str, object], code: object) -> None:
    olga = cast.owner()
    asked = {"agreement_id": agreement().id, "name": "Nia", "email": "nia@aster.example", **asking(olga, AT), **given}
    assert refusal(actions.name_colleague, **asked) == code


@pytest.mark.usefixtures("policy")
@pytest.mark.parametrize(("who", "code"), [
    ("viewer", AccountRefusal.NOT_AN_OWNER), ("technical", AccountRefusal.NOT_AN_OWNER),
    ("other_owner", AccountRefusal.NOT_FOUND), ("engineer", AccountRefusal.NOT_FOUND),
])  # fmt: skip
def test_only_owners_and_customer_care_name_end_and_choose(who: str, code: object) -> None:
    basic = agreement()
    (held,) = name(basic, "first@aster.example")
    by = asking(getattr(cast, who)(), AT)
    assert refusal(actions.name_colleague, agreement_id=basic.id, name="N", email="n@aster.example", **by) == code
    assert refusal(
        actions.release_seat, organisation_id=basic.organisation_id, identifier=held, **by
    ) == code  # fmt: skip
    assert refusal(actions.choose_seats, agreement_id=basic.id, staying=[], **by) == code


@pytest.mark.usefixtures("policy")
def test_a_replacement_of_somebody_elses_seat_changes_nothing() -> None:
    olga = cast.owner()
    basic, other = agreement(), agreement(organisation="Bellwether Ferries")
    name(basic, "a@aster.example")
    (theirs,) = name(other, "odd@bellwether.example")
    asked = {"agreement_id": basic.id, "name": "N", "email": "n@aster.example", **asking(olga, AT)}
    assert refusal(actions.name_colleague, instead_of=theirs, **asked) == EntitlementRefusal.NOT_FOUND


@pytest.mark.usefixtures("policy")
def test_an_owner_ends_a_seat_of_their_own_organisation_only() -> None:
    olga, cass = cast.owner(), cast.care_agent()
    basic, other = agreement(), agreement(organisation="Bellwether Ferries")
    (mine,), (theirs,) = name(basic, "first@aster.example"), name(other, "odd@bellwether.example")
    code = refusal(
        actions.release_seat, organisation_id=basic.organisation_id, identifier=theirs, **asking(olga, AT)
    )  # fmt: skip
    assert code == EntitlementRefusal.NOT_FOUND
    actions.release_seat(organisation_id=basic.organisation_id, identifier=mine, **asking(olga, AT))
    actions.release_seat(organisation_id=other.organisation_id, identifier=theirs, **asking(cass, AT))
    assert set(ContactSeat.objects.values_list("ended_at", flat=True)) == {AT}


@pytest.mark.usefixtures("policy")
def test_when_the_policy_allows_fewer_nobody_loses_a_seat_until_an_owner_chooses() -> None:
    olga = cast.owner()
    essential = agreement("essential")
    held = name(essential, *(f"t{each}@aster.example" for each in range(4)))
    actions.end_seat(identifier=held[0], at=AT, by=COMMAND)  # seat number 1 is free: that alone must not admit anybody
    fewer_contacts(6, 2)
    (group,) = queries.seats_of(who=cast.who(olga), organisation_id=essential.organisation_id, at=AT)
    assert (group.taken, group.allowed, group.free, group.is_over) == (3, 2, 0, True)
    assert [seat.identifier for seat in group.seats] == held[1:]
    asked = {"agreement_id": essential.id, **asking(olga, AT)}
    assert refusal(actions.name_colleague, name="N", email="new@aster.example", **asked) == (
        EntitlementRefusal.SEATS_TAKEN
    )
    assert refusal(actions.choose_seats, staying=held[1:], **asked) == EntitlementRefusal.SEATS_OVER
    assert refusal(actions.choose_seats, staying=[held[0]], **asked) == EntitlementRefusal.NOT_FOUND
    actions.choose_seats(staying=held[2:], **asked)
    (group,) = queries.seats_of(who=cast.who(olga), organisation_id=essential.organisation_id, at=AT)
    assert ([seat.identifier for seat in group.seats], group.is_over) == (held[2:], False)
    assert ContactSeat.objects.get(identifier=held[1]).ended_at == AT


@pytest.mark.usefixtures("policy")
def test_when_the_level_goes_down_seats_count_with_the_new_agreement_and_keep_their_contact_ids() -> None:
    olga = cast.owner()
    before = agreement("essential")
    held = name(before, *(f"t{each}@aster.example" for each in range(3)))
    term_of(before, "M1000000001", date(2025, 4, 1), date(2026, 4, 1))
    now = agreement("basic")
    term_of(now, "M1000000002", date(2026, 4, 1), date(2027, 4, 1))
    (group,) = queries.seats_of(who=cast.who(olga), organisation_id=now.organisation_id, at=AT)
    assert (group.agreement_id, group.level, group.taken, group.allowed) == (now.id, "basic", 3, 2)
    assert {seat.level for seat in group.seats} == {"essential"}
    code = refusal(
        actions.name_colleague, agreement_id=now.id, name="N", email="n@aster.example", **asking(olga, AT)
    )  # fmt: skip
    assert code == EntitlementRefusal.SEATS_TAKEN
    actions.choose_seats(agreement_id=now.id, staying=held[:2], **asking(olga, AT))
    live = ContactSeat.objects.filter(ended_at=None).order_by("id").values_list("identifier", "agreement", "seat")
    assert list(live) == [(held[0], now.id, 1), (held[1], now.id, 2)]
    assert Entry.objects.filter(verb="entitlements.seat_moved").count() == 2


@pytest.mark.usefixtures("policy")
def test_an_agreement_that_nothing_follows_keeps_its_seats() -> None:
    olga = cast.owner()
    before = agreement("essential")
    name(before, "t@aster.example")
    term_of(before, "M1000000001", date(2025, 4, 1), date(2026, 4, 1))
    (group,) = queries.seats_of(who=cast.who(olga), organisation_id=before.organisation_id, at=AT)
    assert (group.agreement_id, group.taken, group.is_over) == (before.id, 1, False)


@pytest.mark.usefixtures("policy")
def test_who_holds_a_seat_in_both_agreements_counts_once_and_keeps_the_newer_contact_id() -> None:
    olga = cast.owner()
    before, now = agreement("essential"), agreement("basic")
    (old,) = name(before, "t@aster.example")
    new = actions.name_contact(agreement_id=now.id, contact_id=Contact.objects.get().id, at=AT, by=COMMAND)
    term_of(before, "M1000000001", date(2025, 4, 1), date(2026, 4, 1))
    (group,) = queries.seats_of(who=cast.who(olga), organisation_id=now.organisation_id, at=AT)
    assert (group.taken, {seat.identifier for seat in group.seats}) == (1, {old, new})
    actions.choose_seats(agreement_id=now.id, staying=[old, new], **asking(olga, AT))
    assert list(ContactSeat.objects.filter(ended_at=None).values_list("identifier", flat=True)) == [new]


@pytest.mark.usefixtures("policy")
def test_a_seat_is_its_persons_while_they_belong_to_the_organisation_and_only_from_its_day_on() -> None:
    tomas, vera = cast.technical(), cast.viewer()
    basic = agreement()
    (held,) = name(basic, tomas.email.title())
    asked = {"organisation_id": basic.organisation_id}
    assert [seat.identifier for seat in queries.seat_of(who=cast.who(tomas), at=AT, **asked)] == [held]
    assert queries.seat_of(who=cast.who(tomas), at=datetime(2026, 11, 23, tzinfo=UTC), **asked) == ()
    assert queries.seat_of(who=cast.who(vera), at=AT, **asked) == ()
    assert queries.seat_of(who=cast.who(cast.engineer()), at=AT, **asked) == ()
    Membership.objects.filter(person=tomas).update(ended_at=AT)
    assert queries.seat_of(who=cast.who(tomas), at=AT, **asked) == ()
    Membership.objects.filter(person=tomas).update(ended_at=None)
    actions.end_seat(identifier=held, at=AT, by=COMMAND)
    assert queries.seat_of(who=cast.who(tomas), at=AT, **asked) == ()


@pytest.mark.usefixtures("policy")
def test_the_seats_are_shown_to_the_customers_people_and_staff_and_to_nobody_else() -> None:
    basic = agreement()
    name(basic, "t@aster.example")
    people = (cast.owner(), cast.viewer(), cast.engineer(), cast.other_owner(), cast.reseller(), cast.stranger())
    seen = [len(queries.seats_of(who=cast.who(each), organisation_id=basic.organisation_id, at=AT)) for each in people]
    assert seen == [1, 1, 1, 0, 0, 0]


def test_seats_follow_to_the_highest_level_that_lasts_in_the_region_and_family() -> None:
    levels = {"basic": ("maintenance", 1), "essential": ("maintenance", 2), "premium": ("maintenance", 4),
              "four_hours": ("hardware", 7), "gone": ("", 0)}  # fmt: skip
    rows = [(1, "premium", "EMEA", True), (2, "basic", "EMEA", False), (3, "essential", "EMEA", False),
            (4, "essential", "JP", True), (5, "basic", "EMEA", True), (6, "four_hours", "EMEA", False),
            (7, "gone", "EMEA", True)]  # fmt: skip
    agreements = [
        AgreementFacts(
            id=number, level=level, region=region, family=levels[level][0], rank=levels[level][1], ended=ended
        )
        for number, level, region, ended in rows
    ]
    assert heirs(agreements) == {1: 3, 2: 2, 3: 3, 4: 4, 5: 3, 6: 6, 7: 7}


# --- asking -------------------------------------------------------------------------------------------------------


def asked_at(at: datetime) -> list[str]:
    actions.ask_who_stays(at=at, by=COMMAND)
    return list(Mail.objects.filter(kind="entitlements.seats_over").order_by("id").values_list("recipient", flat=True))


@pytest.mark.usefixtures("policy")
def test_the_owners_are_asked_once_when_the_policy_allows_fewer_and_again_when_it_allows_fewer_still() -> None:
    cast.owner()
    essential = agreement("essential")
    name(essential, *(f"t{each}@aster.example" for each in range(4)))
    assert asked_at(AT) == []
    fewer_contacts(6, 3)
    assert [asked_at(AT) for _ in range(2)] == [["olga@aster.example"]] * 2
    letter = Mail.objects.get(kind="entitlements.seats_over")
    assert "Aster Mills has more technical contacts than Essential allows. You decide who stays." in letter.text
    assert "Seats taken: 4\nSeats allowed: 3\n" in letter.text
    assert f"/account/contacts/{cast.aster().number}" in letter.text
    assert ContactSeat.objects.filter(ended_at=None).count() == 4
    assert Entry.objects.filter(verb="entitlements.seats_asked").count() == 1


@pytest.mark.usefixtures("policy")
def test_the_owners_are_asked_when_the_level_goes_down_and_nobody_else_is() -> None:
    for someone in (cast.owner, cast.technical, cast.other_owner):
        someone()
    before = agreement("essential")
    name(before, *(f"t{each}@aster.example" for each in range(3)))
    term_of(before, "M1000000001", date(2025, 4, 1), date(2026, 4, 1))
    assert asked_at(AT) == []  # nothing follows it, so nothing is over
    term_of(agreement("basic"), "M1000000002", date(2026, 4, 1), date(2027, 4, 1))
    assert asked_at(AT) == ["olga@aster.example"]


@pytest.mark.usefixtures("policy")
def test_where_nobody_owns_the_account_nobody_is_asked_until_somebody_does() -> None:
    essential = agreement("essential")
    name(essential, *(f"t{each}@aster.example" for each in range(4)))
    fewer_contacts(6, 3)
    assert asked_at(AT) == []
    cast.owner()
    assert asked_at(AT) == ["olga@aster.example"]
