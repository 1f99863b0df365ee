"""What falls due, told beforehand: the same as living through the days."""

import importlib
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.accounts.models import Organisation, Site
from tenure.cases.models import CaseMilestone
from tenure.entitlements.models import Asset
from tenure.entitlements.words import TermFamily
from tenure.journal.words import COMMAND
from tenure.outlook.queries import ahead, ahead_all, ahead_counts
from tenure.outlook.words import AheadFilters, DueKind, DueRow
from tenure.policy.actions import apply_policy
from tenure.renewals.actions.waves import run_wave
from tenure.renewals.models import Lost, Notice, Quote, QuoteLine, ResellerChange
from tenure.renewals.queries.due import schedule_around
from tenure.renewals.rules.schedule import told_on
from tests import cast, estate
from tests.cases.conftest import make_scene, open_case
from tests.renewals.books import STANDARD
from tests.renewals.test_waves import owned

TODAY = cast.AT.date()
ALL = AheadFilters()


@pytest.fixture(autouse=True)
def policy(db: None) -> None:
    estate.policy()


def days(n: int) -> date:
    return TODAY + timedelta(days=n)


def rows(n: int = 60, **more: Any) -> list[DueRow]:
    return list(ahead_all(who=None, at=cast.AT, days=n, filters=AheadFilters(**more)))


def told(n: int = 60) -> list[tuple[str, str, date]]:
    return sorted((row.subject, row.detail, row.on) for row in rows(n, kind="notice"))


def lived(n: int = 60) -> list[tuple[str, str, date]]:
    """The notices that waves make as the clock moves on a day at a time, each with the day that it was at the asset."""
    found = []
    for each in range(n + 1):
        before, at = set(Notice.objects.values_list("id", flat=True)), cast.AT + timedelta(days=each)
        run_wave(on=None, at=at, by=COMMAND)
        made = Notice.objects.exclude(id__in=before).values_list("asset__serial_number", "step", "asset__zone")
        found += [(serial, str(step), at.astimezone(ZoneInfo(zone)).date()) for serial, step, zone in made]
    return sorted(found)


def many() -> None:
    """Ends all around today, of small and large customers, in several regions and zones; some lost, some a trial."""
    by = cast.renewals()
    zones = ("Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles")
    for n in range(60):
        made = owned(f"M10000{n:05}", until=days(7 * n - 60), zone=zones[n % 3])
        Asset.objects.filter(id=made.id).update(purpose="trial" if n % 13 == 0 else "production")
        if n % 11 == 0:
            Lost.objects.create(asset=made, ends_on=days(7 * n - 60), reason="price", said_at=cast.AT, said_by=by)


def test_sixty_days_of_notices_are_those_that_living_through_the_days_makes() -> None:
    many()
    foretold = told()
    assert len(foretold) > 30
    assert foretold == lived()


def test_the_same_holds_over_a_change_of_policy_and_in_another_region() -> None:
    many()
    Site.objects.filter(organisation=cast.aster()).update(region="JP")
    changed = STANDARD.replace("days_before = [150, 90, 60, 30, 7]", "days_before = [140, 60, 45, 10]", 1)
    assert changed != STANDARD
    apply_policy(
        text=changed.replace('edition = "2026.1"', 'edition = "2026.2"', 1), in_force_from=days(20), at=cast.AT,
        by=COMMAND,
    )  # fmt: skip
    foretold = told()
    assert {step for _, step, _ in foretold} >= {"-30", "-45"}
    assert foretold == lived()


ZONES = ("Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles")
CHANGED = STANDARD.replace("days_before = [120, 60, 30, 7]", "days_before = [90, 45, 30, 3]", 1)


@given(
    ends=st.lists(st.integers(-60, 260), min_size=1, max_size=5),
    change=st.none() | st.integers(1, 130),
    hour=st.integers(0, 23),
    span=st.integers(0, 130),
    wide=st.sampled_from([1, 4, 10**6]),
)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_windows_of_any_width_and_over_any_change_of_policy_it_says_what_the_rule_says(
    ends: list[int], change: int | None, hour: int, span: int, wide: int
) -> None:
    at = cast.AT.replace(hour=hour)
    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(importlib.import_module("tenure.outlook.queries.ahead"), "MANY", wide)
        made = [owned(f"M10000{n:05}", until=days(end), zone=ZONES[n % 3]) for n, end in enumerate(ends)]
        if change:
            apply_policy(
                text=CHANGED.replace('edition = "2026.1"', 'edition = "2026.2"', 1), in_force_from=days(change), at=at,
                by=COMMAND,
            )  # fmt: skip
        steps = [
            each
            for each in schedule_around(first=TODAY - timedelta(days=1), last=days(span + 1))
            if (each.kind, each.size, each.region) == ("software", "small", "EMEA")
        ]
        expected = set[tuple[str, str, date]]()
        for asset in made:
            assert asset.chain_ends_on is not None
            today, seen = at.astimezone(ZoneInfo(asset.zone)).date(), set[int]()
            for on in (today + timedelta(days=n) for n in range(span + 1)):
                found = told_on(
                    last_day=asset.chain_ends_on - timedelta(days=1), on=on, kind="software", size="small",
                    region="EMEA", steps=steps,
                )  # fmt: skip
                if found and found.step not in seen:
                    seen.add(found.step)
                    expected.add((asset.serial_number, str(found.step), on))
        rows = list(ahead_all(who=None, at=at, days=span, filters=AheadFilters(kind="notice")))
        assert [(row.subject, row.detail, row.on) for row in rows] == [
            (row.subject, row.detail, row.on) for row in sorted(rows, key=lambda row: (row.on, row.key))
        ]
        assert sorted((row.subject, row.detail, row.on) for row in rows) == sorted(expected)
        transaction.set_rollback(True)


