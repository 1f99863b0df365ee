"""Requests about technical contacts that customer care answers: the worklist, one request, its files, the answers."""

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tenure.accounts.words import LINKERS, Who
from tenure.desk.door import staff
from tenure.entitlements import actions, queries
from tenure.entitlements.contact_sentences import KINDS, WISHES, refusal
from tenure.entitlements.queries.contact_requests import (
    RequestFilters,
    contact_request_for_care,
    contact_requests_for_care,
    evidence_file,
    evidence_of,
    matches_of,
)
from tenure.entitlements.queries.joining import Place, place_of
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.rules.contact_changes import CONTACT_ID, missing_kinds, needed_kinds
from tenure.entitlements.words import EntitlementRefusal, SeatGroup
from tenure.entitlements.words.contact_changes import ContactRequestRow, ContactState, MatchRow
from tenure.journal.queries import history
from tenure.journal.words import Actor
from tenure.kit.asked import Asked
from tenure.kit.language import chosen_zone
from tenure.kit.refusals import Refusal, Way, refuse
from tenure.kit.states import Word, contact_word
from tenure.toolbox.formats import in_zone
from tenure.toolbox.refused import Refused
from tenure.toolbox.sheets import Echo, harmless

COLUMNS = ("wish", "asked_at", "due_on", "asked_by", "email", "reseller", "customer", "customer_number", "new_contact",
           "new_email", "from_day", "numbers", "files")  # fmt: skip
SEALED = "sandbox; default-src 'none'"
KEPT = frozenset({"wish", "q"})
HAPPENED = {
    "entitlements.contact_change_asked": lazy("Asked"),
    "entitlements.contact_change_granted": lazy("Granted"),
    "entitlements.contact_change_applied": lazy("Carried out"),
    "entitlements.contact_change_declined": lazy("Declined"),
    "entitlements.contact_change_withdrawn": lazy("Withdrawn"),
    "entitlements.contact_change_returned": lazy("Could not be carried out on its day"),
}


@require_safe
@staff(*LINKERS)
def index(request: Asked) -> HttpResponse:
    """What waits for customer care, the oldest first, each with the day by which an answer is due."""
    after = request.GET.get("after", "")
    filters = _filters(request)
    place = int(after) if after.isdecimal() and len(after) < 18 else None
    page = contact_requests_for_care(request.who, filters, after=place)
    kept = {name: value for name, value in request.GET.items() if name in KEPT and value}
    today = in_zone(request.at, chosen_zone(request)).date()
    shown = {
        "rows": [{"row": row, "wish": WISHES[row.wish], "due": _due(row, today)} for row in page.rows],
        "count": page.count, "filters": filters, "wishes": [("", _("of any kind")), *_wishes()], "kept": kept,
        "older": f"?{urlencode({**kept, 'after': page.next})}" if page.next else "",
        "first": f"?{urlencode(kept)}" if after else "", "export": f"?{urlencode(kept)}" if kept else "",
    }  # fmt: skip
    return render(request, "desk/contact_requests/index.html", shown)


@require_safe
@staff(*LINKERS)
def export(request: Asked) -> StreamingHttpResponse:
    """The filtered worklist as CSV."""
    answer = StreamingHttpResponse(_lines(request.who, _filters(request)), content_type="text/csv; charset=utf-8")
    name = f"contact-requests-{request.at.date().isoformat()}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_safe
@never_cache
@staff(*LINKERS)
def show(request: Asked, number: int) -> HttpResponse:
    """One request: what was given, what bears it and what does not, who is seated, the files, the two answers."""
    return _page(request, _row(request, number))


@require_POST
@staff(*LINKERS)
def grant(request: Asked, number: int) -> HttpResponse:
    """Grant it, on the agreement and in the place of the seat that care chose."""
    row = _row(request, number)
    chosen = request.POST.get("agreement", "")
    return _answered(
        request, row, _("The request is granted; who asked and the owners were written to."),
        lambda: actions.grant_contact_change(
            who=request.who, request_id=row.id, seat=request.POST.get("seat", "")[:40].replace("\0", ""),
            agreement_id=int(chosen) if chosen.isdecimal() and len(chosen) < 18 else None,
            customer=request.POST.get("customer", "")[:100], at=request.at, by=_actor(request.who),
        ),
    )  # fmt: skip


