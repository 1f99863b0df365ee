"""`tenure clock reset` brings the whole database back, by PostgreSQL's own programs."""

import os
from datetime import UTC, datetime

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection

from tenure.clock import actions
from tenure.clock.models import Moved
from tenure.journal.actions import record
from tenure.journal.models import Entry
from tenure.journal.words import COMMAND

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def sandbox(settings, tmp_path, monkeypatch):
    settings.SANDBOX = True
    settings.DATA = tmp_path


def tell(subject: str) -> None:
    record(verb="x.y", subject=("x", subject), at=AT, by=COMMAND)


def test_reset_restores_what_was_before_the_first_advance_and_leaves_sessions_alone():
    tell("before")
    call_command("clock", "advance", "30d")
    tell("after")
    call_command("clock", "advance", "30d")
    Session.objects.create(session_key="s" * 32, session_data="", expire_date=AT)
    call_command("clock", "reset")
    assert list(Entry.objects.order_by("id").values_list("verb", "subject")) == [
        ("x.y", "before"),
        ("clock.reset", "1"),
    ]
    assert (Moved.objects.count(), Session.objects.count()) == (0, 1)


def test_after_a_reset_triggers_hold_numbers_go_on_and_the_clock_may_advance_again():
    tell("before")
    call_command("clock", "advance", "30d")
    call_command("clock", "reset")
    tell("again")
    assert Entry.objects.count() == 3
    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_entry")
    call_command("clock", "advance", "1d")
    assert Moved.objects.get().ahead.days == 1


def test_the_snapshot_is_readable_by_its_owner_alone():
    call_command("clock", "advance", "1d")
    assert actions.snapshot_file().stat().st_mode & 0o777 == 0o600


def test_what_was_connected_before_is_connected_no_more():
    """Its prepared statements name types that are gone; the next request connects anew."""
    call_command("clock", "advance", "1d")
    address = os.environ["DATABASE_APP_URL"]
    with psycopg.connect(address, dbname=connection.settings_dict["NAME"], autocommit=True) as web:
        web.execute("SELECT 1")
        call_command("clock", "reset")
        with pytest.raises(psycopg.OperationalError):
            web.execute("SELECT 1")


def test_a_damaged_snapshot_changes_nothing():
    call_command("clock", "advance", "1d")
    file = actions.snapshot_file()
    file.write_bytes(file.read_bytes()[:-2000])
    tell("after")
    with pytest.raises(CommandError, match="pg_restore failed"):
        call_command("clock", "reset")
    assert (Moved.objects.count(), Entry.objects.count()) == (1, 2)


def test_a_snapshot_of_other_tables_is_refused():
    call_command("clock", "advance", "1d")
    actions.snapshot_file().with_suffix(".tables").write_text("another")
    with pytest.raises(CommandError, match="upgraded since the snapshot"):
        call_command("clock", "reset")
    assert Moved.objects.count() == 1
