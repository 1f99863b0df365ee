"""The letters about claims, each in its reader's language: nobody learns from them who the other side is."""

from datetime import date, datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tenure.accounts.models import Contact, Organisation, Person
from tenure.accounts.words import Role
from tenure.entitlements.queries.joining import owners_of
from tenure.outbox.actions import post_letter
from tenure.outbox.rendering import spoken
from tenure.outbox.words import Action, LetterText, Reader
from tenure.toolbox.formats import day_words, long_day


def readers_of(organisation: Organisation) -> tuple[Reader, ...]:
    """Its owners who can sign in; where there is none, the owners that its paperwork names."""
    owners = owners_of(organisation_id=organisation.pk)
    if owners:
        return tuple(_reader(owner) for owner in owners)
    named = Contact.objects.filter(organisation=organisation, role=Role.OWNER).order_by("id")
    language = spoken(organisation.language)
    return tuple(Reader(address=contact.email, language=language, zone="UTC") for contact in named)


def claim_made(*, reader: Reader, holder: Organisation, claim: int, serial: str, due: date, at: datetime) -> None:
    """Tell the holder of a serial number that somebody claims it, before anything is decided."""
    with translation.override(reader.language):
        facts = {"serial": serial, "place": holder.name, "day": long_day(due), "vendor": settings.VENDOR_NAME}
        letter = LetterText(
            subject=_("Somebody claims your serial number %(serial)s") % facts,
            paragraphs=(
                _("Somebody says that serial number %(serial)s, which %(place)s has, is theirs.") % facts,
                _("Nothing has changed. Our customer care looks at both sides and decides after %(day)s.") % facts,
                _("Say until then what speaks for you, and attach what shows it:"),
            ),
            action=Action(label=_("Answer the claim"), url=f"{settings.SITE_URL}/claims/{claim}/answer"),
            after=(_("They are told nothing about you, not even that the number exists."),),
            reason=_("You get this e-mail because you are an owner of %(place)s at %(vendor)s.") % facts,
        )
    post_letter(kind="entitlements.claim_made", reader=reader, letter=letter, at=at)


def claim_declined(*, claimant: Person, claim: int, serial: str, why: str, at: datetime) -> None:
    """Tell who claimed that it was declined; the words are the same whether the number exists or not."""
    reader = _reader(claimant)
    with translation.override(reader.language):
        facts = {"serial": serial, "why": why, "vendor": settings.VENDOR_NAME}
        letter = LetterText(
            subject=_("Your claim about %(serial)s was declined") % facts,
            paragraphs=(
                _("You claimed serial number %(serial)s. This was declined.") % facts,
                _("The reason: %(why)s") % facts,
                _("You may claim it again with more evidence."),
            ),
            action=Action(label=_("See the claim"), url=f"{settings.SITE_URL}/claims/{claim}"),
            reason=_("You get this e-mail because you made a claim at %(vendor)s.") % facts,
        )
    post_letter(kind="entitlements.claim_declined", reader=reader, letter=letter, at=at)


def claim_granted(*, claimant: Person, place: Organisation, claim: int, serial: str, at: datetime) -> None:
    """Tell who claimed that the serial number is theirs now."""
    reader = _reader(claimant)
    with translation.override(reader.language):
        facts = {"serial": serial, "place": place.name, "vendor": settings.VENDOR_NAME}
        letter = LetterText(
            subject=_("Serial number %(serial)s is yours now") % facts,
            paragraphs=(
                _("Your claim was granted: serial number %(serial)s belongs to %(place)s now.") % facts,
                _("Register it, so that new versions are announced to you and you may take them."),
            ),
            action=Action(label=_("See the licence"), url=f"{settings.SITE_URL}/licences/{serial}"),
            reason=_("You get this e-mail because you made a claim at %(vendor)s.") % facts,
        )
    post_letter(kind="entitlements.claim_granted", reader=reader, letter=letter, at=at)


def claim_lost(*, reader: Reader, holder: Organisation, serial: str, why: str, undo: date, at: datetime) -> None:
    """Tell the holder that the serial number went to somebody else, why, and until when that can be taken back."""
    with translation.override(reader.language):
        facts = {"serial": serial, "place": holder.name, "why": why, "day": day_words(undo),
                 "vendor": settings.VENDOR_NAME}  # fmt: skip
        letter = LetterText(
            subject=_("Serial number %(serial)s was given to another customer") % facts,
            paragraphs=(
                _("A claim about serial number %(serial)s was granted. It does not belong to %(place)s any more.")
                % facts,
                _("The reason: %(why)s") % facts,
                _("Is this wrong? Write to customer care until %(day)s: so long it can be taken back.") % facts,
            ),
            action=Action(label=_("Open a case with customer care"), url=f"{settings.SITE_URL}/cases/new/care"),
            reason=_("You get this e-mail because you are an owner of %(place)s at %(vendor)s.") % facts,
        )
    post_letter(kind="entitlements.claim_lost", reader=reader, letter=letter, at=at)


def claim_stays(*, reader: Reader, holder: Organisation, serial: str, at: datetime) -> None:
    """Tell the holder, who was told of the claim, that everything stays as it is."""
    with translation.override(reader.language):
        facts = {"serial": serial, "place": holder.name, "vendor": settings.VENDOR_NAME}
        letter = LetterText(
            subject=_("Serial number %(serial)s stays yours") % facts,
            paragraphs=(_("The claim about serial number %(serial)s is over. It stays with %(place)s.") % facts,),
            reason=_("You get this e-mail because you are an owner of %(place)s at %(vendor)s.") % facts,
        )
    post_letter(kind="entitlements.claim_stays", reader=reader, letter=letter, at=at)


def _reader(person: Person) -> Reader:
    return Reader(address=person.email, language=spoken(person.language), zone=person.zone)
