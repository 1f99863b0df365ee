"""What a renewal costs, worked out a second time from the sentences of the rules and from nothing of Tenure's own.

Whole numbers over one denominator, days by counting, one line after another: slow, plain, and written by somebody who
had not read the engine. Where the sentences leave two refusals open, `Told.codes` holds both.
"""

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

ONE = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Owned:
    """since, last: of the unbroken chain, both covered; None: never.  supported: the last day with support."""

    serial: str
    product: str
    quantity: int
    level: str
    since: date | None
    last: date | None
    supported: date | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """From so many lapsed days on, the greatest of these."""

    days: int
    lapsed: Fraction | None = None
    renewal: Fraction | None = None
    flat: Fraction | None = None


@dataclass(frozen=True, kw_only=True)
class Rules:
    grace: int = 0
    back: str = "lapsed_days"
    rate: Fraction = Fraction(1)
    starts: str = "order_day"
    cap: int = 365
    rows: tuple[Row, ...] = ()
    past: str = "cut"
    discounts: tuple[tuple[int, Fraction], ...] = ()
    most_years: int = 5
    tax: Fraction = Fraction(0)
    minor: int = 2


@dataclass(frozen=True, kw_only=True)
class Asked:
    on: date
    years: int | None = None
    until: date | None = None
    level: str = ""
    quantities: dict[str, int] = field(default_factory=dict)


@dataclass(kw_only=True)
class Told:
    """lines: serial, first day, last day, units, minor units of money.  codes: of refusals, any of which will do."""

    lines: list[tuple[str, date, date, int, int]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)
    total: int = 0
    tax: int = 0


def months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_from(anchor: date, day: date) -> int | None:
    """How many months after the anchor the day lies, when it lies on one of its marks."""
    months = (day.year - anchor.year) * 12 + day.month - anchor.month
    return months if months >= 0 and months_after(anchor, months) == day else None


def mark(start: date, since: date | None, years: int) -> date:
    """The day so many years after the start: by the marks of the chain's first day where the start is one of them."""
    passed = None if since is None else months_from(since, start)
    return months_after(start, 12 * years) if passed is None else months_after(since, passed + 12 * years)


def in_years(start: date, after: date, since: date | None) -> Fraction:
    whole = 0
    while mark(start, since, whole + 1) <= after:
        whole += 1
    year = mark(start, since, whole), mark(start, since, whole + 1)
    return whole + Fraction((after - year[0]).days, (year[1] - year[0]).days)


def started_months(start: date, after: date) -> int:
    months = 0
    while months_after(start, months) < after:
        months += 1
    return months


def half_up(amount: Fraction, minor: int) -> int:
    scaled = abs(amount) * 10**minor
    rounded = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return rounded if amount >= 0 else -rounded


def begins(owned: Owned, on: date, rules: Rules) -> tuple[date, int]:
    """The first day of the new term, and the lapsed days."""
    if owned.last is None:
        return on, 0
    follows = owned.last + ONE
    if on <= owned.last + rules.grace * ONE:
        return follows, 0
    if rules.starts == "old_end":
        return follows, (on - follows).days
    start = on
    while rules.starts == "first_of_month" and start.day != 1:
        start += ONE
    return start, (start - follows).days


def yearly(prices: dict, owned: Owned, level: str, units: int) -> Fraction | None:
    reached = [fee for band, fee in prices.get((owned.product, level), ()) if band <= units]
    return reached[-1] * units if reached else None


def answer(*, owned: list[Owned], asked: Asked, rules: Rules, prices: dict) -> Told:
    """prices: by product and level, (band_from, yearly fee of one unit), bands rising."""
    told = Told()
    if asked.years is not None and not 1 <= asked.years <= rules.most_years:
        told.codes.add("term_too_long")
    for each in owned:
        told.codes |= _own_reasons(each, asked, rules)
    if asked.years is not None and not 1 <= asked.years <= rules.most_years:
        return told
    if asked.until is None:
        starts = [(begins(each, asked.on, rules)[0], each) for each in owned]
        common = max(mark(start, anchor(each, start), asked.years or 1) for start, each in starts) - ONE
    else:
        common = asked.until
    if common <= asked.on:
        told.codes.add("end_in_past")
    for each in owned:
        _one(told, each, asked, rules, prices, common)
    if not told.lines and (not told.codes or told.left_out):
        told.codes.add("nothing_to_renew")
    told.total = sum(line[4] for line in told.lines)
    told.tax = half_up(Fraction(told.total, 10**rules.minor) * rules.tax, rules.minor)
    return told


