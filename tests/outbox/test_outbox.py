"""Mail is written with its cause, goes out whole, once, and is retried while that is of use."""

import email
import email.policy
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tenure.outbox import queries
from tenure.outbox.actions import post, post_letter, send_waiting
from tenure.outbox.models import Mail
from tenure.outbox.rendering import rendered, spoken
from tenure.outbox.words import (
    MOST_ATTACHED_BYTES,
    MOST_TRIES,
    PAUSES,
    Action,
    Attachment,
    LetterText,
    Reader,
    State,
    Thread,
)
from tests.outbox.post_office import PostOffice

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_server(settings):
    settings.SMTP_HOST = ""
    settings.EMAIL_BACKEND = "tenure.outbox.backend.OutboxBackend"  # pytest-django puts its own in place


@pytest.fixture
def office(settings):
    with PostOffice() as office:
        settings.SMTP_HOST, settings.SMTP_PORT, settings.SMTP_TLS, settings.SMTP_USER = (
            "127.0.0.1",
            office.port,
            False,
            "",
        )
        yield office


def write(recipient: str = "anna@example.com", **changed: str) -> int:
    words = {
        "kind": "accounts.invitation",
        "language": "de",
        "subject": "Grüße",
        "text": "Hallo Ä\n.\nEnde\n",
        **changed,
    }
    return post(recipient=recipient, at=AT, **words)


def parsed(raw: bytes) -> email.message.EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_mail_vanishes_with_the_transaction_of_its_cause():
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert Mail.objects.count() == 0


def test_a_message_arrives_whole_over_smtp(office):
    number = write("Anna <anna@example.com>", html="<p>Hallo Ä</p>")
    assert send_waiting(at=AT) == 1
    assert all(byte < 128 for byte in office.letters[0][1])
    [(recipient, raw)] = office.letters
    message = parsed(raw)
    assert (recipient, message["To"], message["Subject"]) == ("anna@example.com", "Anna <anna@example.com>", "Grüße")
    assert (message["Auto-Submitted"], message["Content-Language"]) == ("auto-generated", "de")
    assert message.get_body(["plain"]).get_content().replace("\r\n", "\n") == "Hallo Ä\n.\nEnde\n"
    assert message.get_body(["html"]).get_content().strip() == "<p>Hallo Ä</p>"
    sent = queries.mail(number)
    assert (sent.state, sent.sent_at, sent.tries) == (State.SENT, AT, 1)


def test_what_is_sent_is_not_sent_again_and_one_connection_takes_many(office):
    for number in range(5):
        write(f"p{number}@example.com")
    assert [send_waiting(at=AT), send_waiting(at=AT)] == [5, 0]
    assert (len(office.letters), office.connections) == (5, 1)


def test_without_a_server_mail_counts_as_delivered_to_the_mailbox_page():
    number = write()
    assert send_waiting(at=AT) == 1
    assert (queries.mail(number).state, queries.mail(number).sent_at) == (State.SENT, AT)


def test_a_final_no_fails_the_message_and_only_that(office):
    office.replies["gone@example.com"] = "550 no such user"
    gone, here = write("gone@example.com"), write("here@example.com")
    assert send_waiting(at=AT) == 1
    failed = queries.mail(gone)
    assert (failed.state, failed.failed_at, failed.tries) == (State.FAILED, AT, 1)
    assert "no such user" in failed.error
    assert queries.mail(here).state is State.SENT


def test_a_passing_no_is_retried_after_a_pause(office):
    office.replies["full@example.com"] = "452 mailbox full"
    number = write("full@example.com")
    assert [send_waiting(at=AT), send_waiting(at=AT)] == [0, 0]  # the second finds nothing due
    mail = Mail.objects.get(id=number)
    assert (mail.tries, mail.failed_at) == (1, None)
    pause = mail.due_at - datetime.now(UTC)
    assert PAUSES[0] - timedelta(seconds=20) < pause <= PAUSES[0]
    office.replies.clear()
    overdue(number)
    assert send_waiting(at=AT) == 1
    assert (queries.mail(number).state, queries.mail(number).error) == (State.SENT, "")


def overdue(number: int) -> None:
    Mail.objects.filter(id=number).update(due_at=AT - timedelta(days=10_000))


