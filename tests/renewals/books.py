"""Holdings and prices that tests of the arithmetic share."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from tenure.policy.rules import read_policy, whole
from tenure.policy.words import MultiYearDiscount, Policy
from tenure.renewals.rules import quote
from tenure.renewals.words import Buyer, Holding, Price, PriceBook, Quote, Wish

FOLDER: Final = Path(__file__).parents[2] / "policy"
STANDARD: Final = (FOLDER / "standard.toml").read_text("utf-8")
POLICY: Final = read_policy(STANDARD)
BUYER: Final = Buyer(country="DE")


def example(name: str) -> Policy:
    """The standard policy with what an example file changes."""
    return read_policy(whole(part=(FOLDER / "examples" / name).read_text("utf-8"), base=STANDARD))


def on_top(part: str) -> Policy:
    return read_policy(whole(part=part, base=STANDARD))


def discounted() -> Policy:
    """The standard policy, which gives ten per cent from three years on."""
    row = MultiYearDiscount(years=3, percent=Decimal(10))
    return replace(POLICY, prices=replace(POLICY.prices, multi_year_discounts=(row,)))


def day(text: str) -> date:
    return date.fromisoformat(text)


def held(
    serial: str = "M1000000001", *, until: str = "2026-03-31", since: str = "2025-04-01", **more: object
) -> Holding:
    """An asset of one unit whose last covered day is `until`."""
    whole = {
        "serial": serial, "product": "quay-vault", "kind": "software", "release": "9.4", "quantity": 1,
        "level": "essential", "chain_starts": day(since), "chain_ends": date.fromordinal(day(until).toordinal() + 1),
    }  # fmt: skip
    return replace(Holding(**whole), **more)  # type: ignore[arg-type]


def price(per_year: str | None = "1200", *, listed: str | None = "5000", band: int = 1) -> Price:
    return Price(
        band_from=band, unit_list_price=None if listed is None else Decimal(listed),
        unit_maintenance_per_year=None if per_year is None else Decimal(per_year), valid_from=day("2026-01-01"),
    )  # fmt: skip


BOOK: Final[PriceBook] = {
    ("quay-vault", "essential"): (price(),),
    ("quay-vault", "basic"): (price("900"),),
    ("quay-vault", "premium"): (price("2000"),),
}


def quoted(
    *holdings: Holding, on: str, policy: Policy = POLICY, book: PriceBook = BOOK, currency: str = "EUR",
    buyer: Buyer = BUYER, **wish: object,
) -> Quote:  # fmt: skip
    given: Mapping[str, object] = {key: day(value) if key == "until" else value for key, value in wish.items()}
    asked = Wish(on=day(on), **given)  # type: ignore[arg-type]
    return quote(holdings=holdings, wish=asked, policy=policy, book=book, currency=currency, buyer=buyer)
