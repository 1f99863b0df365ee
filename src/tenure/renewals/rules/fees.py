"""What one unit, one line, one lapse costs: exact, and rounded once at the end.  Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from tenure.policy.words import BackCharge, BandsBy, Policy, Programme, Surcharge
from tenure.renewals.rules.beginning import Beginning
from tenure.renewals.rules.money import apportioned, rounded
from tenure.renewals.rules.periods import Calendar, started_months
from tenure.renewals.words import Buyer, Fact, Price, PriceBook, RenewalRefusal, Step, StepCode, Years
from tenure.toolbox.refused import Refused
from tenure.toolbox.spans import Span

HUNDRED = 100
NOTHING = Fraction(0)
_Days: TypeAlias = "tuple[date, date, date | None, date]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A step before rounding: so many yearly fees of a line, and an amount beside them.

    by_rate: its facts are told with the line's rate and quantity.
    """

    code: StepCode
    years: Fraction = NOTHING
    flat: Fraction = NOTHING
    facts: Mapping[str, Fact]
    by_rate: bool = False

    def exact(self, fee: Fraction) -> Fraction:
        return fee * self.years + self.flat


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What one unit costs a year at a level: by the list, or as the policy's share of the licence's list price."""

    per_year: Fraction
    facts: Mapping[str, Fact]


class Charges:
    """What lines of the same days pay, whatever their units cost.

    parts: their steps.  fees: of which the greatest is one step more; it hangs on the line's fee where one is flat.
    """

    __slots__ = ("_fees", "_flat", "_parts", "_years")

    def __init__(self, parts: Sequence[Part], fees: Sequence[Part] = ()) -> None:
        if fees and not any(part.flat for part in fees):
            parts, fees = [*parts, max(fees, key=lambda part: part.years)], ()
        self._parts, self._fees = tuple(parts), tuple(fees)
        self._years = sum((part.years for part in parts), NOTHING)
        self._flat = sum((part.flat for part in parts), NOTHING)

    def steps(self, fee: Fraction) -> tuple[Part, ...]:
        """The steps of a line whose units cost `fee` a year."""
        return (*self._parts, self._greatest(fee)) if self._fees else self._parts

    def exact(self, fee: Fraction) -> Fraction:
        """What its steps add up to."""
        due = fee * self._years
        if self._flat:
            due += self._flat
        return due + self._greatest(fee).exact(fee) if self._fees else due

    def _greatest(self, fee: Fraction) -> Part:
        return max(self._fees, key=lambda part: part.exact(fee))


def price_for(*, book: PriceBook, product: str, level: str, quantity: int) -> Price | None:
    """The row that prices all units of a line: the band that its quantity reaches.  Source: A13."""
    rows = book.get((product, level), ())
    return next((row for row in reversed(rows) if row.band_from <= quantity), None)


def rate_for(*, book: PriceBook, policy: Policy, product: str, level: str, quantity: int, currency: str) -> Rate:
    """What a unit costs a year.  Raises Refused: NO_PRICE.  Source: A13."""
    row = price_for(book=book, product=product, level=level, quantity=quantity)
    if row is not None and row.unit_maintenance_per_year is not None:
        facts: dict[str, Fact] = {"unit": plain(row.unit_maintenance_per_year), "band_from": row.band_from}
        return Rate(per_year=Fraction(row.unit_maintenance_per_year), facts=facts)
    if row is not None and row.unit_list_price is not None:
        share = policy.levels[level].yearly_percent_of_list_price
        facts = {
            "unit_list_price": plain(row.unit_list_price), "percent_of_list_price": plain(share),
            "band_from": row.band_from,
        }  # fmt: skip
        return Rate(per_year=Fraction(row.unit_list_price) * Fraction(share) / HUNDRED, facts=facts)
    raise Refused(RenewalRefusal.NO_PRICE, product=product, level=level, quantity=quantity, currency=currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pricing:
    """By what the lines of a quote are priced.

    book: one currency's list, of the order day.  reached: the units that reach a band; None: each line's own do.
    Source: A13, B11.
    """

    policy: Policy
    book: PriceBook
    currency: str
    programme: Programme | None = None
    reached: int | None = None
    _rates: dict[tuple[str, str, int], Rate] = field(default_factory=dict, init=False, repr=False, compare=False)
    _charges: dict[_Days, Charges] = field(default_factory=dict, init=False, repr=False, compare=False)

    def rate(self, *, product: str, level: str, quantity: int) -> Rate:
        """What a unit costs a year, before the programme; asked for once a band.  Raises Refused: NO_PRICE."""
        units = self.reached or quantity
        row = price_for(book=self.book, product=product, level=level, quantity=units)
        key = (product, level, row.band_from if row else 0)
        if key not in self._rates:
            self._rates[key] = rate_for(
                book=self.book, policy=self.policy, product=product, level=level, quantity=units, currency=self.currency
            )
        return self._rates[key]

    def charges(self, *, begun: Beginning, ends: date) -> Charges:
        """What a renewal of these days pays; asked for once, however many lines have them."""
        key = (begun.starts, begun.anchor, begun.lapsed.starts if begun.lapsed else None, ends)
        if key not in self._charges:
            years = Calendar(begun.starts, begun.anchor).years_to(ends)
            term = term_parts(years=years, pricing=self)
            self._charges[key] = late_charges(lapsed=begun.lapsed, term=term, pricing=self)
        return self._charges[key]

    @property
    def off(self) -> Fraction:
        """The share that the programme takes off every price of the list."""
        return Fraction(self.programme.percent_off) / HUNDRED if self.programme else NOTHING

    def taken_off(self, *, years: Fraction = NOTHING, flat: Fraction = NOTHING) -> list[Part]:
        """The step that the programme takes off a price; none where it takes nothing."""
        if self.programme is None or not self.off:
            return []
        facts: dict[str, Fact] = {
            "percent": plain(self.programme.percent_off), "programme": self.programme.key, "name": self.programme.name,
        }  # fmt: skip
        return [Part(code=StepCode.PROGRAMME, years=-years * self.off, flat=-flat * self.off, facts=facts)]


def pricing_of(
    *, quantities: Iterable[int], policy: Policy, book: PriceBook, currency: str, buyer: Buyer
) -> Pricing:  # fmt: skip
    """By what lines of these quantities are priced: a programme may count all of them for a band.  Source: B11."""
    programme = policy.programmes.get(buyer.programme)
    together = programme is not None and programme.bands_by is BandsBy.QUOTE
    return Pricing(
        policy=policy, book=book, currency=currency, programme=programme, reached=sum(quantities) if together else None
    )


def term_parts(*, years: Years, pricing: Pricing) -> list[Part]:
    """The fee of the new term, less the programme's share, less the discount for several years, which covers the whole
    term.  Source: B11.
    """
    fee = years.exact
    parts = [Part(code=StepCode.TERM_FEE, years=fee, facts={"years": str(years)}, by_rate=True)]
    parts += pricing.taken_off(years=fee)
    discount = pricing.policy.prices.discount_for(years=years.whole)
    if discount is not None:
        facts: dict[str, Fact] = {"percent": plain(discount.percent), "from_years": discount.years}
        share = -fee * (1 - pricing.off) * Fraction(discount.percent) / HUNDRED
        parts.append(Part(code=StepCode.MULTI_YEAR_DISCOUNT, years=share, facts=facts))
    return parts


def extension_parts(*, years: Years, percent: Decimal, pricing: Pricing) -> list[Part]:
    """The policy's share of the yearly fee for the days of an extension, less the programme's.  Source: A11."""
    share = years.exact * Fraction(percent) / HUNDRED
    facts: dict[str, Fact] = {"years": str(years), "percent": plain(percent)}
    extension = Part(code=StepCode.EXTENSION_FEE, years=share, facts=facts, by_rate=True)
    return [extension, *pricing.taken_off(years=share)]


def late_charges(*, lapsed: Span | None, term: Sequence[Part], pricing: Pricing) -> Charges:
    """What a renewal pays: the term, and late also the days without cover and the reinstatement fee.

    term: the steps of the whole new term.  Raises Refused: FLAT_FEE_MISSING for a currency that the policy's flat fee
    does not name.  Source: B9.
    """
    rule = pricing.policy.reinstatement
    if lapsed is None:
        return Charges(term)
    years = Calendar(lapsed.starts).years_to(lapsed.ends)
    facts: dict[str, Fact] = {
        "days": lapsed.days, "from": lapsed.starts.isoformat(), "to": lapsed.last_day.isoformat(),
        "percent": plain(rule.back_charge_percent),
    }  # fmt: skip
    if rule.back_charge is BackCharge.LAPSED_MONTHS:
        months = started_months(lapsed.starts, lapsed.ends)
        plain_fee, facts["months"] = Fraction(months, 12), months
    else:
        plain_fee, facts["years"] = years.exact, str(years)
    parts = list(term)
    if rule.back_charge is not BackCharge.NONE:
        share = plain_fee * Fraction(rule.back_charge_percent) / HUNDRED
        parts.append(Part(code=StepCode.BACK_CHARGE, years=share, facts=facts, by_rate=True))
        parts += pricing.taken_off(years=share)
    row = rule.surcharge_after(days=lapsed.days)
    if row is None:
        return Charges(parts)
    renewal = sum((part.years for part in term), NOTHING)
    lapsed_fee = plain_fee * (1 - pricing.off)
    return Charges(parts, _surcharges(row, lapsed.days, lapsed_fee, renewal, pricing.currency))


def _surcharges(row: Surcharge, days: int, lapsed_fee: Fraction, renewal: Fraction, currency: str) -> list[Part]:
    """What the row names, of which the greatest is due.  lapsed_fee, renewal: in yearly fees."""
    named: list[tuple[Fraction, Fraction, dict[str, Fact]]] = []
    for share, of, name in (
        (row.percent_of_lapsed_fee, lapsed_fee, "lapsed_fee"), (row.percent_of_renewal, renewal, "renewal"),
    ):  # fmt: skip
        if share is not None:
            named.append((of * Fraction(share) / HUNDRED, NOTHING, {"percent": plain(share), "of": name}))
    if row.flat:
        if currency not in row.flat:
            raise Refused(RenewalRefusal.FLAT_FEE_MISSING, currency=currency)
        named.append((NOTHING, Fraction(row.flat[currency]), {"flat": plain(row.flat[currency])}))
    said: dict[str, Fact] = {"days": days, "from_days": row.from_days, "named": len(named)}
    return [
        Part(code=StepCode.SURCHARGE, years=years, flat=flat, facts={**facts, **said}) for years, flat, facts in named
    ]


def told(*, charges: Charges, rate: Rate, quantity: int, currency: str) -> tuple[Decimal, tuple[Step, ...]]:
    """The line's amount, rounded once, and its steps, which add up to it.  Source: ours."""
    fee = rate.per_year * quantity
    amount, parts = rounded(charges.exact(fee), currency), charges.steps(fee)
    shown = apportioned([part.exact(fee) for part in parts], amount, currency)
    by_rate = {**rate.facts, "quantity": quantity}
    return amount, tuple(
        Step(code=part.code, amount=each, facts={**by_rate, **part.facts} if part.by_rate else part.facts)
        for part, each in zip(parts, shown, strict=True)
    )


def plain(amount: Decimal) -> str:
    """An amount or percentage without an exponent or idle noughts: 25, 12.5, 1200.  Source: ours."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
