"""What one unit, one line, one lapse costs: exact, and rounded once at the end.  Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tenure.policy.words import BackCharge, Policy, Programme, Surcharge
from tenure.renewals.rules.beginning import Beginning
from tenure.renewals.rules.money import apportioned, rounded
from tenure.renewals.rules.periods import Calendar, started_months
from tenure.renewals.words import Fact, Price, PriceBook, RenewalRefusal, Step, StepCode, Years
from tenure.toolbox.refused import Refused

HUNDRED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A step before rounding."""

    code: StepCode
    exact: Fraction
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What one unit costs a year at a level: by the list, or as the policy's share of the licence's list price."""

    per_year: Fraction
    facts: Mapping[str, Fact]

    def fee(self, *, quantity: int, years: Years) -> Fraction:
        return self.per_year * quantity * years.exact


def price_for(*, book: PriceBook, product: str, level: str, quantity: int) -> Price | None:
    """The row that prices all units of a line: the band that its quantity reaches.  Source: A13."""
    rows = [row for row in book.get((product, level), ()) if row.band_from <= quantity]
    return max(rows, key=lambda row: row.band_from, default=None)


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

    def rate(self, *, product: str, level: str, quantity: int) -> Rate:
        """What a unit costs a year, before the programme.  Raises Refused: NO_PRICE."""
        return rate_for(
            book=self.book, policy=self.policy, product=product, level=level, quantity=self.reached or quantity,
            currency=self.currency,
        )  # fmt: skip

    @property
    def off(self) -> Fraction:
        """The share that the programme takes off every price of the list."""
        return Fraction(self.programme.percent_off) / HUNDRED if self.programme else Fraction(0)

    def taken_off(self, exact: Fraction) -> list[Part]:
        """The step that the programme takes off a price; none where it takes nothing."""
        if self.programme is None or not self.off:
            return []
        facts: dict[str, Fact] = {
            "percent": plain(self.programme.percent_off), "programme": self.programme.key, "name": self.programme.name,
        }  # fmt: skip
        return [Part(code=StepCode.PROGRAMME, exact=-exact * self.off, facts=facts)]


def term_parts(*, rate: Rate, quantity: int, years: Years, pricing: Pricing) -> list[Part]:
    """The fee of the new term, less the programme's share, less the discount for several years, which covers the whole
    term.  Source: B11.
    """
    fee = rate.fee(quantity=quantity, years=years)
    parts = [Part(code=StepCode.TERM_FEE, exact=fee, facts={**rate.facts, "quantity": quantity, "years": str(years)})]
    parts += pricing.taken_off(fee)
    discount = pricing.policy.prices.discount_for(years=years.whole)
    if discount is not None:
        facts: dict[str, Fact] = {"percent": plain(discount.percent), "from_years": discount.years}
        exact = -fee * (1 - pricing.off) * Fraction(discount.percent) / HUNDRED
        parts.append(Part(code=StepCode.MULTI_YEAR_DISCOUNT, exact=exact, facts=facts))
    return parts


def extension_parts(*, rate: Rate, quantity: int, years: Years, percent: Decimal, pricing: Pricing) -> list[Part]:
    """The policy's share of the yearly fee for the days of an extension, less the programme's.  Source: A11."""
    exact = rate.fee(quantity=quantity, years=years) * Fraction(percent) / HUNDRED
    facts = {**rate.facts, "quantity": quantity, "years": str(years), "percent": plain(percent)}
    return [Part(code=StepCode.EXTENSION_FEE, exact=exact, facts=facts), *pricing.taken_off(exact)]


def late_parts(
    *, beginning: Beginning, rate: Rate, quantity: int, renewal: Fraction, pricing: Pricing
) -> list[Part]:  # fmt: skip
    """What a late renewal pays beside the term: for the days without cover, and the reinstatement fee.

    renewal: the exact fee of the whole new term.  Raises Refused: FLAT_FEE_MISSING for a currency that the policy's
    flat fee does not name.  Source: B9.
    """
    rule = pricing.policy.reinstatement
    if beginning.lapsed is None:
        return []
    lapsed, days = beginning.lapsed, beginning.lapsed.days
    years = Calendar(lapsed.starts).years_to(lapsed.ends)
    plain_fee = rate.fee(quantity=quantity, years=years)
    facts: dict[str, Fact] = {
        **rate.facts, "quantity": quantity, "days": days, "from": lapsed.starts.isoformat(),
        "to": lapsed.last_day.isoformat(), "percent": plain(rule.back_charge_percent),
    }  # fmt: skip
    if rule.back_charge is BackCharge.LAPSED_MONTHS:
        months = started_months(lapsed.starts, lapsed.ends)
        plain_fee, facts = rate.per_year * quantity * Fraction(months, 12), {**facts, "months": months}
    else:
        facts["years"] = str(years)
    parts = []
    if rule.back_charge is not BackCharge.NONE:
        exact = plain_fee * Fraction(rule.back_charge_percent) / HUNDRED
        parts += [Part(code=StepCode.BACK_CHARGE, exact=exact, facts=facts), *pricing.taken_off(exact)]
    row = rule.surcharge_after(days=days)
    if row is not None:
        lapsed_fee = plain_fee * (1 - pricing.off)
        parts.append(_surcharge(row, days, lapsed_fee=lapsed_fee, renewal=renewal, currency=pricing.currency))
    return parts


def _surcharge(row: Surcharge, days: int, *, lapsed_fee: Fraction, renewal: Fraction, currency: str) -> Part:
    """The greatest of what the row names."""
    named: list[tuple[Fraction, dict[str, Fact]]] = []
    for share, of, name in (
        (row.percent_of_lapsed_fee, lapsed_fee, "lapsed_fee"), (row.percent_of_renewal, renewal, "renewal"),
    ):  # fmt: skip
        if share is not None:
            named.append((of * Fraction(share) / HUNDRED, {"percent": plain(share), "of": name}))
    if row.flat:
        if currency not in row.flat:
            raise Refused(RenewalRefusal.FLAT_FEE_MISSING, currency=currency)
        named.append((Fraction(row.flat[currency]), {"flat": plain(row.flat[currency])}))
    exact, facts = max(named, key=lambda pair: pair[0])
    facts |= {"days": days, "from_days": row.from_days, "named": len(named)}
    return Part(code=StepCode.SURCHARGE, exact=exact, facts=facts)


def told(parts: Sequence[Part], currency: str) -> tuple[Decimal, tuple[Step, ...]]:
    """The line's amount, rounded once, and its steps, which add up to it.  Source: ours."""
    exact = [part.exact for part in parts]
    amount = rounded(sum(exact, Fraction(0)), currency)
    shown = apportioned(exact, amount, currency)
    return amount, tuple(
        Step(code=part.code, amount=each, facts=part.facts) for part, each in zip(parts, shown, strict=True)
    )


def plain(amount: Decimal) -> str:
    """An amount or percentage without an exponent or idle noughts: 25, 12.5, 1200.  Source: ours."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
