"""`tenure import catalog FILE`: A10."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tenure.catalog.models import Product, Release

FILE = Path(__file__).parents[1] / "catalog" / "lifecycles.json"


def run(*words: str) -> tuple[list[str], list[str], str]:
    """The lines said, the lines of complaint, and the final refusal."""
    out, err, refusal = io.StringIO(), io.StringIO(), ""
    try:
        call_command("import", *words, stdout=out, stderr=err, no_color=True)
    except CommandError as error:
        refusal = str(error)
    return out.getvalue().splitlines(), err.getvalue().splitlines(), refusal


@pytest.mark.django_db
def test_the_last_line_counts_products_and_releases():
    assert run("catalog", str(FILE)) == (
        ["4 products new, 0 changed", "4 products, 7 releases: 7 new, 0 changed, 0 unchanged"], [], "",
    )  # fmt: skip
    assert run("catalog", str(FILE)) == (["4 products, 7 releases: 0 new, 0 changed, 7 unchanged"], [], "")


@pytest.mark.django_db
def test_every_mistake_is_a_line_and_nothing_is_imported(tmp_path):
    wrong = tmp_path / "wrong.json"
    wrong.write_text(FILE.read_text("utf-8").replace("2028-01-01", "2028-02-30").replace('"Brook"', '""'), "utf-8")
    assert run("catalog", str(wrong)) == (
        [],
        [
            "result[0].label: is empty",
            "result[1].releases[0].eolFrom: 2028-02-30 is not a day of the calendar",
        ],
        f"{wrong}: 2 mistakes; nothing was imported.",
    )
    assert (Product.objects.count(), Release.objects.count()) == (0, 0)


def test_a_file_that_is_not_there_is_named(tmp_path):
    assert (
        run("catalog", str(tmp_path / "none.json"))[2]
        == f"{tmp_path}/none.json: cannot be read: No such file or directory"
    )


def test_a_folder_is_not_a_file(tmp_path):
    assert run("catalog", str(tmp_path))[2] == f"{tmp_path}: cannot be read: Is a directory"


def test_an_endless_file_is_refused_unread():
    assert run("catalog", "/dev/zero") == (
        [], ["file: is larger than 64 MB"], "/dev/zero: 1 mistake; nothing was imported.",
    )  # fmt: skip


def test_what_is_imported_must_be_said():
    refusal = run()[2]
    assert refusal == "Error: the following arguments are required: catalog|certificates|installed|prices|cases"
