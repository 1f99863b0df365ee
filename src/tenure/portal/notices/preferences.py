"""`/renewals/preferences`: which notices somebody gets; the link in a letter that ends them; the calendar."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.journal.words import Actor
from tenure.kit.asked import Asked
from tenure.portal.door import signed_in
from tenure.renewals.actions.preferences import choose_notices, make_feed, unsubscribe_by_letter, withdraw_feed
from tenure.renewals.queries.calendar import SupportEnds, TermsEnd, calendar, feed_made_at, reader_of
from tenure.renewals.queries.unsubscribing import subscription_of, subscriptions
from tenure.renewals.rules.calendar import Event, calendar_text
from tenure.toolbox.formats import long_day, quantity_words
from tenure.toolbox.marks import listed

SECRET = "renewals_calendar_secret"  # noqa: S105  where the session keeps it between making and showing


@require_safe
@never_cache
@signed_in
def show(request: Asked) -> HttpResponse:
    """Where notices come from, and the calendar; a new address is shown once."""
    secret = request.session.pop(SECRET, "")
    return render(request, "portal/notices/preferences.html", {
        "rows": subscriptions(who=request.who), "email": request.who.email, "made_at": feed_made_at(who=request.who),
        "address": f"{settings.SITE_URL}/renewals/calendar/{secret}.ics" if secret else "",
    })  # fmt: skip


@require_POST
@signed_in
def choose(request: Asked, number: str) -> HttpResponse:
    """Notices about an organisation of the reader's come, or do not."""
    wanted = request.POST.get("wanted") == "yes"
    place = next((each for each in subscriptions(who=request.who) if each.number == number), None)
    if place is None:
        raise Http404
    choose_notices(
        who=request.who, organisation_id=place.organisation_id, wanted=wanted, at=request.at, by=actor(request)
    )  # fmt: skip
    messages.success(request, _("Notices come again.") if wanted else _("No more notices: you can take it back here."))
    return redirect("renewal-preferences")


@require_POST
@signed_in
def calendar_address(request: Asked) -> HttpResponse:
    """Make a secret address, in place of the one before, or withdraw it."""
    if request.POST.get("verb") == "withdraw":
        withdraw_feed(who=request.who, at=request.at, by=actor(request))
        messages.success(request, _("The calendar's address is withdrawn: it leads nowhere now."))
    else:
        request.session[SECRET] = make_feed(who=request.who, at=request.at, by=actor(request))
    return redirect("renewal-preferences")


@csrf_exempt  # RFC 8058: the reader's mail program posts here, without a session; the signed address is the right
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: Asked, token: str) -> HttpResponse:
    """A letter's own address: opened it asks, posted to it ends the notices; again changes nothing."""
    about = subscription_of(token)
    if about is None:
        raise Http404
    if request.method == "POST":
        unsubscribe_by_letter(token=token, at=request.at)
        about = subscription_of(token)
    answer = render(request, "portal/notices/unsubscribe.html", {"about": about, "token": token})
    answer["Referrer-Policy"] = "no-referrer"
    return answer


unsubscribe.repeats_safely = True  # type: ignore[attr-defined]  # no request key: a mail program has none


@require_safe
@never_cache
def feed(request: Asked, secret: str) -> HttpResponse:
    """A person's calendar at its secret address, in their language."""
    who = reader_of(secret)
    if who is None:
        raise Http404
    ends, support = calendar(who=who, on=request.at.date())
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    name = _("Renewals at %(vendor)s") % {"vendor": settings.VENDOR_NAME}
    text = calendar_text(name=name, host=host, events=[*map(_end, ends), *map(_support, support)], at=request.at)
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="renewals.ics"'
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def actor(request: Asked) -> Actor:
    return Actor(kind="person", id=str(request.who.person_id), name=request.who.name)


def _end(row: TermsEnd) -> Event:
    facts = {"product": row.product, "place": row.organisation, "n": quantity_words(row.terms), "day": long_day(row.on)}
    more = row.terms - len(row.serials)
    serials = listed(row.serials) + (f" +{quantity_words(more)}" if more > 0 else "")
    return Event(
        key=f"ends {row.number} {row.slug} {row.on.isoformat()}", on=row.on,
        summary=_("Last covered day: %(product)s, %(place)s") % facts,
        description=_("Renew by %(day)s. Terms: %(n)s.") % facts + f"\n{serials}",
        url=f"{settings.SITE_URL}/renewals",
    )  # fmt: skip


def _support(row: SupportEnds) -> Event:
    facts = {"what": f"{row.product} {row.release}"}
    said = _("Last day of extended support: %(what)s") if row.extended else _("Last day of standard support: %(what)s")
    return Event(
        key=f"support {row.slug} {row.release} {row.extended}", on=row.on, summary=said % facts,
        description=_("After it, move to a newer release."), url=f"{settings.SITE_URL}/lifecycle/{row.slug}",
    )  # fmt: skip
