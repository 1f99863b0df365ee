"""Addresses that take no mail: refused over SMTP or reported back; nobody can flag another's; they settle."""

import email.message
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from hypothesis import given
from hypothesis import strategies as st

from tenure.outbox import jobs, queries
from tenure.outbox.actions import post, read_bounces, reported, send_waiting, settle_quiet
from tenure.outbox.models import Bounce, Mail
from tenure.outbox.rules import reports_in
from tenure.outbox.words import QUIET, Report
from tests.outbox.post_office import PostOffice

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
ANNA = "anna@example.com"


@pytest.fixture(autouse=True)
def no_server(settings):
    settings.SMTP_HOST = ""
    settings.EMAIL_BACKEND = "tenure.outbox.backend.OutboxBackend"


@pytest.fixture
def office(settings):
    with PostOffice() as office:
        settings.SMTP_HOST, settings.SMTP_PORT, settings.SMTP_TLS, settings.SMTP_USER = (
            "127.0.0.1", office.port, False, "",
        )  # fmt: skip
        yield office


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path


def write(recipient: str = ANNA) -> Mail:
    number = post(kind="accounts.invitation", recipient=recipient, language="en", subject="Hello", text="Hi", at=AT)
    return Mail.objects.get(id=number)


def report(
    message_id: str, *, recipient: str = ANNA, action: str = "failed", kind: str = "message/rfc822",
    said: str = "smtp; 550 5.1.1 no such user",
) -> bytes:  # fmt: skip
    """A notification as mail servers write it."""
    copy = f"Message-ID: {message_id}\r\nSubject: Hello\r\n\r\nHi\r\n"
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: no-reply@halden.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: 5.1.1\r\nDiagnostic-Code: {said}\r\n\r\n"
        f"--b\r\nContent-Type: {kind}\r\n\r\n{copy}\r\n--b--\r\n"
    ).encode()


def drop(folder: Path, *messages: bytes) -> None:
    for number, message in enumerate(messages):
        (folder / "new" / f"17{number:04d}.M1.host").write_bytes(message)


def names(folder: Path) -> tuple[list[str], list[str]]:
    return _in(folder / "new"), _in(folder / "cur")


def _in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def flagged() -> list[tuple[str, str, bool]]:
    rows = Bounce.objects.order_by("id").values_list("address", "said", "settled_at")
    return [(address, said, settled is None) for address, said, settled in rows]


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_names_the_letter_and_the_recipient(kind: str):
    told = Report(message_id="<x@y>", recipient=ANNA, said="550 5.1.1 no such user")
    assert reports_in(report("<x@y>", kind=kind)) == (told,)


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered", "expanded", ""])
def test_only_what_failed_is_reported(action: str):
    assert reports_in(report("<x@y>", action=action)) == ()


def test_what_is_no_report_reports_nothing():
    plain = email.message.EmailMessage()
    plain["In-Reply-To"] = "<x@y>"
    plain.set_content("I am away until Monday.")
    assert [reports_in(raw) for raw in (b"", b"\xff" * 500, plain.as_bytes(), report("no id"))] == [(), (), (), ()]


def test_parts_within_parts_without_end_report_nothing():
    part = b"Content-Type: multipart/report; boundary=b%d\n\n--b%d\n"
    assert reports_in(b"".join(part % (depth, depth) for depth in range(9_000))) == ()


@given(st.binary(max_size=400), st.integers(0, 800))
def test_hostile_bytes_never_raise(noise: bytes, at: int):
    whole = report("<x@y>")
    for raw in (noise, whole[:at] + noise + whole[at:], whole[:at]):
        assert isinstance(reports_in(raw), tuple)


@pytest.mark.django_db
def test_an_address_refused_for_good_is_flagged_and_one_put_off_is_not(office):
    office.replies = {ANNA: "550 5.1.1 no such user", "bert@example.com": "450 later"}
    write()
    write("bert@example.com")
    send_waiting(at=AT)
    assert [(address, is_open) for address, _, is_open in flagged()] == [(ANNA, True)]
    assert "no such user" in queries.bounced(["Anna@Example.com"])[ANNA].said


@pytest.mark.django_db
def test_an_address_that_was_refused_settles_when_its_server_takes_mail_again(office):
    office.replies = {ANNA: "550 5.1.1 no such user"}
    write()
    send_waiting(at=AT)
    office.replies = {}
    write("Anna@example.com")
    send_waiting(at=AT + timedelta(hours=1))
    assert [is_open for _, _, is_open in flagged()] == [False]
    assert queries.bounced([ANNA]) == {}


