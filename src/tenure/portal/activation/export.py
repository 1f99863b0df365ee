"""The machines of a licence as a file; nothing in it can run in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator

from tenure.activation.rules.files import instant_text
from tenure.activation.words import MachineRow
from tenure.toolbox.sheets import Echo, harmless

COLUMNS = (
    "serial_number", "host", "name", "units", "activated_at", "activated_by", "ended_at", "moved_from", "moved_to",
    "reason", "reported_on", "reported_installed", "reported_version",
)  # fmt: skip


def lines(rows: Iterable[MachineRow], serial: str) -> Iterator[str]:
    """CSV lines with a head; instants in UTC."""
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for row in rows:
        told = (
            serial, row.host, row.host_name, row.units, instant_text(row.activated_at), row.activated_by,
            instant_text(row.ended_at) if row.ended_at else "", row.moved_from, row.moved_to, row.why,
            row.reported_on or "", "" if row.reported_installed is None else row.reported_installed,
            row.reported_version,
        )  # fmt: skip
        yield writer.writerow([harmless(value) for value in told])
