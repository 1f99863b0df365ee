"""`/renewals/notices/<number>`, where a customer's letter leads: what ends, what late costs, whom to ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from tenure.kit.asked import Asked
from tenure.policy.queries import policy_numbered
from tenure.policy.words import Policy, Region
from tenure.portal.joining.door import asking, door
from tenure.renewals import reseller_sentences as sentences
from tenure.renewals.actions.resellers import ask_reseller
from tenure.renewals.late_sentences import late_rule
from tenure.renewals.queries.costs import Cost, cost_of
from tenure.renewals.queries.held import held_now
from tenure.renewals.queries.resellers import ResellerFilters, ResellerRow, asked_now, of_record, resellers
from tenure.renewals.queries.sides import DECIDE, prices_renewals
from tenure.renewals.queries.telling import NoticeRow
from tenure.renewals.queries.together import told_together
from tenure.renewals.words import ResellerRefusal, ResellerWish
from tenure.toolbox.formats import count_words, country_words, in_zone, long_day, money_words
from tenure.toolbox.marks import listed
from tenure.toolbox.refused import Refused

MOST_OFFERED: Final = 20
ANYWHERE: Final = "all"
PREPARES: Final[dict[bool, Promise]] = {
    False: lazy("%(reseller)s is your reseller of record, and prepares the quote."),
    True: lazy("%(reseller)s was asked for a quote and has not answered yet."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """A reseller of record, what it would quote, and the request that waits for it, or None."""

    row: ResellerRow
    serials: tuple[str, ...]
    asked: int | None
    words: str


@door
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Asked, number: int) -> HttpResponse:
    """What a letter named, and what its reader can do about it; a reseller asked by them is asked here."""
    rows = told_together(who=request.who, notice_id=number)
    if not rows:
        raise Http404
    standing = [row for row in rows if row.stands]
    if request.method != "POST":
        return _page(request, rows, standing)
    if not standing or not request.who.holds(rows[0].organisation_id, *DECIDE):
        raise Http404
    named = {row.serial for row in standing}
    serials = [each for each in request.POST.getlist("serials") if each in named]
    try:
        made = ask_reseller(
            reseller=request.POST.get("reseller", ""), wish=ResellerWish.QUOTE, serials=serials, **asking(request)
        )
    except Refused as no:
        if no.code is ResellerRefusal.NOT_FOUND and request.POST.get("reseller"):
            raise
        fault = _("Choose a reseller.") if no.code is ResellerRefusal.NOT_FOUND else sentences.refusal(no)
        return _page(request, rows, standing, fault)
    messages.success(request, _("The reseller has been asked for a quote. You are written to when it is there."))
    return redirect("reseller-request", made)


def _page(
    request: Asked, rows: Sequence[NoticeRow], standing: Sequence[NoticeRow], fault: str = ""
) -> HttpResponse:  # fmt: skip
    who, first = request.who, (standing or rows)[0]
    policy = policy_numbered(first.policy).policy
    schedule = policy.notices_for(kind=first.kind, size=first.size, region=first.region)
    decides = who.holds(first.organisation_id, *DECIDE)
    own = first.organisation_id in who.organisation_ids
    sellers, alone = _sellers(request, standing)
    currency = policy.prices.currencies[first.region]
    cost = _cost(request, standing) if own or who.is_staff else None
    told = {
        "rows": [(row, row.serial in alone) for row in rows], "answer": _answer(request, rows, standing),
        "first": first, "fault": fault, "decides": decides and bool(standing), "own": own, "standing": bool(standing),
        "is_prepared": schedule.quote_by_reseller, "sellers": sellers, "alone": alone, "late": late_rule(
            policy, currency=currency),
        "costs": _costs(cost, first), "team": _team(policy, first), "is_reseller": bool(who.reseller_ids) and not own,
        "may_price": prices_renewals(who=who, organisation_id=first.organisation_id),
    }  # fmt: skip
    if decides and standing and not schedule.quote_by_reseller:
        told |= _offered(request, first, sellers)
    return render(request, "portal/notices/due.html", told, status=422 if fault else 200)


def _answer(request: Asked, rows: Sequence[NoticeRow], standing: Sequence[NoticeRow]) -> SafeString:
    """How many end and when the first does; or that nothing is left to do."""
    if not standing:
        mark = format_html('<b data-tone="good">{}</b>', _("Nothing is left to do"))
        return format_html(_("{mark}: what this letter was about has been renewed or has changed since."), mark=mark)
    first = standing[0]
    over = first.ends_on < in_zone(request.at, first.zone).date()
    n = len(standing)
    facts = {"n": count_words(n), "day": long_day(first.ends_on), "what": f"{first.product} {first.release}".strip()}
    if n == 1:
        words = _("%(what)s was covered until %(day)s.") if over else _("%(what)s is covered until %(day)s.")
    elif over:
        words = _("%(n)s terms have ended or end soon, the first ended on %(day)s.")
    else:
        words = _("%(n)s terms end, the first on %(day)s.")
    said = words % facts
    return format_html('<b data-tone="{}">{}</b>', "bad" if over else "soon", said[:1].upper() + said[1:])


def _sellers(request: Asked, standing: Sequence[NoticeRow]) -> tuple[tuple[Seller, ...], frozenset[str]]:
    """The resellers of record now, each with its licences; and those of which there is none."""
    held = held_now([row.serial for row in standing])
    through: dict[int, list[str]] = {}
    for row in standing:
        reseller = held[row.serial].held.reseller
        if reseller is not None:
            through.setdefault(reseller, []).append(row.serial)
    asked = asked_now(who=request.who, organisation_id=standing[0].organisation_id) if standing else {}
    found = of_record(ids=through)
    sellers = []
    for ident, seller in found.items():
        waits = asked.get(seller.number)
        words = str(PREPARES[waits is not None]) % {"reseller": seller.name}
        sellers.append(Seller(row=seller, serials=tuple(through[ident]), asked=waits, words=words))
    return tuple(sellers), frozenset(serial for serial, each in held.items() if each.held.reseller is None)


def _offered(request: Asked, first: NoticeRow, sellers: Sequence[Seller]) -> dict[str, object]:
    """The resellers to choose from: the one of record first, then those that sell where the licence is."""
    country = request.GET.get("country", first.country)[:3]
    asked = {
        "country": "" if country == ANYWHERE else country, "language": request.GET.get("language", "")[:20],
        "family": request.GET.get("family", "")[:60],
    }  # fmt: skip
    asked = {name: value.replace("\0", "") for name, value in asked.items()}
    page = resellers(
        filters=ResellerFilters(country=asked["country"], language=asked["language"], family=asked["family"]),
        limit=MOST_OFFERED,
    )
    is_nearest = not page.rows and any(asked.values())
    if is_nearest:
        page = resellers(filters=ResellerFilters(), limit=MOST_OFFERED)
    record = [each.row.number for each in sellers]
    languages = dict(settings.LANGUAGES)
    countries = sorted(((code, country_words(code)) for code in page.countries), key=lambda pair: pair[1])
    waits = asked_now(who=request.who, organisation_id=first.organisation_id)
    chosen = request.POST.get("reseller") or (record[0] if len(record) == 1 else "")
    return {
        "choices": [
            {"row": row, "is_record": row.number in record, "is_chosen": row.number == chosen,
             "asked": waits.get(row.number), "languages": listed(languages.get(c, c) for c in row.languages),
             "countries": listed(sorted(country_words(c) for c in row.countries))}
            for row in (*(each.row for each in sellers), *(row for row in page.rows if row.number not in record))
        ],
        "asked_for": asked, "is_nearest": is_nearest, "more": page.total > MOST_OFFERED,
        "countries": [(ANYWHERE, _("any country")), *countries],
        "languages": [("", _("any language")), *((code, languages.get(code, code)) for code in page.languages)],
        "families": [("", _("any product")), *page.families],
        "country": asked["country"] or ANYWHERE,
    }  # fmt: skip


def _cost(request: Asked, standing: Sequence[NoticeRow]) -> Cost | None:
    """At list price, for those of the customer who see prices."""
    if not standing or not prices_renewals(who=request.who, organisation_id=standing[0].organisation_id):
        return None
    return cost_of(standing, on=in_zone(request.at, standing[0].zone).date())


def _costs(cost: Cost | None, first: NoticeRow) -> list[tuple[str, str]]:
    if cost is None:
        return []
    words = {True: _("Renewing by %(day)s"), False: _("Renewing on %(day)s")}
    return [
        (words[on == first.ends_on] % {"day": long_day(on)}, money_words(amount, cost.currency))
        for on, amount in cost.days
    ]


def _team(policy: Policy, first: NoticeRow) -> Region:
    return policy.regions[first.region]
