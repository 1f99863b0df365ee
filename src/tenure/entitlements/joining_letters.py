"""The letters about joining an organisation and about contact IDs, each in its reader's language."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tenure.accounts.models import Contact, Organisation, Person
from tenure.entitlements.queries.letters import zone_of
from tenure.entitlements.words import SeatGroup
from tenure.outbox.actions import post_letter
from tenure.outbox.rendering import spoken
from tenure.outbox.words import Action, LetterText, Reader
from tenure.toolbox.formats import day_words, in_zone
from tenure.toolbox.marks import listed


def joining_asked(
    *, owner: Person, asker: Person, organisation: Organisation, numbers: list[str], at: datetime
) -> None:  # fmt: skip
    """Ask an owner whether somebody may see what the organisation owns."""
    reader = _reader(owner)
    facts = {
        "who": asker.name or asker.email, "email": asker.email, "place": organisation.name,
        "vendor": settings.VENDOR_NAME,
    }  # fmt: skip
    with translation.override(reader.language):
        letter = LetterText(
            subject=_("%(who)s asks to see what %(place)s owns") % facts,
            paragraphs=(
                _("%(who)s (%(email)s) asks to be linked to %(place)s and gave numbers of yours.") % facts,
                _("Let them in, as a viewer or as a technical contact, or decline:"),
            ),
            facts=((_("Numbers"), listed(numbers)),),
            action=Action(
                label=_("Answer the request"), url=f"{settings.SITE_URL}/account/joining/{organisation.number}"
            ),
            after=(_("They are told nothing about your organisation before you let them in."),),
            reason=_("You get this e-mail because you are an owner of %(place)s at %(vendor)s.") % facts,
        )
    post_letter(kind="entitlements.joining_asked", reader=reader, letter=letter, at=at)


def joining_approved(*, asker: Person, organisation: Organisation, contact_id: str, at: datetime) -> None:
    """Tell the person who asked that they belong now; contact_id: of the seat that came with it, or ""."""
    reader = _reader(asker)
    facts = {"place": organisation.name, "vendor": settings.VENDOR_NAME}
    with translation.override(reader.language):
        letter = LetterText(
            subject=_("You are linked to %(place)s") % facts,
            paragraphs=(_("Your account is linked to %(place)s. You now see what it owns.") % facts,),
            facts=((_("Your contact ID"), contact_id),) if contact_id else (),
            action=Action(label=_("See the licences"), url=f"{settings.SITE_URL}/licences"),
            after=(_("Quote your contact ID when you ask for technical support."),) if contact_id else (),
            reason=_("You get this e-mail because you asked to be linked at %(vendor)s.") % facts,
        )
    post_letter(kind="entitlements.joining_approved", reader=reader, letter=letter, at=at)


def joining_declined(*, asker: Person, numbers: list[str], asked_at: datetime, why: str, at: datetime) -> None:
    """Tell the person who asked that they were not linked, whether or not anything bears those numbers."""
    reader = _reader(asker)
    with translation.override(reader.language):
        day = day_words(in_zone(asked_at, reader.zone).date())
        facts = {"day": day, "why": why, "vendor": settings.VENDOR_NAME}
        letter = LetterText(
            subject=_("Your request to be linked was declined"),
            paragraphs=(
                _("You asked on %(day)s to be linked by these numbers. This was declined.") % facts,
                *([_("The reason: %(why)s") % facts] if why else ()),
            ),
            facts=((_("Numbers"), listed(numbers)),),
            reason=_("You get this e-mail because you asked to be linked at %(vendor)s.") % facts,
        )
    post_letter(kind="entitlements.joining_declined", reader=reader, letter=letter, at=at)


def contact_named(*, contact: Contact, identifier: str, at: datetime) -> None:
    """Send a technical contact their contact ID, in their own language, or else their organisation's.  Source: D2."""
    person, place = contact.person, contact.organisation
    language = spoken(person.language if person else place.language)
    reader = Reader(address=contact.email, language=language, zone=zone_of(person=person, organisation_id=place.id))
    facts = {"name": contact.name, "place": place.name, "vendor": settings.VENDOR_NAME}
    with translation.override(reader.language):
        letter = LetterText(
            subject=_("Your contact ID for %(place)s") % facts,
            greeting=_("Dear %(name)s,") % facts,
            paragraphs=(_("You are now a named technical contact of %(place)s.") % facts,),
            facts=((_("Your contact ID"), identifier),),
            after=(_("Quote your contact ID when you ask for technical support."),),
            reason=_("You get this e-mail because %(place)s named you as a contact at %(vendor)s.") % facts,
        )
    post_letter(kind="entitlements.contact_named", reader=reader, letter=letter, at=at)


def seats_over(*, owner: Person, organisation: Organisation, group: SeatGroup, level: str, at: datetime) -> None:
    """Ask an owner who stays a technical contact, where more are named than the level allows.  Source: D2, D3."""
    reader = _reader(owner)
    facts = {
        "place": organisation.name, "level": level, "taken": group.taken, "allowed": group.allowed,
        "vendor": settings.VENDOR_NAME,
    }  # fmt: skip
    with translation.override(reader.language):
        letter = LetterText(
            subject=_("Who stays a technical contact of %(place)s?") % facts,
            greeting=_("Dear %(name)s,") % {"name": owner.name or owner.email},
            paragraphs=(
                _("%(place)s has more technical contacts than %(level)s allows. You decide who stays.") % facts,
                _("All of them keep working until somebody chooses. Until then nobody new can be named."),
            ),
            facts=(
                (_("Named"), listed(dict.fromkeys(seat.name or seat.email for seat in group.seats))),
                (_("Seats taken"), str(group.taken)), (_("Seats allowed"), str(group.allowed)),
            ),
            action=Action(
                label=_("Choose who stays"), url=f"{settings.SITE_URL}/account/contacts/{organisation.number}"
            ),
            reason=_("You get this e-mail because you are an owner of %(place)s at %(vendor)s.") % facts,
        )  # fmt: skip
    post_letter(kind="entitlements.seats_over", reader=reader, letter=letter, at=at)


def _reader(person: Person) -> Reader:
    return Reader(address=person.email, language=spoken(person.language), zone=person.zone)
