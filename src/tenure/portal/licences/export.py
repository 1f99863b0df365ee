"""The list as a file: the same rows, the same rights; nothing in it can run in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator, Mapping

from tenure.entitlements.words import AssetRow
from tenure.toolbox.sheets import Echo, harmless

COLUMNS = (
    "serial_number", "support_identifier", "product", "release", "customer", "site", "country", "zone", "quantity",
    "meter", "licence_kind", "purpose", "level", "courtesy_until", "last_covered_day", "state", "days", "registered_on",
    "certificate_number", "sales_order_number", "issued_on", "reseller", "on",
)  # fmt: skip


def lines(rows: Iterable[AssetRow], levels: Mapping[str, str]) -> Iterator[str]:
    """CSV lines with a head, in UTF-8 once encoded; days in ISO form."""
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for row in rows:
        yield writer.writerow([harmless(value) for value in _values(row, levels)])


def _values(row: AssetRow, levels: Mapping[str, str]) -> tuple[object, ...]:
    return (
        row.serial, row.support_identifier, row.product, row.release, row.organisation, row.site, row.site_country,
        row.zone, row.quantity, row.meter, row.licence_kind.value, row.purpose.value,
        levels.get(row.level, row.level), row.courtesy_until, row.last_day, row.cover.state.value, row.cover.days,
        row.registered_on, row.certificate, row.sales_order, row.issued_on, row.reseller, row.day,
    )  # fmt: skip
