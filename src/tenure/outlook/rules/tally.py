"""Counting what would change, with the first rows kept.  Pure."""

from collections import Counter
from decimal import Decimal

from tenure.outlook.words import ChangedRow, Outcome, Part, PartResult, Sum


class Tally:
    """Outcomes of one part: all are counted, the first `limit` rows kept; 0 keeps all."""

    def __init__(self, part: Part, *, limit: int) -> None:
        self.part = part
        self.looked_at = 0
        self._limit = limit
        self._counts: Counter[Outcome] = Counter()
        self._rows: list[ChangedRow] = []
        self._sums: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}

    def add(self, row: ChangedRow) -> None:
        self._counts[row.outcome] += 1
        if not self._limit or len(self._rows) < self._limit:
            self._rows.append(row)

    def sum(self, detail: str, currency: str, before: Decimal, after: Decimal) -> None:
        """Add what one thing costs before and after, whether they differ or not."""
        held = self._sums.get((detail, currency), (Decimal(0), Decimal(0)))
        self._sums[detail, currency] = (held[0] + before, held[1] + after)

    def result(self) -> PartResult:
        """Sums that do not differ are left out: nothing would change in them."""
        return PartResult(
            part=self.part, looked_at=self.looked_at,
            counts={each: self._counts[each] for each in Outcome if self._counts[each]},
            sums=tuple(
                Sum(detail=detail, currency=currency, before=before, after=after)
                for (detail, currency), (before, after) in sorted(self._sums.items()) if before != after
            ),
            rows=tuple(self._rows),
        )  # fmt: skip
