"""The letters about a case, each to one reader, in their language and zone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import override

from tenure.accounts.models import Person
from tenure.cases.sentences import BY_COURTESY, MILESTONES, why
from tenure.cases.words import Happening, Held, PromiseRow, Story
from tenure.entitlements.purposes import marked
from tenure.outbox import words as outbox
from tenure.outbox.actions import post_letter
from tenure.outbox.rendering import spoken
from tenure.outbox.words import Action, LetterText, Thread
from tenure.policy.words import Milestone, ResponseForm
from tenure.toolbox.formats import instant_words, moment_words

# contact_of: whom a case is written to about, with the language and zone they read in, and what it is about
CONTACT_OF = """
SELECT c.number, c.summary, COALESCE(p.email, c.contact_email), COALESCE(NULLIF(p.name, ''), c.contact_name),
       COALESCE(p.language, o.language, 'en'), COALESCE(p.zone, c.zone),
       concat_ws(', ', NULLIF(concat_ws(' ', d.name, NULLIF(c.release, '')), ''), s.name), a.purpose
FROM cases_case c LEFT JOIN accounts_person p ON p.id = c.opened_by_id AND p.is_active
LEFT JOIN accounts_organisation o ON o.id = c.organisation_id
LEFT JOIN catalog_product d ON d.id = c.product_id
LEFT JOIN accounts_site s ON s.id = c.site_id
LEFT JOIN entitlements_asset a ON a.id = c.asset_id
WHERE c.id = %s
"""
SAID: dict[Happening, Lazy] = {
    Happening.ASKED: lazy("%(author)s asks you about case %(number)s. The clocks wait for your answer."),
    Happening.CLOSE_PROPOSED: lazy("%(author)s believes that case %(number)s is solved. Your word closes it."),
    Happening.RESTORED: lazy("Service is back, says %(author)s about case %(number)s."),
    Happening.LEFT_TO_UPDATE: lazy("Case %(number)s will be solved with the next product update."),
    Happening.SEVERITY_CHANGED: lazy("%(author)s changed the severity of case %(number)s."),
    Happening.REOPENED: lazy("%(author)s opened case %(number)s again."),
    Happening.CLOSED: lazy("Case %(number)s is closed, because we have not heard from you."),
}
SAID_TO_STAFF: dict[Happening, Lazy] = {
    Happening.CONSENTED: lazy("%(author)s agreed to close case %(number)s."),
    Happening.DECLINED: lazy("%(author)s says that case %(number)s is not solved."),
    Happening.CLOSED: lazy("%(author)s closed case %(number)s."),
    Happening.REOPENED: lazy("%(author)s opened case %(number)s again."),
}
UNFIT = re.compile(r"[^A-Za-z0-9._-]")  # for a header; numbers of another help desk may hold anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whoever gets a letter about a case.  about: the product and the site, or ""; purpose: of the licence, or ""."""

    number: str
    summary: str
    address: str
    name: str
    language: str
    zone: str
    about: str = ""
    purpose: str = ""

    @property
    def about_marked(self) -> str:
        """What it is about, marked in the active language where the licence is not in production."""
        return marked(self.about, self.purpose) if self.purpose else self.about

    @property
    def link(self) -> str:
        return f"{settings.SITE_URL}/cases/{self.number}"


def case_opened(*, case_id: int, rows: Sequence[PromiseRow], by_courtesy: bool, at: datetime) -> None:
    """Tell the contact the number, and what is promised by when, each with its reason.  Source: A12, D7."""
    reader = _contact(case_id)
    if reader is None:
        return
    with override(reader.language):
        going = [row for row in rows if row.promise.met_at is None]
        thanks = _("Thank you for writing to us about “%(summary)s”.") % {"summary": reader.summary}
        facts = [(str(MILESTONES[row.promise.name]), _promise(row, reader.zone)) for row in going]
        _send(reader, "opened", _("Case %(number)s is open: %(summary)s"), at, LetterText(
            subject="", heading=_opened(going, reader.zone),
            paragraphs=(
                thanks,
                *([_("This is what you can count on:")] if going else []),
                *([str(BY_COURTESY)] if by_courtesy and not rows else []),
            ),
            facts=(*facts, *_product(reader), (_("Case"), reader.number)),
            after=(_("Write to us on its page at any time."),),
        ))  # fmt: skip


def _product(reader: Reader) -> list[tuple[str, str]]:
    return [(_("Product"), reader.about_marked)] if reader.about else []


def vendor_wrote(*, held: Held, story: Story, kind: Happening, author: str, body: str, at: datetime) -> None:
    """Tell the contact what was written or done.  Source: D8."""
    reader = _contact(held.id)
    if reader is None:
        return
    with override(reader.language):
        heading = SAID.get(kind) or _("%(author)s has answered on case %(number)s.")
        facts: tuple[tuple[str, str], ...] = ()
        if kind is Happening.SEVERITY_CHANGED:
            before, now = (severity for _since, severity in story.severities[-2:])
            facts = ((_("Severity"), _("%(now)s, before %(before)s") % {"now": now, "before": before}),)
        _send(reader, kind.value, _("Case %(number)s: %(summary)s"), at, LetterText(
            subject="", heading=str(heading) % {"author": author, "number": reader.number}, paragraphs=(body,),
            facts=facts, after=(_("Answer on its page."),),
        ))  # fmt: skip


