"""The one place that reads a clock."""

from datetime import UTC, datetime, timedelta

from django.conf import settings

from tenure.clock.models import Moved


def now() -> datetime:
    """The installation's instant, aware, in UTC: the real one, or in a sandbox the moved one."""
    return datetime.now(UTC) + ahead()


def ahead() -> timedelta:
    """How far the sandbox's clock stands ahead of the real one; zero in production."""
    if not settings.SANDBOX:
        return timedelta()
    moved = Moved.objects.values_list("ahead", flat=True).first()
    return moved or timedelta()