@require_POST
@staff(*LINKERS)
def decline(request: Asked, number: int) -> HttpResponse:
    row = _row(request, number)
    return _answered(
        request, row, _("The request is declined; who asked and the owners were written to."),
        lambda: actions.decline_contact_change(
            who=request.who, request_id=row.id, why=request.POST.get("why", ""), at=request.at, by=_actor(request.who)
        ),
    )  # fmt: skip


@require_POST
@staff(*LINKERS)
def withdraw(request: Asked, number: int) -> HttpResponse:
    """Take back what was granted for a later day."""
    row = _row(request, number)
    return _answered(
        request, row, _("The change is withdrawn; who asked and the owners were written to."),
        lambda: actions.withdraw_contact_change(
            who=request.who, request_id=row.id, at=request.at, by=_actor(request.who)
        ),
    )  # fmt: skip


@require_safe
@never_cache
@staff(*LINKERS)
def file(request: Asked, number: int, file_id: int) -> HttpResponseBase:
    """One file: taken down, never shown by the browser; not before it was scanned, and not if it harms."""
    held = evidence_file(request.who, number, file_id) if max(number, file_id) < 2**63 else None
    if held is None:
        raise Http404
    row, stored_as = held
    if not row.may_be_taken_down:
        infected = row.scan == "infected"
        because = (
            _("because the scanner found something harmful in it.")
            if infected
            else _("because it is still being scanned.")
        )
        return _not_given(request, number, row.name, because)
    try:
        content = default_storage.open(stored_as)
    except FileNotFoundError:
        return _not_given(request, number, row.name, _("because it is missing from our storage."))
    answer = FileResponse(content, as_attachment=True, filename=row.name, content_type="application/octet-stream")
    answer["Content-Security-Policy"] = SEALED
    answer["Content-Length"] = str(row.size_bytes)
    return answer


def _not_given(request: Asked, number: int, name: str, because: str) -> HttpResponse:
    back = Way(
        title=_("Go back to the request"), words=_("Its numbers may be enough."),
        url=f"/desk/contact-requests/{number}", action=_("Read the request"),
    )  # fmt: skip
    no = Refusal(title=name, said=_("This file is not handed out"), because=because, ways=(back,))
    return refuse(request, no, status=409)


def _answered(request: Asked, row: ContactRequestRow, said: str, act: Callable[[], None]) -> HttpResponse:
    try:
        act()
    except Refused as no:
        if no.code is EntitlementRefusal.REQUEST_ANSWERED:
            messages.error(request, _("This request was answered already."))
            return redirect("desk-contact-request", row.id)
        return _page(request, row, no)
    messages.success(request, said)
    return redirect("desk-contact-requests")


def _row(request: Asked, number: int) -> ContactRequestRow:
    found = contact_request_for_care(request.who, number) if number < 2**63 else None
    if found is None:
        raise Http404
    return found


def _page(request: Asked, row: ContactRequestRow, no: Refused | None = None) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    place = _place(request, given.get("customer", "")) or (place_of(request.who, row.number) if row.number else None)
    groups = queries.seats_of(who=request.who, organisation_id=place.id, at=request.at) if place else ()
    policy = version_on(request.at.date()).policy
    levels = {key: level.name for key, level in policy.levels.items()}
    matches = matches_of(request.who, row)
    needed = needed_kinds(wish=row.wish, changes=policy.contact_changes)
    missing = missing_kinds(needed=needed, given=row.given, has_file=False)
    shown = {
        "row": row, "wish": WISHES[row.wish], "state": contact_word(row), "place": place,
        "is_open": row.state is ContactState.OPEN, "is_scheduled": row.state is ContactState.SCHEDULED,
        "matches": [{"kind": KINDS[match.identifier.kind], "match": match} for match in matches],
        "fit": _fit(matches), "missing": ", ".join(str(KINDS[kind]) for kind in missing),
        "groups": [_group(group, levels) for group in groups], "files": evidence_of(request.who, row.id),
        "agreement": given.get("agreement", ""), "seat": given.get("seat", row.replaces), "why": given.get("why", ""),
        "customer": given.get("customer", ""), "refusal": _sentence(no) if no else "",
        "returned": _returned(row),
        "history": [
            {"line": line, "words": HAPPENED.get(line.verb, line.verb)}
            for line in history(subject_kind="contact_request", subject=str(row.id))
        ],
    }  # fmt: skip
    return render(request, "desk/contact_requests/show.html", shown, status=409 if no else 200)


