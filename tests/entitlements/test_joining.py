"""Linking an account: at once by a contact ID of one's own, else by asking; nothing is told before somebody agrees."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tenure.accounts.models import Contact, Membership, Organisation, Person
from tenure.accounts.words import AccountRefusal, Role
from tenure.entitlements import actions, jobs, queries
from tenure.entitlements.models import Agreement, Asset, ContactSeat, Joining, JoiningRequest
from tenure.entitlements.words import EntitlementRefusal
from tenure.journal.models import Entry
from tenure.journal.words import JOB
from tenure.outbox.models import Mail
from tenure.policy.words.identifiers import Identifier
from tenure.toolbox.refused import Refused
from tests import cast, estate
from tests.cast import AT, asking

pytestmark = pytest.mark.django_db

OWN, FOREIGN, NOBODYS = "M1000000001", "M2000000002", "M9999999999"
LATER = AT + timedelta(days=14)


@pytest.fixture(autouse=True)
def world(db: None) -> None:
    """Aster owns one serial, Bellwether another."""
    estate.policy()
    estate.asset(cast.aster(), OWN)
    estate.asset(cast.bellwether(), FOREIGN)


def serial(value: str) -> Identifier:
    return Identifier(kind="serial_number", value=value)


def contact_id(value: str) -> Identifier:
    return Identifier(kind="contact_id", value=value)


def ask(person: Person, *identifiers: Identifier, at: datetime = AT, **more):
    return actions.ask_to_join(identifiers=identifiers, **asking(person, at), **more)


def roles(person: Person) -> set[tuple[str, str]]:
    held = Membership.objects.filter(person=person, ended_at=None)
    return set(held.values_list("organisation__name", "role"))


def requests() -> list[tuple[str | None, list[str]]]:
    return list(JoiningRequest.objects.order_by("id").values_list("organisation__name", "numbers"))


def letters(kind: str = "") -> list[tuple[str, str]]:
    return list(Mail.objects.filter(kind__startswith=kind).order_by("id").values_list("kind", "recipient"))


def state() -> tuple[object, ...]:
    tables = (Joining, JoiningRequest, Membership, ContactSeat, Contact, Mail)
    return tuple(list(table.objects.order_by("pk").values()) for table in tables)


def seat(organisation: Organisation, email: str, level: str = "essential") -> str:
    """A contact of the paperwork with a seat; their contact ID."""
    contact = Contact.objects.create(organisation=organisation, role="technical", name="Nia", email=email)
    agreement, _ = Agreement.objects.get_or_create(organisation=organisation, level=level, region="EMEA")
    return actions.name_contact(agreement_id=agreement.id, contact_id=contact.id, at=AT, by=JOB)


def refusal(act, *args, **kwargs) -> object:
    before, entries = state(), Entry.objects.count()
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    assert (state(), Entry.objects.count()) == (before, entries)
    return refused.value.code


def test_a_contact_id_of_ones_own_address_joins_at_once_as_technical_contact():
    sam = cast.stranger()
    mine = seat(cast.aster(), "Sam@nowhere.example")
    told = ask(sam, contact_id(mine))
    assert (told.joined, told.known, told.asked) == (("Aster Mills",), (), False)
    assert roles(sam) == {("Aster Mills", "technical")}
    assert (requests(), letters("entitlements.joining")) == ([], [])
    assert ask(sam, contact_id(mine)).known == ("Aster Mills",)


def test_somebody_elses_contact_id_only_asks():
    sam, olga = cast.stranger(), cast.owner()
    theirs = seat(cast.aster(), "nia@aster.example")
    told = ask(sam, contact_id(theirs))
    assert (told.joined, told.known, told.asked) == ((), (), True)
    assert roles(sam) == set()
    assert requests() == [("Aster Mills", [f"contact_id {theirs}"])]
    assert letters("entitlements.joining") == [("entitlements.joining_asked", olga.email)]


def test_a_technical_role_that_an_owner_ended_does_not_come_back_by_the_contact_id():
    sam = cast.stranger()
    mine = seat(cast.aster(), sam.email)
    ask(sam, contact_id(mine))
    Membership.objects.filter(person=sam).update(ended_at=AT)
    told = ask(sam, contact_id(mine))
    assert (told.joined, told.asked, roles(sam)) == ((), True, set())
    assert requests() == [("Aster Mills", [f"contact_id {mine}"])]


def test_the_answer_is_the_same_whether_or_not_anything_bears_the_number():
    sam = cast.stranger()
    cast.owner()
    answers = {ask(sam, serial(number)) for number in (OWN, NOBODYS)}
    assert answers == {actions.Linked(joined=(), known=(), asked=True)}
    own = queries.own_joinings(cast.who(sam))
    assert sorted((row.asked_at, row.numbers) for row in own) == [(AT, (OWN,)), (AT, (NOBODYS,))]


def test_each_organisation_of_a_text_gets_a_request_of_its_own():
    sam = cast.stranger()
    olga, odd = cast.owner(), cast.other_owner()
    support = Identifier(kind="support_identifier", value="1000-0000-0001")
    ask(sam, serial(OWN), serial(FOREIGN), support, serial(NOBODYS))
    assert requests() == [
        ("Aster Mills", [f"serial_number {OWN}", "support_identifier 1000-0000-0001"]),
        ("Bellwether Ferries", [f"serial_number {FOREIGN}"]),
        (None, [f"serial_number {NOBODYS}"]),
    ]
    assert letters("entitlements.joining") == [
        ("entitlements.joining_asked", olga.email), ("entitlements.joining_asked", odd.email),
    ]  # fmt: skip
    assert FOREIGN not in Mail.objects.get(recipient=olga.email).text


@pytest.mark.parametrize(("kind", "value"), [
    ("serial_number", OWN), ("support_identifier", "1000-0000-0001"), ("certificate", "10000000-1000001"),
    ("sales_order", "10000000"),
])  # fmt: skip
def test_every_kind_of_identifier_finds_its_organisation(kind: str, value: str):
    ask(cast.stranger(), Identifier(kind=kind, value=value))
    assert requests() == [("Aster Mills", [f"{kind} {value}"])]


def test_a_case_number_finds_the_organisation_that_the_room_above_names():
    case = Identifier(kind="case", value="CS-12345678")
    ask(cast.stranger(), case, cases={"CS-12345678": cast.aster().pk})
    assert requests() == [("Aster Mills", ["case CS-12345678"])]


def test_a_number_of_an_organisation_one_belongs_to_asks_nobody():
    vera = cast.viewer()
    told = ask(vera, serial(OWN))
    assert (told.known, told.asked, requests()) == (("Aster Mills",), False, [])


def test_the_same_numbers_again_write_nothing_and_a_second_request_mails_the_owner_no_second_time():
    sam = cast.stranger()
    cast.owner()
    ask(sam, serial(OWN))
    before = state()
    ask(sam, serial(OWN), at=AT + timedelta(days=1))
    assert state() == before
    ask(sam, Identifier(kind="certificate", value="10000000-1000001"))
    assert (Joining.objects.count(), len(letters("entitlements.joining_asked"))) == (2, 1)


def test_a_person_has_at_most_so_many_open_requests_whether_or_not_the_numbers_exist():
    sam = cast.stranger()
    for number in range(5):
        ask(sam, serial(f"M777777777{number}"))
    codes = [refusal(ask, sam, serial(number)) for number in (OWN, NOBODYS)]
    assert codes == [EntitlementRefusal.TOO_MANY_REQUESTS] * 2


def test_too_many_identifiers_none_at_all_and_a_visitor_are_refused():
    sam = cast.stranger()
    many = [serial(f"M{number:010d}") for number in range(21)]
    assert refusal(ask, sam, *many) == EntitlementRefusal.TOO_MANY_IDENTIFIERS
    assert refusal(ask, sam) == EntitlementRefusal.NO_IDENTIFIER
    visitor = {**asking(sam), "who": replace(cast.who(sam), person_id=None)}
    assert refusal(actions.ask_to_join, identifiers=[serial(OWN)], **visitor) == AccountRefusal.NOT_FOUND


def test_an_owner_approves_as_viewer_and_every_open_request_of_that_person_is_answered():
    sam, olga = cast.stranger(), cast.owner()
    ask(sam, serial(OWN))
    ask(sam, Identifier(kind="sales_order", value="10000000"))
    actions.approve_joining(request_id=JoiningRequest.objects.first().pk, **asking(olga))
    assert roles(sam) == {("Aster Mills", "viewer")}
    assert ContactSeat.objects.count() == 0
    answered = JoiningRequest.objects.values_list("answer", "role", "answered_by", "answered_at")
    assert set(answered) == {("approved", "viewer", olga.pk, AT)}
    assert letters("entitlements.joining_approved") == [("entitlements.joining_approved", sam.email)]
    assert queries.own_joinings(cast.who(sam)) == []
    assert Entry.objects.filter(verb="entitlements.joining_approved").count() == 2


def test_an_owner_approves_with_a_contact_seat_where_one_is_free():
    sam, olga = cast.stranger(), cast.owner()
    seat(cast.aster(), "nia@aster.example", level="basic")
    agreement = Agreement.objects.get()
    ask(sam, serial(OWN))
    request = JoiningRequest.objects.get()
    actions.approve_joining(request_id=request.pk, agreement_id=agreement.id, **asking(olga))
    assert roles(sam) == {("Aster Mills", "technical")}
    (held,) = queries.seat_of(who=cast.who(sam), organisation_id=cast.aster().pk, at=AT)
    assert held.level == "basic"
    assert held.identifier in Mail.objects.get(recipient=sam.email).text
    other = cast.person("tess@nowhere.example")
    ask(other, serial(OWN))
    last = JoiningRequest.objects.get(answered_at=None)
    taken = refusal(actions.approve_joining, request_id=last.pk, agreement_id=agreement.id, **asking(olga))
    assert (taken, roles(other)) == (EntitlementRefusal.SEATS_TAKEN, set())


def test_an_owner_gives_no_other_role_and_no_seat_of_another_customer():
    sam, olga = cast.stranger(), cast.owner()
    other = Agreement.objects.create(organisation=cast.bellwether(), level="basic", region="EMEA")
    ask(sam, serial(OWN))
    request = JoiningRequest.objects.get().pk
    for role in (Role.OWNER, Role.TECHNICAL, Role.PURCHASING, Role.RESELLER):
        code = refusal(actions.approve_joining, request_id=request, role=role, **asking(olga))
        assert code == AccountRefusal.ROLE_NOT_HERE
    code = refusal(actions.approve_joining, request_id=request, agreement_id=other.id, **asking(olga))
    assert code == EntitlementRefusal.NOT_FOUND


@pytest.mark.parametrize(("who", "code"), [
    ("viewer", AccountRefusal.NOT_AN_OWNER), ("technical", AccountRefusal.NOT_AN_OWNER),
    ("other_owner", AccountRefusal.NOT_FOUND), ("reseller", AccountRefusal.NOT_FOUND),
    ("engineer", AccountRefusal.NOT_FOUND), ("manager", AccountRefusal.NOT_FOUND),
])  # fmt: skip
def test_nobody_else_answers_and_nothing_changes(who: str, code: AccountRefusal):
    cast.owner()
    ask(cast.stranger(), serial(OWN))
    someone = getattr(cast, who)()
    request = JoiningRequest.objects.get().pk
    for act in (actions.approve_joining, actions.decline_joining):
        assert refusal(act, request_id=request, **asking(someone)) == code
    assert queries.joining_requests(cast.who(someone), cast.aster().pk) == []
    assert queries.joinings_for_care(cast.who(someone), LATER) == []


def test_an_answered_request_is_not_answered_again():
    olga = cast.owner()
    ask(cast.stranger(), serial(OWN))
    request = JoiningRequest.objects.get().pk
    actions.decline_joining(request_id=request, **asking(olga))
    for act in (actions.approve_joining, actions.decline_joining):
        assert refusal(act, request_id=request, **asking(olga)) == EntitlementRefusal.REQUEST_ANSWERED
    assert refusal(actions.decline_joining, request_id=0, **asking(olga)) == EntitlementRefusal.NOT_FOUND


def test_declined_alike_the_person_cannot_tell_a_number_that_exists_from_one_that_does_not():
    sam, olga, cass = cast.stranger(), cast.owner(), cast.care_agent()
    for number in (OWN, NOBODYS):
        ask(sam, serial(number))
    mine, nobodys = JoiningRequest.objects.order_by("id")
    actions.decline_joining(request_id=mine.pk, why="We do not know you.", **asking(olga))
    actions.decline_joining(request_id=nobodys.pk, why="We do not know you.", **asking(cass))
    one, two = Mail.objects.filter(recipient=sam.email).order_by("id")
    assert one.text.replace(OWN, "") == two.text.replace(NOBODYS, "")
    assert (one.subject, "Aster" in one.text, roles(sam)) == (two.subject, False, set())


def test_care_answers_what_nobody_bears_what_has_no_owner_and_what_waited_too_long():
    sam, cass = cast.stranger(), cast.care_agent()
    cast.owner()
    ask(sam, serial(OWN), serial(FOREIGN), serial(NOBODYS))
    listed = {at: [row.organisation for row in queries.joinings_for_care(cast.who(cass), at)]
              for at in (AT, LATER - timedelta(seconds=1), LATER)}  # fmt: skip
    assert listed == {
        AT: ["Bellwether Ferries", ""], LATER - timedelta(seconds=1): ["Bellwether Ferries", ""],
        LATER: ["Aster Mills", "Bellwether Ferries", ""],
    }  # fmt: skip


def test_the_passing_on_is_journalled_once_and_the_owner_may_still_answer():
    sam, olga = cast.stranger(), cast.owner()
    ask(sam, serial(OWN))
    passed = [actions.pass_on_joinings(at=at, by=JOB) for at in (AT, LATER, LATER)]
    assert (passed, Entry.objects.filter(verb="entitlements.joining_passed_on").count()) == ([0, 1, 0], 1)
    actions.approve_joining(request_id=JoiningRequest.objects.get().pk, **asking(olga, LATER))
    assert roles(sam) == {("Aster Mills", "viewer")}


def test_a_request_becomes_cares_when_the_last_owner_loses_the_account():
    sam, olga, cass = cast.stranger(), cast.owner(), cast.care_agent()
    ask(sam, serial(OWN))
    assert queries.joinings_for_care(cast.who(cass), AT) == []
    Person.objects.filter(pk=olga.pk).update(is_active=False)
    assert [row.organisation for row in queries.joinings_for_care(cast.who(cass), AT)] == ["Aster Mills"]


def test_care_gives_any_role_and_declines_only_with_a_reason():
    sam, cass = cast.stranger(), cast.care_agent()
    ask(sam, serial(OWN), serial(FOREIGN))
    mine, theirs = JoiningRequest.objects.order_by("id")
    actions.approve_joining(request_id=mine.pk, role=Role.OWNER, **asking(cass))
    assert roles(sam) == {("Aster Mills", "owner")}
    assert refusal(actions.approve_joining, request_id=theirs.pk, role=Role.RESELLER, **asking(cass)) == (
        AccountRefusal.ROLE_NOT_HERE
    )
    assert refusal(actions.decline_joining, request_id=theirs.pk, why=" ", **asking(cass)) == (
        EntitlementRefusal.WHY_MISSING
    )
    actions.decline_joining(request_id=theirs.pk, why="Not on the contract.", **asking(cass))
    declined = Entry.objects.get(verb="entitlements.joining_declined")
    assert (declined.why, "Not on the contract." in Mail.objects.order_by("-id").first().text) == (
        "Not on the contract.", True,
    )  # fmt: skip


def test_care_links_a_request_that_nothing_bears_to_the_customer_it_found():
    sam, cass = cast.stranger(), cast.care_agent()
    ask(sam, serial(NOBODYS))
    request = JoiningRequest.objects.get().pk
    missing = refusal(actions.approve_joining, request_id=request, **asking(cass))
    wrong = refusal(actions.approve_joining, request_id=request, customer="K-999999", **asking(cass))
    assert (missing, wrong) == (AccountRefusal.ORGANISATION_NEEDED, AccountRefusal.ORGANISATION_UNKNOWN)
    actions.approve_joining(request_id=request, customer=cast.aster().number.lower(), **asking(cass))
    assert (roles(sam), requests()) == (
        {("Aster Mills", "viewer")}, [("Aster Mills", [f"serial_number {NOBODYS}"])],
    )  # fmt: skip


def test_the_numbers_of_a_request_are_told_to_nobody_but_those_who_answer_it():
    sam, olga = cast.stranger(), cast.owner()
    ask(sam, serial(OWN), serial(FOREIGN))
    (row,) = queries.joining_requests(cast.who(olga), cast.aster().pk)
    assert (row.name, row.email, row.numbers, row.asked_at) == (sam.name, sam.email, (OWN,), AT)
    assert queries.joining_requests(cast.who(olga), cast.bellwether().pk) == []
    assert queries.own_joinings(cast.who(olga)) == []


def test_an_asset_that_is_gone_by_then_changes_nothing_for_the_answer():
    olga = cast.owner()
    ask(cast.stranger(), serial(OWN))
    Asset.objects.filter(serial_number=OWN).delete()
    actions.approve_joining(
        request_id=JoiningRequest.objects.get().pk, **asking(olga, datetime(2026, 12, 1, tzinfo=UTC))
    )
    assert JoiningRequest.objects.get().answer == "approved"


def test_the_job_passes_on_by_the_clock():
    ask(cast.stranger(), serial(FOREIGN), at=datetime(2020, 1, 1, tzinfo=UTC))
    jobs.pass_on(0)
    assert JoiningRequest.objects.get().passed_at is not None


def test_the_letters_say_the_same_in_text_and_html_and_are_in_the_readers_language():
    sam, olga = cast.stranger(), cast.owner()
    Person.objects.filter(pk=olga.pk).update(language="de", zone="Europe/Berlin")
    ask(sam, serial(OWN))
    letter = Mail.objects.get(recipient=olga.email)
    assert (letter.language, OWN in letter.text, OWN in letter.html, sam.email in letter.html) == (
        "de",
        True,
        True,
        True,
    )
