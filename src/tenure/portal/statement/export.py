"""The statement as a file: nothing in it can run in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator, Mapping

from tenure.entitlements.words.statement import StatementRow
from tenure.toolbox.sheets import Echo, harmless

COLUMNS = (
    "serial_number", "support_identifier", "certificate_number", "product", "release", "purpose", "quantity", "meter",
    "licence_kind", "site", "zone", "level", "last_covered_day", "state", "days", "as_of",
)  # fmt: skip


def lines(rows: Iterable[StatementRow], levels: Mapping[str, str]) -> Iterator[str]:
    """CSV lines with a head, in UTF-8 once encoded; days in ISO form."""
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for row in rows:
        values = (
            row.serial, row.support_identifier, row.certificate, row.product, row.release, row.purpose.value,
            row.quantity, row.meter, row.licence_kind.value, row.site, row.zone, levels.get(row.level, row.level),
            row.last_day, row.cover.state.value, row.cover.days, row.day,
        )  # fmt: skip
        yield writer.writerow([harmless(value) for value in values])
