"""What a quote costs: CPU-milliseconds of one line, and CPU-seconds of ten thousand, in this process.

    python benchmarks/quotes.py [LINES]

The arithmetic alone, without the database: LINES (10,000) assets, each with its own end, late and on time, in one
co-termed quote; and the same with their cost of waiting.  Goals: one line 2 ms, 10,000 lines 2 s, all told.
"""

import argparse
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from measuring import ROOT

from tenure.policy.rules import read_policy
from tenure.renewals.rules import cost_of_waiting, quote
from tenure.renewals.words import Buyer, Holding, Price, Wish

ONE_S, ALL_S = 0.002, 2.0
WISH = Wish(on=date(2026, 6, 30), years=1)
POLICY = read_policy((ROOT / "policy" / "standard.toml").read_bytes())
BOOK = {
    ("vault", "essential"): tuple(
        Price(band_from=band, unit_list_price=Decimal(100), unit_maintenance_per_year=unit, valid_from=date(2026, 1, 1))
        for band, unit in ((1, Decimal("20.123456")), (100, Decimal("18.5")), (1000, Decimal(15)))
    )
}


def main() -> None:
    """Time both, and print them with their goals."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", nargs="?", type=int, default=10_000)
    lines = parser.parse_args().lines
    one, many = [_holding(0)], [_holding(number) for number in range(lines)]
    for holdings, times, goal in ((one, 200, ONE_S), (many, 1, ALL_S)):
        quoted, waited = (
            _cpu(partial(do, holdings=holdings, wish=WISH, **_SAME), times=times) for do in (quote, cost_of_waiting)
        )
        print(
            f"{len(holdings):,} lines: quote {quoted:.5f}, cost of waiting {waited:.5f} CPU-s; "
            f"goal {goal:g}: {_word(quoted + waited <= goal)}"
        )


_SAME = {"policy": POLICY, "book": BOOK, "currency": "EUR", "buyer": Buyer(country="DE")}


def _holding(number: int) -> Holding:
    ends = date(2026, 1, 1) + timedelta(days=number % 300)
    return Holding(
        serial=f"M{number:010}", product="vault", kind="software", release="9", quantity=1 + number % 5000,
        level="essential", chain_starts=ends - timedelta(days=365), chain_ends=ends,
    )  # fmt: skip


def _cpu(do: Callable[[], object], *, times: int) -> float:
    do()
    started = time.process_time()
    for _ in range(times):
        do()
    return (time.process_time() - started) / times


def _word(met: bool) -> str:
    return "met" if met else "MISSED"


if __name__ == "__main__":
    main()
