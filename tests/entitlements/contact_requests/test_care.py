"""What customer care sees, grants and declines."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tenure.accounts.models import Contact
from tenure.accounts.words import AccountRefusal
from tenure.entitlements import actions
from tenure.entitlements.models import Agreement, Asset, ContactRequest, ContactSeat, Evidence, LetterDue, Term
from tenure.entitlements.queries.contact_requests import (
    RequestFilters,
    contact_requests_for_care,
    evidence_file,
    matches_of,
    own_contact_requests,
)
from tenure.entitlements.words import EntitlementRefusal, TermFamily
from tenure.journal.words import COMMAND
from tenure.outbox.models import Mail
from tenure.policy.words.identifiers import Identifier
from tenure.toolbox.upload import Upload
from tests import cast
from tests.cast import AT, asking, who
from tests.entitlements.contact_requests.world import (
    FOREIGN,
    NEW,
    OWN,
    PAPERWORK,
    ask,
    aster_agreement,
    letters,
    numbers,
    refusal,
    seat,
    seated,
    wanted,
)

pytestmark = pytest.mark.django_db


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
