"""A document is ordered, printed once by the worker, and never lost."""

import subprocess
import sys
import threading
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from pypdf import PdfReader

from tenure.papers import typesetting
from tenure.papers.actions import order, print_now, print_waiting
from tenure.papers.models import Paper
from tenure.papers.queries import missing_glyphs
from tests.papers.sheets import SHEET, sheet

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA = tmp_path
    stored = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = {**settings.STORAGES, "default": stored}


@pytest.mark.django_db(transaction=True)
def test_what_is_ordered_waits_for_the_worker_and_is_there_then(empty_queue):
    assert [order(sheet=SHEET, at=AT), order(sheet=sheet(), at=AT)] == [None, None]
    assert list(ProcrastinateJob.objects.values_list("task_name", flat=True)) == ["papers.print_waiting"]
    assert [print_waiting(at=AT), print_waiting(at=AT)] == [1, 0]
    printed = order(sheet=SHEET, at=AT)
    assert printed is not None
    assert PdfReader(BytesIO(printed)).metadata.title == SHEET.title
    paper = Paper.objects.get()
    assert (paper.printed_at, paper.size_bytes, paper.about) == (AT, len(printed), "12345678-1234567")


def test_a_job_prints_at_once_and_only_once():
    first = print_now(sheet=SHEET, at=AT)
    assert [print_now(sheet=SHEET, at=AT), order(sheet=SHEET, at=AT)] == [first, first]


def test_a_file_that_is_gone_is_printed_again():
    print_now(sheet=SHEET, at=AT)
    default_storage.delete(Paper.objects.get().file)
    assert order(sheet=SHEET, at=AT) is None
    assert print_waiting(at=AT) == 1
    assert order(sheet=SHEET, at=AT) is not None


def test_a_character_that_no_font_has_makes_a_row_for_the_desk_and_no_lost_document():
    assert print_now(sheet=sheet(lead="for 😀"), at=AT)
    print_now(sheet=SHEET, at=AT)
    [row] = missing_glyphs(limit=10)
    assert (row.name, row.about, row.kind, row.seen_at) == ("U+1F600", "12345678-1234567", "certificate", AT)


def test_one_that_cannot_be_printed_does_not_hold_up_the_others_and_is_given_up_after_five_tries(monkeypatch):
    order(sheet=sheet(title="bad"), at=AT)
    order(sheet=SHEET, at=AT)
    real = typesetting.typeset

    def typeset(said):
        if said["title"] == "bad":
            raise typesetting.Unsettable("no")
        return real(said)

    monkeypatch.setattr(typesetting, "typeset", typeset)
    assert print_waiting(at=AT) == 1
    bad, good = Paper.objects.order_by("id")
    assert (bad.printed_at, bad.tries, bad.error) == (None, 5, "no")
    assert good.printed_at == AT


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_print_each_document_once():
    for number in range(8):
        order(sheet=sheet(about=f"12345678-000000{number}"), at=AT)
    start, printed = threading.Barrier(4), []

    def work() -> None:
        start.wait(20)
        printed.append(print_waiting(at=AT))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(printed) == 8
    assert len({paper.file for paper in Paper.objects.exclude(printed_at=None)}) == 8


def test_the_web_process_imports_neither_typst_nor_pyhanko():
    code = (
        "import django, sys; django.setup(); import tenure.config.wsgi, tenure.config.urls;"
        "print(sorted({'typst', 'pyhanko', 'asn1crypto', 'manimgx_fonts_cjk'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
