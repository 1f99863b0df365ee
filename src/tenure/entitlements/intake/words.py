"""The words of the import of certificates: its columns, and what came of it."""

from dataclasses import dataclass
from typing import Final

from tenure.toolbox.tables import Columns

REQUIRED: Final = (
    "certificate_number", "sales_order_number", "issued_on", "customer", "customer_country", "site", "site_timezone",
    "reseller", "owner_name", "owner_email", "technical_name", "technical_email", "product", "release",
    "serial_number", "support_identifier", "quantity", "meter", "licence_kind", "level", "term_starts_on",
    "term_ends_on",
)  # fmt: skip
OPTIONAL: Final = ("customer_size", "customer_language", "purpose")
TABLE: Final = Columns(required=REQUIRED, optional=OPTIONAL)
COLUMNS: Final = TABLE.all

# Column of the file -> kind of identifier in the policy.
IDENTIFIERS: Final = {
    "certificate_number": "certificate",
    "sales_order_number": "sales_order",
    "serial_number": "serial_number",
    "support_identifier": "support_identifier",
}


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


def counted(count: int, noun: str) -> str:
    """The count with its English noun: 1 line, 1,000 lines."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
