"""Quotes in the portal: the list, one with its steps, a new one, and what each side may do with it."""

import csv
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.entitlements.queries.rights import version_on
from tenure.kit.asked import Asked
from tenure.kit.quotes import plot_of, shown_lines, shown_totals, shown_waiting
from tenure.kit.states import quote_word
from tenure.outbox.rendering import spoken
from tenure.policy.queries import policy_numbered
from tenure.policy.sentences import policy_words
from tenure.portal.joining.door import asking, door
from tenure.portal.renewals.forms import UNTIL, QuoteForm
from tenure.renewals import quote_sentences as sentences
from tenure.renewals.actions import quotes as actions
from tenure.renewals.actions.orders import order_quote
from tenure.renewals.queries.held import change_since
from tenure.renewals.queries.kept import OPEN, QuoteFilters, QuoteRow, export_quotes, lines_of, quote, quotes
from tenure.renewals.queries.offers import offers
from tenure.renewals.queries.papers import signed_paper
from tenure.renewals.queries.renewable import customers_of, renewable
from tenure.renewals.queries.sides import DECIDE, may_prepare, may_sell
from tenure.renewals.queries.telling import NoticeRow
from tenure.renewals.queries.together import told_together
from tenure.renewals.quote_papers import order_quote_paper
from tenure.renewals.rules.money import written
from tenure.renewals.rules.standing import CAN_BE_REVISED, CAN_BE_WITHDRAWN
from tenure.renewals.words import QuoteRefusal, QuoteSide, QuoteState
from tenure.toolbox.formats import long_day
from tenure.toolbox.refused import Refused
from tenure.toolbox.sheets import Echo, harmless

LOOK_AGAIN_SECONDS = "2"
MOST_NAMED = 50  # serial numbers in an address
PRICES = {
    QuoteSide.CUSTOMER: lazy("list price"), QuoteSide.RESELLER: lazy("your price as a reseller"),
    QuoteSide.VENDOR: lazy("list price"),
}  # fmt: skip
COLUMNS = (
    "number", "state", "customer", "customer_number", "reseller", "licences", "currency", "price", "net", "tax",
    "total", "made_on", "valid_until", "certificate", "reason", "programme", "services",
)  # fmt: skip


@door
@require_safe
def index(request: Asked) -> HttpResponse:
    """The reader's quotes, newest first, each in their own price."""
    filters, after = _filters(request), request.GET.get("after", "")[:20]
    page = quotes(who=request.who, filters=filters, at=request.at, after=after)
    kept = {name: value for name, value in (("view", filters.view), ("q", filters.text)) if value}
    waiting = page.counts[QuoteState.SENT] + page.counts[QuoteState.ACCEPTED] + page.counts[QuoteState.PREPARED]
    views = [("", _("all")), (OPEN, _("waiting for somebody")), *((s.value, sentences.STATES[s]) for s in QuoteState)]
    return render(request, "portal/renewals/index.html", {
        "rows": [{"row": row, "word": quote_word(row.state)} for row in page.rows], "views": views,
        "view": filters.view, "q": filters.text, "waiting": waiting, "total": sum(page.counts.values()),
        "export": f"?{urlencode(kept)}" if kept else "", "may_prepare": may_prepare(request.who),
        "newer": f"?{urlencode(kept)}" if after else "",
        "older": f"?{urlencode({**kept, 'after': page.next})}" if page.next else "",
    })  # fmt: skip


