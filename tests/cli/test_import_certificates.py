"""`tenure import certificates FILE`: A1, A3; through the real command, and a real process where it is killed."""

import csv
import io
import os
import re
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from tenure.accounts.models import Contact, Organisation, Site
from tenure.entitlements.models import Agreement, Asset, Certificate, ContactSeat, LetterDue, Term
from tenure.journal.models import Entry
from tests import estate

SOURCE = Path(__file__).parents[2] / "src"
TABLES = (Organisation, Site, Contact, Certificate, Agreement, Asset, Term, ContactSeat, LetterDue)
NOTHING = [0] * len(TABLES)
ONE_LINE = [2, 1, 2, 1, 1, 1, 1, 1, 0]
HELD = "1 line: everything is held already; nothing changed."
LINE = {
    "certificate_number": "12345678-1234567", "sales_order_number": "12345678", "issued_on": "2025-12-20",
    "customer": "Aster Mills", "customer_country": "DE", "site": "Main works", "site_timezone": "Europe/Berlin",
    "reseller": "Cinder Row Trading", "owner_name": "Olga Aster", "owner_email": "olga@aster.example",
    "technical_name": "Tomas Lind", "technical_email": "tomas@aster.example", "product": "quay-vault",
    "release": "9.4", "serial_number": "M1234567890", "support_identifier": "1234-5678-1234", "quantity": "10",
    "meter": "users", "licence_kind": "perpetual", "level": "essential", "term_starts_on": "2026-01-01",
    "term_ends_on": "2026-12-31",
}  # fmt: skip
HEADER = ",".join(LINE)
NO_SPACE = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
END $$;
CREATE TRIGGER full_disk AFTER INSERT ON entitlements_term FOR EACH STATEMENT EXECUTE FUNCTION full_disk();
"""


@pytest.fixture
def house(db: None) -> None:
    estate.policy()
    estate.product()


@pytest.fixture
def open_house(transactional_db: None) -> None:
    """The same, seen by other connections too."""
    estate.policy()
    estate.product()


def written(path: Path, *lines: dict[str, str]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, LINE)
        writer.writeheader()
        writer.writerows({**LINE, **line} for line in lines)
    return path


def run(path: Path, *words: str) -> tuple[list[str], int]:
    """The lines said and the exit code."""
    out = io.StringIO()
    try:
        call_command("import", "certificates", str(path), *words, stdout=out, no_color=True)
    except CommandError as error:
        assert str(error) == f"{path}: nothing was imported."
        return out.getvalue().splitlines(), error.returncode
    return out.getvalue().splitlines(), 0


def held() -> list[int]:
    return [table.objects.count() for table in TABLES]


def process(path: Path, data: Path) -> subprocess.Popen[str]:
    """The command as a process of its own, on the database of this test."""
    address = os.environ["DATABASE_URL"]
    before, _, options = address.partition("?")
    name = connection.settings_dict["NAME"]
    url = f"{before.rpartition('/')[0]}/{name}" + (f"?{options}" if options else "")
    return subprocess.Popen(
        [sys.executable, "-m", "tenure.config.console", "import", "certificates", str(path)],
        env={**os.environ, "DATABASE_URL": url, "DATABASE_OWNER_URL": url, "PYTHONPATH": str(SOURCE),
             "TENURE_DATA": str(data)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.usefixtures("house")
def test_the_last_line_counts_what_is_new_and_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    path = written(tmp_path / "f.csv", {})
    entries = Entry.objects.count()
    done = "1 line: 1 new certificate, 1 new asset, 1 new term, 0 corrected, 0 unchanged."
    assert (run(path), held(), Entry.objects.count()) == (([done], 0), ONE_LINE, entries + 1)
    assert (run(path), held(), Entry.objects.count()) == (([HELD], 0), ONE_LINE, entries + 1)


@pytest.mark.usefixtures("house")
def test_every_bad_line_is_named_with_its_column_and_reason_and_nothing_is_imported(tmp_path: Path) -> None:
    path = written(
        tmp_path / "f.csv", {}, {"serial_number": "M1O00000000", "quantity": "0"},
        {"serial_number": "M0000000001", "product": "nope"},
    )  # fmt: skip
    said, code = run(path)
    assert (said, code, held()) == ([
        "line 3: quantity: '0' is not a whole number above zero",
        "line 3: serial_number: 'M1O00000000' has letter O for digit 0; is M1000000000 meant?",
        "line 4: product: 'nope' is not in the catalogue",
        "3 faults in 3 lines.", "Nothing was imported.",
    ], 1, NOTHING)  # fmt: skip


@pytest.mark.usefixtures("house")
def test_a_dry_run_says_what_would_be_done_and_changes_nothing(tmp_path: Path) -> None:
    path = written(tmp_path / "f.csv", {})
    entries = Entry.objects.count()
    assert run(path, "--dry-run", "--announce") == ([
        "1 line: 1 new certificate, 1 new asset, 1 new term, 0 corrected, 0 unchanged.",
        "This was a dry run: nothing was imported.",
    ], 0)  # fmt: skip
    assert (held(), Entry.objects.count()) == (NOTHING, entries)


@pytest.mark.usefixtures("house")
def test_a_changed_day_is_taken_with_correct_only(tmp_path: Path) -> None:
    run(written(tmp_path / "f.csv", {}))
    changed = written(tmp_path / "g.csv", {"term_ends_on": "2027-03-31"})
    assert run(changed) == ([
        "line 2: term_starts_on: 2026-01-01 to 2027-03-31 by essential overlaps 2026-01-01 to 2026-12-31 by essential,"
        " which is held; give --correct to change it",
        "1 fault in 1 line.", "Nothing was imported.",
    ], 1)  # fmt: skip
    assert held() == ONE_LINE
    assert run(changed, "--correct") == (
        ["1 line: 0 new certificates, 0 new assets, 1 new term, 1 corrected, 0 unchanged."], 0,
    )  # fmt: skip
    known = Term.objects.filter(known__upper_inf=True).values_list("covers", flat=True)
    assert [str(span.upper) for span in known] == ["2027-04-01"]
    assert Term.objects.count() == 2


@pytest.mark.parametrize(
    ("words", "last", "told"),
    [((), "0 unchanged.", 0), (("--announce",), "1 owner and 1 technical contact told by mail.", 2)],
)
@pytest.mark.usefixtures("house")
def test_owners_get_a_mail_when_asked_for_and_silence_otherwise(
    tmp_path: Path, words: tuple[str, ...], last: str, told: int
) -> None:
    said, code = run(written(tmp_path / "f.csv", {}), *words)
    assert (said[-1][-len(last) :], code) == (last, 0)
    assert LetterDue.objects.count() == told


ROW = ",".join(LINE.values())


@pytest.mark.parametrize(("data", "sentence"), [
    (b"", "the file is empty; its first line must name the columns"),
    (f"{HEADER}\n{ROW}\n".encode("utf-16"), "the file is UTF-16, not UTF-8; save it as CSV in UTF-8"),
    (f"{HEADER}\n{ROW.replace('Mills', 'Mühlen')}\n".encode("latin-1"),
     "the file is not UTF-8 (byte 0xfc); save it as CSV in UTF-8"),
    (f"{HEADER}\n{'x' * 10_000_000}\n".encode(), "line 2: longer than 1000000 characters; is a quote left open?"),
    (f'{HEADER}\n"{ROW}\n'.encode(), "line 2: cannot be read as CSV: unexpected end of data"),
    (f"{HEADER}\n{ROW.replace('Mills', 'Mi' + chr(0) + 'lls')}\n".encode(),
     "line 2: customer: contains a NUL character"),
    (f"{HEADER}\n{ROW.replace('Mills', 'M' * 600)}\n".encode(),
     "line 2: customer: has 606 characters; at most 500 are taken"),
], ids=["empty", "utf-16", "latin-1", "10 MB", "open quote", "NUL", "long cell"])  # fmt: skip
@pytest.mark.usefixtures("house")
def test_a_hostile_file_gets_a_sentence_and_leaves_nothing(tmp_path: Path, data: bytes, sentence: str) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(data)
    said, code = run(path)
    assert (said[0], said[-1], code, held()) == (sentence, "Nothing was imported.", 1, NOTHING)


@pytest.mark.usefixtures("house")
def test_a_byte_order_mark_and_quotes_and_a_formula_are_taken_as_they_are(tmp_path: Path) -> None:
    formula = '=HYPERLINK("http://a.example","x")'
    path = written(tmp_path / "f.csv", {"meter": formula, "site": 'Works "North", hall 3'})
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert run(path)[1] == 0
    assert list(Asset.objects.values_list("meter", "site__name")) == [(formula, 'Works "North", hall 3')]


@pytest.mark.usefixtures("house")
def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert run(tmp_path / "none.csv") == (
        ["the file cannot be read: No such file or directory", "Nothing was imported."], 1,
    )  # fmt: skip


@pytest.mark.usefixtures("open_house")
def test_two_imports_at_once_take_the_file_once(tmp_path: Path) -> None:
    path = written(tmp_path / "f.csv", {})
    ready, ends = threading.Barrier(2), list[tuple[list[str], int]]()

    def import_it() -> None:
        ready.wait()
        ends.append(run(path))
        connection.close()

    threads = [threading.Thread(target=import_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = "1 line: 1 new certificate, 1 new asset, 1 new term, 0 corrected, 0 unchanged."
    assert (ends, held()) == ([([done], 0), ([HELD], 0)], ONE_LINE)


@pytest.mark.usefixtures("open_house")
def test_a_disk_that_fills_in_the_middle_gives_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    """The server itself says what it says when it cannot extend a file, after assets have been written."""
    path = written(tmp_path / "f.csv", {})
    with connection.cursor() as cursor:
        cursor.execute(NO_SPACE)
    try:
        with pytest.raises(CommandError) as told:
            call_command("import", "certificates", str(path), stdout=io.StringIO())
        assert (str(told.value), told.value.returncode) == (
            f"{path}: the database gave up (could not extend file: No space left on device); nothing was imported.", 1,
        )  # fmt: skip
        assert held() == NOTHING
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION full_disk() CASCADE")
    assert (run(path)[1], held()) == (0, ONE_LINE)


@pytest.mark.usefixtures("open_house")
def test_a_table_that_the_system_lets_grow_no_more_gives_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    """The kernel itself refuses the server's write, after customers and certificates have been written."""
    path = written(tmp_path / "f.csv", {})
    refused = []

    def stop_growing(execute: Any, sql: str, *rest: Any) -> Any:
        if "INSERT INTO entitlements_asset" in sql:
            refused.append(Certificate.objects.count())
            limit_files(0)
        return execute(sql, *rest)

    try:
        with connection.execute_wrapper(stop_growing), pytest.raises(CommandError) as told:
            call_command("import", "certificates", str(path), stdout=io.StringIO())
    finally:
        limit_files(resource.RLIM_INFINITY)
    said = re.sub(r'"base/[\d/]+"', "X", str(told.value))
    assert (said, told.value.returncode) == (
        f"{path}: the database gave up (could not extend file X: File too large); nothing was imported.", 1,
    )  # fmt: skip
    assert (refused, held()) == ([1], NOTHING)
    assert (run(path)[1], held()) == (0, ONE_LINE)


