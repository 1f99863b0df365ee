"""The price list: all or nothing, dated, never overwritten."""

import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from tenure.accounts.models import Person
from tenure.renewals.intake import run
from tenure.renewals.models import Price
from tenure.renewals.queries.prices import price_books
from tenure.renewals.words import Price as Row
from tests import cast, estate
from tests.renewals.books import day

HEAD = "product,level,currency,unit_list_price,unit_maintenance_per_year,band_from,valid_from,valid_to\n"
GOOD = "quay-vault,essential,EUR,5000,1200,1,2026-01-01,\nQuay Vault,basic,eur,5000.123456,,,2026-01-01,2026-12-31\n"


@pytest.fixture(autouse=True)
def catalogue(db: None) -> None:
    estate.policy()
    estate.product()


def take(path: Path, lines: str) -> tuple[int, list[str]]:
    path.write_text(HEAD + lines, encoding="utf-8")
    said: list[str] = []
    return run(path, at=cast.AT, by=cast.asking(cast.operator())["by"], report=said.append), said


def test_a_list_is_taken_in_and_again_changes_nothing(tmp_path: Path) -> None:
    assert take(tmp_path / "p.csv", GOOD) == (0, ["2 prices: 2 new, 0 unchanged."])
    kept = list(
        Price.objects.order_by("id").values_list("level", "currency", "unit_list_price", "band_from", "valid_to")
    )
    assert kept == [
        ("essential", "EUR", Decimal(5000), 1, None), ("basic", "EUR", Decimal("5000.123456"), 1, day("2027-01-01")),
    ]  # fmt: skip


def test_the_same_list_again_is_a_no_op(tmp_path: Path) -> None:
    take(tmp_path / "p.csv", GOOD)
    said: list[str] = []
    assert run(tmp_path / "p.csv", at=cast.AT, by=cast.asking(cast.manager())["by"], report=said.append) == 0
    assert (said, Price.objects.count()) == (["2 prices: 0 new, 2 unchanged."], 2)


def test_every_bad_line_is_named_and_nothing_is_taken(tmp_path: Path) -> None:
    code, said = take(
        tmp_path / "p.csv",
        "quay-vault,essential,EUR,5000,1200,1,2026-01-01,\n"
        "nothing,essential,EUR,5000,1200,1,2026-01-01,\n"
        "quay-vault,cloud,EUR,5000,1200,1,2026-01-01,\n"
        "quay-vault,gold,EURO,-1,1.1234567,0,2026-02-30,\n"
        "quay-vault,basic,EUR,,,1,2026-01-01,\n"
        "quay-vault,basic,EUR,1,1,1,2026-01-01,2025-12-31\n"
        "quay-vault,essential,EUR,5000,1300,1,2026-01-01,\n"
        "quay-vault,essential\n",
    )
    assert (code, Price.objects.count()) == (1, 0)
    assert said == [
        "line 3: product: 'nothing' is not in the catalogue",
        "line 4: level: cloud is not sold for this kind of product (software)",
        "line 5: level: 'gold' is not a level of the policy",
        "line 5: currency: 'EURO' is not a currency; write three letters of ISO 4217, such as EUR",
        "line 5: unit_list_price: '-1' is not an amount; write it as 1200.00, with at most six decimals",
        "line 5: unit_maintenance_per_year: '1.1234567' is not an amount; write it as 1200.00, with at most six decimals",
        "line 5: band_from: '0' is not a whole number above zero",
        "line 5: valid_from: '2026-02-30' is not a day; write it as 2027-03-31",
        "line 6: names neither unit_list_price nor unit_maintenance_per_year",
        "line 7: valid_to: 2025-12-31 lies before valid_from",
        "line 8: is the same price as line 2",
        "line 9: has 2 cells, the header has 8",
        "12 faults. Nothing was imported.",
    ]


