"""Versions of the policy in the database: dated, unchangeable, and judged by the calendars they were applied with."""

from datetime import UTC, date, datetime
from pathlib import Path
from threading import Barrier, Thread
from typing import Final

import pytest
from django.db import IntegrityError, connection, transaction

from tenure.journal.models import Entry
from tenure.journal.words import Actor
from tenure.policy import queries
from tenure.policy.actions import ALWAYS, apply_policy, ensure_standard, keep_calendars
from tenure.policy.models import PolicyCalendar, PolicyVersion, PolicyZone
from tenure.policy.queries import policy_numbered, policy_on, timetable_for, timetables_for, versions
from tenure.policy.rules import milestones
from tenure.policy.rules.places import Place, days_of, every_zone
from tenure.policy.words import Code, PolicyMistakes
from tenure.toolbox.refused import Refused
from tenure.worktime.words import BeyondHorizon

STANDARD: Final = (Path(__file__).parents[2] / "policy" / "standard.toml").read_text(encoding="utf-8")
SECOND: Final = STANDARD.replace('edition = "2026.1"', 'edition = "2026.2"').replace("contacts = 2\n", "contacts = 4\n")
NOW: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BY: Final = Actor(kind="person", id="7", name="Olive Operator")
PARIS: Final = Place(country="FR", zone="Europe/Paris")
MUNICH: Final = Place(country="DE", zone="Europe/Berlin", subdivision="BY")

pytestmark = pytest.mark.django_db


def first() -> queries.VersionedPolicy:
    return ensure_standard(at=NOW, by=BY, places=[PARIS])


def rows() -> tuple[int, int, int, int]:
    return (
        PolicyVersion.objects.count(),
        PolicyCalendar.objects.count(),
        PolicyZone.objects.count(),
        Entry.objects.filter(verb="policy.applied").count(),
    )


def test_without_a_version_there_is_no_policy() -> None:
    with pytest.raises(Refused) as refusal:
        policy_on(NOW.date())
    assert (refusal.value.code, refusal.value.facts) == (Code.NO_VERSION, {"day": "2026-03-02"})


def test_the_shipped_file_becomes_the_first_version_for_all_days() -> None:
    version = first()
    assert (version.number, version.in_force_from, version.policy.edition) == (1, ALWAYS, "2026.1")
    assert policy_on(date(1970, 1, 1)) == policy_on(date(2999, 1, 1)) == version
    assert version.years == (2023, 2036)


def test_ensuring_the_standard_again_changes_nothing() -> None:
    version = first()
    before = rows()
    assert ensure_standard(at=NOW, places=[MUNICH]) == version
    assert rows() == before


def test_a_later_version_is_in_force_from_its_day_on_and_the_earlier_stays() -> None:
    first()
    apply_policy(text=SECOND, in_force_from=date(2026, 4, 1), at=NOW, by=BY, places=[PARIS])
    told = [(policy_on(day).number, policy_on(day).policy.levels["basic"].contacts) for day in (
        date(2026, 3, 31), date(2026, 4, 1))]  # fmt: skip
    assert told == [(1, 2), (2, 4)]
    assert policy_numbered(1).policy.levels["basic"].contacts == 2
    assert [(row.number, row.in_force_from) for row in versions()] == [(1, ALWAYS), (2, date(2026, 4, 1))]


def test_applying_is_journalled_with_who_and_from_when() -> None:
    first()
    entry = Entry.objects.get(verb="policy.applied")
    digest = policy_numbered(1).digest
    assert (entry.at, entry.actor, entry.subject_kind, entry.subject) == (NOW, "person:7", "policy_version", "1")
    assert entry.facts == {"edition": "2026.1", "in_force_from": "1970-01-01", "digest": digest}


def test_the_same_text_from_the_same_day_again_is_a_no_op() -> None:
    first()
    wanted = {"text": SECOND, "in_force_from": date(2026, 4, 1), "at": NOW, "by": BY, "places": [PARIS]}
    once = apply_policy(**wanted)
    before = rows()
    again = apply_policy(**wanted)
    assert (once.is_new, again.is_new, again.version) == (True, False, once.version)
    assert rows() == before


def test_the_same_text_from_another_day_is_refused() -> None:
    first()
    before = rows()
    with pytest.raises(Refused) as refusal:
        apply_policy(text=STANDARD, in_force_from=date(2026, 5, 1), at=NOW, by=BY)
    assert refusal.value.code is Code.ALREADY_APPLIED
    assert refusal.value.facts == {"number": 1, "in_force_from": "1970-01-01"}
    assert rows() == before


def test_a_policy_never_changes_what_was() -> None:
    first()
    before = rows()
    with pytest.raises(Refused) as refusal:
        apply_policy(text=SECOND, in_force_from=date(2026, 3, 1), at=NOW, by=BY)
    assert refusal.value.code is Code.IN_THE_PAST
    assert refusal.value.facts == {"in_force_from": "2026-03-01", "today": "2026-03-02"}
    assert rows() == before


def test_a_file_with_mistakes_leaves_nothing_behind() -> None:
    first()
    before = rows()
    with pytest.raises(PolicyMistakes):
        apply_policy(text=SECOND + "\n[oops]\n", in_force_from=date(2026, 4, 1), at=NOW, by=BY)
    assert rows() == before


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        policy_numbered(99)
    assert (refusal.value.code, refusal.value.facts) == (Code.UNKNOWN_VERSION, {"number": 99})


