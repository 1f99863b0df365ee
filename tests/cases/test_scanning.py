"""Where a scanner is configured, no file is handed out before it is found clean, and none holds up another."""

from collections.abc import Iterator

import pytest
from django.core.files.storage import default_storage
from procrastinate.contrib.django.models import ProcrastinateJob

from tenure.cases import actions
from tenure.cases.actions.attachments import SCANNING
from tenure.cases.actions.scanning import scan_waiting
from tenure.cases.models import Attachment
from tenure.cases.words import Upload
from tests import cast
from tests.cases.conftest import Scene, open_case
from tests.toolbox.scanner import HARM, MOST_BYTES, Scanner

QUIET = ("notes.txt", b"quiet")
HARMFUL = ("tool.exe", b"x" + HARM)


@pytest.fixture
def scanner(settings, tmp_path) -> Iterator[Scanner]:
    settings.STORAGES = {**settings.STORAGES, "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"},
    }}  # fmt: skip
    with Scanner() as scanner:
        settings.CLAMD = scanner.at
        yield scanner


def sent(scene: Scene, *files: tuple[str, bytes]) -> None:
    uploads = tuple(Upload(name=name, chunks=[content]) for name, content in files)
    number = open_case(scene.technical).number
    actions.reply(number=number, body="See.", uploads=uploads, **cast.asking(scene.technical))


def scans() -> dict[str, str]:
    return dict(Attachment.objects.values_list("name", "scan"))


def test_each_file_waits_for_its_verdict_and_gets_it(scene: Scene, scanner: Scanner) -> None:
    sent(scene, QUIET, HARMFUL)
    assert scans() == {"notes.txt": "waiting", "tool.exe": "waiting"}
    assert scan_waiting() == 2
    assert scans() == {"notes.txt": "clean", "tool.exe": "infected"}
    assert scanner.streams == [b"quiet", b"x" + HARM]
    assert scan_waiting() == 0


def test_what_the_scanner_refuses_or_the_storage_lost_waits_and_holds_up_nothing(
    scene: Scene, scanner: Scanner
) -> None:
    sent(scene, ("long.log", b"x" * (MOST_BYTES + 1)), ("lost.log", b"lost"), QUIET)
    default_storage.delete(Attachment.objects.get(name="lost.log").stored_as)
    assert scan_waiting() == 1
    assert scans() == {"long.log": "waiting", "lost.log": "waiting", "notes.txt": "clean"}


def test_while_the_scanner_is_away_the_files_wait_and_later_get_their_verdicts(
    scene: Scene, scanner: Scanner, settings
) -> None:
    sent(scene, QUIET, HARMFUL)
    settings.CLAMD = "127.0.0.1:1"
    assert scan_waiting() == 0
    assert scans() == {"notes.txt": "waiting", "tool.exe": "waiting"}
    settings.CLAMD = scanner.at
    assert scan_waiting() == 2


def test_without_a_scanner_files_are_marked_as_never_scanned(scene: Scene, scanner: Scanner, settings) -> None:
    settings.CLAMD = ""
    sent(scene, HARMFUL)
    assert (scans(), scan_waiting(), scanner.streams) == ({"tool.exe": "none"}, 0, [])


@pytest.mark.django_db(transaction=True)
def test_a_file_wakes_the_worker_when_it_is_committed(scene: Scene, scanner: Scanner, empty_queue: None) -> None:
    sent(scene, QUIET)
    assert ProcrastinateJob.objects.filter(task_name=SCANNING, status="todo").count() == 1
