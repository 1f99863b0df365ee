"""Changes for a later day."""

from datetime import UTC, datetime, timedelta

import pytest

from tenure.accounts.models import Contact
from tenure.entitlements import actions
from tenure.entitlements.models import ContactSeat
from tenure.entitlements.queries.contact_requests import (
    contact_changes_of,
    contact_request_for_care,
)
from tenure.entitlements.words import EntitlementRefusal
from tenure.entitlements.words.contact_changes import ContactState
from tenure.toolbox.refused import Refused
from tests import cast
from tests.cast import AT, asking, who
from tests.entitlements.contact_requests.world import DAY, NEW, ask, letters, refusal, seat, seated, state, wanted

pytestmark = pytest.mark.django_db


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
