"""Moving a sandbox's clock."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from tenure.clock.models import Moved
from tenure.clock.words import FURTHEST, Cannot
from tenure.toolbox import queue, snapshots
from tenure.toolbox.refused import Refused

MOVING = 7_362_014  # the advisory lock of who moves the clock


def snapshot_file() -> Path:
    """Where the state before the first advance is kept."""
    return Path(settings.DATA) / "clock" / "before-first-advance.dump"


@transaction.atomic
def advance(*, by_how_much: timedelta, at: datetime, by: object, catching_up: bool = True) -> timedelta:
    """Move the clock on, and say how far ahead it then stands.

    by: who moves it, a journal's Actor; the caller journals it, for this floor cannot.  at: the moved clock's
    instant.  Before the first move the whole database is kept, so that `reset` can bring it back.  After the commit all
    that is periodic runs at once, so that what is due by then happens; catching_up: False where the caller runs it.
    Raises Refused: NOT_A_SANDBOX, NOT_FORWARD, NO_SNAPSHOT.  Source: ours.
    """
    _only_in_a_sandbox()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MOVING])
    moved = Moved.objects.first()
    ahead = (moved.ahead if moved else timedelta()) + by_how_much
    if by_how_much <= timedelta() or ahead > FURTHEST:
        raise Refused(Cannot.NOT_FORWARD)
    if moved is None:
        try:
            snapshots.take(snapshot_file())
        except snapshots.Impossible as impossible:
            raise Refused(Cannot.NO_SNAPSHOT, reason=str(impossible)) from impossible
    Moved.objects.update_or_create(id=1, defaults={"ahead": ahead, "moved_at": at, "moved_by": str(by)})
    if catching_up:
        queue.catch_up(key=f"clock {ahead.total_seconds():.0f}")  # no two moves end at the same distance
    return ahead


def reset() -> None:
    """Bring back the database as it was before the first advance; only people's sessions stay.

    All that was done since is gone, also what others did.  Not inside a transaction: its own locks would stop it.
    Web and worker go on; a job that runs meanwhile may fail.  Raises Refused: NOT_A_SANDBOX, NOT_MOVED, NO_SNAPSHOT.
    Source: ours.
    """
    _only_in_a_sandbox()
    if not Moved.objects.exists():
        raise Refused(Cannot.NOT_MOVED)
    try:
        snapshots.restore(snapshot_file())
    except snapshots.Impossible as impossible:
        raise Refused(Cannot.NO_SNAPSHOT, reason=str(impossible)) from impossible


def _only_in_a_sandbox() -> None:
    if not settings.SANDBOX:
        raise Refused(Cannot.NOT_A_SANDBOX)
