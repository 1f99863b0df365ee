"""Cases at the desk: the queue by next due, every step of a case on one page, and cases for callers."""

import html
import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client

from tenure.accounts.models import Person
from tenure.cases import actions
from tenure.cases.models import Case, Event
from tenure.journal.models import Entry
from tenure.outbox.models import Mail
from tests import cast
from tests.cases.conftest import Scene, make_scene, open_case

pytestmark = pytest.mark.django_db
AT = cast.AT
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene()


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The screens' clock stands at the cast's instant."""
    monkeypatch.setattr("tenure.config.middleware.now", lambda: AT)


def browser(someone: Person) -> Client:
    client = Client()
    client.force_login(someone)
    return client


def send(client: Client, path: str, **data: object):
    return client.post(path, {**data, "request_key": uuid.uuid4().hex})


def text(answer, part: str = "main") -> str:
    inside = re.search(rf"<{part}\b.*?</{part}>", answer.content.decode(), re.DOTALL)
    assert inside, answer.status_code
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", inside[0])).split())


def written() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Case, Event, Mail, Entry))


def test_smoke(scene: Scene) -> None:
    opened = open_case(scene.technical)
    client = browser(scene.engineer)
    for path in ("/desk/cases", f"/desk/cases/{opened.number}", f"/desk/cases?case={opened.number}", "/desk/keys", "/desk/cases/new",
                 f"/desk/cases/new?q={scene.contact_id}", "/desk/cases/new?kind=care&unknown=1", "/desk/cases?view=closed", "/desk/cases?view=waiting&q=x&team=a&severity=9&after=1.2"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        print(path, text(answer)[:900])
    for step, data in (("take", {}), ("reply", {"reply-body": "Hello"}), ("note", {"note-body": "hm"}), ("ask", {"reply-body": "log?"}), ("call", {"call-form": "call_back", "call-spoke_with": scene.contact_id}), ("severity", {"severity-severity": "2", "severity-reason": "worse"}), ("propose-close", {"reply-body": "done"})):
        answer = send(client, f"/desk/cases/{opened.number}/{step}", **data)
        assert answer.status_code == 302, (step, text(answer))
    print(text(client.get(f"/desk/cases/{opened.number}")))
