"""The mailbox page."""

import html
import re

import pytest
from django.test import Client

from tenure.outbox.models import Mail
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(cast.operator())
    return client


def _letters(count: int, recipient: str = "a+b&c@aster.example") -> list[int]:
    made = Mail.objects.bulk_create(
        Mail(recipient=recipient, subject=f"Letter {n}", kind="test", text="Hello <b>you</b>", mime=b"x",
             written_at=cast.AT, due_at=cast.AT)
        for n in range(count)
    )  # fmt: skip
    return [mail.pk for mail in made]


def _shown(answer) -> list[int]:
    return [int(number) for number in re.findall(r'href="/desk/mail/(\d+)"', answer.content.decode())]


def _next(answer) -> str:
    found = re.search(r'<a href="([^"]+)" rel="next"', answer.content.decode())
    return html.unescape(found[1]) if found else ""


def test_the_pages_show_every_letter_once_newest_above_and_keep_the_recipient(client):
    numbers = _letters(120)
    _letters(3, "other@bellwether.example")
    seen, url = [], "?to=A%2Bb%26c"
    while url:
        answer = client.get(f"/desk/mail{url}")
        seen.append(_shown(answer))
        url = _next(answer)
    assert [len(page) for page in seen] == [50, 50, 20]
    assert [number for page in seen for number in page] == numbers[::-1]


def test_an_empty_mailbox_teaches(client):
    assert "Letters appear here as soon as something is announced" in client.get("/desk/mail").content.decode()


@pytest.mark.parametrize("value", ["\x00", "9" * 40, "-1", "x", "²", "%", "' OR 1=1"])
def test_hostile_values_break_nothing(client, value):
    _letters(1)
    assert client.get("/desk/mail", {"before": value}).status_code == 200
    assert (client.get("/desk/mail", {"to": value}).status_code) == 200


def test_a_letter_is_shown_as_text(client):
    [number] = _letters(1)
    page = client.get(f"/desk/mail/{number}").content.decode()
    assert "Hello &lt;b&gt;you&lt;/b&gt;" in page


@pytest.mark.parametrize("number", ["0", "9" * 40])
def test_a_letter_that_does_not_exist_is_not_found(client, number):
    assert client.get(f"/desk/mail/{number}").status_code == 404
