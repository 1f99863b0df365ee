"""Statements whose best plan hangs on their values."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.utils import CursorWrapper


@contextmanager
def planned_anew() -> Iterator[CursorWrapper]:
    """A cursor that prepares nothing: what it executes is planned for its values each time.

    For statements over many rows.  A prepared one is planned for any values once it has run a few times, as if each
    filter could be set, which may cost ten times what the planning does.
    """
    connection.ensure_connection()
    driver = connection.connection
    before = driver.prepare_threshold
    driver.prepare_threshold = None
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        driver.prepare_threshold = before