def test_after_the_last_try_a_message_has_failed(office):
    office.replies["full@example.com"] = "452 mailbox full"
    number = write("full@example.com")
    states = []
    for _ in range(MOST_TRIES):
        overdue(number)
        send_waiting(at=AT)
        states.append(queries.mail(number).state)
    assert states == [State.WAITING] * (MOST_TRIES - 1) + [State.FAILED]


def test_an_unreachable_server_costs_no_message_a_try(office, settings):
    number = write()
    settings.SMTP_PORT = 1
    assert send_waiting(at=AT) == 0
    assert (queries.mail(number).state, queries.mail(number).tries) == (State.WAITING, 0)


def test_a_message_over_which_the_server_hangs_up_does_not_hold_up_the_others(office):
    office.replies["poison@example.com"] = "hang up"
    poison, other = write("poison@example.com"), write()
    assert send_waiting(at=AT) == 1
    assert (queries.mail(poison).state, queries.mail(poison).tries) == (State.WAITING, 1)
    assert queries.mail(other).state is State.SENT


def test_an_address_that_smtp_cannot_carry_fails_and_does_not_hold_up_the_others(office):
    odd, other = write("zoë@example.com"), write()
    assert send_waiting(at=AT) == 1
    assert (queries.mail(odd).state, queries.mail(other).state) == (State.FAILED, State.SENT)


@pytest.mark.parametrize("field", ["subject", "recipient"])
def test_a_line_break_cannot_add_a_header(field):
    with pytest.raises(ValueError, match="no address or no subject"):
        write(**{field: "anna@example.com\r\nBcc: all@example.com"})
    assert Mail.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_four_senders_at_once_send_each_message_once(office):
    for number in range(24):
        write(f"p{number}@example.com")
    start, sent = threading.Barrier(4), []

    def work() -> None:
        start.wait(20)
        sent.append(send_waiting(at=AT))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == 24
    assert sorted(recipient for recipient, _ in office.letters) == sorted(
        f"p{number}@example.com" for number in range(24)
    )


@pytest.mark.django_db(transaction=True)
def test_many_messages_wake_the_worker_once(empty_queue):
    with transaction.atomic():
        for _ in range(3):
            write()
    write()
    assert list(ProcrastinateJob.objects.values_list("task_name", "status")) == [("outbox.send_waiting", "todo")]


def test_what_django_sends_is_kept_whole_one_row_a_recipient():
    message = EmailMultiAlternatives(
        "Betreff Ü", "text", "no-reply@x.example", ["a@example.com"], bcc=["b@example.com"]
    )
    message.attach_alternative("<b>text</b>", "text/html")
    message.send()
    rows = list(Mail.objects.order_by("id"))
    assert [(row.recipient, row.subject, row.text, row.html) for row in rows] == [
        ("a@example.com", "Betreff Ü", "text", "<b>text</b>"),
        ("b@example.com", "Betreff Ü", "text", "<b>text</b>"),
    ]
    kept = parsed(bytes(rows[1].mime))
    assert (kept["Subject"], kept["Auto-Submitted"], kept["Bcc"]) == ("Betreff Ü", "auto-generated", None)


def test_all_messages_of_a_call_are_written_or_none():
    with pytest.raises(ValueError, match="newlines"):
        send_mail("a\nb", "text", None, ["a@example.com"])
    assert Mail.objects.count() == 0


def test_the_mailbox_pages_newest_first_and_finds_a_part_of_an_address():
    numbers = [write(f"p{number}@Example.com") for number in range(5)]
    first = queries.mailbox(limit=2)
    assert [row.id for row in first] == [numbers[4], numbers[3]]
    assert [row.id for row in queries.mailbox(limit=9, before=first[-1].id)] == [numbers[2], numbers[1], numbers[0]]
    assert [row.recipient for row in queries.mailbox(limit=9, recipient_like="P3@exam")] == ["p3@Example.com"]
    assert queries.mailbox(limit=9, recipient_like="%") == []


def test_a_number_without_mail_is_none():
    assert queries.mail(10**12) is None


LETTER = LetterText(
    subject="Your\ncertificate",
    heading="It is here.",
    greeting="Dear Anna <&>,",
    paragraphs=("First line\nsecond line", "Then this."),
    facts=(("Number", "12 <b>"),),
    action=Action(label="Open it", url="https://x.example/a?b=1&c=2"),
    after=("Or call.",),
    reason="You own it.",
)


