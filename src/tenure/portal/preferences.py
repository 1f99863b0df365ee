"""Language, zone and theme: a visitor's in cookies, a person's in their profile as well."""

from zoneinfo import available_timezones

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenure.accounts.actions.people import update_profile
from tenure.accounts.words import Profile
from tenure.journal.words import Actor
from tenure.kit import refusals
from tenure.kit.asked import Asked
from tenure.kit.language import COOKIE_SECONDS, chosen_language, chosen_theme, chosen_zone, is_zone, supported_language
from tenure.toolbox.refused import Refused

CHOICES = ("language", "zone", "theme")


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: Asked) -> HttpResponse:
    """`/preferences`: the form; a choice posted here or in the foot of a page is kept, and one goes back to `next`."""
    given = request.POST if request.method == "POST" else request.GET
    chosen = {name: request.POST[name] for name in CHOICES if name in request.POST}
    back = given.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    if not chosen:
        return _form(request, back)
    if not _known(chosen):
        return refusals.bad_request(request)
    if request.who.person_id is not None:
        try:
            _keep(request, chosen)
        except Refused:
            return _profile_first(request)
    response = HttpResponseRedirect(back)
    for name, value in chosen.items():
        response.set_cookie(
            name, value, max_age=COOKIE_SECONDS, samesite="Lax", httponly=True, secure=request.is_secure()
        )
    return response


def _form(request: Asked, back: str) -> HttpResponse:
    context = {
        "back": back,
        "language": chosen_language(request),
        "languages": settings.LANGUAGES,
        "zone": chosen_zone(request),
        "zones": sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC"),
        "theme": chosen_theme(request),
    }
    return render(request, "portal/preferences.html", context)


def _known(chosen: dict[str, str]) -> bool:
    return (
        ("language" not in chosen or supported_language(chosen["language"]) == chosen["language"])
        and ("zone" not in chosen or is_zone(chosen["zone"]))
        and chosen.get("theme", "") in {"", "light", "dark"}
    )


def _keep(request: Asked, chosen: dict[str, str]) -> None:
    who = request.who
    profile = Profile(
        name=who.name,
        language=chosen.get("language", who.language),
        zone=chosen.get("zone", who.zone),
        theme=chosen.get("theme", who.theme),
    )
    update_profile(
        who=who, profile=profile, at=request.at, by=Actor(kind="person", id=str(who.person_id), name=who.name)
    )


def _profile_first(request: Asked) -> HttpResponse:
    refusal = refusals.Refusal(
        title=_("Your profile is not complete"),
        said=_("Nothing was changed"),
        because=_("because your profile still lacks a name or a zone that we know."),
        ways=(refusals.Way(title=_("Complete your profile"), url="/account", action=_("Your account")),),
    )
    return refusals.refuse(request, refusal, status=400)
