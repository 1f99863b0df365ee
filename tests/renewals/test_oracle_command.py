"""The same made-up cases through the real commands: the list is imported, the policy is a file, the answer is JSON."""

import csv
import io
import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tenure.catalog.models import Product, Release
from tests import cast, estate
from tests.renewals import oracle
from tests.renewals.books import STANDARD
from tests.renewals.test_oracle import MINOR, Case, expected, made

COLUMNS = [
    "product", "level", "currency", "unit_list_price", "unit_maintenance_per_year", "band_from", "valid_from", "valid_to",
]  # fmt: skip
CASES = 100


@pytest.mark.django_db
def test_the_commands_say_what_the_oracle_says(tmp_path: Path) -> None:
    estate.policy()
    cases = [case for case in (made(Random(seed)) for seed in range(9000, 9400)) if _can_be_typed(case)][:CASES]
    _import_prices(tmp_path / "prices.csv", cases)
    quoted = 0
    for number, case in enumerate(cases):
        for place, owned in enumerate(case.owned):
            _keep(number, place, owned)
        told, code = _asked(_words(number, case, tmp_path), out := io.StringIO())
        wanted = expected(case)
        if code:
            assert (code in wanted.codes, json.loads(out.getvalue())["refused"]["code"]) == (True, code), (number, case)
            continue
        quoted += 1
        assert (_said(told, case), told["currency"]) == (_wanted(wanted, number), case.currency), (number, case)
    assert quoted > CASES // 4


def _can_be_typed(case: Case) -> bool:
    return not case.asked.quantities or len(case.owned) == 1


def _import_prices(path: Path, cases: list[Case]) -> None:
    """An edition a case that ends on its order day, an earlier one that it takes the place of, and one of the next day."""
    with path.open("w", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(COLUMNS)
        for number, case in enumerate(cases):
            on = case.asked.on
            for (product, level), rows in case.lists.items():
                for band, fee in rows:
                    key = _product(product, number).name, level, case.currency
                    sheet.writerow([*key, "", fee, band, on.replace(day=1), on])
                    sheet.writerow([*key, "", "77777", band, on.replace(year=on.year - 1, day=1), ""])
                    sheet.writerow([*key, "", "99999", band, on + oracle.ONE, ""])
    call_command("import", "prices", str(path), stdout=io.StringIO())


def _product(product: str, number: int) -> Product:
    return Product.objects.get_or_create(slug=f"{product}-{number}", name=f"{product} {number}", kind="software")[0]


def _keep(number: int, place: int, owned: oracle.Owned) -> None:
    """The asset as the case has it; its cover in two terms where there is room, so that the chain counts."""
    product = _product(owned.product, number)
    ends = owned.supported and owned.supported + oracle.ONE
    release = Release.objects.create(
        product=product, name=f"{place}.0", label=f"{place}.0", available_from=date(2000, 1, 1),
        standard_support_ends_from=ends,
    )  # fmt: skip
    asset = estate.asset(cast.aster(), _serial(number, place), of=product, release=release, quantity=owned.quantity)
    if owned.since is None or owned.last is None:
        return
    middle = min(oracle.months_after(owned.since, 12), owned.last)
    estate.term(asset, owned.since, middle, level="basic" if middle <= owned.last else owned.level)
    if middle <= owned.last:
        estate.term(asset, middle, owned.last + oracle.ONE, level=owned.level)


def _serial(number: int, place: int) -> str:
    return f"M{number:07}{place:03}"


def _words(number: int, case: Case, folder: Path) -> list[str]:
    path, asked = folder / f"{number}.toml", case.asked
    path.write_text(_policy(case), "utf-8")
    words = ["--on", asked.on.isoformat(), "--currency", case.currency, "--policy", str(path)]
    for place in range(len(case.owned)):
        words += ["--serial", _serial(number, place)]
    words += [] if asked.years is None else [f"--years={asked.years}"]
    words += [] if asked.until is None else ["--until", asked.until.isoformat()]
    words += ["--level", asked.level] if asked.level else []
    return words + [f"--quantity={units}" for units in asked.quantities.values()]


def _policy(case: Case) -> str:
    """What the case changes of the standard policy, as a file."""
    late, prices = case.policy.reinstatement, case.policy.prices
    lines = [
        "[reinstatement]", f"grace_days = {late.grace_days}", f'back_charge = "{late.back_charge.value}"',
        f'back_charge_percent = "{late.back_charge_percent}"', f'new_term_starts = "{late.new_term_starts.value}"',
        f"cap_days = {late.cap_days}",
    ]  # fmt: skip
    for row in late.surcharges:
        lines += ["[[reinstatement.surcharges]]", f"from_days = {row.from_days}"]
        for name in ("percent_of_lapsed_fee", "percent_of_renewal"):
            lines += [] if getattr(row, name) is None else [f'{name} = "{getattr(row, name)}"']
        flat = ", ".join(f'{code} = "{fee}"' for code, fee in row.flat.items())
        lines += [f"flat = {{ {flat} }}"] if flat else []
    discounts = ", ".join(
        f'{{ years = {row.years}, percent = "{row.percent}" }}' for row in prices.multi_year_discounts
    )
    [currencies] = [line for line in STANDARD.splitlines() if line.startswith("currencies = {")]
    lines += [
        "[prices]", f'past_end_of_support = "{prices.past_end_of_support.value}"', 'partner_percent = "20"',
        f"multi_year_discounts = [{discounts}]", currencies,
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _asked(words: list[str], out: io.StringIO) -> tuple[Any, str]:
    try:
        call_command("quote", *words, "--json", stdout=out)
    except CommandError as refused:
        assert refused.returncode == 1, refused
        return None, str(refused).partition(":")[0]
    return json.loads(out.getvalue()), ""


def _said(told: Any, case: Case) -> object:
    minor = 10 ** MINOR[case.currency]
    lines = [
        (line["serial"], line["starts_on"], line["ends_on"], line["quantity"], Decimal(line["amount"]) * minor)
        for line in told["lines"]
    ]
    total, tax, gross = (Decimal(told[key]) * minor for key in ("total", "tax", "gross"))
    return lines, told["left_out"], total, tax, gross


def _wanted(wanted: oracle.Told, number: int) -> object:
    lines = [
        (_serial(number, int(serial[1:])), starts.isoformat(), ends.isoformat(), units, Fraction(amount))
        for serial, starts, ends, units, amount in wanted.lines
    ]
    left_out = [_serial(number, int(serial[1:])) for serial in wanted.left_out]
    return lines, left_out, wanted.total, wanted.tax, wanted.total + wanted.tax