def limit_files(size_bytes: int) -> None:
    """How long a file the server's process for this connection may make: only its own user may say so, not root."""
    server = connection.connection.info.backend_pid
    owner = Path(f"/proc/{server}").stat()
    child = os.fork()
    if child == 0:
        try:
            os.setgid(owner.st_gid)
            os.setuid(owner.st_uid)
            resource.prlimit(server, resource.RLIMIT_FSIZE, (size_bytes, resource.RLIM_INFINITY))
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.usefixtures("open_house")
def test_a_run_killed_in_the_middle_leaves_nothing_and_the_next_one_succeeds(tmp_path: Path) -> None:
    path = written(tmp_path / "f.csv", {})
    backend = _killed_at_the_assets(path, tmp_path)
    _until("SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = %s", backend)
    assert held() == NOTHING
    after = process(path, tmp_path)
    said, complaint = after.communicate(timeout=60)
    assert (said.splitlines(), complaint, after.returncode, held()) == (
        ["1 line: 1 new certificate, 1 new asset, 1 new term, 0 corrected, 0 unchanged."], "", 0, ONE_LINE,
    )  # fmt: skip


@pytest.mark.usefixtures("open_house")
def test_a_refused_file_ends_the_process_with_one(tmp_path: Path) -> None:
    path = written(tmp_path / "f.csv", {"quantity": "-3"})
    refused = process(path, tmp_path)
    said, complaint = refused.communicate(timeout=60)
    assert (said.splitlines(), complaint, refused.returncode, held()) == ([
        "line 2: quantity: '-3' is not a whole number above zero", "1 fault in 1 line.", "Nothing was imported.",
    ], f"tenure: {path}: nothing was imported.\n", 1, NOTHING)  # fmt: skip


def _killed_at_the_assets(path: Path, data: Path) -> int:
    """Kill an import while it waits to write assets, certificates written; its backend, which may go on then."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE entitlements_asset IN SHARE MODE")
        killed = process(path, data)
        _until("SELECT count(*) = 1 FROM pg_locks WHERE NOT granted AND relation = 'entitlements_asset'::regclass")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'entitlements_asset'::regclass")
            backend = int(cursor.fetchone()[0])
        killed.send_signal(signal.SIGKILL)
        killed.communicate(timeout=60)
        assert killed.returncode == -signal.SIGKILL
    return backend


def _until(question: str, *params: int) -> None:
    """Ask the database until it says yes; fails after a minute."""
    for _ in range(600):
        with connection.cursor() as cursor:
            cursor.execute(question, params)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.1)
    pytest.fail(f"never: {question}")
