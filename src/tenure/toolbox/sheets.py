"""Tables on their way out as CSV: nothing in them can run in a spreadsheet."""

from decimal import Decimal

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # full width: some spreadsheets fold them


class Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def harmless(value: object) -> str:
    """Text that a spreadsheet does not take for a formula.  A number is none: a credit keeps its minus sign bare."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(DANGEROUS) else text
