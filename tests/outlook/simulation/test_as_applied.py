"""A simulation says what asking everybody before and after really applying the policy would."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.accounts.models import Site
from tenure.cases.models import Case
from tenure.cases.queries.case import judge_of
from tenure.cases.queries.stories import open_stories
from tenure.cases.rules import promises
from tenure.cases.rules.cached import next_of
from tenure.catalog.models import Product
from tenure.entitlements.models import Asset, Registration
from tenure.entitlements.queries.decisions import decisions_for_asset
from tenure.journal.words import COMMAND
from tenure.outlook.queries import ahead_all
from tenure.outlook.words import AheadFilters, Part
from tenure.policy.actions import apply_policy
from tenure.policy.queries import policy_on_or_first
from tenure.renewals.models import Price
from tenure.renewals.queries.quotes import quote_for
from tenure.renewals.words import Wish
from tenure.toolbox.refused import Refused
from tests import cast, estate
from tests.cases.conftest import make_scene, open_case
from tests.outlook.simulation.suppositions import TODAY, days, edited, inside, simulated
from tests.renewals.test_waves import owned

HORIZON: Final = 400
# each of another part of the policy, so that any of them can stand together
EDITS: Final = (
    inside("levels.essential", '"product_updates", ', ""),
    inside("levels.basic", '"content_updates", ', ""),
    inside("benefits.version_upgrades", "needs_registration = true ", "needs_registration = false "),
    (
        'benefits = ["technical_support", "product_updates", "content_updates", "service',
        'benefits = ["product_updates", "content_updates", "service',
    ),
    ("days_before = [120, 60, 30, 7]", "days_before = [150, 100, 45]"),
    ("days_before = [150, 90, 60, 30, 7]", "days_before = [90, 60]"),
    ("grace_days = 0\nback", "grace_days = 30\nback"),
    ("cap_days = 365 ", "cap_days = 60 "),
    ('new_term_starts = "order_day" ', 'new_term_starts = "first_of_month" '),
    ('percent_of_lapsed_fee = "25"', 'percent_of_lapsed_fee = "30"'),
    ('rule = "rate"\npercent = "19"', 'rule = "rate"\npercent = "21"'),
    inside("targets.essential.severity_3", "24 hours on business days", "4 business hours"),
    inside("hours.weekdays", 'mon-fri = ["00:00-24:00"]', 'mon-fri = ["08:00-20:00"]'),
)
Answers = dict[tuple[str, ...], str]


@pytest.fixture(autouse=True)
def estate_of_many(db: None) -> None:
    scene = make_scene()
    for n in range(6):
        open_case(scene.technical, severity=2 + n % 3, at=cast.AT - timedelta(hours=7 * n))
    zones = ("Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles")
    for n in range(24):
        made = owned(f"M20000000{n:02}", until=days(29 * n - 90), zone=zones[n % 3])
        if n % 3 == 0:
            estate.term(made, days(29 * n - 89), days(29 * n + 200), level="basic")
        if n % 4 == 0:
            person = cast.owner() if n == 0 else None
            Registration.objects.create(
                asset=made, person_id=person.id if person else 1, registered_at=cast.AT, registered_on=TODAY
            )
    gone = estate.asset(cast.aster(), "M2000000099")
    estate.term(gone, days(-5), days(5), family=estate.TermFamily.COURTESY)
    Site.objects.filter(id=Asset.objects.get(serial_number="M2000000001").site_id).update(region="EMEA")
    for level, per_year in (("essential", 1200), ("basic", 900)):
        Price.objects.create(
            product=Product.objects.get(slug="quay-vault"), level=level, currency="EUR", unit_list_price=5000,
            unit_maintenance_per_year=per_year, valid_from=date(2026, 1, 1), recorded_at=cast.AT,
        )  # fmt: skip


def decisions(from_day: date) -> Answers:
    """Each licence and benefit on each day from then on, as long as something can change."""
    return {
        (serial, each.benefit.value, each.on.isoformat()): f"{each.level} {each.until}" if each.granted else ""
        for serial in Asset.objects.order_by("-serial_number").values_list("serial_number", flat=True)[:14]
        for day in (from_day + timedelta(days=n) for n in range(0, 500, 43))
        for each in decisions_for_asset(who=None, serial=serial, on=day)
    }


def notices(from_day: date) -> Answers:
    rows = ahead_all(who=None, at=cast.AT, days=HORIZON, filters=AheadFilters(kind="notice"))
    return {(row.subject, row.detail): row.on.isoformat() for row in rows}


def renewals(from_day: date) -> Answers:
    return {
        (serial, "today" if ends <= from_day else "on_time"): cost(serial, max(from_day, ends - timedelta(days=1)))
        for serial, ends in Asset.objects.exclude(chain_ends_on=None).values_list("serial_number", "chain_ends_on")
        if ends <= TODAY + timedelta(days=HORIZON + 1)
    }


def cost(serial: str, on: date) -> str:
    try:
        made = quote_for(who=None, serials=[serial], wish=Wish(on=on)).quote
    except Refused as refused:
        return str(refused.code.value)
    return f"{made.gross} {made.currency} {made.lines[0].starts_on} {made.lines[0].ends_on}"


def next_promises(from_day: date) -> Answers:
    version = policy_on_or_first(from_day).number
    found: Answers = {}
    for case in open_stories():
        judge = judge_of(
            version=version, level=case.level, zone=case.zone, country=case.country, subdivision=case.subdivision
        )
        said = promises(story=case.story, policy=judge.policy, level=case.level, calendars=judge.calendars)
        following = next_of(said)
        found[case.number,] = f"{following.name} {following.due_at}" if following else ""
    return found


def both_ways(ask: Callable[[date], Answers], text: str, on: date) -> tuple[Answers, Answers]:
    """The answers before and after the policy is really applied, which is then taken back."""
    before = ask(on)
    with transaction.atomic():
        apply_policy(text=text, in_force_from=on, at=cast.AT, by=COMMAND, places=[])
        after = ask(on)
        transaction.set_rollback(True)
    return before, after


def differing(sides: tuple[Answers, Answers]) -> set[tuple[str, ...]]:
    before, after = sides
    return {key for key in {*before, *after} if before.get(key) != after.get(key)}


edits = st.sets(st.sampled_from(EDITS), min_size=1, max_size=4)
starts = st.sampled_from([TODAY, days(9), days(45)])
as_the_house = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@as_the_house
@given(edits, starts)
def test_benefits_come_out_as_they_do_when_it_is_applied(chosen: set[tuple[str, str]], on: date) -> None:
    found = simulated(*sorted(chosen), on=on)
    told = {(row.about, row.detail) for part in found.parts if part.part is Part.BENEFITS for row in part.rows}
    asked = differing(both_ways(decisions, edited(*sorted(chosen)), on))
    assert {(serial, benefit) for serial, benefit, _ in asked} <= told
    first = {}
    for serial, benefit, day in sorted(asked, key=lambda key: key[2]):
        first.setdefault((serial, benefit), day)
    for part in found.parts:
        for row in part.rows if part.part is Part.BENEFITS else ():
            assert row.on is not None
            assert row.on.isoformat() <= first.get((row.about, row.detail), "9999")


@as_the_house
@given(edits, starts)
def test_notices_come_out_as_they_do_when_it_is_applied(chosen: set[tuple[str, str]], on: date) -> None:
    sides = both_ways(notices, edited(*sorted(chosen)), on)
    told = {
        (row.about, row.detail): (row.before[:10], row.after[:10])
        for part in simulated(*sorted(chosen), on=on).parts if part.part is Part.NOTICES
        for row in part.rows if row.before[:10] != row.after[:10]
    }  # fmt: skip
    assert told == {key: (sides[0].get(key, ""), sides[1].get(key, "")) for key in differing(sides)}


@as_the_house
@given(edits, starts)
def test_renewals_come_out_as_they_do_when_it_is_applied(chosen: set[tuple[str, str]], on: date) -> None:
    sides = both_ways(renewals, edited(*sorted(chosen)), on)
    told = {
        (row.about, row.detail): (row.before, row.after)
        for part in simulated(*sorted(chosen), on=on).parts if part.part is Part.RENEWALS for row in part.rows
    }  # fmt: skip
    assert told == {key: (sides[0][key], sides[1][key]) for key in differing(sides)}


@as_the_house
@given(edits, starts)
def test_promises_come_out_as_they_do_when_it_is_applied(chosen: set[tuple[str, str]], on: date) -> None:
    asked = differing(both_ways(next_promises, edited(*sorted(chosen)), on))
    told = {
        (row.about,) for part in simulated(*sorted(chosen), on=on).parts if part.part is Part.CASES
        for row in part.rows
    }  # fmt: skip
    assert told == asked
    assert Case.objects.filter(closed_at=None).count() == 6
