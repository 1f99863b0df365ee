"""The one place that reads a clock."""

from datetime import UTC, datetime, timedelta

from django.conf import settings

from tenure.clock.models import Moved
from tenure.clock.words import Standing


def now() -> datetime:
    """The installation's instant, aware, in UTC: the real one, or in a sandbox the moved one.

    One query in a sandbox, none in production; screens, commands and jobs ask once and pass it on.
    """
    return real_now() + ahead()


def real_now() -> datetime:
    """The real instant, aware, in UTC: for sessions, tokens, signed links, mail retries and the audit."""
    return datetime.now(UTC)


def ahead() -> timedelta:
    """How far the sandbox's clock stands ahead of the real one; zero in production."""
    if not settings.SANDBOX:
        return timedelta()
    moved = Moved.objects.values_list("ahead", flat=True).first()
    return moved or timedelta()


def standing() -> Standing:
    """How the clock stands, for the pages and the command that show it."""
    real = real_now()
    moved = Moved.objects.first() if settings.SANDBOX else None
    offset = moved.ahead if moved else timedelta()
    return Standing(
        ahead=offset, now=real + offset, real_now=real, moved_from=moved.moved_at if moved else None
    )  # fmt: skip
