"""The engine and the oracle, which was written from the sentences of the rules alone, say the same of made-up cases."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from tenure.policy.words import (
    BackCharge,
    MultiYearDiscount,
    NewTermStarts,
    PastSupport,
    Policy,
    Reinstatement,
    Surcharge,
)
from tenure.renewals.rules import quote, total_of
from tenure.renewals.words import Holding, Price, PriceBook, Quote, Wish
from tenure.toolbox.refused import Refused
from tests.renewals import oracle
from tests.renewals.books import BUYER, POLICY

HUNDRED = 100
MINOR = {"JPY": 0, "EUR": 2, "KWD": 3}
AWKWARD = [date.fromisoformat(each) for each in (
    "2024-02-28", "2024-02-29", "2024-03-01", "2023-02-28", "2024-01-31", "2024-01-30", "2023-12-31", "2024-04-30",
    "2024-08-31", "2028-02-29", "2027-02-28", "2025-01-01",
)]  # fmt: skip
UNITS = [1, 1, 9, 10, 99, 100, 1000, 10**9]
FEES = [Decimal(each) for each in ("0.000001", "1200", "0.5", "0.05", "0.005", "1234.5675", "365", "0.123456")]
SHARES = [None, None, *map(Decimal, ("0", "12.5", "25", "33.333", "100"))]
LEVELS = [("quay-vault", "essential"), ("quay-vault", "basic"), ("quay-vault", "premium"), ("quay-mail", "essential")]

Lists = dict[tuple[str, str], list[tuple[int, Decimal]]]


@dataclass(frozen=True, kw_only=True)
class Case:
    owned: list[oracle.Owned]
    asked: oracle.Asked
    policy: Policy
    lists: Lists
    currency: str


def made(chance: Random) -> Case:
    """Edges often, anything now and then."""
    owned = [_asset(chance, f"M{n:010}") for n in range(chance.choice([1, 1, 1, 2, 3]))]
    lists = {key: [(band, _fee(chance)) for band in chance.choice([(1,), (1, 10, 100), (2, 100)])] for key in LEVELS}
    prices = replace(
        POLICY.prices, past_end_of_support=chance.choice(list(PastSupport)),
        multi_year_discounts=tuple(
            MultiYearDiscount(years=years, percent=Decimal(percent))
            for years, percent in chance.choice([(), ((2, "5"), (3, "12.5")), ((4, "1"),)])
        ),
    )  # fmt: skip
    policy = replace(POLICY, reinstatement=late_rule(chance), prices=prices)
    asked = _asked(chance, owned)
    return Case(owned=owned, asked=asked, policy=policy, lists=lists, currency=chance.choice(list(MINOR)))


def _fee(chance: Random) -> Decimal:
    return chance.choice([*FEES, Decimal(chance.randrange(1, 10**10)).scaleb(-6)])


def _asset(chance: Random, serial: str) -> oracle.Owned:
    """Chains of whole years, of months and of odd days; now and then never covered, or of a release that ends."""
    since = chance.choice([*AWKWARD, date(2022, 1, 1) + timedelta(days=chance.randrange(2900))])
    months, days = chance.choice([12, 24, 36, 48, chance.randrange(12, 40)]), chance.randrange(20, 900)
    last = chance.choice(
        [*[oracle.months_after(since, months) - oracle.ONE] * 3, since + timedelta(days=days)]
    )  # fmt: skip
    covered = chance.random() > 0.08
    edges = [last, last + oracle.ONE, *(oracle.months_after(last + oracle.ONE, n) - oracle.ONE for n in (12, 24))]
    supported = chance.choice([*edges, *(last + timedelta(days=chance.randrange(-400, 2000)) for _ in range(4))])
    supported = supported if chance.random() < 0.3 else None
    return oracle.Owned(
        serial=serial, product=chance.choice(["quay-vault", "quay-vault", "quay-mail"]),
        quantity=chance.choice([*UNITS, chance.randrange(1, 2000)]), supported=supported,
        level=chance.choice(["essential", "essential", "basic"]) if covered else "",
        since=since if covered else None, last=last if covered else None,
    )  # fmt: skip


def _asked(chance: Random, owned: list[oracle.Owned]) -> oracle.Asked:
    """Order days about the end of the first asset, where the edges are; common ends about those of all."""
    about = owned[0].last or date(2026, 3, 31)
    days = chance.choice([chance.randrange(-3, 4), chance.randrange(28, 34), chance.randrange(-400, 420), -30, 91])
    years, until = chance.choice([None, None, 1, 2, 3, 5, chance.randrange(-1, 7)]), None
    if years is None and chance.random() < 0.6:
        ends = [each.last for each in owned if each.last] or [about]
        until = chance.choice(ends) + timedelta(days=chance.choice([0, 0, 365, chance.randrange(-5, 1500)]))
    quantities = {}
    if chance.random() < 0.1:
        quantities[owned[0].serial] = chance.choice([0, 1, owned[0].quantity, owned[0].quantity + 1])
    level = chance.choice(["", "", "", "essential", "basic", "premium"])
    return oracle.Asked(
        on=about + timedelta(days=days), years=years, until=until, level=level, quantities=quantities
    )  # fmt: skip


def late_rule(chance: Random) -> Reinstatement:
    """One that a policy could hold."""
    starts = chance.choice(list(NewTermStarts))
    back = BackCharge.NONE if starts is NewTermStarts.OLD_END else chance.choice(list(BackCharge))
    days = sorted({chance.choice([1, 30, 31, 90, chance.randrange(1, 400)]) for _ in range(chance.randrange(4))})
    grace = chance.choice([0, 0, 1, 30])
    return Reinstatement(
        grace_days=grace, back_charge=back, back_charge_percent=Decimal(chance.choice(["100", "150", "33.333"])),
        new_term_starts=starts, cap_days=max(grace, chance.choice([30, 90, 365, 730, 730])),
        surcharges=tuple(_surcharge(chance, each) for each in days),
    )  # fmt: skip


def _surcharge(chance: Random, days: int) -> Surcharge:
    lapsed, renewal = chance.choice(SHARES), chance.choice(SHARES)
    bare = lapsed is None and renewal is None
    amounts = {code: Decimal(chance.choice(["60", "100", "0.01"])) for code in MINOR}
    return Surcharge(
        from_days=days, percent_of_lapsed_fee=lapsed, percent_of_renewal=renewal,
        flat=amounts if bare or chance.random() < 0.5 else {},
    )  # fmt: skip


def expected(case: Case) -> oracle.Told:
    """What the oracle says, which is told of a policy in its own words."""
    late, prices, minor = case.policy.reinstatement, case.policy.prices, MINOR[case.currency]
    rows = tuple(
        oracle.Row(
            days=row.from_days, lapsed=_share(row.percent_of_lapsed_fee), renewal=_share(row.percent_of_renewal),
            flat=Fraction(row.flat[case.currency]) if row.flat else None,
        )
        for row in late.surcharges
    )  # fmt: skip
    rules = oracle.Rules(
        grace=late.grace_days, back=late.back_charge.value, rate=Fraction(late.back_charge_percent) / HUNDRED,
        starts=late.new_term_starts.value, cap=late.cap_days, rows=rows, past=prices.past_end_of_support.value,
        discounts=tuple((row.years, Fraction(row.percent) / HUNDRED) for row in prices.multi_year_discounts),
        tax=Fraction(19, HUNDRED), minor=minor,
    )  # fmt: skip
    fees = {key: [(band, Fraction(fee)) for band, fee in rows] for key, rows in case.lists.items()}
    return oracle.answer(owned=case.owned, asked=case.asked, rules=rules, prices=fees)


def _share(percent: Decimal | None) -> Fraction | None:
    return None if percent is None else Fraction(percent) / HUNDRED


def by_the_engine(case: Case) -> Quote:
    """The quote; its total alone is the same, or is refused for the same reason."""
    asked = case.asked
    wish = Wish(on=asked.on, years=asked.years, until=asked.until, level=asked.level, quantities=asked.quantities)
    same = {
        "holdings": [_holding(each) for each in case.owned], "wish": wish, "policy": case.policy,
        "book": _book(case.lists), "currency": case.currency, "buyer": BUYER,
    }  # fmt: skip
    try:
        total: object = total_of(**same)
    except Refused as refused:
        total = refused.code, refused.facts
    try:
        told = quote(**same)
    except Refused as refused:
        assert (refused.code, refused.facts) == total
        raise
    assert told.total == total
    return told


def _holding(owned: oracle.Owned) -> Holding:
    return Holding(
        serial=owned.serial, product=owned.product, kind="software", release="9.4", quantity=owned.quantity,
        level=owned.level, chain_starts=owned.since, chain_ends=owned.last and owned.last + oracle.ONE,
        supported_to=owned.supported and owned.supported + oracle.ONE,
    )  # fmt: skip


def _book(lists: Lists) -> PriceBook:
    return {
        key: tuple(
            Price(band_from=band, unit_list_price=None, unit_maintenance_per_year=fee, valid_from=date(2020, 1, 1))
            for band, fee in rows
        )
        for key, rows in lists.items()
    }


@pytest.mark.parametrize("block", range(8))
def test_the_engine_says_what_the_oracle_says(block: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(500 * block, 500 * (block + 1)):
        case = made(Random(seed))
        told = expected(case)
        try:
            priced = by_the_engine(case)
        except Refused as refused:
            seen[refused.code.value] += 1
            assert refused.code.value in told.codes, (seed, case.owned, case.asked)
            continue
        seen["quoted"] += 1
        minor = 10 ** MINOR[case.currency]
        lines = [
            (each.serial, each.starts_on, each.ends_on, each.quantity, each.amount * minor) for each in priced.lines
        ]
        found = lines, list(priced.left_out), priced.total * minor, priced.tax.amount * minor, set()
        assert found == (told.lines, told.left_out, told.total, told.tax, told.codes), (seed, case.owned, case.asked)
        for line in priced.lines:
            assert sum((step.amount for step in line.steps), Decimal(0)) == line.amount
    assert seen["quoted"] > 110, seen
    assert len(seen) > 6, seen
