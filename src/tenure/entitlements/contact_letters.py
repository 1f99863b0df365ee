"""The letters about requests for technical contacts, and about addresses that take no mail."""

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tenure.accounts.models import Organisation, Person
from tenure.entitlements.models import ContactRequest
from tenure.entitlements.words import ContactWish
from tenure.outbox.actions import post_letter
from tenure.outbox.rendering import spoken
from tenure.outbox.words import Action, LetterText, Reader
from tenure.toolbox.formats import day_words, in_zone, long_day
from tenure.toolbox.marks import beside


def change_granted(*, request: ContactRequest, day: date | None, owners: Iterable[Person], at: datetime) -> None:
    """Tell who asked and the owners that a request was granted.  day: from which it holds, where that is later.

    Who asked and belongs to nobody reads nothing about whose contacts they are.
    """
    place = request.organisation
    for reader, is_owner in _readers(request, owners):
        with translation.override(reader.language):
            facts = _facts(request, place, reader, is_owner) | {"from": long_day(day) if day else ""}
            letter = LetterText(
                subject=_subject(request),
                paragraphs=(_asked(request, facts), _granted(request, facts, day)),
                facts=_changed(request) if is_owner else (),
                action=_see(request, place, is_owner),
                reason=_reason(facts, is_owner),
            )
        post_letter(kind="entitlements.contact_change_granted", reader=reader, letter=letter, at=at)


def change_declined(*, request: ContactRequest, why: str, owners: Iterable[Person], at: datetime) -> None:
    """Tell who asked, and the owners of the customer that it was about, that nothing changes."""
    for reader, is_owner in _readers(request, owners):
        with translation.override(reader.language):
            facts = _facts(request, request.organisation, reader, is_owner) | {"why": why}
            letter = LetterText(
                subject=_("A request about technical contacts was declined"),
                paragraphs=(
                    _asked(request, facts),
                    _("Customer care has declined it; nothing has changed."),
                    _("The reason: %(why)s") % facts,
                ),
                action=_see(request, request.organisation, is_owner),
                reason=_reason(facts, is_owner),
            )
        post_letter(kind="entitlements.contact_change_declined", reader=reader, letter=letter, at=at)


def change_returned(*, request: ContactRequest, owners: Iterable[Person], at: datetime) -> None:
    """Tell who asked and the owners that a change could not be carried out on its day, and who looks at it."""
    for reader, is_owner in _readers(request, owners):
        with translation.override(reader.language):
            facts = _facts(request, request.organisation, reader, is_owner)
            letter = LetterText(
                subject=_("A change of technical contacts could not be carried out"),
                paragraphs=(
                    _asked(request, facts),
                    _("Its day has come, but the seat is not free any more. Nothing has changed."),
                    _("Customer care looks at it, and you hear from them."),
                ),
                action=_see(request, request.organisation, is_owner),
                reason=_reason(facts, is_owner),
            )
        post_letter(kind="entitlements.contact_change_returned", reader=reader, letter=letter, at=at)


def change_withdrawn(*, request: ContactRequest, owners: Iterable[Person], at: datetime) -> None:
    """Tell who asked and the owners that a change which was to come does not."""
    for reader, is_owner in _readers(request, owners):
        with translation.override(reader.language):
            facts = _facts(request, request.organisation, reader, is_owner)
            letter = LetterText(
                subject=_("A change of technical contacts was withdrawn"),
                paragraphs=(_asked(request, facts), _("It was withdrawn before its day came; nothing has changed.")),
                reason=_reason(facts, is_owner),
            )
        post_letter(kind="entitlements.contact_change_withdrawn", reader=reader, letter=letter, at=at)


