"""What the tests of cases ask for and read."""

import re
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenure.cases.models import Attachment, Case, Event, Text
from tenure.journal.models import Entry
from tenure.outbox.models import Mail
from tests import cast
from tests.screens import post, text

AT = cast.AT
LAPSED = "M1000000002"
MINUTE = timedelta(minutes=1)


def taken(client: Client, path: str) -> tuple[int, bytes]:
    """A file as it is handed out: status and bytes."""
    answer = client.get(path)
    return answer.status_code, b"".join(answer.streaming_content)  # the client closes what is read to its end


def listed(answer) -> list[str]:
    return re.findall(r'<tr data-row><th scope="row"><a class="free" href="/cases/([^"]+)"', answer.content.decode())


def written() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Case, Event, Text, Attachment, Mail, Entry))


def lead(client: Client, *steps: tuple[str, dict[str, Any]]):
    """Answer the questions one after the other; says what the last one got."""
    answer = None
    for step, data in steps:
        answer = post(client, f"/cases/new/{step}", **data)
        assert answer.status_code == 302, (step, text(answer))
    return answer


WORDS = {"summary": "Nightly import stops", "details": "It stops at 01:40."}
TO_CHECK = (("version", {"release": "9.4", "platform": "Debian 12"}), ("severity", {"pick": "3"}), ("what", WORDS))


def begin(client: Client, **more: str):
    return post(client, "/cases/new", pick="technical", **more)


def digest(answer) -> str:
    found = re.search(r'name="draft" value="([0-9a-f]+)"', answer.content.decode())
    return found[1] if found else ""


def at_check(client: Client):
    """The last page, all questions answered."""
    begin(client)
    client.get("/cases/new/where", follow=True)
    lead(client, *TO_CHECK)
    return client.get("/cases/new/check")


def queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def file(name: str = "import.log", size: int = 3, fill: bytes = b"x") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, fill * size, content_type="text/html")