def test_a_price_that_is_held_is_never_overwritten(tmp_path: Path) -> None:
    take(tmp_path / "p.csv", GOOD)
    path = tmp_path / "q.csv"
    path.write_text(HEAD + "quay-vault,essential,EUR,5000,1300,1,2026-01-01,\n", encoding="utf-8")
    said: list[str] = []
    assert run(path, at=cast.AT, by=cast.asking(cast.manager())["by"], report=said.append) == 1
    assert said[0].startswith(
        "line 2: valid_from: is held with another amount or end, and a price is never overwritten"
    )
    for statement in ("UPDATE renewals_price SET unit_list_price = 1", "DELETE FROM renewals_price"):
        with pytest.raises(IntegrityError, match="never altered"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_edition_that_began_last_holds_as_a_whole_while_it_is_valid(tmp_path: Path) -> None:
    take(
        tmp_path / "p.csv",
        "quay-vault,essential,EUR,,10,1,2026-01-01,\nquay-vault,essential,EUR,,8,100,2026-01-01,\n"
        "quay-vault,essential,EUR,,12,1,2026-07-01,2026-07-31\n",
    )
    told = {
        on: [(row.band_from, row.unit_maintenance_per_year) for row in _eur(on)]
        for on in ("2025-12-31", "2026-06-30", "2026-07-31", "2026-08-01")
    }
    old = [(1, Decimal(10)), (100, Decimal(8))]
    assert told == {"2025-12-31": [], "2026-06-30": old, "2026-07-31": [(1, Decimal(12))], "2026-08-01": old}


def take_special(path: Path, lines: str, someone: Callable[[], Person] = cast.operator) -> tuple[int, list[str]]:
    path.write_text(HEAD.replace("\n", ",region,programme\n") + lines, encoding="utf-8")
    said: list[str] = []
    return run(path, at=cast.AT, by=cast.asking(someone())["by"], report=said.append), said


SPECIAL = (
    "quay-vault,essential,EUR,,10,1,2026-01-01,,,\nquay-vault,essential,EUR,,9,100,2026-01-01,,,\n"
    "quay-vault,essential,EUR,,8,1,2026-01-01,2026-06-30,emea,\nquay-vault,essential,EUR,,7,1,2026-01-01,,EMEA,education\n"
    "quay-vault,essential,EUR,,6,1,2026-03-01,2026-12-31,,Education\n"
)


@pytest.mark.parametrize(("region", "programme", "on", "prices"), [
    ("", "", "2026-02-01", [(1, 10), (100, 9)]), ("JP", "", "2026-02-01", [(1, 10), (100, 9)]),
    ("EMEA", "", "2026-02-01", [(1, 8)]), ("EMEA", "", "2026-07-01", [(1, 10), (100, 9)]),
    ("JP", "education", "2026-02-01", [(1, 10), (100, 9)]), ("JP", "education", "2026-03-01", [(1, 6)]),
    ("EMEA", "education", "2026-07-01", [(1, 7)]), ("EMEA", "public_sector", "2026-02-01", [(1, 8)]),
])  # fmt: skip
def test_a_programmes_list_holds_before_a_regions_and_both_before_the_general_one(
    tmp_path: Path, region, programme, on, prices
) -> None:
    assert take_special(tmp_path / "p.csv", SPECIAL) == (0, ["5 prices: 5 new, 0 unchanged."])
    assert take_special(tmp_path / "p.csv", SPECIAL, cast.manager) == (0, ["5 prices: 0 new, 5 unchanged."])
    assert [(row.band_from, row.unit_maintenance_per_year) for row in _eur(on, region, programme)] == prices


def test_special_lists_are_read_in_one_statement(tmp_path: Path, django_assert_num_queries) -> None:
    take_special(tmp_path / "p.csv", SPECIAL)
    with django_assert_num_queries(1):
        _eur("2026-03-01", "EMEA", "education")


def test_a_region_or_programme_that_the_policy_lacks_is_a_bad_line(tmp_path: Path) -> None:
    said = take_special(
        tmp_path / "p.csv",
        "quay-vault,essential,EUR,,10,1,2026-01-01,,Moon,\nquay-vault,essential,EUR,,10,1,2026-01-01,,,choir\n"
        "quay-vault,essential,EUR,,10,1,2026-01-01,,EMEA,\nquay-vault,essential,EUR,,11,1,2026-01-01,,emea,\n",
    )
    assert (said, Price.objects.count()) == ((1, [
        "line 2: region: 'Moon' is not a region of the policy (EMEA, AMS, JP, CN, SG)",
        "line 3: programme: 'choir' is not a programme of the policy (education, public_sector)",
        "line 5: is the same price as line 4", "3 faults. Nothing was imported.",
    ]), 0)  # fmt: skip


def _eur(on: str, region: str = "", programme: str = "") -> tuple[Row, ...]:
    books = price_books(products=["quay-vault"], on=day(on), region=region, programme=programme)
    return books.get("EUR", {}).get(("quay-vault", "essential"), ())


@pytest.mark.parametrize(("content", "said"), [
    (b"", "the file is empty"), (b"\xff\xfea\0", "UTF-16"), (b"product;level\n", "separated by semicolons"),
    (b"product,level\n", "column 'currency' is missing"), (HEAD.encode() + b"\xff,a,b,c,d,e,f,g\n", "not UTF-8"),
])  # fmt: skip
def test_a_file_that_is_no_table_is_refused_in_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(content)
    out = io.StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("import", "prices", str(path), stdout=out)
    assert (said in out.getvalue(), refused.value.returncode, Price.objects.count()) == (True, 1, 0)
