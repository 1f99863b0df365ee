"""Counts from a file: all or nothing, every bad line named, again a no-op; a customer's file counts only for them."""

import re
from pathlib import Path

import pytest

from tenure.compliance.intake import take
from tenure.compliance.intake.words import COLUMNS, Taken, summary
from tenure.compliance.models import Count
from tenure.entitlements.models import Asset
from tenure.journal.models import Entry
from tenure.journal.words import COMMAND
from tests import cast, estate

HEAD = "customer,site,product,quantity,counted_on,release,serial_number,host"


@pytest.fixture
def owned(db: None) -> Asset:
    estate.policy()
    estate.asset(cast.bellwether(), "M2000000002")
    return estate.asset(cast.aster(), "M1000000001", quantity=48)


@pytest.fixture
def told(owned: Asset, tmp_path: Path):
    """Takes lines in, as a person or as a command."""

    def tell(*lines: str, head: str = HEAD, person: object = None, dry_run: bool = False) -> Taken:
        path = tmp_path / "installed.csv"
        path.write_text("\n".join((head, *lines)) + "\n", encoding="utf-8")
        who = cast.who(person) if person else None
        return take(path, name="installed.csv", who=who, at=cast.AT, by=COMMAND, dry_run=dry_run)

    return tell


def _kept() -> list[tuple[str, int, str, str]]:
    return [(each.counted_on.isoformat(), each.quantity, each.host, each.source)
            for each in Count.objects.order_by("id")]  # fmt: skip


def _said(taken: Taken) -> list[str]:
    return [str(fault) for fault in taken.faults]


def test_counts_are_taken_in_by_number_or_name_and_again_is_a_no_op(told):
    lines = (
        f"{cast.aster().number},Main works,quay-vault,60,2026-11-03,9.4,m1000000001,a",
        "aster mills, main works ,Quay Vault,0,2026-05-01,,,",
    )
    taken = told(*lines)
    assert (taken.faults, taken.outcome.new, taken.outcome.positions) == ((), 2, 1)
    assert _kept() == [("2026-11-03", 60, "a", "imported"), ("2026-05-01", 0, "", "imported")]
    again = told(*lines)
    assert (again.outcome.new, again.outcome.unchanged, Count.objects.count()) == (0, 2, 2)
    assert Entry.objects.filter(verb="compliance.counts_imported").count() == 1
    assert summary(again) == ["2 lines: everything is held already; nothing changed."]


def test_a_changed_line_is_kept_beside_the_old_one_and_holds(told):
    told("Aster Mills,Main works,quay-vault,60,2026-11-03,,,")
    taken = told("Aster Mills,Main works,quay-vault,50,2026-11-03,,,")
    assert (taken.outcome.new, [quantity for _, quantity, _, _ in _kept()]) == (1, [60, 50])


def test_optional_columns_may_be_missing(told):
    taken = told("2026-11-03,60,quay-vault,Main works,Aster Mills", head="counted_on,quantity,product,site,customer")
    assert (taken.outcome.new, _kept()) == (1, [("2026-11-03", 60, "", "imported")])


