"""`tenure quote`: the asset's rows, the list of the day, and the policy, in one answer."""

import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tenure.entitlements.models import Asset
from tenure.renewals.models import Enrolment, Price
from tests import cast, estate

EXAMPLES = Path(__file__).parents[2] / "policy" / "examples"
SERIAL = "M1000000001"


@pytest.fixture(autouse=True)
def owned(db: None) -> None:
    estate.policy()
    asset = estate.asset(cast.aster(), SERIAL, quantity=1)
    estate.term(asset, date(2025, 4, 1), date(2026, 4, 1))
    add_price(asset.product_id)


def add_price(product: int, currency: str = "EUR", per_year: str = "1200", valid_to: date | None = None) -> None:
    Price.objects.create(
        product_id=product, level="essential", currency=currency, unit_list_price=Decimal(5000),
        unit_maintenance_per_year=Decimal(per_year), valid_from=date(2026, 1, 1), valid_to=valid_to, recorded_at=cast.AT,
    )  # fmt: skip


def asked(*words: str) -> Any:
    out = io.StringIO()
    call_command("quote", *words, "--json", stdout=out)
    return json.loads(out.getvalue())


def refused(*words: str) -> str:
    with pytest.raises(CommandError) as told:
        call_command("quote", *words, stdout=io.StringIO())
    assert told.value.returncode == 1
    return str(told.value).partition(":")[0]


@pytest.mark.parametrize(("example", "total"), [
    ("late-by-days", "1569.86"), ("late-at-half-more", "1643.84"), ("late-by-months", "1575.00"), ("late-by-fee", "1320.00"),
])  # fmt: skip
def test_the_shipped_examples_give_the_worked_totals(example: str, total: str) -> None:
    told = asked("--serial", SERIAL, "--on", "2026-06-30", "--policy", str(EXAMPLES / f"{example}.toml"))
    assert (told["total"], told["currency"]) == (total, "EUR")
    assert [(line["serial"], line["starts_on"], line["ends_on"], line["quantity"]) for line in told["lines"]] == [
        (SERIAL, "2026-06-30", "2027-06-29", 1)
    ]


def test_on_time_the_line_follows_the_old_term_and_tax_stands_beside_the_net_total() -> None:
    told = asked("--serial", SERIAL, "--on", "2026-03-01", "--years", "2")
    assert (told["total"], told["tax"], told["gross"]) == ("2400.00", "456.00", "2856.00")
    assert (told["lines"][0]["starts_on"], told["lines"][0]["ends_on"]) == ("2026-04-01", "2028-03-31")


def test_the_list_is_the_customers_another_one_by_name_or_the_only_one_there_is() -> None:
    product = estate.product().id
    add_price(product, "USD", "1300")
    assert asked("--serial", SERIAL, "--on", "2026-03-01")["currency"] == "EUR"
    assert asked("--serial", SERIAL, "--on", "2026-03-01", "--currency", "usd")["total"] == "1300.00"
    abroad = estate.asset(cast.organisation("Far Reach", "US"), "M3000000003")
    estate.term(abroad, date(2025, 4, 1), date(2026, 4, 1))
    assert asked("--serial", "M3000000003", "--on", "2026-03-01")["currency"] == "USD"


def test_a_product_that_only_another_list_prices_is_quoted_in_it_and_says_so() -> None:
    abroad = estate.asset(cast.organisation("Far Reach", "US"), "M3000000003")
    estate.term(abroad, date(2025, 4, 1), date(2026, 4, 1))
    told = asked("--serial", "M3000000003", "--on", "2026-03-01")
    assert (told["currency"], told["notes"]) == (
        "EUR", [{"code": "other_currency", "facts": {"currency": "EUR", "usual": "USD"}}]
    )  # fmt: skip


@pytest.mark.parametrize(("words", "code"), [
    (["--serial", "M9999999999", "--on", "2026-03-01"], "unknown_serial"),
    (["--serial", SERIAL, "--serial", SERIAL, "--on", "2026-03-01"], "serial_twice"),
    (["--serial", SERIAL, "--on", "2025-12-31"], "no_price"),
    (["--serial", SERIAL, "--on", "2026-03-01", "--currency", "XQQ"], "currency_unknown"),
    (["--serial", SERIAL, "--on", "2026-03-01", "--until", "2026-02-01"], "end_in_past"),
    (["--serial", SERIAL, "--on", "2028-03-01"], "lapsed_too_long"),
    (["--serial", SERIAL, "--on", "2026-03-01", "--quantity", "0"], "quantity_out_of_range"),
])  # fmt: skip
def test_a_refusal_has_a_stable_code_and_ends_with_1(words: list[str], code: str) -> None:
    assert refused(*words) == code


