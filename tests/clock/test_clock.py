"""A sandbox's clock moves on; production's does not."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tenure.clock import actions, queries
from tenure.clock.models import Moved
from tenure.clock.rules import span_of
from tenure.clock.words import Cannot
from tenure.journal.models import Entry
from tenure.toolbox import snapshots
from tenure.toolbox.queue import periodic
from tenure.toolbox.refused import Refused

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def sandbox(settings, tmp_path):
    settings.SANDBOX = True
    settings.DATA = tmp_path


@pytest.fixture
def move(sandbox, monkeypatch):
    """Moves the clock without keeping a snapshot, which needs committed data."""
    monkeypatch.setattr(snapshots, "take", lambda file: None)
    return lambda span: actions.advance(by_how_much=span, at=AT, by="command")


@pytest.mark.parametrize(("text", "hours"), [("2h", 2), ("30d", 720), ("1w", 168), (" 1W ", 168), ("36525d", 876600)])
def test_a_span_is_a_number_and_a_unit(text, hours):
    assert span_of(text) == timedelta(hours=hours)


@pytest.mark.parametrize(
    "text", ["", "d", "30", "-1d", "0d", "1.5d", "1y", "36526d", "999999w", "9999999d", "٣d", "1d 2h"]
)
def test_anything_else_is_no_span(text):
    with pytest.raises(Refused) as refused:
        span_of(text)
    assert refused.value.code is Cannot.BAD_DURATION


def test_in_production_reading_the_clock_asks_the_database_nothing(settings):
    settings.SANDBOX = False
    assert queries.ahead() == timedelta()  # no database mark on this test: a query would fail it
    assert queries.now().tzinfo is UTC


@pytest.mark.django_db
def test_a_moved_row_has_no_meaning_in_production(settings):
    settings.SANDBOX = False
    Moved.objects.create(ahead=DAY, moved_at=AT, moved_by="command")
    assert queries.ahead() == timedelta()


@pytest.mark.django_db
def test_in_a_sandbox_reading_the_clock_is_one_query(sandbox, django_assert_num_queries):
    with django_assert_num_queries(1):
        queries.now()


@pytest.mark.django_db
def test_advances_add_up(move):
    assert [move(30 * DAY), move(2 * DAY)] == [30 * DAY, 32 * DAY]
    standing = queries.standing()
    assert (standing.ahead, standing.now - standing.real_now) == (32 * DAY, 32 * DAY)


@pytest.mark.django_db
@pytest.mark.parametrize("span", [timedelta(), -DAY, timedelta(days=36526)])
def test_the_clock_moves_only_forward_and_at_most_a_century(move, span):
    with pytest.raises(Refused) as refused:
        move(span)
    assert (refused.value.code, Moved.objects.count()) == (Cannot.NOT_FORWARD, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("words", [["advance", "30d"], ["reset"]])
def test_production_refuses_with_a_sentence(settings, words):
    settings.SANDBOX = False
    with pytest.raises(CommandError, match="in production: its clock is the real one and cannot be moved"):
        call_command("clock", *words)
    assert (Moved.objects.count(), Entry.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_where_no_snapshot_can_be_kept_the_clock_does_not_move(sandbox, monkeypatch):
    monkeypatch.setenv("TENURE_POSTGRES_BIN", "/nonexistent")
    with pytest.raises(CommandError, match="pg_dump was not found: install PostgreSQL's client programs"):
        call_command("clock", "advance", "1d")
    assert Moved.objects.count() == 0


@pytest.mark.django_db
def test_reset_of_an_unmoved_clock_is_refused(sandbox):
    with pytest.raises(CommandError, match="nothing to reset"):
        call_command("clock", "reset")


@pytest.mark.django_db
def test_the_command_says_how_the_clock_stands_and_the_journal_who_moved_it(move):
    out = StringIO()
    call_command("clock", "advance", "36h", stdout=out)
    assert out.getvalue().endswith("UTC, 1 d 12 h ahead of the real time.\n")
    assert list(Entry.objects.values_list("verb", "actor", "facts")) == [("clock.advanced", "command", {"by": "36h"})]


@pytest.mark.django_db(transaction=True)
def test_a_snapshot_is_not_restored_inside_a_transaction(tmp_path):
    with transaction.atomic(), pytest.raises(snapshots.Impossible, match="inside a transaction"):
        snapshots.restore(tmp_path / "x.dump")


@pytest.mark.django_db
@pytest.mark.usefixtures("empty_queue")
def test_all_that_is_periodic_runs_after_a_move_and_nothing_after_one_that_is_refused(move):
    with pytest.raises(Refused), transaction.atomic():
        move(timedelta())
    assert ProcrastinateJob.objects.count() == 0
    for moves in (1, 2):
        move(30 * DAY)
        assert ProcrastinateJob.objects.filter(task_name="renewals.run_wave").count() == moves
        assert ProcrastinateJob.objects.count() == moves * len(periodic())


@pytest.mark.django_db
def test_it_says_what_the_clock_said_before_it_was_moved(move):
    assert queries.standing().moved_from is None
    move(DAY)
    assert queries.standing().moved_from == AT
