"""The renewal board of the desk: what is at risk, what came of terms that ended, and what to do next about each."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from tenure.desk.door import staff
from tenure.entitlements.queries.rights import version_on
from tenure.kit import board as shown
from tenure.kit.asked import Asked
from tenure.outlook.queries.ahead import READERS
from tenure.outlook.queries.board import (
    ALL_RESELLERS,
    OTHERS,
    WORKED_ON,
    lost_reasons,
    pipeline,
    resellers_of_board,
    work,
    work_all,
)
from tenure.outlook.rules.board import last_of, months_of, told_until
from tenure.outlook.words import (
    BoardFilters,
    EndCount,
    EndState,
    LostCount,
    NextStep,
    Pipeline,
    WorkFilters,
    WorkPage,
    WorkRow,
)
from tenure.policy.words import Policy
from tenure.renewals.lost_sentences import REASONS
from tenure.renewals.notice_sentences import step_words
from tenure.renewals.queries.sides import may_sell
from tenure.renewals.quote_sentences import STATES as QUOTE_STATES
from tenure.renewals.words import LostReason, QuoteState
from tenure.toolbox.formats import long_day, quantity_words
from tenure.toolbox.refused import Refused
from tenure.toolbox.sheets import Echo, harmless

STEPS: dict[NextStep, Promise] = {
    NextStep.PREPARE: lazy("Prepare a quote"),
    NextStep.SEND: lazy("Send the quote"),
    NextStep.REMIND: lazy("Remind the customer"),
    NextStep.ORDER: lazy("Order the accepted quote"),
    NextStep.CALL: lazy("Call: the last notice went without an answer"),
    NextStep.REINSTATE: lazy("Prepare a late quote"),
    NextStep.SAY_LOST: lazy("Say why it is lost"),
    NextStep.NONE: lazy("Nothing"),
}
KINDS = {"software": lazy("Software"), "online_service": lazy("Online service"), "hardware": lazy("Hardware")}
ALL = "all"
KEPT = ("region", "reseller", "kind", "state", "when", "q", "sort")
WORK_COLUMNS = (
    "serial_number", "product", "customer", "customer_number", "region", "reseller", "quantity", "level",
    "last_covered_day", "state", "quote", "quote_state", "currency", "worth", "last_notice", "next_step", "reason",
    "words",
)  # fmt: skip
PIPELINE_COLUMNS = ("by", "key", "name", "state", "has_ended", "terms", "currency", "worth", "without_price")


@require_safe
@staff(*READERS)
def index(request: Asked) -> HttpResponse:
    """The board: counts, reasons and a page of work.  A fixed number of queries, whatever there is."""
    try:
        policy = version_on(request.at.date()).policy
    except Refused:
        return render(request, "desk/renewals/index.html", {"unready": True})
    asked, filters = request.GET, _filters(request.GET)
    months = months_of(today=request.at.date())
    only, after = _only(asked, policy, request.at.date(), months), asked.get("after", "")[:200]
    counts = pipeline(who=request.who, at=request.at, filters=filters)
    page = work(who=request.who, at=request.at, filters=filters, only=only, after=after)
    kept = {name: asked[name] for name in KEPT if asked.get(name)}
    return render(request, "desk/renewals/index.html", {
        **_said(counts, policy, request.at.date()), **_choices(request, policy, months),
        **_tables(counts, policy, months, filters, request.at.date()),
        **_work(request, page, kept, is_later=bool(after)),
        "reasons": _reasons(lost_reasons(who=request.who, at=request.at, filters=filters)),
        "filters": filters, "only": only, "when": asked.get("when", ""), "sort": "worth" if only.worth else "",
        "may_sell": may_sell(request.who), "is_filtered": bool(kept), "from": only.first, "until": only.last,
    })  # fmt: skip


@require_safe
@staff(*READERS)
def export(request: Asked) -> HttpResponseBase:
    """The worklist as a file: the same rows in the same order."""
    today = request.at.date()
    only = _only(request.GET, version_on(today).policy, today, months_of(today=today))
    rows = work_all(who=request.who, at=request.at, filters=_filters(request.GET), only=only)
    return _file(request, "renewals", WORK_COLUMNS, (_work_values(row) for row in rows))


@require_safe
@staff(*READERS)
def export_pipeline(request: Asked) -> HttpResponseBase:
    """The counts as a file, every reseller by itself."""
    counts = pipeline(who=request.who, at=request.at, filters=_filters(request.GET), resellers=ALL_RESELLERS)
    ways = (
        ("month", counts.months), ("region", counts.regions), ("reseller", counts.resellers), ("kind", counts.kinds),
    )  # fmt: skip
    rows = (
        (way, row.key, row.name, row.state.value, "yes" if row.is_past else "no", row.count, row.currency, row.worth,
         row.unpriced)
        for way, found in ways for row in found
    )  # fmt: skip
    return _file(request, "pipeline", PIPELINE_COLUMNS, rows)


@require_safe
@staff(*READERS)
def quote_chosen(request: Asked) -> HttpResponse:
    """One quote for the chosen terms: to its page, with the licences chosen there; all must be of one customer."""
    chosen = [each.split("~") for each in request.GET.getlist("term") if each.count("~") == 2]
    customers = {customer for _serial, _ends, customer in chosen}
    if len(customers) != 1:
        words = _("Choose terms of one customer: a quote is for one.") if customers else _("Choose at least one term.")
        messages.error(request, words)
        return redirect("desk-renewals")
    told = [("customer", customers.pop()), *(("serial", serial) for serial, _ends, _customer in chosen)]
    return redirect(f"{reverse('quote-new')}?{urlencode(told)}")


def _filters(asked: QueryDict) -> BoardFilters:
    return BoardFilters(
        region=asked.get("region", "")[:20], reseller=asked.get("reseller", "")[:60], kind=asked.get("kind", "")[:20]
    )


def _only(asked: QueryDict, policy: Policy, today: date, months: tuple[date, ...]) -> WorkFilters:
    """when: "" what notices are about now, "all" the whole board, or a month as 2027-03."""
    first, last = told_until(schedules=policy.notices, today=today)
    when = asked.get("when", "")
    month = next((each for each in months if f"{each:%Y-%m}" == when), None)
    if month is not None:
        first, last = month, last_of(month)
    elif when == ALL:
        first, last = months[0], last_of(months[-1])
    return WorkFilters(
        first=first, last=last, state=asked.get("state", "")[:20], text=asked.get("q", "")[:100],
        worth=asked.get("sort") == "worth",
    )  # fmt: skip


def _said(counts: Pipeline, policy: Policy, today: date) -> dict[str, object]:
    """The answer: how many end by when, what they are worth, and how many have no quote."""
    until = told_until(schedules=policy.notices, today=today)[1]
    soon = [row for row in counts.months if row.key <= until.isoformat() and row.state in shown.AT_RISK]
    ending = [row for row in soon if not row.is_past]
    lapsed = [row for row in soon if row.is_past]
    n = sum(row.count for row in ending)
    facts = {"n": quantity_words(n), "day": long_day(until), "worth": _joined(shown.worth_words(shown.worths(ending)))}
    if not n:
        decisive = _("No term waits to be renewed by %(day)s.") % facts
    elif facts["worth"]:
        words = ngettext(
            "%(n)s term worth %(worth)s ends by %(day)s;", "%(n)s terms worth %(worth)s end by %(day)s;", n
        )
        decisive = words % facts
    else:
        decisive = ngettext("%(n)s term ends by %(day)s;", "%(n)s terms end by %(day)s;", n) % facts
    bare = sum(row.count for row in ending if row.state is EndState.OPEN)
    rest = []
    if n:
        rest.append(ngettext("%(n)s has no quote.", "%(n)s have no quote.", bare) % {"n": quantity_words(bare)})
    if gone := sum(row.count for row in lapsed):
        words = ngettext(
            "%(n)s more lapsed in the last twelve months and is not said to be lost.",
            "%(n)s more lapsed in the last twelve months and are not said to be lost.", gone,
        )  # fmt: skip
        rest.append(words % {"n": quantity_words(gone)})
    if unpriced := sum(row.unpriced for row in soon):
        words = ngettext("%(n)s is in no price list.", "%(n)s are in no price list.", unpriced)
        rest.append(words % {"n": quantity_words(unpriced)})
    return {"answer": decisive, "rest": " ".join(rest), "tone": "soon" if n else "good"}


def _choices(request: Asked, policy: Policy, months: tuple[date, ...]) -> dict[str, object]:
    return {
        "regions": [("", _("every region")), *((key, region.name) for key, region in policy.regions.items())],
        "resellers": [("", _("any reseller")), *resellers_of_board(who=request.who)],
        "kinds": [("", _("any kind")), *KINDS.items()],
        "states": [("", _("to work on")), *((each.value, shown.end_word(each).word) for each in WORKED_ON)],
        "whens": [
            ("", _("while notices go out")), (ALL, _("within twelve months of today")),
            *((f"{month:%Y-%m}", shown.month_words(month)) for month in months),
        ],
        "sorts": [("", _("first to end")), ("worth", _("worth most, by currency"))],
    }  # fmt: skip


def _tables(
    counts: Pipeline, policy: Policy, months: tuple[date, ...], filters: BoardFilters, today: date
) -> dict[str, object]:  # fmt: skip
    base = {"region": filters.region, "reseller": filters.reseller, "kind": filters.kind}

    def leads(name: str, to: str | None = None) -> object:
        def url(key: str) -> str:
            if key in {"", OTHERS}:
                return ""
            told = {**base, name: key if to is None else key[:7], "when": key[:7] if to else ALL}
            return f"?{urlencode({word: value for word, value in told.items() if value})}"

        return url

    def named(row: EndCount) -> str:
        if row.key == OTHERS:
            return _("All other resellers")
        return row.name or _("No reseller")

    regions = policy.regions
    month, other = leads("when", "month"), {name: leads(name) for name in base}
    return {
        "heads": [shown.end_word(state) for state in shown.STATES],
        "keys": [(state.value, tone, word) for state, (tone, _icon, word) in shown.STATES.items()],
        "plot": shown.plot_of(months, counts.months, today=today, rtl=get_language_bidi()) if counts.months else None,
        "tables": [
            ("months", _("By month of the last covered day"), _("Month"), shown.tallies(
                counts.months, names=lambda row: shown.month_words(date.fromisoformat(row.key)), urls=month)),  # type: ignore[arg-type]
            ("regions", _("By region"), _("Region"), shown.tallies(
                counts.regions, urls=other["region"],  # type: ignore[arg-type]
                names=lambda row: regions[row.key].name if row.key in regions else row.key)),
            ("sellers", _("By reseller of record"), _("Reseller"), shown.tallies(
                counts.resellers, names=named, urls=other["reseller"])),  # type: ignore[arg-type]
            ("sorts", _("By kind of product"), _("Kind"), shown.tallies(
                counts.kinds, names=lambda row: str(KINDS.get(row.key, row.key)), urls=other["kind"])),  # type: ignore[arg-type]
        ],
    }  # fmt: skip


def _work(request: Asked, page: WorkPage, kept: dict[str, str], *, is_later: bool) -> dict[str, object]:
    sells = may_sell(request.who)
    return {
        "rows": [_row(row, sells) for row in page.rows], "export": f"?{urlencode(kept)}" if kept else "",
        "reasons_to_choose": [(reason.value, word) for reason, word in REASONS.items()],
        "newer": f"?{urlencode(kept)}" if is_later else "", "here": request.get_full_path(),
        "older": f"?{urlencode({**kept, 'after': page.next})}" if page.next else "",
    }  # fmt: skip


def _row(row: WorkRow, sells: bool) -> dict[str, object]:
    told = "~".join((row.serial, row.last_day.isoformat(), row.number))
    return {
        "row": row, "word": shown.end_word(row.state), "term": told, "step": STEPS[row.next_step],
        "url": _leads(row, told, sells),
        "worth": "" if row.worth is None else shown.worth_word(row.worth, row.currency),
        "quote": QUOTE_STATES[QuoteState(row.quote_state)] if row.quote_state else "",
        "notice": "" if row.step is None else step_words(row.step),
        "reason": REASONS[LostReason(row.reason)] if row.reason else "",
        "calls": row.next_step is NextStep.CALL,
        "declined": row.quote_state == QuoteState.DECLINED.value and row.state is not EndState.LOST,
    }  # fmt: skip


def _leads(row: WorkRow, term: str, sells: bool) -> str:
    """The page on which the next step is taken; "" for readers who cannot take it."""
    match row.next_step:
        case NextStep.CALL:
            return f"{reverse('desk-customer', args=[row.number])}#people"
        case NextStep.SEND | NextStep.REMIND | NextStep.ORDER:
            return reverse("quote", args=[row.quote])
        case NextStep.PREPARE | NextStep.REINSTATE if sells:
            return f"{reverse('quote-new')}?{urlencode({'customer': row.number, 'serial': row.serial})}"
        case NextStep.SAY_LOST if sells:
            return f"{reverse('desk-renewals-lost')}?{urlencode({'term': term})}"
    return ""


def _reasons(rows: Iterable[LostCount]) -> list[tuple[Promise, int, tuple[str, ...]]]:
    """A reason a row: how many terms, and what they were worth."""
    found: dict[LostReason, tuple[int, dict[str, Decimal]]] = {}
    for row in rows:
        count, worth = found.get(LostReason(row.reason), (0, {}))
        if row.worth is not None:
            worth = {**worth, row.currency: row.worth}
        found[LostReason(row.reason)] = (count + row.count, worth)
    return [
        (REASONS[reason], count, shown.worth_words(worth))
        for reason, (count, worth) in sorted(found.items(), key=lambda each: -each[1][0])
    ]


def _joined(words: tuple[str, ...]) -> str:
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def _work_values(row: WorkRow) -> tuple[object, ...]:
    return (
        row.serial, row.product, row.organisation, row.number, row.region, row.reseller, row.quantity, row.level,
        row.last_day, row.state.value, row.quote, row.quote_state, row.currency, row.worth, row.step,
        row.next_step.value, row.reason, row.words,
    )  # fmt: skip


def _file(
    request: Asked, name: str, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]
) -> StreamingHttpResponse:
    def lines() -> Iterator[str]:
        writer = csv.writer(Echo())
        yield "\ufeff" + str(writer.writerow(columns))
        for row in rows:
            yield str(writer.writerow([each if isinstance(each, int) else harmless(each) for each in row]))

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}-{request.at.date().isoformat()}.csv"'
    return answer
