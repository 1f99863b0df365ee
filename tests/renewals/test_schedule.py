"""When somebody is told: the rule by itself, and the same rule in SQL."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tenure.accounts.models import Organisation, Site
from tenure.entitlements.models import Asset
from tenure.policy.words import Policy
from tenure.renewals.models import Lost
from tenure.renewals.queries.due import DUE, SCHEDULE, schedule_params
from tenure.renewals.rules.schedule import Period, Step, Told, ends_told_on, expanded, steps_of, told_on
from tests import cast, estate
from tests.renewals.books import POLICY, day

SMALL = {"kind": "software", "size": "small", "region": "EMEA"}
LAST = day("2027-03-31")
STANDARD = expanded([Period(policy=POLICY, number=1)])
SPARSE = replace(POLICY, renewals=replace(POLICY.renewals, catch_up_days=3))


def told(on: date, steps: Sequence[Step] = STANDARD, last_day: date = LAST) -> Told | None:
    return told_on(last_day=last_day, on=on, steps=steps, **SMALL)


def test_steps_run_from_the_earliest_before_to_the_latest_after() -> None:
    assert steps_of(POLICY.notices_for(**SMALL)) == (-120, -60, -30, -7, 5, 30)


def test_every_kind_size_and_region_has_its_steps_once() -> None:
    keys = [(each.kind, each.size, each.region, each.step) for each in STANDARD]
    assert len(keys) == len(set(keys))
    assert {key[:3] for key in keys} == {
        (kind, size, region)
        for kind in ("software", "online_service", "hardware")
        for size in ("small", "enterprise")
        for region in POLICY.regions
    }


@pytest.mark.parametrize(
    ("on", "step"),
    [
        ("2026-11-30", None), ("2026-12-01", -120), ("2027-01-01", -120), ("2027-01-02", None), ("2027-01-30", -60),
        ("2027-02-28", -60), ("2027-03-01", -30), ("2027-03-24", -7), ("2027-04-04", -7), ("2027-04-05", 5),
        ("2027-04-29", 5), ("2027-04-30", 30), ("2027-05-31", 30), ("2027-06-01", None),
    ],
)  # fmt: skip
def test_a_step_is_told_from_its_day_on_and_caught_up_for_a_month(on: str, step: int | None) -> None:
    found = told(day(on))
    assert (found and found.step) == step


def test_of_several_steps_that_are_due_the_latest_alone_is_told() -> None:
    close = {"kind": "online_service", "size": "small", "region": "EMEA"}
    found = told_on(last_day=LAST, on=LAST + timedelta(days=2), steps=STANDARD, **close)
    assert found == Told(step=1, due_on=LAST + timedelta(days=1), number=1)
    assert told_on(last_day=LAST, on=LAST, steps=STANDARD, **close) == Told(
        step=-1, due_on=LAST - timedelta(days=1), number=1
    )


def test_living_day_by_day_tells_every_step_on_its_day() -> None:
    days = [LAST + timedelta(days=n) for n in range(-200, 200)]
    first_told: dict[int, date] = {}
    for on in days:
        found = told(on)
        if found:
            first_told.setdefault(found.step, on)
    assert first_told == {step: LAST + timedelta(days=step) for step in (-120, -60, -30, -7, 5, 30)}


def test_a_new_version_judges_from_its_own_day_on() -> None:
    change = day("2026-12-05")
    sparse = [
        Period(policy=POLICY, number=1, until=change), Period(policy=SPARSE, number=2, since=change),
    ]  # fmt: skip
    steps = expanded(sparse)
    assert told(day("2026-12-04"), steps) == Told(step=-120, due_on=day("2026-12-01"), number=1)
    assert told(day("2026-12-05"), steps) is None
    assert told(day("2027-01-30"), steps) == Told(step=-60, due_on=day("2027-01-30"), number=2)


@given(on=st.dates(date(2026, 1, 1), date(2028, 1, 1)), offset=st.integers(-400, 400))
def test_where_to_look_leaves_nothing_out(on: date, offset: int) -> None:
    last_day = on + timedelta(days=offset)
    if told(on, last_day=last_day):
        assert last_day in ends_told_on(days=[on], steps=STANDARD)


# told: each asset, the step that is told of it on a day, and the day it was due
TOLD = f"WITH {SCHEDULE} SELECT a.id, s.step, d.due_on, s.policy {DUE} AND %(on)s >= d.told_from AND %(on)s < d.told_before"
# first: each asset's steps with the first day in a span of days on which each is told
FIRST = f"WITH {SCHEDULE} SELECT a.id, s.step, GREATEST(d.told_from, %(first)s) {DUE} AND d.told_from <= %(last)s AND d.told_before > %(first)s"


@pytest.fixture
def owned(db: None) -> list[Asset]:
    """An asset of every kind, size and region."""
    estate.policy()
    made = 0
    for size in ("small", "enterprise"):
        for region in POLICY.regions:
            customer = cast.organisation(f"{size} {region}")
            Organisation.objects.filter(id=customer.id).update(size=size)
            estate.site(customer)
            Site.objects.filter(organisation=customer).update(region=region)
            for kind in ("software", "online_service", "hardware"):
                of = estate.product(f"Quay {kind}", kind=kind)
                estate.asset(customer, f"M{1000000001 + made}", of=of)
                made += 1
    return list(Asset.objects.select_related("product", "organisation", "site").order_by("id"))


def _asked(statement: str, steps: Sequence[Step], **params: object) -> set[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {**schedule_params(steps), **params})
        return set(cursor.fetchall())


def _change(policy: Policy, on: date) -> tuple[Step, ...]:
    return expanded([Period(policy=POLICY, number=1, until=on), Period(policy=policy, number=2, since=on)])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), on=st.dates(date(2026, 1, 1), date(2028, 1, 1)), change=st.integers(-20, 20))
def test_the_statement_tells_what_the_rule_tells(
    owned: list[Asset], data: st.DataObject, on: date, change: int
) -> None:  # fmt: skip
    offsets = data.draw(st.lists(st.integers(-45, 190), min_size=len(owned), max_size=len(owned)))
    steps = _change(SPARSE, on + timedelta(days=change))
    expected = set()
    for asset, offset in zip(owned, offsets, strict=True):
        ends = on + timedelta(days=offset)
        Asset.objects.filter(id=asset.id).update(chain_ends_on=ends + timedelta(days=1))
        key = {"kind": asset.product.kind, "size": asset.organisation.size, "region": asset.site.region}
        found = told_on(last_day=ends, on=on, steps=steps, **key)
        if found:
            expected.add((asset.id, found.step, found.due_on, found.number))
    assert _asked(TOLD, steps, on=on) == expected


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), span=st.integers(1, 40))
@example(data=None, span=40)
def test_a_span_of_days_at_once_is_the_same_as_living_through_it(
    owned: list[Asset], data: st.DataObject | None, span: int
) -> None:
    first, lived = date(2027, 1, 1), dict[tuple[object, ...], date]()
    few = owned[::5]
    Asset.objects.update(chain_ends_on=None)
    for place, asset in enumerate(few):
        offset = data.draw(st.integers(-45, 190)) if data else 30 * place - 40
        Asset.objects.filter(id=asset.id).update(chain_ends_on=first + timedelta(days=offset))
    steps = _change(SPARSE, first + timedelta(days=7))
    for n in range(span):
        for asset, step, *_ in _asked(TOLD, steps, on=first + timedelta(days=n)):
            lived.setdefault((asset, step), first + timedelta(days=n))
    at_once = _asked(FIRST, steps, first=first, last=first + timedelta(days=span - 1))
    earliest: dict[tuple[object, ...], date] = {}
    for asset, step, on in at_once:
        assert isinstance(on, date)
        earliest[(asset, step)] = min(on, earliest.get((asset, step), on))
    assert earliest == lived


def test_what_is_gone_a_trial_or_given_up_is_not_told_of(owned: list[Asset]) -> None:
    Asset.objects.update(chain_ends_on=LAST + timedelta(days=1))
    small = [asset for asset in owned if asset.product.kind == "software" and asset.organisation.size == "small"]
    gone, trial, lost, back = (asset for asset in small if asset.site.region in ("EMEA", "AMS", "SG", "JP"))
    Asset.objects.filter(id=gone.id).update(quantity=0)
    Asset.objects.filter(id=trial.id).update(purpose="trial")
    said = {"ends_on": LAST, "reason": "price", "said_at": cast.AT, "said_by": cast.renewals()}
    Lost.objects.create(asset=lost, **said)
    Lost.objects.create(asset=back, taken_back_at=cast.AT, **said)
    found = {asset for asset, *_ in _asked(TOLD, STANDARD, on=LAST - timedelta(days=30))}
    assert found & {each.id for each in small} == {each.id for each in small} - {gone.id, trial.id, lost.id}
