"""`tenure import installed`: printed lines, exit codes, nothing half done."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tenure.compliance.models import Count
from tests import cast, estate

FILE = "customer,site,product,quantity,counted_on\n"


@pytest.fixture
def owned(db: None) -> None:
    estate.policy()
    estate.asset(cast.aster(), "M1000000001", quantity=48)


def _import(path: Path, *options: str) -> str:
    said = StringIO()
    try:
        call_command("import", "installed", str(path), *options, stdout=said)
    except CommandError as error:
        said.write(f"{error.returncode}: {error}\n".replace(str(path), "FILE"))
    return said.getvalue()


def test_counts_are_imported_and_again_is_a_no_op(owned: None, tmp_path: Path):
    path = tmp_path / "installed.csv"
    path.write_text(FILE + "Aster Mills,Main works,quay-vault,60,2026-11-03\n")
    assert _import(path, "--dry-run") == (
        "1 line: 1 new, 0 unchanged; 1 position touched.\nThis was a dry run: nothing was imported.\n"
    )
    assert Count.objects.count() == 0
    assert _import(path) == "1 line: 1 new, 0 unchanged; 1 position touched.\n"
    assert _import(path) == "1 line: everything is held already; nothing changed.\n"
    assert list(Count.objects.values_list("quantity", "kept_by")) == [(60, None)]


def test_a_bad_line_is_named_and_the_command_fails(owned: None, tmp_path: Path):
    path = tmp_path / "installed.csv"
    path.write_text(FILE + "Aster Mills,Main works,quay-vault,60,2026-11-03\nAster Mills,Main works,x,1,2026-11-03\n")
    assert _import(path) == (
        "line 3: product: “x” is not in the catalogue\n1 fault in 2 lines.\nNothing was imported.\n"
        "1: FILE: nothing was imported.\n"
    )
    assert Count.objects.count() == 0


def test_a_file_that_is_not_there_is_told(owned: None, tmp_path: Path):
    assert _import(tmp_path / "nowhere.csv").startswith("the file cannot be read: No such file or directory")
