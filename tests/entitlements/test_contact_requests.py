"""Missing, replaced and added contacts: what must be given, what is done at once, what care decides, when it holds."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.accounts.models import Contact, Membership, Person
from tenure.accounts.words import AccountRefusal, Role
from tenure.entitlements import actions, jobs, queries
from tenure.entitlements.models import Agreement, Asset, ContactRequest, ContactSeat, Evidence, LetterDue, Term
from tenure.entitlements.queries.contact_history import contact_history
from tenure.entitlements.queries.contact_requests import (
    RequestFilters,
    contact_changes_of,
    contact_request_for_care,
    contact_requests_for_care,
    evidence_file,
    matches_of,
    own_contact_requests,
)
from tenure.entitlements.rules.contact_changes import day_fault, last_day, missing_kinds, standing
from tenure.entitlements.words import ContactWish, EntitlementRefusal, TermFamily
from tenure.entitlements.words.contact_changes import ContactRefusal, ContactState, ContactWanted, Paper
from tenure.journal.models import Entry
from tenure.journal.words import COMMAND
from tenure.outbox.models import Mail
from tenure.policy.words.identifiers import Identifier
from tenure.toolbox.refused import Refused
from tenure.toolbox.upload import FileFault, Upload
from tests import cast, estate
from tests.cast import AT, asking, who

pytestmark = pytest.mark.django_db

OWN, FOREIGN = "M1000000001", "M2000000002"
PAPERWORK = {
    OWN: {"certificate": "10000000-1000001", "sales_order": "10000000", "support_identifier": "1000-0000-0001"},
    FOREIGN: {"certificate": "20000000-1000001", "sales_order": "20000000", "support_identifier": "2000-0000-0001"},
}
NEW = {
    "name": "Nia Quist", "email": "nia@aster.example", "company": "Aster Mills", "address": "1 Mill Lane\nBerlin",
    "phone": "+49 30 555",
}  # fmt: skip
DAY = date(2026, 12, 1)


@pytest.fixture(autouse=True)
def world(db: None) -> None:
    """Aster owns one serial under a Basic agreement, sold by Cinder; Bellwether owns another."""
    estate.policy()
    for customer, number in ((cast.aster(), OWN), (cast.bellwether(), FOREIGN)):
        owned = estate.asset(customer, number, reseller=cast.cinder() if number == OWN else None)
        agreement = Agreement.objects.create(organisation=customer, level="basic", region="EMEA")
        Term.objects.create(
            asset=owned, agreement=agreement, family=TermFamily.MAINTENANCE, level="basic", quantity=10,
            covers=(date(2026, 4, 1), date(2027, 4, 1)), known=(AT, None),
        )  # fmt: skip


def numbers(serial: str = OWN, *, without: str = "", contact_id: str = "") -> tuple[Identifier, ...]:
    held = {"serial_number": serial, **PAPERWORK[serial], **({"contact_id": contact_id} if contact_id else {})}
    return tuple(Identifier(kind=kind, value=value) for kind, value in held.items() if kind != without)


def wanted(wish: str = "add", identifiers: tuple[Identifier, ...] | None = None, **more) -> ContactWanted:
    given_new = NEW if wish != "missing_contact_id" else {}
    return ContactWanted(
        wish=ContactWish(wish), identifiers=numbers() if identifiers is None else identifiers, **(given_new | more)
    )


def ask(person: Person, want: ContactWanted | None = None, *, at: datetime = AT, uploads=()):
    return actions.ask_for_contact_change(wanted=want or wanted(), uploads=uploads, **asking(person, at))


def aster_agreement() -> Agreement:
    return Agreement.objects.get(organisation=cast.aster(), level="basic")


def seat(name: str = "Tess", organisation=None) -> str:
    place = organisation or cast.aster()
    contact = Contact.objects.create(organisation=place, role="technical", name=name, email=f"{name.lower()}@a.example")
    agreement = Agreement.objects.get(organisation=place)
    return actions.name_contact(agreement_id=agreement.id, contact_id=contact.id, at=AT, by=COMMAND)


def seated() -> list[str]:
    live = ContactSeat.objects.filter(ended_at=None, agreement__organisation=cast.aster())
    return list(live.order_by("id").values_list("contact__email", flat=True))


def letters(kind: str) -> list[str]:
    return sorted(Mail.objects.filter(kind=f"entitlements.{kind}").values_list("recipient", flat=True))


def state() -> tuple[object, ...]:
    tables = (ContactRequest, ContactSeat, Contact, Membership, Mail, Evidence, LetterDue)
    return (*(list(table.objects.order_by("pk").values()) for table in tables), Entry.objects.count())


def refusal(act, *args, **kwargs) -> Refused:
    before = state()
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    assert state() == before
    return refused.value


# --- what must be given ------------------------------------------------------------------------------------------


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


# --- what the numbers say ----------------------------------------------------------------------------------------


@given(st.dates(), st.dates(), st.integers(1, 400))
def test_every_day_is_past_allowed_or_too_far_and_the_allowed_ones_are_one_span(today: date, day: date, farthest: int):
    last = last_day(today=today, farthest_days=farthest)
    fault = day_fault(day, today=today, farthest_days=farthest)
    assert (fault is None) == (today <= day <= last)
    assert (fault is ContactRefusal.DAY_PAST) == (day < today)
    assert (last - today).days == min(farthest, (date.max - today).days)


KINDS = st.sampled_from(["certificate", "sales_order", "serial_number", "support_identifier", "contact_id"])
IDENTIFIERS = st.lists(st.builds(Identifier, kind=KINDS, value=st.sampled_from("abcd")), max_size=5, unique=True)
PAPERS = st.frozensets(
    st.builds(Paper, organisation_id=st.integers(1, 3), certificate_id=st.integers(10, 13)), max_size=3
)


@given(IDENTIFIERS, st.data())
def test_numbers_are_consistent_only_where_one_certificate_of_one_customer_bears_them_all(given_, data):
    papers = {each: data.draw(PAPERS) for each in given_}
    found = standing(given=given_, papers=papers)
    if found.is_consistent:
        paper = Paper(organisation_id=found.organisation_id, certificate_id=found.certificate_id)
        printed = [each for each in given_ if each.kind != "contact_id"]
        assert printed
        assert all(paper in papers[each] for each in printed)
        assert all(found.organisation_id in {p.organisation_id for p in papers[each]} for each in given_)
        assert found.unknown == ()
    else:
        assert found.certificate_id is None
    assert standing(given=list(reversed(given_)), papers=papers).organisation_id == found.organisation_id


@given(st.lists(KINDS, unique=True), IDENTIFIERS, st.booleans())
def test_what_is_missing_is_needed_and_not_given(needed, given_, has_file):
    missing = missing_kinds(needed=needed, given=given_, has_file=has_file)
    held = {each.kind for each in given_}
    assert set(missing) <= set(needed) - held
    assert ("contact_id" in missing) == ("contact_id" in set(needed) - held)


# --- at once -----------------------------------------------------------------------------------------------------


def test_an_owner_adds_a_contact_at_once_with_all_that_was_told_of_them():
    olga = cast.owner()
    told = ask(olga)
    contact = Contact.objects.get(email=NEW["email"])
    assert told.state is ContactState.DONE
    assert (contact.company, contact.address, contact.phone) == (NEW["company"], NEW["address"], NEW["phone"])
    assert seated() == [NEW["email"]]
    assert (letters("contact_named"), letters("contact_change_granted")) == ([NEW["email"]], [olga.email])


def test_an_owner_replaces_a_contact_in_one_step_under_the_cap():
    olga, old = cast.owner(), seat("Tess")
    seat("Ute")
    told = ask(olga, wanted("replace", numbers(contact_id=old)))
    assert (told.state, seated()) == (ContactState.DONE, ["ute@a.example", NEW["email"]])
    assert ContactSeat.objects.get(identifier=old).ended_at == AT


def test_what_is_refused_leaves_no_file(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }
    olga = cast.owner()
    seat("Tess"), seat("Ute")
    refusal(ask, olga, uploads=(Upload(name="paper.pdf", chunks=[b"x"]),))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_level_caps_additions():
    olga = cast.owner()
    seat("Tess"), seat("Ute")
    no = refusal(ask, olga)
    assert (no.code, no.facts) == (EntitlementRefusal.SEATS_TAKEN, {"level": "basic", "seats": 2})


def test_who_is_named_already_is_not_named_again():
    olga = cast.owner()
    ask(olga)
    assert refusal(ask, olga).code is ContactRefusal.ALREADY_NAMED


@pytest.mark.parametrize("wish", ["add", "replace", "missing_contact_id"])
@pytest.mark.parametrize("asker", ["stranger", "technical", "viewer", "other_owner"])
def test_who_may_not_decide_waits_for_care_whatever_they_give(asker: str, wish: str):
    old, person = seat(), getattr(cast, asker)()
    before = (seated(), Mail.objects.count(), LetterDue.objects.count())
    assert ask(person, wanted(wish, numbers(contact_id=old))).state is ContactState.OPEN
    assert (seated(), Mail.objects.count(), LetterDue.objects.count()) == before


def test_numbers_of_two_customers_wait_for_care_and_name_no_organisation():
    mixed = (*numbers(without="serial_number"), Identifier(kind="serial_number", value=FOREIGN))
    assert ask(cast.owner(), wanted(identifiers=mixed)).state is ContactState.OPEN
    assert ContactRequest.objects.get().organisation is None


def test_one_number_that_nothing_bears_makes_an_owners_request_wait():
    odd = (*numbers(without="sales_order"), Identifier(kind="sales_order", value="99999999"))
    assert ask(cast.owner(), wanted(identifiers=odd)).state is ContactState.OPEN
    assert ContactRequest.objects.get().organisation == cast.aster()


def test_who_was_an_owner_when_the_page_opened_and_is_none_now_decides_nothing():
    olga = cast.owner()
    asked = asking(olga)
    Membership.objects.filter(person=olga).update(ended_at=AT)
    before = state()
    with pytest.raises(Refused):
        actions.ask_for_contact_change(wanted=wanted(), **asked)
    assert state() == before


def test_a_missing_contact_id_goes_to_who_holds_it_and_never_to_who_asks():
    olga, held = cast.owner(), seat("Tess")
    assert ask(olga, wanted("missing_contact_id")).state is ContactState.DONE
    jobs.write_due()
    assert letters("contact_named") == ["tess@a.example"]
    assert all(held not in mail.text for mail in Mail.objects.exclude(recipient="tess@a.example"))


def test_the_reseller_of_record_has_a_missing_id_sent_but_replaces_and_adds_nobody():
    rhys, old = cast.reseller(), seat("Tess")
    assert ask(rhys, wanted("missing_contact_id")).state is ContactState.DONE
    assert ask(rhys, wanted("add")).state is ContactState.OPEN
    assert ask(rhys, wanted("replace", numbers(contact_id=old))).state is ContactState.OPEN
    assert set(ContactRequest.objects.values_list("as_reseller__name", flat=True)) == {"Cinder Row Trading"}


def test_a_reseller_who_did_not_sell_it_waits_for_care():
    seat("Tess")
    Asset.objects.update(reseller=None)
    assert ask(cast.reseller(), wanted("missing_contact_id")).state is ContactState.OPEN


def test_a_missing_id_of_a_named_address_goes_to_that_one_or_waits():
    olga = cast.owner()
    seat("Tess"), seat("Ute")
    assert ask(olga, wanted("missing_contact_id", email="UTE@a.example")).state is ContactState.DONE
    assert list(LetterDue.objects.values_list("seat__contact__name", flat=True)) == ["Ute"]
    assert ask(olga, wanted("missing_contact_id", email=olga.email)).state is ContactState.OPEN


# --- care --------------------------------------------------------------------------------------------------------


def test_care_sees_what_waits_oldest_first_with_its_day_and_what_matches():
    sam, cass = cast.stranger(), cast.care_agent()
    ask(sam, wanted(identifiers=numbers(FOREIGN)), at=AT + timedelta(hours=1))
    ask(sam)
    page = contact_requests_for_care(who(cass), RequestFilters())
    assert [(row.number, row.due_on) for row in page.rows] == [
        (cast.aster().number, date(2026, 11, 26)), (cast.bellwether().number, date(2026, 11, 26)),
    ]  # fmt: skip
    first = contact_requests_for_care(who(cass), RequestFilters(), limit=1)
    rest = contact_requests_for_care(who(cass), RequestFilters(), limit=1, after=first.next)
    assert (first.rows + rest.rows, rest.next) == (page.rows, None)
    match = next(m for m in matches_of(who(cass), page.rows[0]) if m.identifier.kind == "serial_number")
    assert (match.customers, match.certificates) == (
        ((cast.aster().number, "Aster Mills"),), (PAPERWORK[OWN]["certificate"],),
    )  # fmt: skip
    assert [r.number for r in contact_requests_for_care(who(cass), RequestFilters(text=FOREIGN.lower())).rows] == [
        cast.bellwether().number
    ]
    assert contact_requests_for_care(who(cass), RequestFilters(wish="replace")).rows == ()
    assert contact_requests_for_care(who(cast.engineer()), RequestFilters()).rows == ()


def test_care_grants_and_both_sides_are_told():
    sam, olga, cass = cast.stranger(), cast.owner(), cast.care_agent()
    request = ask(sam).request_id
    actions.grant_contact_change(request_id=request, **asking(cass))
    assert seated() == [NEW["email"]]
    assert letters("contact_change_granted") == sorted([olga.email, sam.email])
    told = Mail.objects.get(recipient=sam.email).text
    assert ("Aster" in told, NEW["email"] in told) == (False, True)
    assert refusal(actions.grant_contact_change, request_id=request, **asking(cass)).code is (
        EntitlementRefusal.REQUEST_ANSWERED
    )


def test_care_gives_the_customer_and_the_seat_that_ends():
    sam, cass, old = cast.stranger(), cast.care_agent(), seat("Tess")
    seat("Ute")
    request = ask(sam, wanted("missing_contact_id", (), email=""), uploads=(Upload(name="p.pdf", chunks=[b"x"]),))
    no = refusal(actions.grant_contact_change, request_id=request.request_id, **asking(cass))
    assert no.code is AccountRefusal.ORGANISATION_NEEDED
    number = cast.aster().number.lower()
    actions.grant_contact_change(request_id=request.request_id, customer=number, seat=old, **asking(cass))
    assert list(LetterDue.objects.values_list("seat__identifier", flat=True)) == [old]
    second = ask(sam).request_id
    assert refusal(actions.grant_contact_change, request_id=second, **asking(cass)).code is (
        EntitlementRefusal.SEATS_TAKEN
    )
    actions.grant_contact_change(request_id=second, seat=old, **asking(cass))
    assert seated() == ["ute@a.example", NEW["email"]]


def test_a_seat_of_an_ended_agreement_counts_with_the_one_that_follows():
    sam, cass = cast.stranger(), cast.care_agent()
    before = Agreement.objects.create(organisation=cast.aster(), level="essential", region="EMEA")
    owned = Asset.objects.get(serial_number=OWN)
    Term.objects.create(
        asset=owned, agreement=before, family=TermFamily.MAINTENANCE, level="essential", quantity=10,
        covers=(date(2025, 4, 1), date(2026, 4, 1)), known=(AT, None),
    )  # fmt: skip
    contact = Contact.objects.create(organisation=cast.aster(), role="technical", name="Tess", email="tess@a.example")
    then = datetime(2026, 3, 1, tzinfo=UTC)
    held = actions.name_contact(agreement_id=before.id, contact_id=contact.id, at=then, by=COMMAND)
    lost = ask(sam, wanted("missing_contact_id")).request_id
    actions.grant_contact_change(request_id=lost, seat=held, **asking(cass))
    assert list(LetterDue.objects.values_list("seat__identifier", flat=True)) == [held]
    swap = ask(sam, wanted("replace", numbers(contact_id=held))).request_id
    actions.grant_contact_change(request_id=swap, agreement_id=aster_agreement().id, seat=held, **asking(cass))
    assert seated() == [NEW["email"]]
    assert ContactSeat.objects.get(ended_at=None).agreement == aster_agreement()


def test_care_declines_with_a_reason_that_the_asker_reads():
    sam, olga, cass = cast.stranger(), cast.owner(), cast.care_agent()
    request = ask(sam).request_id
    no = refusal(actions.decline_contact_change, request_id=request, why=" ", **asking(cass))
    assert no.code is EntitlementRefusal.WHY_MISSING
    actions.decline_contact_change(request_id=request, why="The numbers do not fit.", **asking(cass))
    assert letters("contact_change_declined") == sorted([olga.email, sam.email])
    assert "Aster" not in Mail.objects.get(recipient=sam.email).text
    assert own_contact_requests(who(sam)).rows[0].why == "The numbers do not fit."


@pytest.mark.parametrize("role", ["owner", "stranger", "engineer", "manager", "reseller"])
def test_only_customer_care_answers(role: str):
    request = ask(cast.technical()).request_id
    person = asking(getattr(cast, role)())
    for act in (actions.grant_contact_change, actions.decline_contact_change):
        more = {"why": "no"} if act is actions.decline_contact_change else {}
        assert refusal(act, request_id=request, **more, **person).code.value == "not_found"


def test_the_asker_reads_nothing_of_whose_the_numbers_are():
    sam = cast.stranger()
    ask(sam), ask(sam, wanted(identifiers=tuple(Identifier(kind=e.kind, value="9" * 8) for e in numbers())))
    rows = own_contact_requests(who(sam)).rows
    assert [(r.organisation, r.number, r.organisation_id, r.state) for r in rows] == [("", "", None, "open")] * 2


def test_evidence_is_handed_to_care_alone():
    sam = cast.stranger()
    ask(sam, uploads=(Upload(name="p.pdf", chunks=[b"x"]),))
    request, file = ContactRequest.objects.get().pk, Evidence.objects.get().pk
    assert evidence_file(who(cast.care_agent()), request, file)[0].name == "p.pdf"
    for other in (sam, cast.owner(), cast.engineer()):
        assert evidence_file(who(other), request, file) is None


# --- a later day -------------------------------------------------------------------------------------------------


def test_a_change_for_a_later_day_waits_for_it_in_the_customers_region_and_is_done_once():
    olga = cast.owner()
    told = ask(olga, wanted(takes_effect_on=DAY))
    assert (told.state, seated()) == (ContactState.SCHEDULED, [])
    before = datetime(2026, 11, 30, 21, 59, tzinfo=UTC)
    assert actions.apply_due(at=before) == 0
    midnight = before + timedelta(hours=2)  # in the region's zone the day has come, or does so within two hours
    assert [actions.apply_due(at=midnight), actions.apply_due(at=midnight)] == [1, 0]
    assert seated() == [NEW["email"]]


def test_missed_days_are_caught_up():
    olga = cast.owner()
    ask(olga, wanted(takes_effect_on=DAY))
    assert actions.apply_due(at=AT + timedelta(days=60)) == 1


def test_what_cannot_be_done_on_its_day_goes_back_to_care():
    olga, cass = cast.owner(), cast.care_agent()
    request = ask(olga, wanted(takes_effect_on=DAY)).request_id
    seat("Tess"), seat("Ute")
    assert actions.apply_due(at=AT + timedelta(days=10)) == 0
    row = contact_request_for_care(who(cass), request)
    assert (row.state, row.why, seated()) == (ContactState.OPEN, "seats_taken", ["tess@a.example", "ute@a.example"])
    assert not Contact.objects.filter(email=NEW["email"]).exists()
    assert letters("contact_change_returned") == [olga.email]
    assert actions.apply_due(at=AT + timedelta(days=11)) == 0
    old, later = ContactSeat.objects.earliest("id").identifier, AT + timedelta(days=10)
    actions.grant_contact_change(request_id=request, seat=old, **asking(cass, later))
    assert (contact_request_for_care(who(cass), request).why, seated()) == ("", ["ute@a.example", NEW["email"]])


@pytest.mark.parametrize("by", ["asker", "owner", "care_agent"])
def test_a_scheduled_change_can_be_withdrawn_and_is_told(by: str):
    sam, olga, cass = cast.stranger(), cast.owner(), cast.care_agent()
    request = ask(sam, wanted(takes_effect_on=DAY)).request_id
    actions.grant_contact_change(request_id=request, **asking(cass))
    assert [r.state for r in contact_changes_of(who(olga), cast.aster().pk)] == [ContactState.SCHEDULED]
    actions.withdraw_contact_change(request_id=request, **asking({"asker": sam, "owner": olga, "care_agent": cass}[by]))
    assert letters("contact_change_withdrawn") == sorted([olga.email, sam.email])
    assert (actions.apply_due(at=AT + timedelta(days=30)), seated()) == (0, [])
    no = refusal(actions.withdraw_contact_change, request_id=request, **asking(sam))
    assert no.code is EntitlementRefusal.REQUEST_ANSWERED


@pytest.mark.parametrize("role", ["other_owner", "viewer", "engineer", "reseller"])
def test_nobody_else_withdraws(role: str):
    request = ask(cast.stranger()).request_id
    before = state()
    person = asking(getattr(cast, role)())
    before = state()
    with pytest.raises(Refused):
        actions.withdraw_contact_change(request_id=request, **person)
    assert state() == before


def test_colleagues_see_what_is_scheduled_and_only_owners_what_waits():
    olga, vera = cast.owner(), cast.viewer()
    ask(cast.stranger())
    ask(olga, wanted(takes_effect_on=DAY))
    place = cast.aster().pk
    assert [r.state for r in contact_changes_of(who(vera), place)] == [ContactState.SCHEDULED]
    assert [r.state for r in contact_changes_of(who(olga), place)] == [ContactState.OPEN, ContactState.SCHEDULED]
    assert contact_changes_of(who(cast.other_owner()), place) == []


# --- history -----------------------------------------------------------------------------------------------------


def test_the_history_says_who_from_when_to_when_by_whom_and_why():
    olga, cass, sam = cast.owner(), cast.care_agent(), cast.technical()
    old = seat("Tess")
    request = ask(sam, wanted("replace", numbers(contact_id=old), words="Tess has left.")).request_id
    later = AT + timedelta(days=1)
    actions.grant_contact_change(request_id=request, **asking(cass, later))
    new, tess = contact_history(who(olga), cast.aster().pk).rows
    assert (new.name, new.since, new.by, new.asked_by, new.why, new.until) == (
        "Nia Quist", later, cass.name, sam.name, "Tess has left.", None,
    )  # fmt: skip
    assert (tess.identifier, tess.until, tess.ended_by, tess.end_asked_by, tess.end_why) == (
        old, later, cass.name, sam.name, "Tess has left.",
    )  # fmt: skip
    assert contact_history(who(cast.other_owner()), cast.aster().pk).rows == ()
    first = contact_history(who(olga), cast.aster().pk, limit=1)
    rest = contact_history(who(olga), cast.aster().pk, limit=1, before=first.next)
    assert (first.rows + rest.rows, rest.next, first.ever, first.now) == ((new, tess), None, 2, 1)


def test_the_technical_role_comes_with_the_seat():
    olga, sam = cast.owner(), cast.stranger()
    ask(olga, wanted(email=sam.email))
    assert who(sam).holds(cast.aster().pk, Role.TECHNICAL)
    assert [held.level for held in queries.seat_of(who=who(sam), organisation_id=cast.aster().pk, at=AT)] == ["basic"]
