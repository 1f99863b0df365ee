"""What customers of the demonstration have counted: within, short, uncovered, counted long ago, and never."""

import csv
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path

from tenure.accounts.models import Site
from tenure.compliance.intake import take
from tenure.compliance.intake.words import COLUMNS
from tenure.compliance.models import Count
from tenure.compliance.queries import export_positions
from tenure.compliance.words import PositionFilters, PositionRow
from tenure.journal.words import COMMAND

LATELY, BEFORE, LONG_AGO = timedelta(days=12), timedelta(days=190), timedelta(days=260)
Told = tuple[str, str, str, int, date, str]
"""Customer's number, site, product, quantity, day and machine."""


class Uncountable(Exception):
    """The made-up file was refused: a mistake of ours, told with the importer's own lines."""


def make_counts(*, at: datetime) -> None:
    """Count what most customers have installed, by a file as they would send it; nothing where it was made before."""
    if Count.objects.exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "installed.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(COLUMNS.all)
            for customer, site, product, quantity, day, host in _told(at.date()):
                writer.writerow((customer, site, product, quantity, day.isoformat(), "", "", host))
        taken = take(path, name=path.name, who=None, at=at, by=COMMAND)
    if taken.outcome is None:
        raise Uncountable("\n".join(map(str, taken.faults)))


def _told(today: date) -> Iterator[Told]:
    sites: dict[int, list[str]] = {}
    for organisation, name in Site.objects.order_by("id").values_list("organisation", "name"):
        sites.setdefault(organisation, []).append(name)
    rows = sorted(
        export_positions(who=None, filters=PositionFilters(on=today)),
        key=lambda row: (row.organisation_id, -row.position.licensed, row.product_id),
    )
    for place, (customer, owned) in enumerate(groupby(rows, key=lambda row: row.organisation_id)):
        for turn, row in enumerate(owned):
            yield from _counts(row, turn % 6, sites[customer], today, short=place % 3 == 0)


def _counts(row: PositionRow, turn: int, sites: list[str], today: date, *, short: bool) -> Iterator[Told]:
    """One of the states a position can be in, by its turn; two counts, so that there is something to look back on."""
    licensed, covered = row.position.licensed, row.position.covered
    installed = {
        0: covered * 9 // 10 or licensed,
        1: licensed + max(1, licensed // 4) if short else licensed,
        2: licensed if covered < licensed else max(0, licensed - 1),
        3: covered * 7 // 10,
        4: None,
        5: max(1, covered // 2),
    }[turn]
    if installed is None:
        return
    lately = today - (LONG_AGO if turn == 3 else LATELY)
    if turn != 3:
        yield row.organisation_number, sites[0], row.product_slug, installed * 2 // 3, today - BEFORE, ""
    halves = (installed - installed // 3, installed // 3) if len(sites) > 1 else (installed,)
    for site, quantity in zip(sites, halves, strict=False):
        if turn == 0 and quantity > 1:
            for host, part in (("build farm", quantity // 2), ("offices", quantity - quantity // 2)):
                yield row.organisation_number, site, row.product_slug, part, lately, host
        else:
            yield row.organisation_number, site, row.product_slug, quantity, lately, ""