def _own_reasons(owned: Owned, asked: Asked, rules: Rules) -> set[str]:
    """Why this asset is not renewed, wherever the quote ends."""
    reasons = {
        "quantity_out_of_range": not 1 <= asked.quantities.get(owned.serial, owned.quantity) <= owned.quantity,
        "level_needed": not (asked.level or owned.level),
        "lapsed_too_long": begins(owned, asked.on, rules)[1] > rules.cap,
    }
    return {code for code, holds in reasons.items() if holds}


def anchor(owned: Owned, start: date) -> date | None:
    return owned.since if owned.last is not None and start == owned.last + ONE else None


def _one(told: Told, owned: Owned, asked: Asked, rules: Rules, prices: dict, common: date) -> None:
    units = asked.quantities.get(owned.serial, owned.quantity)
    level = asked.level or owned.level
    if owned.last == common:
        if level == owned.level:
            told.left_out.append(owned.serial)
        else:
            _change(told, owned, asked, rules, prices, units, level)
        return
    if owned.last is not None and owned.last > common:
        told.codes.add("ends_later")
        return
    start, lapse = begins(owned, asked.on, rules)
    last = common
    if owned.supported is not None and owned.supported < last:
        last = owned.supported
        if rules.past == "refuse" or last < start:
            told.codes.add("support_ended")
        elif last <= asked.on:
            told.codes |= {"end_in_past", "support_ended"}
    elif last < start:
        told.codes.add("end_in_past")
    if mark(start, anchor(owned, start), rules.most_years) <= common:
        told.codes.add("term_too_long")
    fee = yearly(prices, owned, level, units)
    if fee is None:
        told.codes.add("no_price")
    if told.codes:
        return
    years = in_years(start, last + ONE, anchor(owned, start))
    term = fee * years
    for needed, share in rules.discounts:
        if years >= needed:
            discounted = fee * years * (1 - share)
            term = discounted
    due = term + _late(told, owned, rules, start, lapse, fee, term)
    told.lines.append((owned.serial, start, last, units, half_up(due, rules.minor)))


def _late(told: Told, owned: Owned, rules: Rules, start: date, lapse: int, fee: Fraction, term: Fraction) -> Fraction:
    if not lapse:
        return Fraction(0)
    follows = owned.last + ONE
    if rules.back == "lapsed_months":
        lapsed_fee = fee * started_months(follows, follows + lapse * ONE) / 12
    else:
        lapsed_fee = fee * in_years(follows, follows + lapse * ONE, None)
    back = Fraction(0) if rules.back == "none" or start == follows else lapsed_fee * rules.rate
    reached = [row for row in rules.rows if row.days <= lapse]
    if not reached:
        return back
    row = reached[-1]
    parts = [lapsed_fee * row.lapsed] if row.lapsed is not None else []
    parts += [term * row.renewal] if row.renewal is not None else []
    parts += [row.flat] if row.flat is not None else []
    return back + max(parts)


def _change(told: Told, owned: Owned, asked: Asked, rules: Rules, prices: dict, units: int, level: str) -> None:
    start = max(asked.on, owned.since)
    if units != owned.quantity:
        told.codes.add("quantity_out_of_range")
        return
    new, old = (yearly(prices, owned, each, units) for each in (level, owned.level))
    if new is None or old is None:
        told.codes.add("no_price")
        return
    years = in_years(start, owned.last + ONE, None)
    told.lines.append((owned.serial, start, owned.last, units, half_up((new - old) * years, rules.minor)))
