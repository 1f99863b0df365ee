"""`/contact`: everybody who can be reached, from the policy; the reader's own country first.  Row D17."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from tenure.accounts.queries import organisations
from tenure.catalog.words import ProductKind
from tenure.entitlements.queries.rights import version_on
from tenure.kit.asked import Asked
from tenure.policy.sentences import policy_words
from tenure.policy.words import Policy
from tenure.policy.words.pack import Region
from tenure.toolbox.formats import country_words
from tenure.toolbox.marks import listed
from tenure.toolbox.refused import Refused

KINDS = {
    ProductKind.SOFTWARE: lazy("software"),
    ProductKind.ONLINE_SERVICE: lazy("online services"),
    ProductKind.HARDWARE: lazy("hardware"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A number to call, ready to print; dial: as a telephone takes it."""

    country: str
    name: str
    number: str
    dial: str
    costs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A regional team with its numbers; own: the reader's."""

    region: Region
    phones: tuple[Phone, ...]
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """When a level is answered, and how many may call."""

    level: str
    kinds: str
    hours: str
    contacts: int


@require_safe
def show(request: Asked) -> HttpResponse:
    """Regional teams, support numbers by country, hours by level, security response, and links."""
    try:
        policy = version_on(request.at.date()).policy
    except Refused:
        return render(request, "portal/contact.html", {"teams": ()})
    country, chosen = _country(request, policy)
    teams = _teams(policy, country)
    own = next((team for team in teams if team.own), None)
    mine = [phone for phone in own.phones if phone.country == country] if own else []
    return render(request, "portal/contact.html", {
        "teams": teams, "own": own, "mine": mine, "country": country, "country_name": country_words(country),
        "chosen": chosen, "unknown": bool(request.GET.get("country")) and not chosen,
        "countries": _countries(policy), "openings": tuple(_openings(policy)),
        "security": policy.contact.security_response_email, "links": policy.contact.links,
        "severities": [each for each in policy.severities.values() if each.phone == "required"],
    })  # fmt: skip


def _country(request: Asked, policy: Policy) -> tuple[str, bool]:
    """The country chosen in the address, else that of the reader's organisation; and whether it was chosen."""
    known = {country for region in policy.regions.values() for country in region.countries}
    asked = request.GET.get("country", "").strip().upper()
    if asked in known:
        return asked, True
    if request.who.person_id is not None:
        for row in organisations(request.who):
            if row.country in known:
                return row.country, False
    return "", False


def _teams(policy: Policy, country: str) -> tuple[Team, ...]:
    """All teams, the reader's above, each with its numbers, the reader's country's above."""
    teams = [
        Team(region=region, phones=_phones(region, country), own=country in region.countries)
        for region in policy.regions.values()
    ]
    return tuple(sorted(teams, key=lambda team: not team.own))


def _phones(region: Region, country: str) -> tuple[Phone, ...]:
    phones = [
        Phone(
            country=each.country, name=country_words(each.country), number=each.number,
            dial="".join(sign for sign in each.number if sign.isdigit() or sign == "+"), costs=policy_words(each.costs),
        )
        for each in region.phones
    ]  # fmt: skip
    return tuple(sorted(phones, key=lambda phone: phone.country != country))


def _countries(policy: Policy) -> list[tuple[str, str]]:
    """Every country of the policy by its name."""
    codes = {country for region in policy.regions.values() for country in region.countries}
    return sorted(((code, country_words(code)) for code in codes), key=lambda pair: pair[1].casefold())


def _openings(policy: Policy) -> Iterable[Opening]:
    for level in sorted(policy.levels.values(), key=lambda level: level.rank):
        yield Opening(
            level=level.name,
            kinds=listed(words for kind, words in KINDS.items() if kind.value in level.sold_for),
            hours=policy_words(policy.hours[level.service_hours].name),
            contacts=level.contacts,
        )
