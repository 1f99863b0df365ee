"""Renewal notices at the desk: the tasks of the regional teams, a customer's notices, the proof for legal windows."""

import csv
from collections.abc import Iterable, Iterator
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tenure.accounts.models import Organisation
from tenure.accounts.words import LINKERS, Who
from tenure.desk.door import staff
from tenure.entitlements.queries.rights import version_on
from tenure.journal.words import Actor
from tenure.kit.asked import Asked
from tenure.renewals.actions.tasks import WORKERS, finish_task, may_work, take_task
from tenure.renewals.notice_sentences import NEXT_STEPS, RECIPIENTS, TASKS, step_words, window_words
from tenure.renewals.queries.notices import ProofRow, notices_of_customer, proofs, proofs_all
from tenure.renewals.queries.sides import LOOKERS, may_sell
from tenure.renewals.queries.tasks import TaskFilters, TaskRow, tasks
from tenure.renewals.words import NoticeRefusal, TaskKind
from tenure.toolbox.formats import quantity_words
from tenure.toolbox.refused import Refused
from tenure.toolbox.sheets import Echo, harmless

KEPT = frozenset({"region", "kind", "show", "q"})
MINE, DONE = "mine", "done"
COLUMNS = (
    "customer", "customer_number", "serial_number", "product", "country", "subdivision", "last_covered_day",
    "window_from_days_before", "window_to_days_before", "channel", "recipient", "address", "written_at", "sent_at",
    "came_back_at", "mail", "message_id",
)  # fmt: skip


@require_safe
@staff()
def index(request: Asked) -> HttpResponse:
    """The tasks of the teams, the oldest first."""
    show = request.GET.get("show", "")
    filters = TaskFilters(
        region=request.GET.get("region", "")[:20], kind=request.GET.get("kind", "")[:40],
        text=request.GET.get("q", "")[:100], mine=show == MINE, done=show == DONE,
    )  # fmt: skip
    page = tasks(who=request.who, filters=filters, place=_number(request.GET.get("after", "")))
    kept = {name: value for name, value in request.GET.items() if name in KEPT and value}
    regions = version_on(request.at.date()).policy.regions
    shows = [("", _("that wait")), (MINE, _("that I have taken")), (DONE, _("that are done"))]
    return render(request, "desk/notices/index.html", {
        "answer": _answer(page.waiting, page.untaken), "rows": [_shown(row, request) for row in page.rows],
        "filters": filters, "show": show, "shows": shows, "may_work": may_work(request.who),
        "regions": [("", _("every region")), *((key, region.name) for key, region in regions.items())],
        "kinds": [("", _("of any kind")), *((kind.value, word) for kind, word in TASKS.items())],
        "here": request.get_full_path(), "is_filtered": bool(kept),
        "older": f"?{urlencode({**kept, 'after': page.next})}" if page.next else "",
        "newer": f"?{urlencode(kept)}" if request.GET.get("after") else "",
    })  # fmt: skip


@require_POST
@staff(*WORKERS)
def take(request: Asked, number: int) -> HttpResponse:
    """Work on it."""
    return _do(request, number, done=False)


@require_POST
@staff(*WORKERS)
def done(request: Asked, number: int) -> HttpResponse:
    """It is done; what was done is kept in the journal."""
    return _do(request, number, done=True)


@require_safe
@staff()
def customer(request: Asked, number: str) -> HttpResponse:
    """The notices of a customer, the newest first."""
    place = Organisation.objects.filter(number=number.replace("\0", "")).first()
    if place is None:
        raise Http404
    page = notices_of_customer(who=request.who, number=place.number, before=_number(request.GET.get("before", "")))
    rows = [
        {"row": row, "step": step_words(row.step),
         "letters": [{"row": each, "kind": RECIPIENTS[each.recipient]} for each in row.letters]}
        for row in page.rows
    ]  # fmt: skip
    return render(request, "desk/notices/customer.html", {
        "place": place, "rows": rows, "older": f"?before={page.next}" if page.next else "",
        "newer": reverse("desk-notices-customer", args=[place.number]) if request.GET.get("before") else "",
    })  # fmt: skip