@pytest.mark.parametrize("table", ["policy_policyversion", "policy_policycalendar", "policy_policyzone"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_delete_a_version(table, statement) -> None:
    first()
    before = rows()
    refusal = pytest.raises(IntegrityError, match="never changed or deleted")
    with refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
    assert rows() == before


def test_policies_are_read_once_a_process_and_found_by_one_query(django_assert_num_queries) -> None:
    first()
    kept = policy_on(NOW.date()).policy
    with django_assert_num_queries(1):
        assert policy_on(NOW.date()).policy is kept


def test_a_countrys_and_a_subdivisions_holidays_are_kept_with_the_version() -> None:
    version = ensure_standard(at=NOW, by=BY, places=[MUNICH, PARIS])
    kept = PolicyCalendar.objects.order_by("country", "subdivision").values_list("days_key", "country", "subdivision")
    assert list(kept) == [("holidays", "DE", ""), ("holidays", "DE", "BY"), ("holidays", "FR", "")]
    assert list(PolicyZone.objects.order_by("zone").values_list("zone", flat=True)) == ["Europe/Berlin", "Europe/Paris"]
    epiphany = datetime(2027, 1, 6, 9, 0, tzinfo=UTC)  # a holiday in Bavaria only
    opening = {
        subdivision: timetable_for(
            version=version, hours="office", zone="Europe/Berlin", country="DE", subdivision=subdivision
        ).next_opening(at=epiphany)
        for subdivision in ("BY", "HH", "")
    }
    assert opening == {"BY": datetime(2027, 1, 7, 7, 0, tzinfo=UTC), "HH": epiphany, "": epiphany}


def test_keeping_calendars_again_adds_only_what_is_missing() -> None:
    first()
    assert keep_calendars(number=1, places=[PARIS, MUNICH]) == 3  # Germany, Bavaria, and their zone
    assert keep_calendars(number=1, places=[PARIS, MUNICH]) == 0


def test_an_upgrade_of_holidays_or_zone_data_does_not_move_what_was_judged(monkeypatch) -> None:
    version = first()
    opened = datetime(2026, 7, 13, 15, 0, tzinfo=UTC)  # the day before a French holiday

    def judged() -> list[tuple[str, datetime | None]]:
        queries._timetable.cache_clear()
        calendars = timetables_for(version=version, level="basic", zone="Europe/Paris", country="FR")
        told = milestones(
            policy=version.policy, level="basic", severity=1, opened=opened, registered=opened, calendars=calendars
        )
        return [(each.name, each.due_at) for each in told]

    before = judged()

    def moved(**_: object) -> object:
        raise AssertionError("the installed data was asked")

    monkeypatch.setattr(queries, "days_of", moved)
    monkeypatch.setattr(queries, "offsets_of", moved)
    assert judged() == before
    assert before[1] == ("first_response", datetime(2026, 7, 13, 16, 0, tzinfo=UTC))
    assert before[2] == ("restoration", datetime(2026, 7, 16, 13, 0, tzinfo=UTC))


def test_a_place_that_was_not_kept_is_read_from_the_installed_data() -> None:
    version = first()
    tokyo = timetable_for(version=version, hours="office", zone="Asia/Tokyo", country="JP")
    mountain_day = datetime(2026, 8, 11, 1, 0, tzinfo=UTC)
    assert tokyo.next_opening(at=mountain_day) == datetime(2026, 8, 11, 23, 0, tzinfo=UTC)


def test_outside_its_years_a_version_refuses_instead_of_knowing_no_holidays() -> None:
    desk = timetable_for(version=first(), hours="office", zone="Europe/Paris", country="FR")
    with pytest.raises(BeyondHorizon):
        desk.is_open(at=datetime(2037, 6, 1, tzinfo=UTC))


def test_round_the_clock_hours_need_no_holidays() -> None:
    desk = timetable_for(version=first(), hours="always", zone="Europe/Paris", country="FR")
    assert desk.is_open(at=datetime(2026, 12, 25, 3, 0, tzinfo=UTC))


def test_the_whole_world_is_kept_in_one_go() -> None:
    version = ensure_standard(at=NOW, by=BY)
    countries = PolicyCalendar.objects.filter(subdivision="").values_list("country", flat=True)
    assert set(countries) == {country for region in version.policy.regions.values() for country in region.countries}
    assert list(PolicyZone.objects.order_by("zone").values_list("zone", flat=True)) == sorted(every_zone())
    hours = version.policy.hours["office"]
    kept = set(PolicyCalendar.objects.exclude(subdivision="").values_list("country", "subdivision"))
    assert ("DE", "BY") in kept
    whole = days_of(hours=hours, country="DE", subdivision="", years=version.years)
    assert ("DE", "HH") in kept or days_of(hours=hours, country="DE", subdivision="HH", years=version.years) == whole


@pytest.mark.django_db(transaction=True)
def test_two_who_apply_the_same_file_at_once_make_one_version() -> None:
    first()
    start, numbers = Barrier(2), []

    def run() -> None:
        start.wait()
        applied = apply_policy(text=SECOND, in_force_from=date(2026, 4, 1), at=NOW, by=BY, places=[PARIS])
        numbers.append((applied.version.number, applied.is_new))
        connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [(2, False), (2, True)]
    assert PolicyVersion.objects.count() == 2
