"""Ask for a missing contact ID or for another technical contact; see what was asked; take it back."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.entitlements import actions
from tenure.entitlements.contact_sentences import WISHES as WISHES_SAID
from tenure.entitlements.contact_sentences import refusal
from tenure.entitlements.queries.contact_requests import own_contact_request, own_contact_requests
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.rules.contact_changes import needed_kinds
from tenure.entitlements.words import ContactWish, EntitlementRefusal
from tenure.entitlements.words.contact_changes import (
    ContactRefusal,
    ContactRequestRow,
    ContactState,
    ContactTold,
    ContactWanted,
)
from tenure.kit.asked import Asked
from tenure.kit.states import contact_word
from tenure.kit.uploads import received, takes_files
from tenure.policy.rules.identifiers import read_identifiers
from tenure.policy.words import Policy
from tenure.policy.words.identifiers import ReadText
from tenure.portal.cases import files
from tenure.portal.contact_requests import sentences
from tenure.portal.contact_requests.forms import ContactForm
from tenure.portal.joining.door import asking, door
from tenure.portal.joining.sentences import KINDS, near_miss
from tenure.toolbox.marks import listed
from tenure.toolbox.refused import Refused
from tenure.toolbox.upload import FileFault, Upload

WISHES = {wish.value.replace("_", "-"): wish for wish in ContactWish}
DETAILS = ("name", "email", "company", "address", "phone", "words")


@door
@require_safe
def index(request: Asked) -> HttpResponse:
    """What can be asked, and what the reader has asked so far."""
    before = request.GET.get("before", "")
    page = own_contact_requests(request.who, before=int(before) if before.isdecimal() and len(before) < 18 else None)
    shown = {
        "doors": [
            {"slug": slug, "title": WISHES_SAID[wish], "words": sentences.ABOUT[wish]}
            for slug, wish in WISHES.items()
        ],
        "rows": [_shown(row) for row in page.rows], "count": page.count,
        "older": f"?before={page.next}" if page.next else "", "is_first": not before,
    }  # fmt: skip
    return render(request, "portal/contact_requests/index.html", shown)


@takes_files(files.limits)
@door
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: Asked, wish: str) -> HttpResponse:
    """One wish with what it needs; the numbers are read out of whatever is pasted."""
    if wish not in WISHES:
        raise Http404
    chosen, policy = WISHES[wish], version_on(request.at.date()).policy
    needed = needed_kinds(wish=chosen, changes=policy.contact_changes)
    form = ContactForm(
        request.POST if request.method == "POST" else None, request.FILES or None, wish=chosen,
        needs=_needs(needed), initial=_initial(request),
    )  # fmt: skip
    if form.is_valid():
        read = read_identifiers(text=form.cleaned_data["text"], formats=[policy.identifiers[kind] for kind in needed])
        try:
            told = actions.ask_for_contact_change(
                wanted=_wanted(chosen, form, read), uploads=_uploads(request, policy), **asking(request)
            )
            return _told(request, told, read, policy)
        except Refused as no:
            _fault(form, no, read, policy)
    shown = {
        "form": form, "title": WISHES_SAID[chosen], "about": sentences.ABOUT[chosen],
        "days": policy.contact_changes.answer_days, "limits": files.words_of_limits(request),
        "formats": [(KINDS[kind], policy.identifiers[kind].example) for kind in needed],
    }  # fmt: skip
    return render(request, "portal/contact_requests/ask.html", shown, status=422 if form.errors else 200)


@door
@require_safe
def show(request: Asked, number: int) -> HttpResponse:
    """One's own request: how it stands, what was given, what can still be done."""
    row = own_contact_request(request.who, number) if number < 2**63 else None
    if row is None:
        raise Http404
    shown = {
        **_shown(row), "answer": sentences.answer(row), "given": [(KINDS[each.kind], each.value) for each in row.given],
        "may_withdraw": row.state in {ContactState.OPEN, ContactState.SCHEDULED},
    }  # fmt: skip
    return render(request, "portal/contact_requests/show.html", shown)


@door
@require_POST
def withdraw(request: Asked, number: int) -> HttpResponse:
    """Take one's own request back."""
    if number >= 2**63 or own_contact_request(request.who, number) is None:
        raise Http404
    try:
        actions.withdraw_contact_change(request_id=number, **asking(request))
        messages.success(request, _("The request is withdrawn."))
    except Refused as no:
        if no.code is not EntitlementRefusal.REQUEST_ANSWERED:
            raise
        messages.error(request, refusal(no))
    return redirect("contact-request", number)


def _told(request: Asked, told: ContactTold, read: ReadText, policy: Policy) -> HttpResponse:
    if told.state is ContactState.OPEN:
        messages.success(request, _("Your request is with customer care. You hear from us by mail."))
    else:
        messages.success(request, _("Your request is granted."))
    for miss in read.missed:
        messages.warning(request, near_miss(miss, policy))
    return redirect("contact-request", told.request_id)


def _fault(form: ContactForm, no: Refused, read: ReadText, policy: Policy) -> None:
    """Beside its field; where numbers are missing, first what nearly was one."""
    if no.code.value == "not_found":
        raise no
    if no.code is ContactRefusal.EVIDENCE_MISSING:
        for miss in read.missed:
            form.add_error("text", near_miss(miss, policy))
    form.add_error(sentences.field_of(no), refusal(no))


def _wanted(wish: ContactWish, form: ContactForm, read: ReadText) -> ContactWanted:
    told = {name: form.cleaned_data.get(name) or "" for name in DETAILS}
    day = form.cleaned_data.get("takes_effect_on")
    return ContactWanted(wish=wish, identifiers=read.found, takes_effect_on=day, **told)


def _uploads(request: Asked, policy: Policy) -> tuple[Upload, ...]:
    """The files of the form.  Raises Refused: TOO_MANY_FILES, FILE_TOO_LARGE, with the limit of the policy."""
    came = received(request, "attached")
    if came.too_large:
        most = policy.cases.largest_file_mebibytes
        raise Refused(FileFault.FILE_TOO_LARGE, name=came.too_large, most_mebibytes=most)
    if came.too_many:
        raise Refused(FileFault.TOO_MANY_FILES, most=policy.cases.most_files)
    return tuple(Upload(name=file.name or "", chunks=file.chunks()) for file in came.files)


def _needs(kinds: tuple[str, ...]) -> str:
    named = listed(KINDS[kind] for kind in kinds)
    return _("Needed: %(kinds)s. Paste them as they are, or the whole certificate.") % {"kinds": named}


def _initial(request: Asked) -> dict[str, str]:
    """What is known before it is asked: the company, and the contact ID that a link named."""
    return {"company": request.who.organisation, "text": request.GET.get("contact_id", "")[:40].replace("\0", "")}


def _shown(row: ContactRequestRow) -> dict[str, object]:
    return {"row": row, "wish": WISHES_SAID[row.wish], "state": contact_word(row)}