@require_safe
@staff()
def proof(request: Asked) -> HttpResponse:
    """Letters about terms in places with a legal window, the newest first."""
    windows = version_on(request.at.date()).policy.renewals.legal_windows
    text = request.GET.get("q", "")[:100]
    page = proofs(who=request.who, windows=windows, text=text, before=_number(request.GET.get("before", "")))
    kept = {"q": text} if text else {}
    return render(request, "desk/notices/proof.html", {
        "rows": [{"row": row, "kind": RECIPIENTS[row.recipient]} for row in page.rows], "windows": windows, "q": text,
        "older": f"?{urlencode({**kept, 'before': page.next})}" if page.next else "",
        "newer": f"?{urlencode(kept)}" if request.GET.get("before") else "",
        "export": f"?{urlencode(kept)}" if kept else "",
    })  # fmt: skip


@require_safe
@staff()
def export(request: Asked) -> StreamingHttpResponse:
    """The proof as CSV."""
    windows = version_on(request.at.date()).policy.renewals.legal_windows
    rows = proofs_all(who=request.who, windows=windows, text=request.GET.get("q", "")[:100])
    answer = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="notices-{request.at.date().isoformat()}.csv"'
    return answer


def _do(request: Asked, number: int, *, done: bool) -> HttpResponse:
    asked = {"who": request.who, "task_id": min(number, 2**62), "at": request.at, "by": _actor(request)}
    try:
        if done:
            finish_task(words=request.POST.get("words", "")[:1000].replace("\0", ""), **asked)  # type: ignore[arg-type]
        else:
            take_task(**asked)  # type: ignore[arg-type]
    except Refused as refused:
        if refused.code is not NoticeRefusal.NOT_FOUND:
            raise
        messages.error(request, _("This task is done already."))
    else:
        messages.success(request, _("Done.") if done else _("It is yours now."))
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else "desk-notices")


def _shown(row: TaskRow, request: Asked) -> dict[str, object]:
    return {
        "row": row, "kind": TASKS[row.kind], "todo": NEXT_STEPS[row.kind],
        "mine": row.taken_by_id == request.who.person_id, "next": next_step(row, request.who),
        "words": window_words(row.words) if row.kind is TaskKind.LEGAL_WINDOW else row.words,
    }  # fmt: skip


def next_step(row: TaskRow, who: Who) -> tuple[str, str]:
    """Where the task is worked on, and what its link says.  Source: B1, B8; ours."""
    match row.kind:
        case TaskKind.QUOTE_WANTED if may_sell(who):
            asked = urlencode({"customer": row.number, "serial": row.serial})
            return f"{reverse('quote-new')}?{asked}", _("Prepare the quote")
        case TaskKind.BOUNCED if row.contact and who.staff & LINKERS:
            return reverse("contact-address", args=[row.number, row.contact]), _("Give another address")
        case TaskKind.BOUNCED:
            return f"{reverse('desk-addresses')}?{urlencode({'q': row.words})}", _("See the address")
        case TaskKind.LEGAL_WINDOW:
            return f"{reverse('desk-notices-proof')}?{urlencode({'q': row.serial})}", _("See what was sent")
        case _ if row.subject and who.staff & LOOKERS:
            return reverse("quote", args=[row.subject]), _("Open the quote")
        case _:
            return reverse("desk-customer", args=[row.number]), _("Find somebody at the customer")


def _answer(waiting: int, untaken: int) -> str:
    if not waiting:
        return _("Nothing waits: every term's notice found its reader.")
    words = ngettext("%(n)s task waits", "%(n)s tasks wait", waiting) % {"n": quantity_words(waiting)}
    if not untaken:
        taken = ngettext("%(words)s, and somebody is at it.", "%(words)s, and somebody is at each.", waiting)
        return taken % {"words": words}
    return _("%(words)s; %(untaken)s of them nobody has taken.") % {"words": words, "untaken": quantity_words(untaken)}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None


def _lines(rows: Iterable[ProofRow]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for row in rows:
        values = (
            row.organisation, row.number, row.serial, row.product, row.country, row.subdivision, row.ends_on,
            row.from_days, row.to_days, "e-mail", row.recipient.value, row.address, row.written_at.isoformat(),
            row.sent_at and row.sent_at.isoformat(), row.bounced_at and row.bounced_at.isoformat(), row.mail,
            row.message_id,
        )  # fmt: skip
        yield writer.writerow([value if isinstance(value, int) else harmless(value) for value in values])


def _actor(request: Asked) -> Actor:
    return Actor(kind="person", id=str(request.who.person_id), name=request.who.name)
