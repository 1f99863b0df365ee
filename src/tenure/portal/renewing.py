"""`/renewing`: how a renewal goes, when notices come, what late costs, whom to reach.  Source: B1, B8, B9; policy."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tenure.catalog.words import ProductKind
from tenure.entitlements.queries.rights import version_on
from tenure.kit.asked import Asked
from tenure.policy.sentences import policy_words
from tenure.policy.words import NoticeSchedule, Policy
from tenure.portal.lifecycle.sentences import KINDS
from tenure.renewals import quote_sentences
from tenure.renewals.notice_sentences import RECIPIENTS
from tenure.renewals.rules import quote
from tenure.renewals.words import Buyer, Holding, Line, Price, RecipientKind, Wish
from tenure.toolbox.formats import quantity_words
from tenure.toolbox.marks import listed
from tenure.toolbox.refused import Refused

SIZES = {"small": lazy("small businesses"), "enterprise": lazy("enterprises")}
REMINDERS = {
    "always": lazy("The customer is written to as well."),
    "by_product": lazy("The customer is written to as well where the product says so."),
    "never": lazy("The customer is not written to."),
}
EXAMPLE = Decimal(1200)  # what a year of the made-up licence costs; no price of anything
LATE = (0, 1, 30, 90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How terms of some kinds, customers and regions are renewed: who hears when, and who prepares the quote."""

    what: str
    whose: str
    where: str
    before: str
    after: str
    told: str
    quoted: str
    reminder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """The made-up licence, renewed so many days after its last covered day.  total: None: it is bought again."""

    days: int
    on: date
    total: Decimal | None
    late: str
    steps: tuple[tuple[str, str, Decimal], ...]


@require_safe
def show(request: Asked) -> HttpResponse:
    """The page; the same for everybody."""
    today = request.at.date()
    try:
        policy = version_on(today).policy
    except Refused:
        return render(request, "portal/renewing/show.html", {})
    currency = next(iter(policy.prices.currencies.values()))
    return render(request, "portal/renewing/show.html", {
        "policy": policy, "ways": [_way(each, policy) for each in policy.notices], "currency": currency,
        "examples": tuple(_examples(policy, currency, today)), "price": EXAMPLE, "last": today - timedelta(days=1),
        "regions": tuple(policy.regions.values()), "grace": policy.reinstatement.grace_days,
        "cap": policy.reinstatement.cap_days, "valid": policy.fulfilment.quote_valid_days,
        "months": policy.terms.minimum_months, "discounts": policy.prices.multi_year_discounts,
    })  # fmt: skip


def _way(schedule: NoticeSchedule, policy: Policy) -> Way:
    return Way(
        what=listed(KINDS[ProductKind(kind)] for kind in schedule.kinds),
        whose=listed(SIZES[size] for size in schedule.sizes),
        where=listed(policy_words(policy.regions[key].name) for key in schedule.regions)
        if len(schedule.regions) < len(policy.regions)
        else _("everywhere"),
        before=_days(schedule.days_before),
        after=_days(schedule.days_after),
        told=listed(RECIPIENTS[RecipientKind(each)] for each in schedule.recipients),
        quoted=_("The reseller of record prepares the quote unasked.")
        if schedule.quote_by_reseller
        else _("The customer asks a reseller for a quote."),
        reminder=str(REMINDERS[schedule.remind_customer]),
    )


def _days(days: tuple[int, ...]) -> str:
    return listed(quantity_words(each) for each in days) or _("none")


def _examples(policy: Policy, currency: str, today: date) -> Iterator[Example]:
    """One licence that ended yesterday, renewed for a year on time, a little late, late, and too late."""
    last = today - timedelta(days=1)
    spans = sorted({*LATE, policy.reinstatement.grace_days, policy.reinstatement.cap_days + 2})
    for days in spans:
        on = last + timedelta(days=days)
        line = _line(policy, currency, last, on)
        told = line.steps if line else ()
        steps = tuple((*quote_sentences.step_words(each, currency, policy), each.amount) for each in told)
        yield Example(days=days, on=on, total=line.amount if line else None, late=late_words(days), steps=steps)


def _line(policy: Policy, currency: str, last: date, on: date) -> Line | None:
    level = next(iter(policy.levels_sold_for(kind=ProductKind.SOFTWARE)), next(iter(policy.levels.values())))
    holding = Holding(
        serial="", product="example", kind=level.sold_for[0], release="", quantity=1, level=level.key,
        chain_starts=last - timedelta(days=364), chain_ends=last + timedelta(days=1),
    )  # fmt: skip
    price = Price(
        band_from=1, unit_list_price=None, unit_maintenance_per_year=EXAMPLE, valid_from=last - timedelta(days=365)
    )
    country = next(iter(policy.regions.values())).countries[0]
    try:
        made = quote(
            holdings=[holding], wish=Wish(on=on), policy=policy, book={("example", level.key): (price,)},
            currency=currency, buyer=Buyer(country=country),
        )  # fmt: skip
    except Refused:
        return None
    return made.lines[0]


def late_words(days: int) -> str:
    """So many days after the last covered one."""
    if not days:
        return _("on the last covered day")
    return ngettext("%(n)s day after it", "%(n)s days after it", days) % {"n": quantity_words(days)}
