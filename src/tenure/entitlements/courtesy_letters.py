"""The letters about a courtesy, to who asked for it and to the owners, each in their own language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenure.accounts.models import Person
from tenure.entitlements.purposes import marked
from tenure.entitlements.words import AssetRow
from tenure.outbox.actions import post_letter
from tenure.outbox.rendering import spoken
from tenure.outbox.words import Action, LetterText, Reader
from tenure.toolbox.formats import count_words, long_day


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenFacts:
    """What was given, for how many cases; ends: the last day.  targets: whether the level's promises hold."""

    starts: date
    last_day: date
    most_cases: int
    targets: bool


def courtesy_given(*, readers: Iterable[Person], row: AssetRow, given: GivenFacts, why: str, at: datetime) -> None:
    """Say until when, and for how many cases.  Source: A12."""
    for person in readers:
        reader = _reader(person)
        with translation.override(reader.language):
            facts = _facts_of(row) | {
                "starts": long_day(given.starts), "until": long_day(given.last_day), "n": count_words(given.most_cases),
            }  # fmt: skip
            cases = ngettext(
                "%(n)s technical case can be opened under it.",
                "%(n)s technical cases can be opened under it.",
                given.most_cases,
            )
            letter = LetterText(
                subject=_("A courtesy for %(product)s until %(until)s") % facts,
                paragraphs=(
                    _("%(product)s at %(site)s has a courtesy from %(starts)s to %(until)s.") % facts,
                    _capital(cases % facts),
                    *(() if given.targets else (_("Such cases are answered as we can, without promised times."),)),
                    _("It ends by itself. It is no maintenance: new versions are not part of it."),
                ),
                facts=(*_about(row), (_("Because"), why)),
                action=Action(label=_("See the licence"), url=f"{settings.SITE_URL}/licences/{row.serial}"),
                reason=_reason(row),
            )
        post_letter(kind="entitlements.courtesy_given", reader=reader, letter=letter, at=at)


def courtesy_declined(*, readers: Iterable[Person], row: AssetRow, why: str, at: datetime) -> None:
    """Say no, and why.  Source: A12."""
    for person in readers:
        reader = _reader(person)
        with translation.override(reader.language):
            letter = LetterText(
                subject=_("No courtesy for %(product)s") % _facts_of(row),
                paragraphs=(
                    _("A courtesy was asked for %(product)s at %(site)s. It was declined.") % _facts_of(row),
                    _("Customer care answers everyone who is signed in, covered or not."),
                ),
                facts=(*_about(row), (_("Because"), why)),
                action=Action(
                    label=_("Write to customer care"), url=f"{settings.SITE_URL}/cases/new/care?about={row.serial}"
                ),
                reason=_reason(row),
            )
        post_letter(kind="entitlements.courtesy_declined", reader=reader, letter=letter, at=at)


def courtesy_revoked(*, readers: Iterable[Person], row: AssetRow, why: str, at: datetime) -> None:
    """Say that it has ended early, and why.  Source: A12."""
    for person in readers:
        reader = _reader(person)
        with translation.override(reader.language):
            letter = LetterText(
                subject=_("The courtesy for %(product)s has ended") % _facts_of(row),
                paragraphs=(
                    _("The courtesy for %(product)s at %(site)s was taken back today.") % _facts_of(row),
                    _("Cases that are open stay open, and are answered."),
                ),
                facts=(*_about(row), (_("Because"), why)),
                action=Action(label=_("See the licence"), url=f"{settings.SITE_URL}/licences/{row.serial}"),
                reason=_reason(row),
            )
        post_letter(kind="entitlements.courtesy_revoked", reader=reader, letter=letter, at=at)


def _facts_of(row: AssetRow) -> dict[str, str]:
    product = f"{row.product} {row.release}".strip()
    return {"product": product, "site": row.site, "place": row.organisation, "vendor": settings.VENDOR_NAME}


def _about(row: AssetRow) -> tuple[tuple[str, str], ...]:
    product = marked(f"{row.product} {row.release}".strip(), row.purpose)
    return (_("Product"), product), (_("Serial number"), row.serial)


def _reason(row: AssetRow) -> str:
    return _("You get this e-mail because a courtesy of %(place)s was asked for at %(vendor)s.") % _facts_of(row)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _reader(person: Person) -> Reader:
    return Reader(address=person.email, language=spoken(person.language), zone=person.zone)