def letter(**changed) -> int:
    reader = Reader(address="Anna <anna@example.com>", language="de", zone="Asia/Tokyo")
    return post_letter(kind="x.y", reader=reader, letter=LETTER, at=AT, **changed)


def test_a_letter_arrives_as_text_and_html_with_the_same_words_escaped_where_they_must_be(office):
    letter()
    send_waiting(at=AT)
    message = parsed(office.letters[0][1])
    assert (message["Subject"], message["Content-Language"]) == ("Your certificate", "de")
    text = message.get_body(["plain"]).get_content().replace("\r\n", "\n")
    assert text.startswith(
        "It is here.\n\nDear Anna <&>,\n\nFirst line\nsecond line\n\nThen this.\n\nNumber: 12 <b>\n\n"
        "Open it:\nhttps://x.example/a?b=1&c=2\n\nOr call.\n\n-- \nYou own it.\n"
    )
    html = message.get_body(["html"]).get_content()
    shown = ["<h1>It is here.</h1>", "Dear Anna &lt;&amp;&gt;,", "First line<br>second line", "12 &lt;b&gt;",
             'href="https://x.example/a?b=1&amp;c=2"', "Or call.", "You own it."]  # fmt: skip
    assert [words for words in shown if words not in html] == []
    assert ('<html lang="de">' in html, "<img" in html, html.count("<style>")) == (True, False, 1)
    assert all("18:00" in part and "Tok" in part for part in (text, html))  # 09:00 in UTC, in the reader's zone


@pytest.mark.parametrize(
    ("language", "facts", "action"),
    [
        ("en", "Number: 12", "Open it:"),
        ("fr", "Number\N{NO-BREAK SPACE}: 12", "Open it\N{NO-BREAK SPACE}:"),
        ("ja", "Number：12", "Open it："),
    ],
)
def test_the_text_of_a_letter_sets_off_its_labels_as_the_reader_s_language_does(language, facts, action):
    told = replace(LETTER, facts=(("Number", "12"),))
    reader = Reader(address="anna@example.com", language=language, zone="Asia/Tokyo")
    text, _html = rendered(told, reader=reader, at=AT)
    lines = text.splitlines()
    assert [line for line in lines if line.startswith(("Number", "Open it"))] == [facts, action]


def test_what_is_attached_arrives_as_it_was(office):
    content = bytes(range(256)) * 40
    letter(attachments=[Attachment(name="Größe.pdf", content_type="application/pdf", content=content)])
    send_waiting(at=AT)
    [attached] = parsed(office.letters[0][1]).iter_attachments()
    assert (attached.get_filename(), attached.get_content_type(), attached.get_content()) == (
        "Größe.pdf", "application/pdf", content,
    )  # fmt: skip


def test_more_than_mail_carries_is_refused_and_nothing_is_written():
    heavy = Attachment(name="a", content_type="application/pdf", content=b"x" * (MOST_ATTACHED_BYTES + 1))
    with pytest.raises(ValueError, match="more attached"):
        letter(attachments=[heavy])
    assert Mail.objects.count() == 0


def test_letters_of_one_thread_point_to_it_and_to_what_they_answer(office):
    letter(thread=Thread(topic="case.26-004817"))
    letter(thread=Thread(topic="case.26-004817", answers=("<one@x.example>",)))
    send_waiting(at=AT)
    first, second = (parsed(raw) for _, raw in office.letters)
    domain = first["Message-ID"].rpartition("@")[2].rstrip(">")
    root = f"<case.26-004817@{domain}>"
    assert (first["In-Reply-To"], first["References"]) == (root, root)
    assert (second["In-Reply-To"], second["References"]) == ("<one@x.example>", f"{root} <one@x.example>")
    assert first["Message-ID"] != second["Message-ID"]


@pytest.mark.parametrize("bad", [("a\r\nBcc: b",), ("a b",), ("",), ("a", ("<x>\r\n",))])
def test_a_thread_cannot_add_a_header(bad):
    with pytest.raises(ValueError, match="no topic or Message-ID"):
        Thread(topic=bad[0], answers=bad[1] if len(bad) > 1 else ())


@pytest.mark.parametrize(("code", "language"), [("ja", "ja"), ("pt-br", "pt"), ("xx", "en"), ("", "en")])
def test_a_language_that_the_portal_does_not_speak_is_answered_in_the_nearest(code, language):
    assert spoken(code) == language
