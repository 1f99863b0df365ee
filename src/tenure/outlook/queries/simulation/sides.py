"""Asking the same twice: by the policy as it is, and as it would be."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar

from django.db import connection

from tenure.policy.queries import VersionedPolicy, policy_on_or_first, supposing

T = TypeVar("T")
CHUNK: Final = 2000
_NAMED: Final = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposed:
    """A policy that is not applied.  limit: how many rows of a part are kept; 0: all."""

    text: str
    in_force_from: date
    at: datetime
    days: int
    limit: int

    @property
    def order_day(self) -> date:
        """The first day on which something can be ordered under it."""
        return max(self.in_force_from, self.at.date())

    def both(self, ask: Callable[[], T]) -> tuple[T, T]:
        """The answers by the versions as they are, and as they would be.  Source: ours."""
        before = ask()
        with supposing(text=self.text, in_force_from=self.in_force_from, at=self.at):
            return before, ask()

    def versions_on(self, day: date) -> tuple[VersionedPolicy, VersionedPolicy]:
        """The version in force on a day, before and after."""
        return self.both(lambda: policy_on_or_first(day))


def prefixed(sql: str, prefix: str) -> str:
    """The statement with every named parameter renamed, so that it can stand beside itself."""
    return _NAMED.sub(rf"%({prefix}\1)s", sql)


def with_prefix(params: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {f"{prefix}{name}": value for name, value in params.items()}


def streamed(sql: str, params: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The rows, by a cursor of the database: memory does not grow with how many there are."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def counted(sql: str, params: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.fetchone()[0])