def test_every_bad_line_is_named_with_column_and_reason_and_nothing_is_kept(told):
    taken = told(
        "Aster Mills,Main works,quay-vault,60,2026-11-03,,,",
        "Nobody,Main works,quay-vault,60,2026-11-03,,,",
        ",,,,,,,",
        "Aster Mills,Elsewhere,unknown,many,2026-02-30,,,",
        "Aster Mills,Main works,quay-vault,-1,2027-11-03,99,M2000000002," + "x" * 201,
        "Aster Mills,Main works,quay-vault,1,1970-01-01,,,",
        "Aster Mills,Main works,quay-vault,60,2026-11-03,,,",
        "Aster Mills,Main works",
    )
    assert (taken.outcome, Count.objects.count()) == (None, 0)
    assert _said(taken) == [
        "line 3: customer: “Nobody” is no customer for whom you may count; write its number, such as K-123456",
        "line 4: counted_on: “” is not a day; write it as 2027-03-31",
        "line 4: customer: is empty",
        "line 4: product: is empty",
        "line 4: quantity: “” is not a whole number; write 0 where nothing is installed any more",
        "line 4: site: is empty",
        "line 5: counted_on: “2026-02-30” is not a day; write it as 2027-03-31",
        "line 5: product: “unknown” is not in the catalogue",
        "line 5: quantity: “many” is not a whole number; write 0 where nothing is installed any more",
        "line 5: site: “Elsewhere” is no site of this customer",
        "line 6: counted_on: 2027-11-03 lies ahead; only what was counted already can be taken",
        "line 6: host: has 201 characters; at most 200 are taken",
        "line 6: quantity: “-1” is not a whole number; write 0 where nothing is installed any more",
        "line 6: release: “99” is no release of this product",
        "line 6: serial_number: “M2000000002” is no serial number of this customer and product",
        "line 7: counted_on: 1970-01-01 lies before 1980",
        "line 8: says the same site, product and day as line 2; put both into one line",
        "line 9: has 2 cells, the header has 8",
    ]  # fmt: skip
    assert summary(taken) == ["18 faults in 8 lines.", "Nothing was imported."]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty; its first line must name the columns"),
        (b"customer;site;product\n", "the cells are separated by semicolons or tabs; save the file with commas"),
        (b"\xff\xfec\0", "the file is UTF-16, not UTF-8; save it as CSV in UTF-8"),
        (HEAD.encode() + b"\n\xe9,,,,,,,\n", "the file is not UTF-8 (byte 0xe9); save it as CSV in UTF-8"),
        (b"customer,site\n", "line 1: column 'product' is missing; column 'quantity' is missing; "
                             "column 'counted_on' is missing"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_told_and_nothing_is_kept(owned: Asset, tmp_path: Path, content: bytes, said: str):
    path = tmp_path / "broken.csv"
    path.write_bytes(content)
    taken = take(path, name="broken.csv", who=None, at=cast.AT, by=COMMAND)
    assert (_said(taken), taken.outcome, Count.objects.count()) == ([said], None, 0)


def test_a_name_that_two_customers_bear_is_not_guessed(told):
    cast.organisation("Aster Mills", "AT")
    taken = told("Aster Mills,Main works,quay-vault,60,2026-11-03,,,")
    assert _said(taken) == [
        "line 2: customer: several customers are called “Aster Mills”; write the number, such as K-123456"
    ]


def test_a_customers_file_counts_for_them_alone_and_others_do_not_exist(told):
    technical = cast.technical()
    taken = told(f"{cast.aster().number},Main works,quay-vault,60,2026-11-03,,,", person=technical)
    assert (taken.outcome.new, Count.objects.get().kept_by_id) == (1, technical.pk)
    refusals = [
        _said(told(f"{number},Main works,quay-vault,60,2026-11-03,,,", person=technical))[0].replace(number, "?")
        for number in (cast.bellwether().number, "K-999999")
    ]
    assert refusals[0] == refusals[1]
    assert Count.objects.count() == 1


@pytest.mark.parametrize("role", ["viewer", "reseller", "care_agent"])
def test_who_may_not_count_takes_nothing_in(told, role: str):
    taken = told("Aster Mills,Main works,quay-vault,60,2026-11-03,,,", person=getattr(cast, role)())
    assert (taken.outcome, Count.objects.count()) == (None, 0)


def test_a_dry_run_says_what_would_be_done_and_does_nothing(told):
    taken = told("Aster Mills,Main works,quay-vault,60,2026-11-03,,,", dry_run=True)
    assert (taken.outcome.new, Count.objects.count()) == (1, 0)
    assert summary(taken, dry_run=True)[-1] == "This was a dry run: nothing was imported."


def test_of_very_many_faults_the_first_thousand_are_told(told):
    taken = told(*(f"Nobody,x,quay-vault,{n},2026-11-03,,," for n in range(1200)))
    assert (len(taken.faults), taken.more, taken.lines) == (1000, 200, 1200)


def test_every_column_is_in_the_guide():
    guide = (Path(__file__).parents[2] / "docs" / "guide" / "counts.md").read_text()
    assert re.findall(r"^\| `(\w+)` \|", guide, re.MULTILINE) == list(COLUMNS.all)
