"""Files of a case on their way in and out."""

import pytest
from django.test import Client

from tenure.cases.models import Attachment, Case
from tenure.cases.words import Upload
from tests.cases.conftest import Scene, open_case
from tests.portal.cases.world import at_check, digest, file, taken, written
from tests.screens import post, text

pytestmark = pytest.mark.django_db


def test_files_come_with_the_case_and_are_handed_out_sealed(client, scene: Scene) -> None:
    check = at_check(client)
    post(client, "/cases/new/check", draft=digest(check), attached=[file("журнал ошибок.html"), file("b.png", 5)])
    number, kept = Case.objects.get().number, Attachment.objects.order_by("id")
    assert [(each.name, each.size_bytes) for each in kept] == [("журнал ошибок.html", 3), ("b.png", 5)]
    answer = client.get(f"/cases/{number}/files/{kept[0].pk}")
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, b"xxx")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%D0%B6")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert (
        client.get(f"/cases/{number}/files/99999999").status_code,
        client.get(f"/cases/{number}/files/{2**70}").status_code,
    ) == (404, 404)


def test_a_file_of_another_case_is_not_found_under_this_one(client, scene: Scene) -> None:
    upload = (Upload(name="a.txt", chunks=[b"x"]),)
    first, second = open_case(scene.technical, uploads=upload).number, open_case(scene.technical).number
    kept = Attachment.objects.get()
    assert taken(client, f"/cases/{first}/files/{kept.pk}") == (200, b"x")
    assert client.get(f"/cases/{second}/files/{kept.pk}").status_code == 404


@pytest.mark.parametrize(("scan", "sentence"), [("waiting", "still being scanned"), ("infected", "something harmful")])
def test_a_file_is_not_handed_out_before_it_is_known_to_be_clean(client, scene: Scene, scan, sentence) -> None:
    number = open_case(scene.technical, uploads=(Upload(name="a.txt", chunks=[b"x"]),)).number
    Attachment.objects.update(scan=scan)
    kept = Attachment.objects.get()
    answer = client.get(f"/cases/{number}/files/{kept.pk}")
    assert (answer.status_code, sentence in text(answer)) == (409, True)
    assert f"files/{kept.pk}" not in client.get(f"/cases/{number}").content.decode()


def test_a_file_that_storage_lost_is_explained(client, scene: Scene, tmp_path) -> None:
    number = open_case(scene.technical, uploads=(Upload(name="a.txt", chunks=[b"x"]),)).number
    for each in (tmp_path / "files").rglob("*"):
        if each.is_file():
            each.unlink()
    assert client.get(f"/cases/{number}/files/{Attachment.objects.get().pk}").status_code == 409


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([("big.log", 25 * 1024 * 1024 + 1)], "big.log is larger than 25 MiB, the most for one file."),
        ([(f"{n}.log", 1) for n in range(11)], "At most 10 files go with one message."),
        ([("empty.log", 0)], "empty.log is empty."),
    ],
)
def test_files_beyond_the_limits_are_explained_and_the_words_stay(client, scene: Scene, files, sentence) -> None:
    number = open_case(scene.technical).number
    before = written()
    answer = post(
        client, f"/cases/{number}/reply", body="Here it is.", attached=[file(name, size) for name, size in files]
    )
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert "Here it is." in text(answer)
    assert written() == before


def test_a_request_beyond_all_reason_is_cut_and_its_words_stay(client, scene: Scene, monkeypatch) -> None:
    monkeypatch.setattr("tenure.portal.cases.files.MEBIBYTE", 10)
    number = open_case(scene.technical).number
    before = written()
    answer = post(client, f"/cases/{number}/reply", body="Here it is.", attached=[file("huge.bin", 200_000)])
    assert (answer.status_code, "huge.bin is larger than" in text(answer), "Here it is." in text(answer)) == (
        422,
        True,
        True,
    )
    assert written() == before


def test_a_page_that_takes_no_files_keeps_none(client, monkeypatch) -> None:
    answer = post(client, "/cases/new", pick="care", attached=[file()])
    assert answer["Location"] == "/cases/new/care"
    assert Attachment.objects.count() == 0


def test_visitors_are_sent_to_sign_in() -> None:
    for path in ("/cases", "/cases/new", "/cases/new/care", "/cases/new/where", "/cases/CS-1", "/cases/CS-1/receipt"):
        assert Client().get(path)["Location"].startswith("/account/login/?next=")
