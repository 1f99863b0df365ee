"""The wave: each notice once, none missed, whoever runs it and however often."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from tenure.accounts.models import Organisation, Site
from tenure.entitlements.models import Asset, Term
from tenure.entitlements.words import TermFamily
from tenure.journal.models import Entry
from tenure.journal.words import COMMAND
from tenure.renewals.actions.letters import rehearse_wave
from tenure.renewals.actions.waves import Wave, WaveRow, run_wave
from tenure.renewals.models import Notice
from tests import cast, estate
from tests.renewals.books import POLICY, day

AT = cast.AT
LAST = day("2027-03-31")
SERIAL = "M1000000001"


def owned(serial: str = SERIAL, *, until: date = LAST, size: str = "small", **more: object) -> Asset:
    """Ten machines of a small customer in EMEA, with a year that ends on `until`."""
    customer = cast.aster()
    Organisation.objects.filter(id=customer.id).update(size=size)
    made = estate.asset(customer, serial, **more)  # type: ignore[arg-type]
    estate.term(made, until - timedelta(days=364), until + timedelta(days=1))
    return Asset.objects.get(id=made.id)


def wave(on: str | date) -> Wave:
    return run_wave(on=day(on) if isinstance(on, str) else on, at=AT, by=COMMAND)


def rehearsed(on: str) -> tuple[Wave, int]:
    return rehearse_wave(on=day(on), at=AT, by=COMMAND)


def made() -> list[tuple[str, int, date, date]]:
    return list(Notice.objects.order_by("id").values_list("asset__serial_number", "step", "ends_on", "due_on"))


@pytest.fixture
def policy(db: None) -> None:
    estate.policy()


@pytest.mark.usefixtures("policy")
class TestAWave:
    def test_a_notice_says_what_of_whom_by_which_team_and_policy(self) -> None:
        reseller = cast.cinder()
        asset = owned(reseller=reseller)
        assert wave("2027-03-01") == Wave(on=day("2027-03-01"), rows=(WaveRow(region="EMEA", step=-30, notices=1),))
        found = Notice.objects.get()
        term = Term.objects.get(asset=asset)
        assert (found.asset_id, found.term_id, found.organisation_id, found.reseller_id) == (
            asset.id, term.id, asset.organisation_id, reseller.id,
        )  # fmt: skip
        assert (found.region, found.step, found.ends_on, found.due_on) == ("EMEA", -30, LAST, day("2027-03-01"))
        assert (found.policy, found.run_at, found.written_at) == (1, AT, None)

    def test_a_second_run_sends_nothing(self) -> None:
        owned()
        wave("2027-03-01")
        before = made(), Entry.objects.count()
        assert wave("2027-03-01").rows == ()
        assert (made(), Entry.objects.count()) == before

    def test_a_dry_run_says_the_same_and_changes_nothing(self) -> None:
        owned()
        before = Entry.objects.count()
        said, letters = rehearsed("2027-03-01")
        assert (made(), Entry.objects.count(), letters) == ([], before, 0)
        assert said == wave("2027-03-01")
        assert rehearsed("2027-03-01") == (Wave(on=day("2027-03-01"), rows=()), 0)

    def test_missed_days_are_caught_up_once(self) -> None:
        owned()
        assert [wave(day("2027-03-01") + timedelta(days=n)).notices for n in range(4, 12)] == [1] + [0] * 7
        assert made() == [(SERIAL, -30, LAST, day("2027-03-01"))]

    def test_what_was_missed_for_longer_is_passed_over(self) -> None:
        owned()
        assert wave("2027-01-01").notices == 1
        assert wave("2027-01-29").notices == 0
        assert wave(LAST + timedelta(days=30 + 32)).notices == 0
        assert wave(LAST + timedelta(days=30 + 31)).notices == 1
        assert [step for _, step, *_ in made()] == [-120, 30]

    def test_an_outage_of_thirty_days_loses_no_step_that_no_later_one_has_replaced(self) -> None:
        owned()
        wave("2026-12-31")
        wave("2027-01-29")
        assert wave("2027-02-28").rows == (WaveRow(region="EMEA", step=-60, notices=1),)
        assert wave("2027-02-28").notices == 0

    def test_a_clock_that_jumps_thirty_days_tells_the_latest_step_alone(self) -> None:
        owned()
        wave("2027-03-01")
        assert wave("2027-03-31").rows == (WaveRow(region="EMEA", step=-7, notices=1),)
        assert [step for _, step, *_ in made()] == [-30, -7]

    def test_a_renewed_asset_is_not_told_of_the_end_its_chain_has_passed(self) -> None:
        asset = owned()
        estate.term(asset, LAST + timedelta(days=1), LAST + timedelta(days=366))
        assert [wave(LAST + timedelta(days=n)).notices for n in (-120, -60, -30, -7, 5, 30)] == [0] * 6
        assert wave(LAST + timedelta(days=365 - 30)).notices == 1

    def test_courtesy_does_not_put_a_notice_off(self) -> None:
        asset = owned()
        estate.term(asset, LAST + timedelta(days=1), LAST + timedelta(days=15), family=TermFamily.COURTESY)
        wave("2027-04-05")
        assert made() == [(SERIAL, 5, LAST, day("2027-04-05"))]

    def test_only_the_last_chain_is_told_of(self) -> None:
        asset = owned()
        estate.term(asset, date(2028, 1, 1), date(2029, 1, 1))
        assert wave("2027-03-01").notices == 0
        wave("2028-12-01")
        assert made() == [(SERIAL, -30, date(2028, 12, 31), date(2028, 12, 1))]

    def test_an_enterprise_and_another_region_have_their_own_steps(self) -> None:
        asset = owned(size="enterprise")
        Site.objects.filter(id=asset.site_id).update(region="JP")
        assert wave(LAST - timedelta(days=180)).rows == (WaveRow(region="JP", step=-180, notices=1),)

    def test_without_a_day_it_is_the_one_of_each_assets_zone(self) -> None:
        east, west = owned(zone="Pacific/Auckland"), owned("M1000000002", zone="America/Los_Angeles")
        noon = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)  # 1 December in Auckland, 30 November in Los Angeles
        assert run_wave(on=None, at=noon, by=COMMAND).notices == 1
        assert [serial for serial, *_ in made()] == [east.serial_number]
        assert run_wave(on=None, at=noon + timedelta(hours=20), by=COMMAND).notices == 1
        assert [serial for serial, *_ in made()] == [east.serial_number, west.serial_number]

    def test_it_is_written_down_once(self) -> None:
        owned()
        wave("2027-03-01")
        entry = Entry.objects.get(verb="renewals.wave_run")
        assert (entry.subject, entry.facts) == ("2027-03-01", {"notices": 1, "steps": [["EMEA", -30, 1]]})

    def test_living_through_a_year_tells_each_step_once_on_its_day(self) -> None:
        owned()
        for n in range(-130, 60):
            wave(LAST + timedelta(days=n))
        assert made() == [(SERIAL, n, LAST, LAST + timedelta(days=n)) for n in (-120, -60, -30, -7, 5, 30)]

    def test_a_wave_is_one_statement_and_a_note(self, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        owned()
        wave("2027-03-01")
        for n in range(2, 12):
            owned(f"M10000000{n:02}")
        with django_assert_num_queries(6):  # the versions twice, a savepoint around the statement and its note
            assert wave("2027-03-01").notices == 10


@pytest.mark.django_db(transaction=True)
def test_waves_that_run_at_once_make_each_notice_once() -> None:
    estate.policy()
    for n in range(1, 41):
        owned(f"M10000001{n:02}")
    together = Barrier(4)

    def go() -> int:
        try:
            together.wait(timeout=20)
            return wave("2027-03-01").notices
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        counts = [each.result() for each in [pool.submit(go) for _ in range(4)]]
    assert (sum(counts), len(made()), len(set(made()))) == (40, 40, 40)
    assert POLICY.renewals.catch_up_days == 31