@pytest.mark.django_db
def test_with_no_server_set_mail_that_goes_nowhere_settles_nothing(settings, office):
    office.replies = {ANNA: "550 5.1.1 no such user"}
    write()
    send_waiting(at=AT)
    settings.SMTP_HOST = ""
    write()
    send_waiting(at=AT)
    assert [is_open for _, _, is_open in flagged()] == [True]


@pytest.mark.django_db
def test_a_report_flags_the_address_of_our_letter_and_moves_to_cur_as_seen(folder: Path):
    mail = write("Anna@example.com")
    drop(folder, report(mail.message_id, recipient="somebody.else@example.com"))
    assert read_bounces(folder=folder, at=AT) == 1
    assert flagged() == [("Anna@example.com", "550 5.1.1 no such user", True)]
    assert names(folder) == ([], ["170000.M1.host:2,S"])
    assert read_bounces(folder=folder, at=AT) == 0


@pytest.mark.django_db
def test_nobody_flags_an_address_without_the_message_id_of_a_letter_to_it(folder: Path):
    write()
    drop(folder, report("<guessed@halden.example>"), report("<>"), report("%"))
    assert (read_bounces(folder=folder, at=AT), flagged()) == (0, [])
    assert names(folder)[0] == []


@pytest.mark.django_db
def test_a_message_that_cannot_be_read_stops_no_other(folder: Path, monkeypatch):
    mail = write()
    real = reports_in

    def fails(raw: bytes) -> tuple[Report, ...]:
        if raw.startswith(b"bad"):
            raise ValueError("a mistake of ours")
        return real(raw)

    monkeypatch.setattr("tenure.outbox.actions.bounces.reports_in", fails)
    drop(folder, b"bad", b"\0" * 2_000_000, report(mail.message_id))
    (folder / "new" / "170009.link").symlink_to(folder / "cur")
    (folder / "new" / "170010.folder").mkdir()
    assert read_bounces(folder=folder, at=AT) == 1
    assert (len(flagged()), names(folder)[0]) == (1, ["170009.link", "170010.folder"])


@pytest.mark.django_db
def test_a_text_to_several_flags_the_one_whom_the_report_names(folder: Path):
    EmailMessage("Hello", "Hi", None, [ANNA, "bert@example.com"]).send()
    mail = Mail.objects.first()
    drop(folder, report(mail.message_id, recipient="bert@example.com"))
    read_bounces(folder=folder, at=AT)
    assert [address for address, _, _ in flagged()] == ["bert@example.com"]
    drop(folder, report(mail.message_id, recipient="carla@example.com"))
    assert read_bounces(folder=folder, at=AT) == 0


@pytest.mark.django_db
def test_the_same_report_again_changes_nothing_even_after_the_address_was_settled():
    mail = write()
    assert [reported(mail_id=mail.id, said="no", at=AT) for _ in range(2)] == [True, False]
    Bounce.objects.update(settled_at=AT)
    assert reported(mail_id=mail.id, said="no", at=AT) is False
    assert [is_open for _, _, is_open in flagged()] == [False]


@pytest.mark.django_db
def test_one_bounce_an_address_is_open_and_tells_the_latest():
    first, second = write(), write("ANNA@example.com")
    reported(mail_id=first.id, said="one", at=AT)
    assert reported(mail_id=second.id, said="two", at=AT + timedelta(days=1)) is False
    [row] = queries.bounced([ANNA]).values()
    assert (row.said, row.bounced_at) == ("two", AT + timedelta(days=1))


@pytest.mark.django_db
def test_a_reported_address_settles_when_a_later_letter_stayed_without_report():
    reported(mail_id=write().id, said="no", at=AT)
    later = write()
    Mail.objects.filter(id=later.id).update(sent_at=AT + timedelta(hours=1))
    assert settle_quiet(at=AT + QUIET) == 0
    assert settle_quiet(at=AT + QUIET + timedelta(hours=1)) == 1
    assert settle_quiet(at=AT + QUIET + timedelta(hours=1)) == 0


@pytest.mark.django_db
def test_a_server_that_takes_everything_does_not_settle_what_was_reported(office):
    mail = write()
    send_waiting(at=AT)
    reported(mail_id=mail.id, said="no", at=AT)
    write()
    send_waiting(at=AT + timedelta(minutes=1))
    assert [is_open for _, _, is_open in flagged()] == [True]


@pytest.mark.django_db
def test_the_job_reads_the_maildir_that_is_set(folder: Path, settings, caplog):
    mail = write()
    drop(folder, report(mail.message_id))
    jobs.read_bounces(0)
    assert flagged() == []
    settings.MAIL_IN = str(folder)
    jobs.read_bounces(0)
    assert len(flagged()) == 1
    settings.MAIL_IN = str(folder / "nowhere")
    jobs.read_bounces(0)
    assert "cannot be read" in caplog.text
