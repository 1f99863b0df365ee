"""The import of certificates: all or nothing, every bad line with its reason, the same file again changes nothing."""

import csv
import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection

from tenure.catalog.models import Product
from tenure.entitlements.intake import run
from tenure.entitlements.intake.words import COLUMNS
from tenure.entitlements.models import Asset, Certificate, ContactSeat, LetterDue, Term
from tenure.journal.words import COMMAND
from tests.entitlements.conftest import apply_standard

AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 8, 1, 12, tzinfo=UTC)

GOOD = {
    "certificate_number": "12345678-1234567", "sales_order_number": "12345678", "issued_on": "2025-12-20",
    "customer": "Aurora Mills", "customer_country": "DE", "site": "Hamburg", "site_timezone": "Europe/Berlin",
    "reseller": "Northway", "owner_name": "Ada Owner", "owner_email": "ada@aurora.example",
    "technical_name": "Tom Tech", "technical_email": "tom@aurora.example", "product": "wall", "release": "9.4",
    "serial_number": "M1234567890", "support_identifier": "1234-5678-1234", "quantity": "10", "meter": "users",
    "licence_kind": "perpetual", "level": "essential", "term_starts_on": "2026-01-01", "term_ends_on": "2026-12-31",
    "customer_size": "", "customer_language": "", "purpose": "",
}  # fmt: skip