def _place(request: Asked, number: str) -> Place | None:
    tidy = number.replace("\0", "").strip().upper()[:100]
    return place_of(request.who, tidy) if tidy else None


def _group(group: SeatGroup, levels: dict[str, str]) -> dict[str, object]:
    return {"row": group, "id": str(group.agreement_id), "level": levels.get(group.level, group.level)}


def _fit(matches: Sequence[MatchRow]) -> Word:
    """What the numbers say together, as tone, icon and a sentence."""
    printed = [match for match in matches if match.identifier.kind != CONTACT_ID]
    shared = set.intersection(*({*match.certificates} for match in printed)) if printed else set()
    customers = set.intersection(*({*match.customers} for match in matches)) if matches else set()
    if len(shared) == 1 and len(customers) == 1:
        ((_number, name),) = customers
        said = _("All numbers belong to one certificate of %(name)s.") % {"name": name}
        return Word(tone="good", icon="circle-check", word=said)
    if not matches:
        return Word(tone="wait", icon="circle-pause", word=_("No number was given; look at the file."))
    if not any(match.customers for match in matches):
        return Word(tone="bad", icon="circle-x", word=_("Nothing bears these numbers."))
    if not all(match.customers for match in matches):
        return Word(tone="bad", icon="circle-x", word=_("Not every number exists."))
    return Word(tone="bad", icon="circle-x", word=_("The numbers are not all on one certificate of one customer."))


def _returned(row: ContactRequestRow) -> str:
    """Why a granted request came back on its day; "" for every other."""
    if row.state is not ContactState.OPEN or not row.why:
        return ""
    if row.why == EntitlementRefusal.SEATS_TAKEN:
        return _("It was granted, and on its day all seats were taken.")
    return _("It was granted, and on its day it could not be carried out.")


def _sentence(no: Refused) -> str:
    if no.code.value == "not_found":
        return _("This agreement is not one of this customer. Choose one of the list.")
    return refusal(no)


def _due(row: ContactRequestRow, today: date) -> Word:
    late = row.due_on < today
    return Word(tone="bad" if late else "quiet", icon="triangle-alert" if late else "clock", word="")


def _wishes() -> list[tuple[str, object]]:
    return [(wish.value, words) for wish, words in WISHES.items()]


def _filters(request: Asked) -> RequestFilters:
    return RequestFilters(wish=request.GET.get("wish", "")[:40], text=request.GET.get("q", "")[:100])


def _lines(who: Who, filters: RequestFilters) -> Iterator[str]:
    writer, after = csv.writer(Echo()), None
    yield "\ufeff" + writer.writerow(COLUMNS)
    while True:
        page = contact_requests_for_care(who, filters, limit=100, after=after)
        for row in page.rows:
            values = (
                row.wish.value, row.asked_at.isoformat(timespec="seconds"), row.due_on, row.asked_by,
                row.asked_by_email, row.as_reseller, row.organisation, row.number, row.name, row.email,
                row.takes_effect_on, " ".join(each.value for each in row.given), row.files,
            )  # fmt: skip
            yield writer.writerow([harmless(value) for value in values])
        after = page.next
        if after is None:
            return


def _actor(who: Who) -> Actor:
    return Actor(kind="person", id=str(who.person_id), name=who.name or who.email)
