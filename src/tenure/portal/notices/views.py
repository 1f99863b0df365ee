"""`/renewals`: what ends in the next months, the same as a file, and one term with who was told."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from tenure.accounts.words import Role, Who
from tenure.entitlements.queries.rights import version_on
from tenure.kit import line
from tenure.kit.asked import Asked
from tenure.kit.language import chosen_zone
from tenure.kit.states import Word
from tenure.portal.door import signed_in
from tenure.portal.notices.home import home_of
from tenure.renewals.notice_sentences import RECIPIENTS, step_words
from tenure.renewals.queries.costs import prices_each
from tenure.renewals.queries.ending import (
    MOST_COUNTED,
    Counted,
    EndingRow,
    Span,
    counted,
    ending,
    ending_all,
    ending_asset,
)
from tenure.renewals.queries.notices import MadeRow, notices_of_asset
from tenure.toolbox.formats import count_words, in_zone, long_day, quantity_words
from tenure.toolbox.sheets import Echo, harmless

WHEN: Final = {
    "1": lazy("in the next month"), "3": lazy("in the next 3 months"), "6": lazy("in the next 6 months"),
    "12": lazy("in the next 12 months"), "over": lazy("or have ended, in the last 12 months"),
}  # fmt: skip
USUAL, OVER = "3", "over"
KEPT = frozenset({"when", "q"})
DAYS_A_MONTH = 365.25 / 12
COLUMNS = (
    "last_covered_day", "days_left", "serial_number", "product", "release", "quantity", "meter", "level", "customer",
    "site", "reseller", "last_notice_days", "last_notice_on",
)  # fmt: skip


@require_safe
@signed_in
def index(request: Asked) -> HttpResponse:
    """The answer first, then a page of 25, the first to end above."""
    today = today_of(request)
    when, span = asked_span(request, today)
    after = request.GET.get("after", "")[:60]
    page = ending(who=request.who, span=span, after=after)
    ahead = counted(who=request.who, span=span_of(USUAL if when == OVER else when, today))
    over = counted(who=request.who, span=span_of(OVER, today))
    levels, soon = level_names(today), soon_days(today)
    days = [today - timedelta(days=366), today + timedelta(days=366)]
    axis = line.around(days, today=today, rtl=get_language_bidi())
    kept = {name: value for name, value in request.GET.items() if name in KEPT and value}
    waits, orders = home_of(request)
    prices = prices_each(who=request.who, serials=[row.serial for row in page.rows], on=today)
    return render(request, "portal/notices/index.html", {
        "waits": waits, "orders": orders, "shows_prices": bool(prices),
        "answer": answer(ahead, over, USUAL if when == OVER else when, today), "when": when, "q": span.text,
        "whens": list(WHEN.items()), "axis_head": line.year_head(axis),
        "rows": [
            (row, state_of(row, today, soon), line.mini(axis, spans(row, today, soon)), levels.get(row.level, ""),
             prices.get(row.serial))
            for row in page.rows
        ],
        "older": f"?{urlencode({**kept, 'after': page.next})}" if page.next else "",
        "newer": f"?{urlencode(kept)}" if after else "", "export": f"?{urlencode(kept)}" if kept else "",
        "is_empty": not page.rows and not span.text and not ahead.count and not over.count,
        "may_quote": may_ask_for_quotes(request.who), "shows_customer": sees_several(request.who),
    })  # fmt: skip


@require_safe
@signed_in
def export_list(request: Asked) -> HttpResponseBase:
    """The filtered list as CSV."""
    today = today_of(request)
    _when, span = asked_span(request, today)
    rows = ending_all(who=request.who, span=span)
    answer = StreamingHttpResponse(_lines(rows, today, level_names(today)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="renewals-{today.isoformat()}.csv"'
    return answer


@require_safe
@signed_in
def show(request: Asked, serial: str) -> HttpResponse:
    """One term: when it ends, who was told of it, and when the next notice comes."""
    row = ending_asset(who=request.who, serial=serial)
    if row is None:
        raise Http404
    today = today_of(request)
    soon = soon_days(today)
    made = notices_of_asset(who=request.who, row=row)
    axis = line.around([row.starts, row.last_day + timedelta(days=60)], today=today, rtl=get_language_bidi())
    points = [
        line.Point(kind="held", day=each.written_at.date(), word="") for each in made
        if each.written_at is not None and each.ends_on == row.last_day
    ]  # fmt: skip
    lanes = [line.head(axis), line.lane(axis, _("Term"), spans(row, today, soon, named=True), tall=True)]
    if points:
        told = ngettext("%(n)s notice", "%(n)s notices", len(points)) % {"n": len(points)}
        lanes.append(line.lane(axis, _("Notices"), (), points, label=told))
    levels = level_names(today)
    return render(request, "portal/notices/show.html", {
        "row": row, "state": state_of(row, today, soon), "lanes": lanes, "level": levels.get(row.level, row.level),
        "answer": term_answer(row, today, soon), "made": [_told(each) for each in made],
        "may_quote": may_ask_for_quotes(request.who),
    })  # fmt: skip


def today_of(request: Asked) -> date:
    return in_zone(request.at, chosen_zone(request)).date()


def level_names(today: date) -> Mapping[str, str]:
    return {key: level.name for key, level in version_on(today).policy.levels.items()}


def soon_days(today: date) -> int:
    """So many days before its end a term counts as ending, by the policy."""
    return version_on(today).policy.terms.ending_days


def may_ask_for_quotes(who: Who) -> bool:
    """Whether a quote may be prepared or asked for from here: the buyers of a customer, resellers, and staff."""
    return who.is_staff or any(role in {Role.OWNER, Role.PURCHASING, Role.RESELLER} for _place, role in who.roles)


def sees_several(who: Who) -> bool:
    return who.is_staff or bool(who.reseller_ids) or len(who.organisation_ids) > 1


def span_of(when: str, today: date, text: str = "") -> Span:
    """The last covered days that a choice means."""
    if when == OVER:
        return Span(first=today - timedelta(days=365), last=today - timedelta(days=1), text=text)
    return Span(first=today, last=today + timedelta(days=round(int(when) * DAYS_A_MONTH)), text=text)


def asked_span(request: Asked, today: date) -> tuple[str, Span]:
    when = request.GET.get("when", USUAL)
    when = when if when in WHEN else USUAL
    return when, span_of(when, today, " ".join(request.GET.get("q", "").replace("\0", "").split())[:100])


def answer(ahead: Counted, over: Counted, when: str, today: date) -> SafeString:
    """How many end, and the first; then how many have ended."""
    if ahead.count and ahead.first:
        facts = {"n": _counted(ahead.count), "when": WHEN[when], "day": long_day(ahead.first)}
        words = ngettext(
            "{n} term ends {when}: on {day}.", "{n} terms end {when}, the first on {day}.", ahead.count
        )  # fmt: skip
        mark = format_html('<b data-tone="soon">{}</b>', facts["n"])
        said = format_html(words, **(facts | {"n": mark}))
    else:
        said = format_html('<b data-tone="good">{}</b>.', _("Nothing ends %(when)s") % {"when": WHEN[when]})
    if not over.count:
        return said
    ended = ngettext("{n} has ended and can be renewed late.", "{n} have ended and can be renewed late.", over.count)
    mark = format_html('<b data-tone="bad">{}</b>', _first_upper(_counted(over.count)))
    return format_html("{} {}", said, format_html(ended, n=mark))


def _first_upper(words: str) -> str:
    return words[:1].upper() + words[1:]


def _counted(count: int) -> str:
    if count > MOST_COUNTED:
        return _("More than %(n)s") % {"n": quantity_words(MOST_COUNTED)}
    return _first_upper(count_words(count))


def term_answer(row: EndingRow, today: date, soon_days: int) -> SafeString:
    """Covered until, or not covered since."""
    left = (row.last_day - today).days
    if left >= 0:
        tone = "soon" if left <= soon_days else "good"
        mark = format_html(
            '<b data-tone="{}">{}</b>', tone, _("Covered until %(day)s") % {"day": long_day(row.last_day)}
        )
        words = ngettext("{mark}. That is in {n} day.", "{mark}. That is in {n} days.", left)
        return format_html(words if left else _("{mark}: today."), mark=mark, n=quantity_words(left))
    since = long_day(row.last_day + timedelta(days=1))
    mark = format_html('<b data-tone="bad">{}</b>', _("Not covered since %(day)s") % {"day": since})
    return format_html(_("{mark}. It can be renewed late; that costs more the longer it waits."), mark=mark)


def state_of(row: EndingRow, today: date, soon_days: int) -> Word:
    left = (row.last_day - today).days
    if left < 0:
        words = ngettext("Lapsed %(n)s day ago", "Lapsed %(n)s days ago", -left)
        return Word(tone="bad", icon="circle-x", word=words % {"n": quantity_words(-left)})
    if left == 0:
        return Word(tone="soon", icon="clock-alert", word=_("Ends today"))
    words = ngettext("Ends in %(n)s day", "Ends in %(n)s days", left)
    tone, icon = ("soon", "clock-alert") if left <= soon_days else ("good", "circle-check")
    return Word(tone=tone, icon=icon, word=words % {"n": quantity_words(left)})


def spans(row: EndingRow, today: date, soon_days: int, *, named: bool = False) -> list[line.Span]:
    """The last chain of terms, and what lies between its end and today."""
    ends = row.last_day + timedelta(days=1)
    word = _("to %(day)s") % {"day": long_day(row.last_day)} if named else ""
    if ends <= today:
        return [
            line.Span(kind="term", tone="quiet", starts=row.starts, ends=ends, word=word),
            line.Span(kind="gap", tone="bad", starts=ends, ends=today, word="", said=_("not covered") if named else ""),
        ]
    kind = "term" if row.starts <= today else "next"
    tone = "soon" if (row.last_day - today).days <= soon_days else "good"
    return [line.Span(kind=kind, tone=tone, starts=row.starts, ends=ends, word=word)]


def _told(made: MadeRow) -> dict[str, object]:
    letters = [
        {
            "kind": RECIPIENTS[each.recipient], "address": each.address, "sent_at": each.sent_at or each.written_at,
            "came_back": each.bounced_at,
        }
        for each in made.letters
    ]  # fmt: skip
    seen = [each for n, each in enumerate(letters) if each["address"] or each not in letters[:n]]
    return {"row": made, "step": step_words(made.step), "letters": seen}


def _lines(rows: Iterable[EndingRow], today: date, levels: Mapping[str, str]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for row in rows:
        values = (
            row.last_day, (row.last_day - today).days, row.serial, row.product, row.release, row.quantity, row.meter,
            levels.get(row.level, row.level), row.organisation, row.site, row.reseller, row.step,
            row.told_at and row.told_at.date(),
        )  # fmt: skip
        yield writer.writerow([value if isinstance(value, int) else harmless(value) for value in values])