@pytest.mark.parametrize(("words", "code"), [
    (["--serial", SERIAL, "--years=-1"], "term_too_long"), (["--serial", SERIAL, "--years", "1000"], "term_too_long"),
    (["--serial", SERIAL, "--until", "2026-03-01"], "end_in_past"), (["--serial", "M10000\x0000001"], "unknown_serial"),
    (["--serial", " "], "unknown_serial"), (["--serial", SERIAL, "--serial", SERIAL.lower()], "serial_twice"),
    (["--serial", SERIAL, "--level", "cloud"], "level_not_sold"), (["--serial", SERIAL, "--level", "\0"], "level_unknown"),
    (["--serial", SERIAL, "--quantity", "1000000000"], "quantity_out_of_range"),
])  # fmt: skip
def test_a_script_reads_why_there_is_no_quote_where_it_reads_the_quote(words: list[str], code: str) -> None:
    out = io.StringIO()
    with pytest.raises(CommandError) as told:
        call_command("quote", "--on", "2026-03-01", *words, "--json", stdout=out)
    assert (json.loads(out.getvalue())["refused"]["code"], told.value.returncode) == (code, 1)


@pytest.mark.parametrize("words", [
    ["--on", "2026-02-30"], ["--on", "tomorrow"], ["--on", "2026-03-01", "--until", "2026-13-01"],
    ["--on", "2026-03-01", "--policy", "missing.toml"], ["--on", "2026-03-01", "--policy", "."],
    ["--on", "2026-03-01", "--policy", "empty.toml"], ["--on", "2026-03-01", "--policy", "broken.toml"],
    ["--on", "2026-03-01", "--policy", "half.toml"],
])  # fmt: skip
def test_what_cannot_be_read_is_told_in_a_sentence_and_prints_no_quote(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in (("empty", ""), ("broken", "x = ["), ("half", "[reinstatement]\ngrace_days = 5\n")):
        Path(f"{name}.toml").write_text(text, "utf-8")
    out = io.StringIO()
    with pytest.raises(CommandError) as told:
        call_command("quote", "--serial", SERIAL, *words, "--json", stdout=out)
    assert (out.getvalue(), told.value.returncode) == ("", 2)
    assert words[-1] in str(told.value)


def test_years_and_a_common_end_are_not_both_asked_for() -> None:
    with pytest.raises(CommandError, match="not allowed with"):
        call_command("quote", "--serial", SERIAL, "--on", "2026-03-01", "--years", "1", "--until", "2027-03-31")


def test_a_serial_number_is_found_in_small_letters_and_with_spaces_around_it() -> None:
    assert asked("--serial", f" {SERIAL.lower()} ", "--on", "2026-03-01")["lines"][0]["serial"] == SERIAL


def test_assets_of_two_customers_make_no_quote() -> None:
    other = estate.asset(cast.bellwether(), "M2000000002")
    estate.term(other, date(2025, 4, 1), date(2026, 4, 1))
    assert refused("--serial", SERIAL, "--serial", "M2000000002", "--on", "2026-03-01") == "several_customers"


def test_a_courtesy_term_is_no_cover_for_a_late_renewal() -> None:
    from tenure.entitlements.models import Asset
    from tenure.entitlements.words import TermFamily

    asset = Asset.objects.get(serial_number=SERIAL)
    estate.term(asset, date(2026, 4, 1), date(2026, 6, 29), family=TermFamily.COURTESY)
    assert asked("--serial", SERIAL, "--on", "2026-06-30")["lines"][0]["lapsed_days"] == 90


def test_in_words_each_step_stands_under_its_line() -> None:
    out = io.StringIO()
    call_command("quote", "--serial", SERIAL, "--on", "2026-06-30", stdout=out)
    assert out.getvalue().splitlines() == [
        "Aster Mills, ordered on 2026-06-30, policy 2026.1, EUR",
        "M1000000001 quay-vault, essential, 1 unit, 2026-06-30 to 2027-06-29: 1569.86",
        "         1200.00  1200 x 1 x 1 year",
        "          295.89  back-coverage 2026-04-01 to 2026-06-29, 90 days: 1200 x 1 x 90/365 years at 100 %",
        "           73.97  reinstatement after 90 days: 25 % of the lapsed fee",
        "total 1569.86 EUR",
        "tax   298.27 EUR (rate, 19 %)",
        "gross 1868.13 EUR",
    ]


def refused_with(*words: str) -> tuple[str, int]:
    out = io.StringIO()
    with pytest.raises(CommandError) as no:
        call_command("quote", "--serial", SERIAL, "--on", "2026-03-01", *words, "--json", stdout=out)
    return json.loads(out.getvalue())["refused"]["code"] if out.getvalue() else "", no.value.returncode


def test_services_are_asked_for_by_key_and_stand_beside_the_lines() -> None:
    plain = asked("--serial", SERIAL, "--on", "2026-03-01")
    told = asked("--serial", SERIAL, "--on", "2026-03-01", "--service", "training=2", "--service", "Consulting=1")
    assert (told["services"], told["lines"], told["total"]) == ([
        {"service": "training", "name": "Training day", "unit": "day", "quantity": 2, "unit_price": "1450.00",
         "amount": "2900.00"},
        {"service": "consulting", "name": "Consulting day", "unit": "day", "quantity": 1, "unit_price": "1850.00",
         "amount": "1850.00"},
    ], plain["lines"], "5950.00")  # fmt: skip
    assert {"services", "programme"} & set(plain) == set()


@pytest.mark.parametrize(("words", "answer"), [
    (["--service", "training"], ("", 2)), (["--service", "training=two"], ("", 2)),
    (["--service", "training=1", "--service", "training=1"], ("", 2)),
    (["--service", "training=0"], ("service_out_of_range", 1)), (["--service", "opera=1"], ("service_unknown", 1)),
    (["--extend"], ("nothing_to_extend", 1)), (["--programme", "choir"], ("programme_unknown", 1)),
])  # fmt: skip
def test_a_bad_wish_says_its_code(words: list[str], answer: tuple[str, int]) -> None:
    assert refused_with(*words) == answer


def test_the_programme_of_the_order_day_counts_and_another_can_be_asked_for() -> None:
    Enrolment.objects.create(
        organisation=cast.aster(), programme="education", starts_on=date(2026, 2, 1), ends_on=date(2026, 3, 1),
        recorded_at=cast.AT,
    )  # fmt: skip
    told = {
        on: asked("--serial", SERIAL, "--on", on) for on in ("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01")
    }
    assert {on: (each.get("programme"), each["total"]) for on, each in told.items()} == {
        "2026-01-31": (None, "1200.00"), "2026-02-01": ("education", "840.00"), "2026-02-28": ("education", "840.00"),
        "2026-03-01": (None, "1200.00"),
    }  # fmt: skip
    other = asked("--serial", SERIAL, "--on", "2026-02-28", "--programme", "public_sector")
    assert (other["programme"], other["total"]) == ("public_sector", "1080.00")
    assert asked("--serial", SERIAL, "--on", "2026-03-01", "--programme", "")["total"] == "1200.00"


def test_an_old_release_is_extended_on_wish() -> None:
    release = Asset.objects.get(serial_number=SERIAL).release
    release.standard_support_ends_from, release.extended_support_offered = date(2026, 10, 1), True
    release.save()
    plain = asked("--serial", SERIAL, "--on", "2026-03-01")
    told = asked("--serial", SERIAL, "--on", "2026-03-01", "--extend")
    assert [(x["kind"], x["starts_on"], x["ends_on"], x["amount"]) for x in told["lines"]] == [
        ("renewal", "2026-04-01", "2027-03-31", "1200.00"), ("extension", "2026-10-01", "2027-03-31", "299.18"),
    ]  # fmt: skip
    assert (told["total"], told["lines"][:1], plain["total"]) == ("1499.18", plain["lines"], "1200.00")


def test_the_words_name_programme_services_and_extension() -> None:
    release = Asset.objects.get(serial_number=SERIAL).release
    release.standard_support_ends_from, release.extended_support_offered = date(2025, 10, 1), True
    release.save()
    out = io.StringIO()
    call_command(
        "quote", "--serial", SERIAL, "--on", "2026-03-01", "--extend", "--programme", "education", "--service",
        "training=1", stdout=out,
    )  # fmt: skip
    said = out.getvalue().splitlines()
    assert said[0].endswith("EUR, programme education")
    assert said[3:9] == [
        "         -360.00  30 % off: programme Schools and universities",
        f"{SERIAL} quay-vault, extension, essential, 1 unit, 2026-04-01 to 2027-03-31: 420.00",
        "          600.00  support of the old release: 50 % of 1200 x 1 x 1 year",
        "         -180.00  30 % off: programme Schools and universities",
        "training Training day, 1 x 1450.00 a day: 1450.00", "total 2710.00 EUR",
    ]  # fmt: skip
