"""The letters about a case, each to one reader, in their language and zone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import override

from tenure.accounts.models import Person
from tenure.cases.sentences import promised
from tenure.cases.words import Happening, Held, PromiseRow, Story
from tenure.outbox import words as outbox
from tenure.outbox.actions import post_letter
from tenure.outbox.words import Action, LetterText, Thread
from tenure.toolbox.formats import instant_words

# contact_of: whom a case is written to about, with the language and zone they read in
CONTACT_OF = """
SELECT c.number, c.summary, COALESCE(p.email, c.contact_email), COALESCE(NULLIF(p.name, ''), c.contact_name),
       COALESCE(p.language, o.language, 'en'), COALESCE(p.zone, c.zone)
FROM cases_case c LEFT JOIN accounts_person p ON p.id = c.opened_by_id AND p.is_active
LEFT JOIN accounts_organisation o ON o.id = c.organisation_id
WHERE c.id = %s
"""


UNFIT = re.compile(r"[^A-Za-z0-9._-]")  # for a header; numbers of another help desk may hold anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whoever gets a letter about a case."""

    number: str
    summary: str
    address: str
    name: str
    language: str
    zone: str

    @property
    def link(self) -> str:
        return f"{settings.SITE_URL}/cases/{self.number}"


def case_opened(*, case_id: int, rows: Sequence[PromiseRow], at: datetime) -> None:
    """Tell the contact the number, and what is promised by when.  Source: D7."""
    reader = _contact(case_id)
    if reader is None:
        return
    with override(reader.language):
        dues = [promised(row, reader.zone) for row in rows if row.left is not None]
        _send(reader, "opened", _("Case %(number)s is open: %(summary)s"), at, [
            _("We have your case %(number)s.") % {"number": reader.number},
            *dues,
            _("Write to us on its page at any time."),
        ])  # fmt: skip


def vendor_wrote(*, held: Held, story: Story, kind: Happening, author: str, body: str, at: datetime) -> None:
    """Tell the contact what was written or done.  Source: D8."""
    del story
    reader = _contact(held.id)
    if reader is None:
        return
    with override(reader.language):
        facts = {"author": author, "number": reader.number}
        said = {
            Happening.ASKED: _("%(author)s asks you about case %(number)s. The clocks wait for your answer."),
            Happening.CLOSE_PROPOSED: _("%(author)s believes that case %(number)s is solved. Your word closes it."),
            Happening.RESTORED: _("Service is back, says %(author)s about case %(number)s."),
            Happening.LEFT_TO_UPDATE: _("Case %(number)s will be solved with the next product update."),
            Happening.SEVERITY_CHANGED: _("%(author)s changed the severity of case %(number)s."),
            Happening.REOPENED: _("%(author)s opened case %(number)s again."),
            Happening.CLOSED: _("Case %(number)s is closed, because we have not heard from you."),
        }.get(kind, _("%(author)s has answered on case %(number)s."))
        _send(reader, kind.value, _("Case %(number)s: %(summary)s"), at, [said % facts, body, _("Answer on its page.")])


def customer_wrote(*, held: Held, story: Story, kind: Happening, author: str, body: str, at: datetime) -> None:
    """Tell whoever works on the case; nobody yet: the desk's queue shows it.  Source: D8."""
    reader = _staff(held, story.assignee)
    if reader is None:
        return
    with override(reader.language):
        facts = {"author": author, "number": reader.number}
        said = {
            Happening.CONSENTED: _("%(author)s agreed to close case %(number)s."),
            Happening.DECLINED: _("%(author)s says that case %(number)s is not solved."),
            Happening.CLOSED: _("%(author)s closed case %(number)s."),
            Happening.REOPENED: _("%(author)s opened case %(number)s again."),
        }.get(kind, _("%(author)s wrote on case %(number)s."))
        _send(reader, f"staff_{kind.value}", _("Case %(number)s: %(summary)s"), at, [said % facts, body])


def case_given(*, held: Held, to: int, author: str, at: datetime) -> None:
    """Tell a colleague that the case is theirs now.  Source: D8."""
    reader = _staff(held, to)
    if reader is None:
        return
    with override(reader.language):
        facts = {"author": author, "number": reader.number}
        said = _("%(author)s gave you case %(number)s.") % facts
        _send(reader, "given", _("Case %(number)s is yours: %(summary)s"), at, [said])


def waiting_reminder(*, held: Held, closes_at: datetime, at: datetime) -> None:
    """Remind the contact that we wait, and say when the case closes.  Source: D8."""
    reader = _contact(held.id)
    if reader is None:
        return
    with override(reader.language):
        closes = instant_words(closes_at, reader.zone)
        _send(reader, "reminder", _("We wait for you: case %(number)s"), at, [
            _("Case %(number)s waits for your word: %(summary)s") % {"number": held.number, "summary": held.summary},
            _("Without an answer it closes on %(day)s.") % {"day": closes},
            _("Answer on its page."),
        ])  # fmt: skip


def _contact(case_id: int) -> Reader | None:
    with connection.cursor() as cursor:
        cursor.execute(CONTACT_OF, [case_id])
        number, summary, address, name, language, zone = cursor.fetchone()
    if not address:
        return None
    return Reader(number=number, summary=summary, address=address, name=name, language=language, zone=zone)


def _staff(held: Held, person_id: int | None) -> Reader | None:
    person = Person.objects.filter(id=person_id or 0, is_active=True).first()
    if person is None:
        return None
    return StaffReader(
        number=held.number, summary=held.summary, address=person.email, name=person.name, language=person.language,
        zone=person.zone,
    )  # fmt: skip


class StaffReader(Reader):
    """Somebody of the vendor's: their link leads to the desk."""

    __slots__ = ()

    @property
    def link(self) -> str:
        return f"{settings.SITE_URL}/desk/cases/{self.number}"


def _send(reader: Reader, kind: str, subject: str, at: datetime, paragraphs: Sequence[str]) -> None:
    facts = {"number": reader.number, "summary": reader.summary, "vendor": settings.VENDOR_NAME}
    letter = LetterText(
        subject=subject % facts,
        paragraphs=tuple(each for each in paragraphs if each),
        action=Action(label=_("Open the case"), url=reader.link),
        reason=_("You get this e-mail because of case %(number)s at %(vendor)s.") % facts,
    )
    to = outbox.Reader(address=reader.address, language=reader.language, zone=reader.zone)
    thread = Thread(topic=f"case.{UNFIT.sub('-', reader.number)}")
    post_letter(kind=f"cases.{kind}", reader=to, letter=letter, at=at, thread=thread)
