"""Files of requests about contacts: counted on their bytes, scanned where a scanner is set, none holds up another."""

from collections.abc import Iterator

import pytest
from django.core.files.storage import default_storage

from tenure.entitlements import jobs
from tenure.entitlements.actions.evidence import keep_evidence, scan_evidence
from tenure.entitlements.models import ContactRequest, Evidence
from tenure.toolbox.refused import Refused
from tenure.toolbox.upload import FileFault, Upload
from tests import cast, estate
from tests.cast import AT
from tests.toolbox.scanner import HARM, MOST_BYTES, Scanner

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def storage(settings, tmp_path) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }


@pytest.fixture
def scanner(settings) -> Iterator[Scanner]:
    with Scanner() as scanner:
        settings.CLAMD = scanner.at
        yield scanner


@pytest.fixture
def request_id() -> int:
    estate.policy()
    return ContactRequest.objects.create(wish="add", asked_by=cast.stranger(), given=[], asked_at=AT).pk


def keep(number: int, *files: tuple[str, list[bytes]]) -> None:
    uploads = [Upload(name=name, chunks=chunks) for name, chunks in files]
    keep_evidence(uploads=uploads, contact_request_id=number, at=AT)


def scans() -> dict[str, str]:
    return dict(Evidence.objects.values_list("name", "scan"))


def test_each_file_waits_for_its_verdict_and_gets_it(request_id: int, scanner: Scanner):
    keep(request_id, ("paper.pdf", [b"qui", b"et"]), ("tool.exe", [b"x" + HARM]))
    assert scans() == {"paper.pdf": "waiting", "tool.exe": "waiting"}
    assert scan_evidence() == 2
    assert scans() == {"paper.pdf": "clean", "tool.exe": "infected"}
    assert (scanner.streams, scan_evidence()) == ([b"quiet", b"x" + HARM], 0)


def test_what_the_scanner_refuses_or_the_storage_lost_holds_up_nothing(request_id: int, scanner: Scanner):
    keep(request_id, ("long.pdf", [b"x" * (MOST_BYTES + 1)]), ("lost.pdf", [b"lost"]), ("paper.pdf", [b"quiet"]))
    default_storage.delete(Evidence.objects.get(name="lost.pdf").stored_as)
    jobs.scan_again(0)
    assert scans() == {"long.pdf": "waiting", "lost.pdf": "waiting", "paper.pdf": "clean"}


def test_while_the_scanner_is_away_the_files_wait(request_id: int, settings):
    settings.CLAMD = "127.0.0.1:1"
    keep(request_id, ("paper.pdf", [b"quiet"]))
    assert (scan_evidence(), scans()) == (0, {"paper.pdf": "waiting"})


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ([("paper.pdf", [])], FileFault.FILE_EMPTY),
        ([("a.pdf", [b"x"]), ("..", [b"x"])], FileFault.FILE_NAME_UNUSABLE),
        ([("a.pdf", [b"x"] * 3), ("large.pdf", [b"x" * 2**20] * 60)], FileFault.FILE_TOO_LARGE),
        ([(f"{n}.pdf", [b"x"]) for n in range(11)], FileFault.TOO_MANY_FILES),
    ],
)
def test_a_fault_leaves_no_file(request_id: int, tmp_path, files, fault: FileFault):
    with pytest.raises(Refused) as no:
        keep(request_id, *files)
    assert no.value.code is fault
    assert (Evidence.objects.count(), [path for path in tmp_path.rglob("*") if path.is_file()]) == (0, [])
