"""A message on the wire: whatever it says, ASCII in short lines that a mail program reads back."""

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from tenure.outbox.mime import Headers, whole
from tenure.outbox.words import Attachment, Thread

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
TEXT = "Grüße 日本\n.\nFrom here on\nend=  \n" + "long " * 400 + "\n"


def headers(**changed: object) -> Headers:
    given = {
        "sender": "Halden <no-reply@halden.example>", "name": "Anna", "address": "anna@example.com", "subject": "Grüße",
        "language": "de", "at": AT, "domain": "halden.example", "message_id": "<1@halden.example>", "thread": Thread(topic="case.1"), **changed,
    }  # fmt: skip
    return Headers(**given)  # type: ignore[arg-type]


def read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)  # type: ignore[return-value]


def test_every_line_is_short_ascii_and_ends_as_smtp_wants():
    files = [Attachment(name="Zertifikat ä.pdf", content_type="application/pdf", content=bytes(range(256)) * 40)]
    raw = whole(headers=headers(), text=TEXT, html=f"<p>{TEXT}</p>", attachments=files)
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert max(map(len, raw.split(b"\r\n"))) <= 78


@pytest.mark.parametrize("html", ["", f"<p>{TEXT}</p>"])
def test_the_words_are_read_back_as_they_were_written(html):
    message = read(whole(headers=headers(), text=TEXT, html=html))
    read_back = [part.get_content().replace("\r\n", "\n") for part in message.walk() if not part.is_multipart()]
    assert read_back == [TEXT, *([html] if html else [])]
    assert (message["Subject"], message["Content-Language"], message["Date"].datetime) == ("Grüße", "de", AT)
    assert message["In-Reply-To"] == message["References"] == "<case.1@halden.example>"


def test_attachments_keep_their_names_and_bytes():
    file = Attachment(name="Zertifikat ä.pdf", content_type="application/pdf", content=bytes(range(256)))
    message = read(whole(headers=headers(), text=TEXT, html="<p>x</p>", attachments=[file]))
    kept = [(each.get_filename(), each.get_content_type(), each.get_content()) for each in message.iter_attachments()]
    assert kept == [("Zertifikat ä.pdf", "application/pdf", bytes(range(256)))]
    assert message.get_body(["html"]).get_content().strip() == "<p>x</p>"


@pytest.mark.parametrize("name", ["Härtl, Söhne & Co.", "日本電気", "A very long name " * 8])
def test_any_name_leaves_the_address_alone(name):
    vendor = f'"{name}" <no-reply@halden.example>'
    message = read(whole(headers=headers(sender=vendor, name=name), text=TEXT, html=""))
    [sender], [to] = message["From"].addresses, message["To"].addresses
    assert (sender.display_name, sender.addr_spec) == (name.strip(), "no-reply@halden.example")
    assert (to.display_name, to.addr_spec) == (name.strip(), "anna@example.com")