def customer_wrote(*, held: Held, story: Story, kind: Happening, author: str, body: str, at: datetime) -> None:
    """Tell whoever works on the case; nobody yet: the desk's queue shows it.  Source: D8."""
    reader = _staff(held, story.assignee)
    if reader is None:
        return
    with override(reader.language):
        heading = SAID_TO_STAFF.get(kind) or _("%(author)s wrote on case %(number)s.")
        _send(reader, f"staff_{kind.value}", _("Case %(number)s: %(summary)s"), at, LetterText(
            subject="", heading=str(heading) % {"author": author, "number": reader.number}, paragraphs=(body,)
        ))  # fmt: skip


def case_given(*, held: Held, to: int, author: str, at: datetime) -> None:
    """Tell a colleague that the case is theirs now.  Source: D8."""
    reader = _staff(held, to)
    if reader is None:
        return
    with override(reader.language):
        said = _("%(author)s gave you case %(number)s.") % {"author": author, "number": reader.number}
        _send(reader, "given", _("Case %(number)s is yours: %(summary)s"), at, LetterText(
            subject="", heading=said, paragraphs=(held.summary,)
        ))  # fmt: skip


def waiting_reminder(*, held: Held, closes_at: datetime, at: datetime) -> None:
    """Remind the contact that we wait, and say when the case closes.  Source: D8."""
    reader = _contact(held.id)
    if reader is None:
        return
    with override(reader.language):
        closes = _("Without an answer it closes on %(day)s.") % {"day": instant_words(closes_at, reader.zone)}
        waits = _("Case %(number)s waits for your word: %(summary)s")
        _send(reader, "reminder", _("We wait for you: case %(number)s"), at, LetterText(
            subject="", heading=waits % {"number": held.number, "summary": held.summary}, paragraphs=(closes,),
            after=(_("Answer on its page."),),
        ))  # fmt: skip


def _opened(going: Sequence[PromiseRow], zone: str) -> str:
    """The answer in a sentence: by when somebody answers, where that is promised."""
    for row in going:
        if row.promise.name is Milestone.FIRST_RESPONSE and row.would_be_due_at is not None:
            due = {"at": moment_words(row.would_be_due_at, zone)}
            if ResponseForm.CALL_BACK in row.forms:
                return _("Your case is open. We call you back by %(at)s.") % due
            return _("Your case is open. We answer by %(at)s.") % due
    return _("Your case is open.")


def _promise(row: PromiseRow, zone: str) -> str:
    """When it falls due, where it does, and on a line of its own why."""
    due = [moment_words(row.would_be_due_at, zone)] if row.would_be_due_at is not None else []
    return "\n".join([*due, why(row, zone)])


def _contact(case_id: int) -> Reader | None:
    with connection.cursor() as cursor:
        cursor.execute(CONTACT_OF, [case_id])
        number, summary, address, name, language, zone, about, purpose = cursor.fetchone()
    if not address:
        return None
    return Reader(
        number=number, summary=summary, address=address, name=name, language=spoken(language), zone=zone, about=about,
        purpose=purpose or "",
    )  # fmt: skip


def _staff(held: Held, person_id: int | None) -> Reader | None:
    person = Person.objects.filter(id=person_id or 0, is_active=True).first()
    if person is None:
        return None
    return StaffReader(
        number=held.number, summary=held.summary, address=person.email, name=person.name,
        language=spoken(person.language),
        zone=person.zone,
    )  # fmt: skip


class StaffReader(Reader):
    """Somebody of the vendor's: their link leads to the desk."""

    __slots__ = ()

    @property
    def link(self) -> str:
        return f"{settings.SITE_URL}/desk/cases/{self.number}"


def _send(reader: Reader, kind: str, subject: str, at: datetime, letter: LetterText) -> None:
    facts = {"number": reader.number, "summary": reader.summary, "vendor": settings.VENDOR_NAME}
    letter = replace(
        letter, subject=subject % facts, action=Action(label=_("Open the case"), url=reader.link),
        greeting=_("Dear %(name)s,") % {"name": reader.name} if reader.name else "",
        paragraphs=tuple(each for each in letter.paragraphs if each),
        reason=_("You get this e-mail because of case %(number)s at %(vendor)s.") % facts,
    )  # fmt: skip
    to = outbox.Reader(address=reader.address, language=reader.language, zone=reader.zone)
    thread = Thread(topic=f"case.{UNFIT.sub('-', reader.number)}")
    post_letter(kind=f"cases.{kind}", reader=to, letter=letter, at=at, thread=thread)