def write(path: Path, *rows: dict[str, str]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows({**GOOD, **row} for row in rows)
    return path


def load(path: Path, *, correct: bool = False, dry_run: bool = False, at: datetime = AT) -> tuple[int, list[str]]:
    said: list[str] = []
    code = run(path, announce=False, correct=correct, dry_run=dry_run, at=at, by=COMMAND, report=said.append)
    return code, said


def held() -> tuple[int, int, int, int]:
    return Certificate.objects.count(), Asset.objects.count(), Term.objects.count(), ContactSeat.objects.count()


def spans() -> list[tuple[str, date, date]]:
    rows = Term.objects.filter(known__upper_inf=True).order_by("covers").values_list("level", "covers")
    return [(level, covers.lower, covers.upper) for level, covers in rows]


@pytest.mark.usefixtures("products")
def test_a_line_becomes_certificate_asset_term_and_seat(tmp_path: Path) -> None:
    code, said = load(write(tmp_path / "f.csv", {}))
    assert (code, said) == (
        0, ["1 line: 1 new certificate, 1 new asset, 1 new term, 0 corrected, 0 unchanged."],
    )  # fmt: skip
    assert held() == (1, 1, 1, 1)
    assert spans() == [("essential", date(2026, 1, 1), date(2027, 1, 1))]
    asset = Asset.objects.get()
    assert (asset.zone, asset.chain_starts_on, asset.chain_ends_on) == (
        "Europe/Berlin", date(2026, 1, 1), date(2027, 1, 1),
    )  # fmt: skip


@pytest.mark.usefixtures("products")
def test_the_same_file_again_changes_nothing_and_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", {}, {"term_starts_on": "2027-01-01", "term_ends_on": "2027-12-31"})
    load(path)
    before = held()
    assert load(path, at=LATER) == (0, ["2 lines: everything is held already; nothing changed."])
    assert (held(), before) == ((1, 1, 2, 1), (1, 1, 2, 1))


@pytest.mark.usefixtures("products")
def test_a_changed_day_needs_correct_which_closes_what_was_known(tmp_path: Path) -> None:
    load(write(tmp_path / "f.csv", {}))
    changed = write(tmp_path / "g.csv", {"term_ends_on": "2027-03-31"})
    code, said = load(changed, at=LATER)
    assert (code, said) == (1, [
        "line 2: term_starts_on: 2026-01-01 to 2027-03-31 by essential overlaps 2026-01-01 to 2026-12-31 by essential,"
        " which is held; give --correct to change it",
        "1 fault in 1 line.", "Nothing was imported.",
    ])  # fmt: skip
    assert spans() == [("essential", date(2026, 1, 1), date(2027, 1, 1))]
    assert load(changed, correct=True, at=LATER)[0] == 0
    assert spans() == [("essential", date(2026, 1, 1), date(2027, 4, 1))]
    assert Term.objects.count() == 2
    assert Asset.objects.get().chain_ends_on == date(2027, 4, 1)


@pytest.mark.parametrize(("row", "reason"), [
    ({"serial_number": "M12345678O0"}, "serial_number: 'M12345678O0' has letter O for digit 0; is M1234567800 meant?"),
    ({"serial_number": "X1"}, "serial_number: 'X1' is not a serial number; it looks like M1234567890"),
    ({"issued_on": "2026-02-30"}, "issued_on: '2026-02-30' is not a day; write it as 2027-03-31"),
    ({"customer": ""}, "customer: is empty"),
    ({"customer_country": "XX"}, "customer_country: 'XX' is not a country; write two letters of ISO 3166, such as DE"),
    ({"site": "Elsewhere", "site_timezone": "Mars/Base"}, "site_timezone: 'Mars/Base' is not a time zone; write it as Europe/Berlin"),
    ({"product": "nope"}, "product: 'nope' is not in the catalogue"),
    ({"release": "1.0"}, "release: '1.0' is not a release of this product"),
    ({"quantity": "-3"}, "quantity: '-3' is not a whole number above zero"),
    ({"level": "gold"}, "level: 'gold' is not a level of the policy"),
    ({"level": "cloud"}, "level: 'cloud' is not sold for this kind of product"),
    ({"level": ""}, "level: level, term_starts_on and term_ends_on belong together: fill all three or none"),
    ({"term_ends_on": "2025-12-31"}, "term_ends_on: '2025-12-31' lies before term_starts_on"),
    ({"owner_email": "ada"}, "owner_email: 'ada' is not an e-mail address"),
    ({"licence_kind": "hardware"}, "licence_kind: 'hardware' does not fit the kind of this product"),
])  # fmt: skip
@pytest.mark.usefixtures("products")
def test_a_bad_cell_is_named_with_its_line_column_and_reason_and_nothing_is_taken(
    tmp_path: Path, row: dict[str, str], reason: str
) -> None:
    other = {"serial_number": "M0000000001", "certificate_number": "99999999-1234567"}
    code, said = load(write(tmp_path / "f.csv", other, row))
    assert (code, said) == (1, [f"line 3: {reason}", "1 fault in 2 lines.", "Nothing was imported."])
    assert held() == (0, 0, 0, 0)


@pytest.mark.usefixtures("products")
def test_two_overlapping_terms_of_a_file_are_both_named(tmp_path: Path) -> None:
    code, said = load(write(tmp_path / "f.csv", {}, {"term_starts_on": "2026-06-01", "term_ends_on": "2027-05-31"}))
    assert (code, said[0]) == (1, (
        "line 3: term_starts_on: 2026-06-01 to 2027-05-31 by essential overlaps"
        " 2026-01-01 to 2026-12-31 by essential (line 2)"
    ))  # fmt: skip
    assert held() == (0, 0, 0, 0)


@pytest.mark.usefixtures("products")
def test_an_overlap_with_a_term_held_by_another_certificate_is_refused_even_with_correct(tmp_path: Path) -> None:
    load(write(tmp_path / "f.csv", {}))
    code, said = load(
        write(tmp_path / "g.csv", {"certificate_number": "99999999-1234567", "term_starts_on": "2026-06-01",
                                   "term_ends_on": "2027-05-31"}), correct=True, at=LATER)  # fmt: skip
    assert (code, said[0]) == (1, (
        "line 2: term_starts_on: 2026-06-01 to 2027-05-31 by essential overlaps"
        " 2026-01-01 to 2026-12-31 by essential, which is held"
    ))  # fmt: skip
    assert held() == (1, 1, 1, 1)


@pytest.mark.usefixtures("products")
def test_a_serial_of_another_customer_is_refused(tmp_path: Path) -> None:
    load(write(tmp_path / "f.csv", {}))
    code, said = load(write(tmp_path / "g.csv", {"customer": "Birch Bank", "certificate_number": "99999999-1234567",
                                                 "term_starts_on": "2027-01-01", "term_ends_on": "2027-12-31"}))  # fmt: skip
    assert (code, said[0]) == (1, "line 2: serial_number: belongs to another customer")
    assert held() == (1, 1, 1, 1)


@pytest.mark.usefixtures("products")
def test_more_technical_contacts_than_the_level_has_seats_are_refused(tmp_path: Path) -> None:
    rows = [{"serial_number": f"M000000000{n}", "technical_email": f"t{n}@aurora.example", "level": "basic"}
            for n in range(3)]  # fmt: skip
    code, said = load(write(tmp_path / "f.csv", *rows))
    assert (code, said[0]) == (1, "line 4: technical_email: 3 technical contacts would be named; basic has 2 seats")
    assert held() == (0, 0, 0, 0)


@pytest.mark.usefixtures("products")
def test_a_blank_term_is_an_asset_that_was_never_covered(tmp_path: Path) -> None:
    assert load(write(tmp_path / "f.csv", {"level": "", "term_starts_on": "", "term_ends_on": ""}))[0] == 0
    assert held() == (1, 1, 0, 0)
    assert Asset.objects.get().chain_ends_on is None


@pytest.mark.usefixtures("products")
def test_rows_of_one_certificate_that_disagree_are_named(tmp_path: Path) -> None:
    code, said = load(write(tmp_path / "f.csv", {}, {"serial_number": "M0000000001", "issued_on": "2025-12-21"}))
    assert (code, said[0]) == (1, "line 3: issued_on: differs from 2025-12-20 (line 2)")
    assert held() == (0, 0, 0, 0)


@pytest.mark.usefixtures("products")
def test_a_dry_run_says_what_would_be_done_and_does_nothing(tmp_path: Path) -> None:
    code, said = load(write(tmp_path / "f.csv", {}), dry_run=True)
    assert (code, said[-1]) == (0, "This was a dry run: nothing was imported.")
    assert held() == (0, 0, 0, 0)


@pytest.mark.parametrize(("announce", "due"), [(False, (0, 0)), (True, (1, 1))])
@pytest.mark.usefixtures("products")
def test_owners_and_contacts_are_told_only_when_asked_and_once(
    tmp_path: Path, announce: bool, due: tuple[int, int]
) -> None:
    path = write(tmp_path / "f.csv", {})
    for _ in range(2):
        run(path, announce=announce, correct=False, dry_run=False, at=AT, by=COMMAND, report=lambda _: None)
    letters = LetterDue.objects
    assert (letters.exclude(certificate=None).count(), letters.exclude(seat=None).count()) == due


HEADER = ",".join(COLUMNS).encode()


@pytest.mark.parametrize(("data", "sentence"), [
    (b"", "the file is empty; its first line must name the columns"),
    (b"\xff\xfea\0b\0", "the file is UTF-16, not UTF-8; save it as CSV in UTF-8"),
    (HEADER + b"\nM\xfcller,", "the file is not UTF-8 (byte 0xfc); save it as CSV in UTF-8"),
    (HEADER.replace(b",", b";"), "the cells are separated by semicolons or tabs; save the file with commas"),
    (HEADER.replace(b"meter,", b""), "line 1: column 'meter' is missing"),
    (HEADER + b",colour", "line 1: column 'colour' is unknown"),
    (HEADER + b",meter", "line 1: column 'meter' is there twice"),
    (HEADER + b'\n"' + b"x" * 2_000_000, "line 2: longer than 1000000 characters; is a quote left open?"),
    (HEADER + b"\na,b\n", "line 2: has 2 cells, the header has 25"),
    (HEADER + b"\n" + b"a\0" + b"," * 24, "line 2: certificate_number: contains a NUL character"),
    (HEADER + b"\n" + b"a" * 600 + b"," * 24, "line 2: certificate_number: has 600 characters; at most 500 are taken"),
])  # fmt: skip
@pytest.mark.usefixtures("products")
def test_a_hostile_file_gets_a_sentence_and_leaves_nothing(tmp_path: Path, data: bytes, sentence: str) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(data)
    code, said = load(path)
    assert (code, said[0], said[-1]) == (1, sentence, "Nothing was imported.")
    assert held() == (0, 0, 0, 0)


@pytest.mark.usefixtures("products")
def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", {})
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load(path)[0] == 0
    assert held() == (1, 1, 1, 1)


@pytest.mark.usefixtures("products")
def test_a_formula_is_kept_as_the_text_it_is(tmp_path: Path) -> None:
    load(write(tmp_path / "f.csv", {"meter": '=HYPERLINK("x","\\y")'}))
    assert Asset.objects.get().meter == '=HYPERLINK("x","\\y")'


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_take_the_file_once(tmp_path: Path) -> None:
    apply_standard()
    product = Product.objects.create(slug="wall", name="Wall", kind="software", has_content=True)
    product.releases.create(name="9.4", label="9.4")
    path = write(tmp_path / "f.csv", {})
    codes: list[int] = []

    def load_once() -> None:
        codes.append(load(path)[0])
        connection.close()

    threads = [threading.Thread(target=load_once) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [0, 0]
    assert held() == (1, 1, 1, 1)