def address_wanted(
    *, owner: Person, organisation: Organisation, contact: tuple[int, str, str], said: str, at: datetime
) -> None:
    """Ask an owner for another address of a contact.  contact: (id, name, address that takes no mail)."""
    number, name, address = contact
    reader = _reader(owner)
    facts = {"name": name, "address": address, "place": organisation.name, "vendor": settings.VENDOR_NAME}
    with translation.override(reader.language):
        letter = LetterText(
            subject=_("We cannot reach %(name)s") % facts,
            paragraphs=(
                _("Mail to %(name)s at %(address)s comes back: the address takes none.") % facts,
                _("Please give us another address, or end the seat if they have left:"),
            ),
            facts=((_("The mail server says"), said),) if said else (),
            action=Action(
                label=_("Give another address"),
                url=f"{settings.SITE_URL}/account/contacts/{organisation.number}/addresses/{number}",
            ),
            after=(_("You are asked once. If mail gets through again, this settles by itself."),),
            reason=_("You get this e-mail because you are an owner of %(place)s at %(vendor)s.") % facts,
        )
    post_letter(kind="entitlements.address_wanted", reader=reader, letter=letter, at=at)


def _readers(request: ContactRequest, owners: Iterable[Person]) -> list[tuple[Reader, bool]]:
    """Who asked and the owners, each once; is it an owner."""
    told = list(owners)
    known = {owner.pk for owner in told}
    asker = [] if request.asked_by_id in known else [(_reader(request.asked_by), False)]
    return [*asker, *((_reader(owner), True) for owner in told)]


def _facts(
    request: ContactRequest, place: Organisation | None, reader: Reader, is_owner: bool
) -> dict[str, str]:  # fmt: skip
    return {
        "who": request.asked_by.name or request.asked_by.email,
        "email": request.asked_by.email,
        "place": place.name if place and is_owner else "",
        "name": request.name,
        "address": request.email,
        "old": request.replaces if is_owner else given_contact_id(request),
        "day": day_words(in_zone(request.asked_at, reader.zone).date()),
        "vendor": settings.VENDOR_NAME,
    }


def given_contact_id(request: ContactRequest) -> str:
    """The contact ID that who asked has given: customer care may have chosen another seat."""
    return next((each.partition(" ")[2] for each in request.given if each.startswith("contact_id ")), "")


def _subject(request: ContactRequest) -> str:
    if request.wish == ContactWish.MISSING_CONTACT_ID:
        return _("The missing contact ID was sent")
    return _("A change of technical contacts was granted")


def _asked(request: ContactRequest, facts: dict[str, str]) -> str:
    if request.wish == ContactWish.MISSING_CONTACT_ID:
        return _("%(who)s (%(email)s) asked on %(day)s for a contact ID that did not arrive.") % facts
    if request.wish == ContactWish.REPLACE:
        return _("%(who)s (%(email)s) asked on %(day)s that %(name)s takes the place of contact ID %(old)s.") % facts
    return _("%(who)s (%(email)s) asked on %(day)s that %(name)s becomes a technical contact.") % facts


def _granted(request: ContactRequest, facts: dict[str, str], day: date | None) -> str:
    if request.wish == ContactWish.MISSING_CONTACT_ID:
        return _("It was sent to the address that the paperwork names, and to no other.")
    if day is not None:
        return _("It holds from %(from)s. Until then it can be withdrawn.") % facts
    return _("It holds now. The new contact ID was sent to %(address)s.") % facts


def _changed(request: ContactRequest) -> tuple[tuple[str, str], ...]:
    if request.wish == ContactWish.MISSING_CONTACT_ID:
        return ()
    ended = ((_("Contact ID that ends"), request.replaces),) if request.replaces else ()
    return ((_("New contact"), beside(request.name, request.email)), *ended)


def _see(request: ContactRequest, place: Organisation | None, is_owner: bool) -> Action:
    if place is not None and is_owner:
        return Action(label=_("See the contact seats"), url=f"{settings.SITE_URL}/account/contacts/{place.number}")
    url = f"{settings.SITE_URL}/account/contact-requests/{request.pk}"
    return Action(label=_("See your request"), url=url)


def _reason(facts: dict[str, str], is_owner: bool) -> str:
    if is_owner:
        return _("You get this e-mail because you are an owner of %(place)s at %(vendor)s.") % facts
    return _("You get this e-mail because you asked at %(vendor)s.") % facts


def _reader(person: Person) -> Reader:
    return Reader(address=person.email, language=spoken(person.language), zone=person.zone)