def test_what_a_wave_has_told_is_not_ahead_any_more() -> None:
    owned(until=days(30))
    assert [row.detail for row in rows(0)] == ["-30"]
    run_wave(on=TODAY, at=cast.AT, by=COMMAND)
    assert rows(0) == []


def test_a_chain_ends_on_its_last_covered_day_and_courtesy_does_not_move_it() -> None:
    made = owned(until=days(10))
    estate.term(made, days(11), days(20), family=TermFamily.COURTESY)
    found = rows(kind="term_ends")
    assert [(row.on, row.subject, row.region, row.quantity) for row in found] == [
        (days(10), made.serial_number, "EMEA", 10)
    ]
    assert [len(rows(n, kind="term_ends")) for n in (9, 10)] == [0, 1]


def test_support_of_a_release_ends_once_for_each_customer_that_owns_it() -> None:
    first = owned(until=days(300))
    owned("M1000000002", until=days(300))
    assert first.release is not None
    first.release.standard_support_ends_from = days(41)
    first.release.save()
    found = rows(kind="support_ends")
    assert [(row.on, row.product, row.detail, row.quantity) for row in found] == [
        (days(40), "Quay Vault 9.4", "standard", 2)
    ]


def test_a_quote_that_waits_expires_and_one_that_was_withdrawn_does_not() -> None:
    for number, gone in (("QU-00000001", None), ("QU-00000002", cast.AT)):
        Quote.objects.create(
            number=number, organisation=cast.aster(), prepared_at=cast.AT, order_day=TODAY, valid_to=days(30), policy=1,
            currency="EUR", wish={}, total=1, tax=0, tax_rule="rate", tax_percent=0, zone="UTC", withdrawn_at=gone,
        )  # fmt: skip
    found = rows(kind="quote_expires")
    assert [(row.on, row.subject, row.detail) for row in found] == [(days(30), "QU-00000001", "prepared")]


def test_an_extension_on_a_quote_is_no_licence_more() -> None:
    made = owned(until=days(20))
    kept = Quote.objects.create(
        number="QU-00000001", organisation=cast.aster(), prepared_at=cast.AT, order_day=TODAY, valid_to=days(30), policy=1,
        currency="EUR", wish={}, total=1, tax=0, tax_rule="rate", tax_percent=0, zone="UTC",
    )  # fmt: skip
    for place, kind in enumerate(("renewal", "extension"), start=1):
        QuoteLine.objects.create(
            quote=kept, place=place, asset=made, kind=kind, level="essential", quantity=1, starts_on=days(20),
            ends_on=days(384), lapsed_days=0, amount=1, steps=[], notes=[], held={},
        )  # fmt: skip
    assert [(row.subject, row.quantity) for row in rows(kind="quote_expires")] == [("QU-00000001", 1)]


def test_a_reseller_of_record_changes_on_its_day() -> None:
    made = owned(until=days(300))
    ResellerChange.objects.create(
        asset=made, reseller_after=cast.cinder(), changed_on=days(12), changed_at=cast.AT
    )  # fmt: skip
    found = rows(kind="reseller_changes")
    assert [(row.on, row.subject, row.detail) for row in found] == [(days(12), made.serial_number, cast.cinder().name)]


def test_pages_follow_each_other_and_add_up_to_the_whole() -> None:
    many()
    pages, after = [], ""
    while True:
        page = ahead(who=None, at=cast.AT, days=60, filters=ALL, after=after, limit=7)
        pages += page.rows
        after = page.next
        if not after:
            break
    assert pages == rows()
    assert sum(ahead_counts(who=None, at=cast.AT, days=60, filters=ALL).values()) == len(pages)


def test_region_and_customer_narrow_it() -> None:
    owned(until=days(30))
    number = Organisation.objects.get(name=cast.aster().name).number
    assert rows(customer=number, region="EMEA") == rows()
    assert rows(region="JP") == rows(customer="nobody") == rows(customer="K\0") == []


def test_nobody_but_those_who_renew_and_care_sees_it_and_requests_are_cares() -> None:
    owned(until=days(30))
    seen = {
        each.email: ahead(who=cast.who(each), at=cast.AT, days=60, filters=ALL).rows != ()
        for each in (cast.renewals(), cast.manager(), cast.engineer(), cast.owner(), cast.reseller())
    }
    assert list(seen.values()) == [True, True, False, False, False]


def test_it_is_a_pure_read() -> None:
    many()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        found = [rows(400), ahead_counts(who=None, at=cast.AT, days=400, filters=ALL)]
        transaction.set_rollback(True)
    assert [bool(each) for each in found] == [True, True]


def test_every_kind_can_be_asked_for_alone() -> None:
    many()
    apart = [row for kind in DueKind for row in rows(60, kind=kind.value)]
    assert sorted(apart, key=lambda row: (row.on, row.kind, row.key)) == rows()


def test_promises_of_a_day_stand_in_the_order_of_their_instants() -> None:
    scene = make_scene()
    case = open_case(scene.technical)
    assert [(row.subject, row.detail, row.at) for row in rows(kind="case_promise")] == [
        (case.number, name, due)
        for name, due in CaseMilestone.objects.filter(due_at__gte=cast.AT, met_at=None)
        .order_by("due_at")
        .values_list("name", "due_at")
    ]
