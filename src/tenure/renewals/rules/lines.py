"""A line, before and after it is rounded.  Pure."""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from tenure.renewals.rules.fees import Charges, Rate, told
from tenure.renewals.rules.money import rounded
from tenure.renewals.words import Holding, Line, LineKind, Note

_DAY = timedelta(days=1)


class Draft(NamedTuple):
    """A line whose steps nobody has asked for yet.  starts, ends: half-open."""

    kind: LineKind
    holding: Holding
    level: str
    quantity: int
    starts: date
    ends: date
    lapsed_days: int
    rate: Rate
    charges: Charges
    notes: tuple[Note, ...] = ()

    def amount(self, currency: str) -> Decimal:
        """What the line costs, rounded once; as `line` has it.  Source: ours."""
        return rounded(self.charges.exact(self.rate.per_year * self.quantity), currency)

    def line(self, currency: str) -> Line:
        amount, steps = told(charges=self.charges, rate=self.rate, quantity=self.quantity, currency=currency)
        return Line(
            kind=self.kind, serial=self.holding.serial, product=self.holding.product, level=self.level,
            quantity=self.quantity, starts_on=self.starts, ends_on=self.ends - _DAY, lapsed_days=self.lapsed_days,
            amount=amount, steps=steps, notes=self.notes,
        )  # fmt: skip
