"""No technical case, and what to do instead."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from tenure.accounts.queries import organisations
from tenure.accounts.words import OrganisationKind, OrganisationRow
from tenure.cases.queries.cover import Ground
from tenure.entitlements.actions.courtesy import ASKERS
from tenure.entitlements.queries import asset as asset_of
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.words import Decision, HeldCourtesy, Why
from tenure.kit.asked import Asked
from tenure.kit.refusals import Refusal, Way
from tenure.portal.licences import lanes
from tenure.portal.licences.sentences import because
from tenure.portal.licences.views import level_names
from tenure.toolbox.formats import long_day, quantity_words


def no_seat(request: Asked) -> HttpResponse:
    """Nobody without a contact seat opens a technical case; a customer-care case anyone may."""
    refusal = Refusal(
        title=_("Open a technical case"),
        said=_("You cannot open a technical case yet"),
        because=_("because technical cases are opened by named technical contacts, and you are not one."),
        ways=no_seat_ways(request),
    )
    return render(request, "portal/cases/refused.html", {"refusal": refusal}, status=403)


def no_seat_ways(request: Asked) -> tuple[Way, ...]:
    """What somebody without a contact seat can do: name one, within a company, or on the way into one."""
    ask = Way(
        title=_("Ask the licence owner of your company"),
        words=_("They name you as a technical contact, as far as the support level has seats."),
        url=reverse("account_colleagues"), action=_("See who that is"),
    )  # fmt: skip
    link = Way(
        title=_("Link your account to your company"),
        words=_("With a contact ID, a support identifier, a serial number or the number of the certificate."),
        url=reverse("link"), action=_("Link your account"),
    )  # fmt: skip
    customers = [each for each in organisations(request.who) if each.kind is OrganisationKind.CUSTOMER]
    name = tuple(_name_contact(each) for each in customers if each.is_managed)
    return (
        *(name or ((ask, link) if request.who.roles else (link,))),
        _care(_("Customer care answers everyone who is signed in.")),
    )


def _name_contact(owned: OrganisationRow) -> Way:
    return Way(
        title=_("Name a technical contact of %(company)s") % {"company": owned.name},
        words=_("Its licences are yours: give yourself or a colleague a contact seat, as far as the level has seats."),
        url=reverse("contacts", args=[owned.number]), action=_("See the contact seats"),
    )  # fmt: skip


def not_covered(request: Asked, place: Ground, decision: Decision) -> HttpResponse:
    """No cover, since when, because of what; the line of time, the ways out, the receipt."""
    on = place.day(request.at)
    version = version_on(on)
    levels = level_names(version)
    row = asset_of(who=request.who, serial=place.serial, at=request.at)
    drawn = []
    if row is not None:
        axis = lanes.axis_of(row, None, today=on, as_of=None, rtl=get_language_bidi())
        drawn = lanes.lanes(row, None, axis=axis, levels=levels)
    name = f"{place.product} {place.release}".strip()
    refusal = Refusal(
        title=_("%(product)s at %(site)s") % {"product": name, "site": place.site},
        said=_said(decision),
        because=_("because: %(reason)s") % {"reason": because(decision, product=place.product, levels=levels)},
        ways=_ways(request, place, decision),
    )
    receipt = f"{reverse('licence-receipt', args=[place.serial])}?benefit={decision.benefit.value}&on={on.isoformat()}"
    return render(request, "portal/cases/refused.html", {
        "refusal": refusal, "lanes": drawn, "receipt": receipt, "policy": version.number, "serial": place.serial,
        "decision": decision, "kept": True,
    }, status=403)  # fmt: skip


def _said(decision: Decision) -> str:
    ended = decision.because[0].facts.get("ended_on")
    if decision.why is Why.TERM_ENDED and isinstance(ended, str):
        return _("Not covered since %(day)s was over") % {"day": long_day(date.fromisoformat(ended))}
    if decision.why is Why.NO_TERM:
        return _("Never covered")
    if decision.why is Why.TERM_NOT_STARTED:
        return _("Not covered yet")
    return _("Not covered today")


def used_up(request: Asked, place: Ground, held: HeldCourtesy) -> HttpResponse:
    """A courtesy holds, and all its cases are opened: another one, the renewal, or customer care."""
    name = f"{place.product} {place.release}".strip()
    facts = {"until": long_day(held.until), "n": quantity_words(held.most_cases)}
    refusal = Refusal(
        title=_("%(product)s at %(site)s") % {"product": name, "site": place.site},
        said=_("No further case can be opened under the courtesy"),
        because=ngettext(
            "because %(n)s case could be opened under it until %(until)s, and is opened.",
            "because %(n)s cases could be opened under it until %(until)s, and all of them are opened.",
            held.most_cases,
        ) % facts,
        ways=(*_courtesy(request, place), _renew(place), _care(_("Write on a case that is open, or ask us."), place)),
    )  # fmt: skip
    return render(request, "portal/cases/refused.html", {"refusal": refusal, "kept": True}, status=403)


def _ways(request: Asked, place: Ground, decision: Decision) -> tuple[Way, ...]:
    can_renew = decision.why in {Why.TERM_ENDED, Why.BETWEEN_TERMS, Why.NO_TERM, Why.TERM_NOT_STARTED}
    care = (
        _care(_("Send customer care the certificate or the order number."), place, _("You have ordered it already?"))
        if can_renew
        else _care(_("Customer care answers everyone who is signed in, covered or not."), place)
    )
    other = Way(
        title=_("Is it another one of your licences?"),
        words=_("Perhaps the product runs under a serial number that is covered."),
        url=reverse("case-question", args=["licence"]), action=_("Choose another"),
    )  # fmt: skip
    return (care, *_courtesy(request, place), _renew(place), other) if can_renew else (other, care)


def _courtesy(request: Asked, place: Ground) -> tuple[Way, ...]:
    """For those who may ask for one: while the order is on its way."""
    if not request.who.holds(place.organisation_id, *ASKERS):
        return ()
    return (
        Way(
            title=_("The order is on its way, and this cannot wait?"),
            words=_("Customer care can give a courtesy: support for some days, for some cases. Say why."),
            url=reverse("licence-courtesy", args=[place.serial]), action=_("Ask for a courtesy"),
        ),
    )  # fmt: skip


def _renew(place: Ground) -> Way:
    return Way(
        title=_("Renew it"), action=_("Ask for the renewal"),
        url=reverse("case-care") + f"?about={place.serial}&renew=1",
        words=_("Ask your reseller, or let customer care pass it on. Cover begins with the new term."),
    )  # fmt: skip


def _care(words: str, place: Ground | None = None, title: str = "") -> Way:
    url = reverse("case-care") + (f"?about={place.serial}" if place else "")
    return Way(title=title or _("Write to customer care"), words=words, url=url, action=_("Write to customer care"))
