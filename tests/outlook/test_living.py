"""What is told to fall due over 400 days is what happens when the clock moves on, of every kind, in three zones."""

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tenure.entitlements.actions import apply_due, pass_on_joinings
from tenure.entitlements.models import (
    Agreement,
    Asset,
    Claim,
    ContactRequest,
    Courtesy,
    Joining,
    JoiningRequest,
)
from tenure.entitlements.queries import decision_for
from tenure.entitlements.words import Benefit, TermFamily
from tenure.journal.words import JOB
from tenure.outlook.queries import ahead_all
from tenure.outlook.queries.happened import happened
from tenure.outlook.words import AheadFilters, DueKind, DueRow
from tenure.policy.queries import read_once
from tenure.renewals.actions.resellers import apply_reseller_changes
from tenure.renewals.actions.waves import run_wave
from tenure.renewals.models import Quote, ResellerChange
from tests import cast, estate
from tests.cases.conftest import make_scene, open_case
from tests.renewals.test_waves import owned

AT = cast.AT
TODAY = AT.date()
SPAN = 400
DAY = timedelta(days=1)
ZONES = ("Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles")
ENDS_OF_COVER = {DueKind.TERM_ENDS, DueKind.COURTESY_ENDS}
LAST_DAYS = {
    DueKind.TERM_ENDS,
    DueKind.SUPPORT_ENDS,
    DueKind.COURTESY_ENDS,
    DueKind.QUOTE_EXPIRES,
    DueKind.CLAIM_ANSWER,
}


def world() -> None:
    """Something of every kind."""
    scene = make_scene()
    open_case(scene.technical)
    care, owner, stranger = cast.care_agent(), cast.owner(), cast.stranger()
    for n, (zone, end) in enumerate(zip((*ZONES, *ZONES), (40, 41, 42, 300, 301, 390), strict=True)):
        owned(f"M20000{n:05}", until=TODAY + end * DAY, zone=zone)
    lapsed = owned("M1000000099", until=TODAY - 90 * DAY, zone=ZONES[2])
    term = estate.term(lapsed, TODAY - 5 * DAY, TODAY + 17 * DAY, family=TermFamily.COURTESY)
    Courtesy.objects.create(
        asset=lapsed, organisation=cast.aster(), asked_at=AT, why="Waits for the board", days=22, most_cases=3,
        level="essential", answered_by=care, answered_at=AT, answer="given", term=term, policy=1,
    )  # fmt: skip
    first = Asset.objects.get(serial_number="M2000000000")
    assert first.release is not None
    first.release.standard_support_ends_from = TODAY + 200 * DAY
    first.release.save()
    Quote.objects.create(
        number="QU-00000001", organisation=cast.aster(), prepared_at=AT, order_day=TODAY, valid_to=TODAY + 30 * DAY,
        policy=1, currency="EUR", wish={}, total=1, tax=0, tax_rule="rate", tax_percent=0, zone=ZONES[1],
    )  # fmt: skip
    ResellerChange.objects.create(
        asset=first, reseller_after=cast.cinder(), changed_on=TODAY + 12 * DAY, changed_at=AT
    )  # fmt: skip
    ContactRequest.objects.create(
        wish="add", organisation=cast.aster(), agreement=Agreement.objects.get(), asked_by=owner, given=[],
        name="New Contact", email="new.contact@aster.example", takes_effect_on=TODAY + 25 * DAY, asked_at=AT,
        answered_at=AT, answered_by=care, answer="granted",
    )  # fmt: skip
    joining = Joining.objects.create(person=stranger, given=["certificate 1"], asked_at=AT)
    JoiningRequest.objects.create(
        joining=joining, organisation=cast.aster(), numbers=["certificate 1"], passes_at=AT + 14 * DAY
    )  # fmt: skip
    Claim.objects.create(
        serial="M2000000000", asset=first, organisation=cast.bellwether(), claimed_by=stranger, given=[],
        words="Ours", claimed_at=AT, answer_due_on=TODAY + 10 * DAY,
    )  # fmt: skip


def zone_of(row: DueRow) -> str:
    """The zone in whose days a row falls due."""
    if row.kind is DueKind.QUOTE_EXPIRES:
        return ZONES[1]
    if row.kind is DueKind.CONTACT_CHANGES:
        return "Europe/Berlin"  # of the agreement's region
    if row.kind in {DueKind.SUPPORT_ENDS, DueKind.CLAIM_ANSWER}:
        return "UTC"
    return str(Asset.objects.values_list("zone", flat=True).get(serial_number=row.subject))


def falls(row: DueRow, zone: str, since: datetime, at: datetime) -> bool:
    """Whether it happens after `since`, up to `at`: a last day is over when the day after it has begun."""
    if row.at is not None:
        return since < row.at <= at
    before, now = (each.astimezone(ZoneInfo(zone)).date() for each in (since, at))
    on = row.on + DAY if row.kind in LAST_DAYS else row.on
    return before < on <= now


def live_through(at: datetime) -> None:
    with read_once():
        apply_reseller_changes(at=at)
        apply_due(at=at)
        pass_on_joinings(at=at, by=JOB)
        run_wave(on=None, at=at, by=JOB)


def covered(serial: str, on: date) -> bool:
    return decision_for(who=None, serial=serial, benefit=Benefit.TECHNICAL_SUPPORT, on=on, known=None).granted


@pytest.mark.django_db
def test_what_was_told_of_400_days_is_what_happens_in_them() -> None:
    world()
    run_wave(on=None, at=AT, by=JOB)  # what is due today is told; the days to come are left
    foretold = list(ahead_all(who=None, at=AT, days=SPAN, filters=AheadFilters()))
    assert {row.kind for row in foretold} == set(DueKind)
    zones = {(row.kind, row.key): zone_of(row) if row.at is None else "UTC" for row in foretold}
    around = {row.on + n * DAY for row in foretold for n in (-1, 0, 1)} | {TODAY + n * DAY for n in range(0, SPAN, 50)}
    visited = sorted(AT + (day - TODAY) for day in around if TODAY < day < TODAY + SPAN * DAY)
    for since, at in zip([AT, *visited], visited, strict=False):
        live_through(at)
        expected = Counter(row.kind for row in foretold if falls(row, zones[row.kind, row.key], since, at))
        assert (at.date(), dict(happened(who=None, since=since, at=at).counts)) == (at.date(), dict(expected))
    for row in foretold:
        if row.kind in ENDS_OF_COVER:
            assert (covered(row.subject, row.on), covered(row.subject, row.on + DAY)) == (True, False)
