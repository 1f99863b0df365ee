"""The letters about resellers: a quote that is wanted, an answer, a change of record, a consent."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from tenure.accounts.models import Membership, Organisation
from tenure.outbox.actions import post_letter
from tenure.outbox.rendering import spoken
from tenure.outbox.words import Action, LetterText, Reader
from tenure.renewals.models import ActingConsent, ResellerRequest
from tenure.renewals.queries.sides import DECIDE
from tenure.renewals.words import ResellerWish
from tenure.toolbox.formats import long_day
from tenure.toolbox.marks import listed, sentence

MOST_SERIALS = 5


def quote_wanted(*, request_id: int, at: datetime) -> None:
    """To the reseller's people: who asks, and for what.  Source: B2."""
    request = _request(request_id)

    def write() -> LetterText:
        facts = {"place": request.organisation.name, "vendor": settings.VENDOR_NAME}
        return LetterText(
            subject=_("%(place)s asks you for a quote") % facts,
            paragraphs=(
                _("%(place)s wants to renew licences through you.") % facts,
                *([request.words] if request.words else ()),
            ),
            facts=((_("Customer"), request.organisation.name), (_("Serial numbers"), _serials(request.serials))),
            action=Action(
                label=_("Prepare the quote"), url=f"{settings.SITE_URL}/renewals/requests/{request.pk}"
            ),
            reason=_("You get this e-mail because your company is a reseller of %(vendor)s.") % facts,
        )  # fmt: skip

    _post("renewals.quote_wanted", Q(organisation_id=request.reseller_id), write, at)


def request_answered(*, request_id: int, at: datetime) -> None:
    """To the customer's owners and buyers: what became of it.  Source: B2, B3."""
    request = _request(request_id)

    def write() -> LetterText:
        facts = {"reseller": request.reseller.name, "why": request.why, "vendor": settings.VENDOR_NAME}
        if request.granted:
            subject = _("%(reseller)s becomes your reseller of record") % facts
        elif request.wish == ResellerWish.OF_RECORD:
            subject = _("%(reseller)s does not become your reseller of record") % facts
        else:
            subject = _("%(reseller)s prepares no quote") % facts
        return LetterText(
            subject=subject, paragraphs=(_("The reason: %(why)s") % facts,) if request.why else (sentence(subject),),
            facts=((_("Serial numbers"), _serials(request.serials)),),
            action=Action(label=_("Find a reseller"), url=f"{settings.SITE_URL}/resellers"),
            reason=_("You get this e-mail because it was asked for at %(vendor)s.") % facts,
        )  # fmt: skip

    _post("renewals.request_answered", Q(organisation_id=request.organisation_id, role__in=DECIDE), write, at)


def reseller_changed(
    *, customer_id: int, reseller_id: int | None, starts_on: date, serials: Sequence[str], at: datetime
) -> None:
    """To the customer's owners and buyers, and to the reseller that begins.  Source: B3."""
    customer = Organisation.objects.get(pk=customer_id)
    reseller = Organisation.objects.filter(pk=reseller_id or 0).first()

    def write() -> LetterText:
        facts = {
            "place": customer.name, "reseller": reseller.name if reseller else "", "day": long_day(starts_on),
            "vendor": settings.VENDOR_NAME,
        }  # fmt: skip
        said = _("From %(day)s, %(reseller)s is the reseller of record of these licences of %(place)s.")
        if reseller is None:
            said = _("From %(day)s, these licences of %(place)s have no reseller of record.")
        return LetterText(
            subject=_("The reseller of record changes"), paragraphs=(said % facts,),
            facts=((_("Serial numbers"), _serials(serials)),),
            action=Action(label=_("See the licences"), url=f"{settings.SITE_URL}/licences"),
            reason=_("You get this e-mail because licences of %(place)s are concerned.") % facts,
        )  # fmt: skip

    readers = Q(organisation_id=customer_id, role__in=DECIDE)
    if reseller is not None:
        readers |= Q(organisation_id=reseller.pk)
    _post("renewals.reseller_changed", readers, write, at)


def consent_changed(*, consent_id: int, at: datetime) -> None:
    """To the reseller's people: they may act for the customer, or may not any more.  Source: B3, D3."""
    consent = ActingConsent.objects.select_related("organisation", "reseller").get(pk=consent_id)

    def write() -> LetterText:
        facts = {"place": consent.organisation.name, "vendor": settings.VENDOR_NAME}
        if consent.withdrawn_at is None:
            subject = _("You may act for %(place)s") % facts
            said = _("%(place)s lets you open cases for them and ask for their contact IDs.") % facts
        else:
            subject = _("You may not act for %(place)s any more") % facts
            said = _("%(place)s has taken its consent back.") % facts
        return LetterText(
            subject=subject, paragraphs=(said,),
            reason=_("You get this e-mail because your company is a reseller of %(vendor)s.") % facts,
        )  # fmt: skip

    _post("renewals.consent_changed", Q(organisation_id=consent.reseller_id), write, at)


def _request(request_id: int) -> ResellerRequest:
    return ResellerRequest.objects.select_related("organisation", "reseller").get(pk=request_id)


def _post(kind: str, readers: Q, write: Callable[[], LetterText], at: datetime) -> None:
    """To everybody who holds such a role now, once each, in their language."""
    held = Membership.objects.filter(readers, ended_at=None, person__is_active=True).select_related("person")
    people = {each.person_id: each.person for each in held.order_by("person_id")}
    for person in people.values():
        reader = Reader(address=person.email, language=spoken(person.language), zone=person.zone)
        with translation.override(reader.language):
            letter = write()
        post_letter(kind=kind, reader=reader, letter=letter, at=at)


def _serials(serials: Sequence[str]) -> str:
    shown = listed(serials[:MOST_SERIALS])
    if len(serials) > MOST_SERIALS:
        return _("%(shown)s and %(more)s more") % {"shown": shown, "more": len(serials) - MOST_SERIALS}
    return shown
