"""The rows of a price list, from text to what they say; every fault with its line and column."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from typing import Final, TypeAlias, TypeVar

from babel.numbers import list_currencies

from tenure.policy.words import Policy
from tenure.toolbox.tables import Columns, Fault, Row

TABLE: Final = Columns(
    required=(
        "product", "level", "currency", "unit_list_price", "unit_maintenance_per_year", "band_from", "valid_from",
        "valid_to",
    ),
    optional=("region", "programme"),
)  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1990, 2200
Products: TypeAlias = Mapping[str, tuple[int, str]]
"""Ids and kinds by lower-case slug or name."""

_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_BAND = re.compile(r"[0-9]{1,12}", re.ASCII)
T = TypeVar("T")


class _Wrong(Exception):
    """What is wrong with a cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One price.  valid_to: the first day on which it does not hold, or None.  region, programme: keys, or "".

    Source: A13, B11.
    """

    line: int
    product_id: int
    level: str
    currency: str
    list_price: Decimal | None
    per_year: Decimal | None
    band_from: int
    valid_from: date
    valid_to: date | None
    region: str
    programme: str


def read(rows: Iterable[Row], *, products: Products, policy: Policy, faults: list[Fault]) -> Iterator[Said]:
    """The prices of a file; what is wrong goes to `faults`.  Source: A13; the layout is ours."""
    for line, cells in rows:
        given = dict(zip(TABLE.all, cells, strict=True))
        before = len(faults)
        cell = partial(_cell, line, given, faults)
        product = cell("product", partial(_product, products=products))
        level = cell("level", partial(_level, product=product, policy=policy))
        currency = cell("currency", _currency)
        list_price, per_year = cell("unit_list_price", _amount), cell("unit_maintenance_per_year", _amount)
        band, valid_from, last = cell("band_from", _band), cell("valid_from", _day), cell("valid_to", _day_or_none)
        region = cell("region", partial(_region, policy=policy))
        programme = cell("programme", partial(_programme, policy=policy))
        if len(faults) == before and list_price is None and per_year is None:
            faults.append(Fault(line, "", "names neither unit_list_price nor unit_maintenance_per_year"))
        if last is not None and valid_from is not None and last < valid_from:
            faults.append(Fault(line, "valid_to", f"{last} lies before valid_from"))
        if len(faults) > before or product is None or valid_from is None:
            continue
        yield Said(
            line=line, product_id=product[0], level=level or "", currency=currency or "", list_price=list_price,
            per_year=per_year, band_from=band or 1, valid_from=valid_from,
            valid_to=None if last is None else last + timedelta(days=1), region=region or "",
            programme=programme or "",
        )  # fmt: skip


def _cell(
    line: int, given: Mapping[str, str], faults: list[Fault], column: str, take: Callable[[str], T]
) -> T | None:  # fmt: skip
    try:
        return take(given[column])
    except _Wrong as wrong:
        faults.append(Fault(line, column, str(wrong)))
        return None


def _product(text: str, *, products: Products) -> tuple[int, str]:
    if text.lower() not in products:
        raise _Wrong(f"{text!r} is not in the catalogue" if text else "is empty")
    return products[text.lower()]


def _level(text: str, *, product: tuple[int, str] | None, policy: Policy) -> str:
    level = policy.levels.get(text.lower())
    if level is None:
        raise _Wrong(f"{text!r} is not a level of the policy" if text else "is empty")
    if product is not None and product[1] not in level.sold_for:
        raise _Wrong(f"{level.key} is not sold for this kind of product ({product[1]})")
    return level.key


def _region(text: str, *, policy: Policy) -> str:
    """A key of the policy, whatever its letters' case."""
    found = next((key for key in policy.regions if key.lower() == text.lower()), "")
    if text and not found:
        raise _Wrong(f"{text!r} is not a region of the policy ({', '.join(policy.regions)})")
    return found


def _programme(text: str, *, policy: Policy) -> str:
    if text and text.lower() not in policy.programmes:
        raise _Wrong(f"{text!r} is not a programme of the policy ({', '.join(policy.programmes) or 'it has none'})")
    return text.lower()


def _currency(text: str) -> str:
    if text.upper() not in _currencies():
        raise _Wrong(f"{text!r} is not a currency; write three letters of ISO 4217, such as EUR")
    return text.upper()


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


def _amount(text: str) -> Decimal | None:
    if not text:
        return None
    if not _AMOUNT.fullmatch(text):
        raise _Wrong(f"{text!r} is not an amount; write it as 1200.00, with at most six decimals")
    return Decimal(text)


def _band(text: str) -> int:
    if text and (not _BAND.fullmatch(text) or int(text) < 1):
        raise _Wrong(f"{text!r} is not a whole number above zero")
    return int(text or 1)


def _day_or_none(text: str) -> date | None:
    return _day(text) if text else None


def _day(text: str) -> date:
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        day = date.fromisoformat(text)
    except ValueError:
        raise _Wrong(f"{text!r} is not a day; write it as 2027-03-31" if text else "is empty") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _Wrong(f"{day} lies outside {FIRST_YEAR} to {LAST_YEAR}")
    return day
