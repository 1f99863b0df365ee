"""The words of the import of certificates: its columns and what can be wrong with a file."""

from dataclasses import dataclass
from typing import Final

REQUIRED: Final = (
    "certificate_number", "sales_order_number", "issued_on", "customer", "customer_country", "site", "site_timezone",
    "reseller", "owner_name", "owner_email", "technical_name", "technical_email", "product", "release",
    "serial_number", "support_identifier", "quantity", "meter", "licence_kind", "level", "term_starts_on",
    "term_ends_on",
)  # fmt: skip
OPTIONAL: Final = ("customer_size", "customer_language")
COLUMNS: Final = REQUIRED + OPTIONAL

# Column of the file -> kind of identifier in the policy.
IDENTIFIERS: Final = {
    "certificate_number": "certificate",
    "sales_order_number": "sales_order",
    "serial_number": "serial_number",
    "support_identifier": "support_identifier",
}
LONGEST_CELL: Final = 500
LONGEST_LINE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a line.  column: "" where it is the line as a whole."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.column}: {self.reason}" if self.column else f"line {self.line}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an import did, or would do."""

    lines: int
    certificates: int = 0
    assets: int = 0
    terms: int = 0
    corrected: int = 0
    unchanged: int = 0
    contact_ids: tuple[int, ...] = ()
    seat_ids: tuple[int, ...] = ()


class BadFile(Exception):
    """The file cannot be read as a table at all; the text says why."""


def counted(count: int, noun: str) -> str:
    """The count with its English noun: 1 line, 1,000 lines."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
