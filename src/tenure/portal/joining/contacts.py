"""The contact seats of an organisation: who holds one, name a colleague, end one, choose who stays."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from tenure.accounts.rules import NAME_LENGTH
from tenure.accounts.words import AccountRefusal
from tenure.entitlements import actions, queries
from tenure.entitlements.contact_sentences import WISHES
from tenure.entitlements.queries.contact_history import contacts_by_address
from tenure.entitlements.queries.contact_requests import contact_changes_of
from tenure.entitlements.queries.joining import Place
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.words import EntitlementRefusal, SeatGroup
from tenure.kit.asked import Asked
from tenure.kit.states import contact_word
from tenure.portal.joining import sentences
from tenure.portal.joining.door import asking, door, entered
from tenure.toolbox.marks import beside
from tenure.toolbox.refused import Refused

BY_FIELD = {AccountRefusal.NAME_MISSING: "name", AccountRefusal.NAME_TOO_LONG: "name"}


class NamingForm(forms.Form):
    email = forms.EmailField(
        label=lazy("E-mail address"), max_length=254,
        error_messages=dict.fromkeys(("required", "invalid"), sentences.REFUSALS[AccountRefusal.ADDRESS_INVALID]),
    )  # fmt: skip
    name = forms.CharField(
        label=lazy("Name"), required=False, max_length=NAME_LENGTH,
        help_text=lazy("Not needed for a colleague who has an account here."),
        error_messages={"max_length": sentences.REFUSALS[AccountRefusal.NAME_TOO_LONG]},
    )  # fmt: skip
    instead_of = forms.ChoiceField(label=lazy("In the place of"), required=False)

    def __init__(self, data: QueryDict | None = None, *, group: SeatGroup) -> None:
        super().__init__(data, prefix=f"a{group.agreement_id}")
        held = [(seat.identifier, beside(seat.name, seat.identifier)) for seat in group.seats]
        field = self.fields["instead_of"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [*([("", _("nobody: take a free seat"))] if group.free else []), *held]
        field.required = not group.free


@door
@require_safe
def show(request: Asked, number: str) -> HttpResponse:
    """The seats by agreement; owners and customer care change them, colleagues and staff read."""
    return _page(request, entered(request, number, to_decide=False))


@door
@require_POST
def name(request: Asked, number: str, agreement_id: int) -> HttpResponse:
    """Name a technical contact; their contact ID goes out by mail."""
    place = entered(request, number, to_decide=True)
    group = _group(request, place, agreement_id)
    form = NamingForm(request.POST, group=group)
    if not form.is_valid():
        return _page(request, place, forms_by={agreement_id: form})
    given = form.cleaned_data
    try:
        actions.name_colleague(
            agreement_id=group.agreement_id, name=given["name"], email=given["email"],
            instead_of=given["instead_of"], **asking(request),
        )  # fmt: skip
    except Refused as no:
        if no.code.value == "not_found":
            raise
        form.add_error(BY_FIELD.get(no.code, "email") if isinstance(no.code, AccountRefusal) else None,
                       sentences.refusal(no))  # fmt: skip
        return _page(request, place, forms_by={agreement_id: form}, status=409)
    messages.success(request, _("The contact ID is on its way to %(address)s.") % {"address": given["email"]})
    return redirect("contacts", number)


@door
@require_POST
def end(request: Asked, number: str, identifier: str) -> HttpResponse:
    """End one seat; its contact ID is never given again."""
    place = entered(request, number, to_decide=True)
    return _done(
        request, place, _("The seat is ended; its contact ID does not work any more."),
        lambda: actions.release_seat(
            organisation_id=place.id, identifier=identifier.replace("\0", ""), **asking(request)
        ),
    )  # fmt: skip


@door
@require_POST
def choose(request: Asked, number: str, agreement_id: int) -> HttpResponse:
    """Say in one step who stays; the seats of all others end."""
    place = entered(request, number, to_decide=True)
    staying = [each.replace("\0", "") for each in request.POST.getlist("stays")]
    return _done(
        request, place, _("Those you chose keep their seats and contact IDs; the other seats are ended."),
        lambda: actions.choose_seats(
            agreement_id=_group(request, place, agreement_id).agreement_id, staying=staying, **asking(request)
        ),
        staying=frozenset(staying),
    )  # fmt: skip


@door
@require_POST
def withdraw(request: Asked, number: str, request_id: int) -> HttpResponse:
    """Take back a change that is to come, or a request that waits."""
    place = entered(request, number, to_decide=True)
    if request_id not in {row.id for row in contact_changes_of(request.who, place.id)}:
        raise Http404
    return _done(
        request, place, _("The change is withdrawn; who asked was written to."),
        lambda: actions.withdraw_contact_change(request_id=request_id, **asking(request)),
    )  # fmt: skip


def _done(
    request: Asked, place: Place, said: str, act: Callable[[], None], staying: frozenset[str] | None = None
) -> HttpResponse:
    try:
        act()
    except Refused as no:
        if no.code.value == "not_found":
            raise
        return _page(request, place, no=no, staying=staying, status=409)
    messages.success(request, said)
    return redirect("contacts", place.number)


def _group(request: Asked, place: Place, agreement_id: int) -> SeatGroup:
    """The seats of an agreement of this organisation.  Refused: not_found."""
    for group in queries.seats_of(who=request.who, organisation_id=place.id, at=request.at):
        if group.agreement_id == agreement_id:
            return group
    raise Refused(EntitlementRefusal.NOT_FOUND)


def _page(
    request: Asked, place: Place, *, forms_by: dict[int, NamingForm] | None = None, no: Refused | None = None,
    staying: frozenset[str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page; what waits for a choice stands first."""
    given = forms_by or {}
    levels = version_on(request.at.date()).policy.levels
    held = queries.seats_of(who=request.who, organisation_id=place.id, at=request.at)
    silent = contacts_by_address(request.who, place.id)
    unreached = {contact.email.lower() for contact in silent}
    groups = [
        {
            "row": group, "said": sentences.seats_taken(group),
            "level": levels[group.level].name if group.level in levels else group.level,
            "seats": [
                {"row": seat, "stays": staying is None or seat.identifier in staying,
                 "unreached": seat.email.lower() in unreached,
                 "former": levels[seat.level].name if seat.level in levels and seat.level != group.level else ""}
                for seat in group.seats
            ],
            "form": given.get(group.agreement_id) or NamingForm(group=group),
        }
        for group in sorted(held, key=lambda each: not each.is_over)
    ]  # fmt: skip
    shown = {
        "place": place, "groups": groups, "faulty": next(iter(given.values()), None),
        "refusal": sentences.refusal(no) if no else "",
        "changes": [
            {"row": row, "wish": WISHES[row.wish], "state": contact_word(row)}
            for row in contact_changes_of(request.who, place.id)
        ],
        "silent": silent,
    }  # fmt: skip
    return render(request, "portal/joining/contacts.html", shown, status=status)
