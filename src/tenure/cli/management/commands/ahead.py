"""`tenure ahead --days 400 [--json]`: everything that will fall due, as a pure read."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tenure.clock.queries import now
from tenure.outlook.queries import ahead_all
from tenure.outlook.queries.ahead import MOST_DAYS
from tenure.outlook.words import AheadFilters, DueKind, DueRow
from tenure.policy.queries import policy_on_or_first
from tenure.toolbox.refused import Refused

NAMES = tuple(name for name in DueRow.__dataclass_fields__ if name != "key")


class Command(BaseCommand):
    help = "List what falls due from today on: notices, ends, promises, requests.  Changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=_days, default=30, metavar="N", help="how far to look, 30 days without it")
        parser.add_argument(
            "--kind", default="", choices=[each.value for each in DueKind], metavar="KIND", help=", ".join(DueKind)
        )
        parser.add_argument("--region", default="", metavar="KEY", help="one region of the policy, such as EMEA")
        parser.add_argument("--customer", default="", metavar="NUMBER", help="one customer, such as K-123456")
        parser.add_argument("--json", action="store_true", help="one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        at, days = now(), options["days"]
        try:
            region = _region(options["region"], at)
            filters = AheadFilters(kind=options["kind"], region=region, customer=options["customer"])
            rows = ahead_all(who=None, at=at, days=days, filters=filters)
            lines = in_json(rows, {"at": at.isoformat(), "days": days}) if options["json"] else said(rows)
            for line in lines:
                self.stdout.write(line)
        except Refused as refused:
            raise CommandError(
                f"{refused.code.value}: apply a policy first: tenure policy apply", returncode=1
            ) from None


def said(rows: Iterable[DueRow]) -> Iterator[str]:
    """A line a row, then how many of each kind."""
    counts: dict[DueKind, int] = {}
    for row in rows:
        counts[row.kind] = counts.get(row.kind, 0) + 1
        about = " ".join(each for each in (row.subject, row.product, row.detail) if each)
        yield f"{row.on}  {row.kind.value:<16}  {row.region:<6} {about}  {row.organisation}".rstrip()
    yield ", ".join(f"{count:,} {kind.value}" for kind, count in counts.items()) or "Nothing falls due."


def in_json(rows: Iterable[DueRow], head: dict[str, object]) -> Iterator[str]:
    """One document, written as the rows come: `{"at", "days", "rows": [...]}`."""
    found = iter(rows)
    row = next(found, None)  # before anything is printed, so that a refusal stands alone
    yield f'{json.dumps(head)[:-1]}, "rows": ['
    while row is not None:
        following = next(found, None)
        told = {name: getattr(row, name) for name in NAMES}
        yield json.dumps(told, default=lambda each: each.isoformat()) + ("," if following else "")
        row = following
    yield "]}"


def _region(text: str, at: datetime) -> str:
    """A misspelled region is refused: nothing falls due in it, and that would be believed."""
    known = policy_on_or_first(at.date()).policy.regions if text else ()
    if text and text.upper() not in known:
        raise CommandError(f"{text!r}: no region of the policy; there are {', '.join(known)}", returncode=2)
    return text.upper()


def _days(text: str) -> int:
    if text.isascii() and text.isdecimal() and 0 <= int(text[:9]) <= MOST_DAYS:
        return int(text)
    raise CommandError(f"{text!r}: say a number of days, 0 to {MOST_DAYS}", returncode=2)