@door
@require_safe
def export_list(request: Asked) -> HttpResponseBase:
    """The filtered list as CSV, in the reader's own price."""
    rows = export_quotes(who=request.who, filters=_filters(request), at=request.at)
    answer = StreamingHttpResponse(_file(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="quotes-{request.at.date().isoformat()}.csv"'
    return answer


@door
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Asked) -> HttpResponse:
    """Whose licences, which, how long, at which level: then the quote is kept, and shown."""
    if not may_prepare(request.who):
        raise Http404
    asked, policy = request.POST or request.GET, version_on(request.at.date()).policy
    told = _told(request)
    customers = customers_of(who=request.who)
    customer = told[0].customer if told else asked.get("customer", "")[:60].replace("\0", "")
    if not customer and len(customers) == 1:
        customer = customers[0][0]
    known = dict(customers)
    if not customers or (customer and customer not in known):
        customer = ""
    rows = renewable(who=request.who, customer=customer) if customer else ()
    listed = {row.serial for row in rows}
    named = [row.serial for row in told if row.stands] if told else request.GET.getlist("serial")[:MOST_NAMED]
    chosen = [each for each in named if each in listed]
    more = "\n".join(each[:60] for each in named if each not in listed)
    first = {"serials": chosen, "more": more.replace("\0", ""), "term": str(policy.terms.usual_months // 12 or 1)}
    form = QuoteForm(
        request.POST if request.method == "POST" else None, policy=policy, rows=rows, initial=first,
        offers=offers(who=request.who, customer=customer, policy=policy) if customer else (),
    )  # fmt: skip
    if form.is_valid():
        try:
            wanted = form.wanted(customer=customer, request=None)
            number = actions.prepare_quote(wanted=wanted, **asking(request))
            return redirect("quote", number)
        except Refused as no:
            if no.code is QuoteRefusal.NOT_FOUND:
                raise
            form.add_error(None, sentences.refusal(no, policy))
    ticked = set(form.data.getlist("serials")) if form.is_bound else set(chosen)  # type: ignore[attr-defined]
    levels = {key: level.name for key, level in policy.levels.items()}
    return render(request, "portal/renewals/new.html", {
        "form": form, "customers": customers, "customer": customer, "name": known.get(customer, ""), "until": UNTIL,
        "told": len(told), "gone": len(told) - len(named) if told else 0,
        "rows": [(row, levels.get(row.level, row.level), row.serial in ticked) for row in rows],
    }, status=422 if form.errors else 200)  # fmt: skip


def _told(request: Asked) -> tuple[NoticeRow, ...]:
    """What the letter that led here was about.  Raises Http404 where the reader sees none of it."""
    number = request.GET.get("notice", "")
    if not number:
        return ()
    is_number = number.isascii() and number.isdecimal() and len(number) < 19
    rows = told_together(who=request.who, notice_id=int(number) if is_number else 0)
    if not rows:
        raise Http404
    return rows


@door
@require_safe
def show(request: Asked, number: str) -> HttpResponse:
    """One quote: what it buys, how it adds up, what waiting costs, and what the reader can do with it."""
    return page_of(request, row_of(request, number))


@door
@require_safe
def paper(request: Asked, number: str) -> HttpResponse:
    """The signed PDF, in the reader's language and price; while the worker prints it, a page that looks again."""
    language = spoken(get_language() or "en")
    pdf = order_quote_paper(who=request.who, number=number, language=language, at=request.at)
    if pdf is None:
        answer = render(request, "portal/renewals/printing.html", {"number": number}, status=202)
        answer["Refresh"] = LOOK_AGAIN_SECONDS
        return answer
    answer = HttpResponse(pdf, content_type="application/pdf")
    named = content_disposition_header(as_attachment=True, filename=f"quote-{number}.pdf")
    answer["Content-Disposition"] = named or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer


@door
@require_POST
def send(request: Asked, number: str) -> HttpResponse:
    """Show it to the customer."""
    return _do(request, number, actions.send_quote, _("It is sent: the customer's owner and buyers were written to."))


@door
@require_POST
def remind(request: Asked, number: str) -> HttpResponse:
    """Write to the customer again."""
    done = _("The customer's owner and buyers were written to again.")
    return _do(request, number, actions.remind_customer, done)


@door
@require_POST
def accept(request: Asked, number: str) -> HttpResponse:
    """Yes."""
    return _do(request, number, actions.accept_quote, _("You have accepted the quote. Now it is ordered for you."))


@door
@require_POST
def decline(request: Asked, number: str) -> HttpResponse:
    """No, and why."""
    done = _("You have declined the quote. Nothing changes.")
    return _do(request, number, actions.decline_quote, done, why=request.POST.get("why", ""))


@door
@require_POST
def withdraw(request: Asked, number: str) -> HttpResponse:
    """Take it back, and say why."""
    done = _("The quote is withdrawn.")
    return _do(request, number, actions.withdraw_quote, done, why=request.POST.get("why", ""))


@door
@require_POST
def order(request: Asked, number: str) -> HttpResponse:
    """Order it: the certificate and the new terms."""
    return _do(request, number, order_quote, _("It is ordered. The certificate goes to the licence owner."))


@door
@require_POST
def fresh(request: Asked, number: str) -> HttpResponse:
    """The same again, as of today, in the place of this one."""
    row = row_of(request, number)
    try:
        made = actions.revise_quote(number=row.number, **asking(request))
    except Refused as no:
        return refused(request, row, no)
    messages.success(request, _("This is a fresh quote, at today's prices and cover."))
    return redirect("quote", made)


def _do(request: Asked, number: str, act: Callable[..., object], done: str, **more: str) -> HttpResponse:
    row = row_of(request, number)
    try:
        act(number=row.number, **asking(request), **more)
    except Refused as no:
        return refused(request, row, no, more.get("why", ""))
    messages.success(request, done)
    return redirect("quote", row.number)


def refused(
    request: Asked, row: QuoteRow, no: Refused, why: str = "", typed: Mapping[str, str] | None = None
) -> HttpResponse:  # fmt: skip
    """The page of the quote, with why nothing was changed and what was typed.  Raises NOT_FOUND again."""
    if no.code is QuoteRefusal.NOT_FOUND:
        raise no
    fault = sentences.refusal(no, policy_numbered(row.policy).policy)
    return page_of(request, row, fault=fault, why=why, typed=typed)


def page_of(
    request: Asked, row: QuoteRow, fault: str = "", why: str = "", typed: Mapping[str, str] | None = None
) -> HttpResponse:  # fmt: skip
    """The page of a quote that the reader may see."""
    policy, lines = policy_numbered(row.policy).policy, lines_of(row)
    said, turn, tone = sentences.answer(row, row.lines)
    changed = change_since(quote_id=row.id) if row.state in CAN_BE_REVISED else None
    stale = str(sentences.CHANGES[changed[1]]) % {"serial": changed[0]} if changed else ""
    sells = row.side is QuoteSide.RESELLER or may_sell(request.who)
    buys = request.who.holds(row.organisation_id, *DECIDE)
    return render(request, "portal/renewals/show.html", {
        "row": row, "word": quote_word(row.state), "said": said, "turn": turn, "tone": tone,
        "lines": shown_lines(row, lines, policy), "totals": shown_totals(row), "price": PRICES[row.side],
        "waiting": shown_waiting(row), "plot": plot_of(row, lines),
        "notes": [sentences.note_words(note) for note in row.notes], "until": long_day(row.valid_to),
        "programme": policy_words(
            policy.programmes[row.programme].name if row.programme in policy.programmes else row.programme
        ),
        "is_customer": row.side is QuoteSide.CUSTOMER,
        "may_answer": buys and row.state is QuoteState.SENT and not stale,
        "may_remind": sells and row.state is QuoteState.SENT and not stale,
        "may_send": sells and row.state is QuoteState.PREPARED and not stale,
        "may_order": sells and row.state is QuoteState.ACCEPTED and not stale and not row.is_disputed,
        "may_withdraw": sells and row.state in CAN_BE_WITHDRAWN,
        "may_refresh": (sells or buys) and row.state in CAN_BE_REVISED,
        "may_sign": may_sell(request.who) and row.state is QuoteState.SENT and not stale, "may_dispute": buys,
        "signed": signed_paper(who=request.who, row=row) if row.signed_on else None, "typed": typed or {},
        "sent_on": row.sent_at.date() if row.sent_at else None,
        "stale": stale, "refusal": fault, "why": why,
    }, status=409 if fault else 200)  # fmt: skip


def row_of(request: Asked, number: str) -> QuoteRow:
    """The quote, as the reader's side sees it.  Raises Http404."""
    found = quote(who=request.who, number=number, at=request.at)
    if found is None:
        raise Http404
    return found


def _filters(request: Asked) -> QuoteFilters:
    return QuoteFilters(
        view=request.GET.get("view", "")[:20], text=request.GET.get("q", "")[:100],
        customer=request.GET.get("customer", "")[:60],
    )  # fmt: skip


def _file(rows: Iterator[QuoteRow]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield "\ufeff" + str(writer.writerow(COLUMNS))
    for row in rows:
        price = "partner" if row.side is QuoteSide.RESELLER else "list"
        values = (
            row.number, row.state.value, row.organisation, row.organisation_number, row.reseller, row.lines,
            row.currency, price, *(written(each, row.currency) for each in (row.total, row.tax, row.gross)),
            row.order_day, row.valid_to, row.certificate, row.why, row.programme,
            ", ".join(sentences.service_words(each) for each in row.services),
        )  # fmt: skip
        yield str(writer.writerow([harmless(value) for value in values]))
