"""Account and colleagues: one's profile, tokens and organisations; and who may see an organisation's things."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tenure.accounts import actions, queries
from tenure.accounts.rules import NAME_LENGTH, roles_in
from tenure.accounts.words import AccountRefusal, OrganisationRow, Role, Scope, Who
from tenure.journal.words import Actor
from tenure.kit.asked import Asked
from tenure.portal.numbers import token_days_on
from tenure.portal.signup import FAULTS, ProfileFields
from tenure.toolbox.formats import count_words, quantity_words
from tenure.toolbox.marks import listed
from tenure.toolbox.refused import Refused

View = Callable[..., HttpResponse]
ROLES = {
    Role.OWNER: gettext_lazy("Owner"),
    Role.TECHNICAL: gettext_lazy("Technical contact"),
    Role.PURCHASING: gettext_lazy("Purchasing contact"),
    Role.VIEWER: gettext_lazy("Viewer"),
    Role.RESELLER: gettext_lazy("Reseller"),
}
SCOPES = {
    Scope.ENTITLEMENTS_READ: gettext_lazy("Read licences and what they entitle to"),
    Scope.ENTITLEMENTS_WRITE: gettext_lazy("Register serial numbers"),
    Scope.ACTIVATIONS_WRITE: gettext_lazy("Activate products, and let them report"),
    Scope.CASES_READ: gettext_lazy("Read cases"),
    Scope.CASES_WRITE: gettext_lazy("Open cases and write to them"),
}
SENTENCES = {
    AccountRefusal.NOT_AN_OWNER: gettext_lazy("Only an owner changes who may see this. Ask one of those listed."),
    AccountRefusal.LAST_OWNER: gettext_lazy(
        "An organisation keeps at least one owner. Hand the ownership over, or make a colleague an owner first."
    ),
    AccountRefusal.ALREADY_MEMBER: gettext_lazy("This address belongs to a colleague who has that role already."),
    AccountRefusal.ALREADY_INVITED: gettext_lazy("This address was invited to that role already; the letter is out."),
    AccountRefusal.INVITATION_ENDED: gettext_lazy(
        "This invitation does not work any more: it was used, withdrawn or is too old. Ask for a new one."
    ),
    AccountRefusal.INVITATION_FOR_ANOTHER_ADDRESS: gettext_lazy(
        "This invitation was sent to another address. Sign in with that one, or add it to your account and confirm it."
    ),
    AccountRefusal.ROLE_NOT_HERE: gettext_lazy(
        "This role does not exist in this organisation. Choose one of the list."
    ),
    AccountRefusal.HANDOVER_OPEN: gettext_lazy("An offer waits already. Withdraw it before you make another."),
    AccountRefusal.HANDOVER_TO_AN_OWNER: gettext_lazy("This colleague is an owner already."),
    AccountRefusal.HANDOVER_ENDED: gettext_lazy("This offer was accepted or withdrawn already."),
    AccountRefusal.ADDRESS_INVALID: gettext_lazy("Enter an e-mail address like name@company.example."),
    AccountRefusal.TOKEN_NAME_MISSING: gettext_lazy("Give the token a name, so that you know it again."),
    AccountRefusal.NAME_TOO_LONG: gettext_lazy("Shorten the name to 100 characters."),
    AccountRefusal.SCOPE_MISSING: gettext_lazy("Choose what the token may do."),
    AccountRefusal.TOO_MANY_TOKENS: gettext_lazy(
        "You have as many tokens as one person may have. Revoke one that is not used any more."
    ),
    AccountRefusal.NO_POLICY: gettext_lazy(
        "This is not possible yet: the operator has to put a business policy in force."
    ),
}


def actor(who: Who) -> Actor:
    """The person asking, as the journal names them."""
    return Actor(kind="person", id=str(who.person_id), name=who.name or who.email)


def door(view: View) -> View:
    """Only for people who signed in; never kept by a cache; what is not there or not theirs is the same 404."""

    @wraps(view)
    def answer(request: Asked, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refused as no:
            if no.code is AccountRefusal.NOT_FOUND:
                raise Http404
            raise

    return login_required(never_cache(answer))


class ProfileForm(ProfileFields):
    theme = forms.ChoiceField(
        label=gettext_lazy("Appearance"), required=False,
        choices=[("", gettext_lazy("As the device")), ("light", gettext_lazy("Light")), ("dark", gettext_lazy("Dark"))],
        error_messages={"invalid_choice": FAULTS[AccountRefusal.THEME_UNKNOWN][1]},
    )  # fmt: skip


class TokenForm(forms.Form):
    token_name = forms.CharField(
        label=gettext_lazy("What is it for?"), help_text=gettext_lazy("For example: build server"),
        max_length=NAME_LENGTH,
        error_messages={"required": SENTENCES[AccountRefusal.TOKEN_NAME_MISSING]},
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"), choices=[(s.value, word) for s, word in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple, error_messages={"required": SENTENCES[AccountRefusal.SCOPE_MISSING]},
    )  # fmt: skip
    days = forms.TypedChoiceField(label=gettext_lazy("It ends"), coerce=int)

    def __init__(self, *args: Any, offered_days: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = self.fields["days"]
        assert isinstance(days, forms.ChoiceField)  # noqa: S101
        days.choices = [(each, _ends_in(each)) for each in offered_days] + [(0, _("when revoked"))]


def _ends_in(days: int) -> str:
    if days == 365:
        return _("in a year")
    return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": quantity_words(days)}


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), max_length=254,
        error_messages={
            "required": SENTENCES[AccountRefusal.ADDRESS_INVALID], "invalid": SENTENCES[AccountRefusal.ADDRESS_INVALID],
        },
    )  # fmt: skip
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), error_messages={"invalid_choice": SENTENCES[AccountRefusal.ROLE_NOT_HERE]}
    )

    def __init__(self, *args: Any, place: OrganisationRow, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)  # noqa: S101
        role.choices = choices(place)
        role.initial = roles_in(place.kind)[-1].value


def choices(place: OrganisationRow) -> list[tuple[str, str]]:
    """The roles of an organisation, as a select wants them."""
    return [(role.value, str(ROLES[role])) for role in roles_in(place.kind)]


@door
@require_http_methods(["GET", "POST"])
def account(request: Asked) -> HttpResponse:
    """One's own page; POST changes the profile."""
    who = request.who
    form = ProfileForm(request.POST or None, initial=_profile(who))
    if request.method == "POST" and form.is_valid():
        actions.update_profile(who=who, profile=form.profile(), at=request.at, by=actor(who))
        messages.success(request, _("Your profile is saved."))
        return redirect("account")
    return _account_page(request, form, _token_form(request))


def _token_form(request: Asked, given: QueryDict | None = None) -> TokenForm:
    return TokenForm(given, offered_days=token_days_on(request.at.date()))


def _profile(who: Who) -> dict[str, str]:
    return {"name": who.name, "language": who.language, "zone": who.zone, "theme": who.theme}


def _account_page(request: Asked, form: forms.Form, token_form: forms.Form) -> HttpResponse:
    rows = [
        {"row": row, "roles": listed(ROLES[role] for role in row.roles)} for row in queries.organisations(request.who)
    ]
    tokens = [
        {"row": row, "scopes": listed(SCOPES[scope] for scope in row.scopes)} for row in queries.tokens(request.who)
    ]
    shown = {
        "form": form, "token_form": token_form, "organisations": rows, "tokens": tokens,
        "organisations_words": count_words(len(rows)),
        "secret": request.session.pop("new_token", ""), "faulty": token_form if token_form.is_bound else form,
    }  # fmt: skip
    return render(request, "portal/account/account.html", shown)


@door
@require_POST
def add_token(request: Asked) -> HttpResponse:
    """Make a token; its secret is shown on the next page, once."""
    form = _token_form(request, request.POST)
    if not form.is_valid():
        return _account_page(request, ProfileForm(initial=_profile(request.who)), form)
    given = form.cleaned_data
    # Tokens end in real time, also in a sandbox whose clock was moved.
    ends = datetime.now(UTC) + timedelta(days=given["days"]) if given["days"] else None
    try:
        request.session["new_token"] = actions.add_token(
            person_id=request.who.person_id or 0, name=given["token_name"], scopes=[Scope(s) for s in given["scopes"]],
            expires_at=ends, at=request.at, by=actor(request.who),
        )  # fmt: skip
    except Refused as no:
        form.add_error("token_name", _sentence(no))
        return _account_page(request, ProfileForm(initial=_profile(request.who)), form)
    return redirect("account")


@door
@require_POST
def revoke_token(request: Asked, token_id: int) -> HttpResponse:
    actions.revoke_token(who=request.who, token_id=token_id, at=request.at, by=actor(request.who))
    messages.success(request, _("The token is revoked and does not work any more."))
    return redirect("account")


@door
@require_http_methods(["GET"])
def colleagues(request: Asked) -> HttpResponse:
    """One's organisations; the page of the only one at once."""
    rows = queries.organisations(request.who)
    if len(rows) == 1:
        return redirect("account_organisation", rows[0].number)
    shown = [{"row": row, "roles": listed(ROLES[role] for role in row.roles)} for row in rows]
    return render(request, "portal/account/colleagues.html", {"organisations": shown})


@door
@require_http_methods(["GET"])
def organisation(request: Asked, number: str) -> HttpResponse:
    """The people of one organisation, the invitations that wait and the hand-over."""
    place = queries.organisation(request.who, number)
    return _organisation_page(request, place, InvitationForm(place=place))


def _organisation_page(
    request: Asked, place: OrganisationRow, form: InvitationForm, no: Refused | None = None
) -> HttpResponse:
    who = request.who
    members = queries.members(who, place.id)
    owners = {m.person_id for m in members if m.role is Role.OWNER}
    others = {m.person_id: m.name for m in members if m.person_id not in owners}
    shown = {
        "place": place, "form": form, "me": who.person_id, "choices": choices(place),
        "members": [{"row": m, "role": ROLES[m.role]} for m in members],
        "owners": sorted({m.name for m in members if m.person_id in owners}),
        "invitations": [
            {"row": i, "role": ROLES[i.role]} for i in queries.invitations(who, place.id, request.at)
        ],
        "handover": queries.handover(who, place.id), "takers": list(others.items()),
        "refusal": _sentence(no) if no else "",
    }  # fmt: skip
    return render(request, "portal/account/organisation.html", shown, status=409 if no else 200)


def _sentence(no: Refused) -> str:
    return str(SENTENCES[AccountRefusal(no.code)])


def change(verb: Callable[[Asked, OrganisationRow, dict[str, int]], str]) -> View:
    """A POST that changes an organisation's people: a sentence on success, the page with the reason on a refusal."""

    @door
    @require_POST
    @wraps(verb)
    def answer(request: Asked, number: str, **ids: int) -> HttpResponse:
        place = queries.organisation(request.who, number)
        try:
            said = verb(request, place, ids)
        except Refused as no:
            if no.code is AccountRefusal.NOT_FOUND:
                raise
            return _organisation_page(request, place, InvitationForm(place=place), no)
        messages.success(request, said)
        if queries.may_see_people(queries.who_is(request.who.person_id), place.id) and not request.who.is_staff:
            return redirect("account_organisation", number)
        return redirect("account")

    return answer


def _role(request: Asked) -> Role:
    try:
        return Role(request.POST.get("role", ""))
    except ValueError:
        raise Refused(AccountRefusal.ROLE_NOT_HERE)


def _asking(request: Asked, place: OrganisationRow) -> dict[str, Any]:
    return {"who": request.who, "organisation_id": place.id, "at": request.at, "by": actor(request.who)}


@door
@require_POST
def invite(request: Asked, number: str) -> HttpResponse:
    """Ask a colleague in."""
    place = queries.organisation(request.who, number)
    form = InvitationForm(request.POST, place=place)
    try:
        if not place.is_managed:
            raise Refused(AccountRefusal.NOT_AN_OWNER)
        if form.is_valid():
            given = form.cleaned_data
            actions.invite(email=given["email"], role=Role(given["role"]), **_asking(request, place))
            messages.success(request, _("The invitation is on its way to %(address)s.") % {"address": given["email"]})
            return redirect("account_organisation", number)
    except Refused as no:
        if no.code is AccountRefusal.NOT_AN_OWNER:
            return _organisation_page(request, place, InvitationForm(place=place), no)
        form.add_error("email", _sentence(no))
    return _organisation_page(request, place, form)


@change
def withdraw_invitation(request: Asked, place: OrganisationRow, ids: dict[str, int]) -> str:
    actions.withdraw_invitation(invitation_id=ids["invitation_id"], **_asking(request, place))
    return _("The invitation is withdrawn; its link does not work any more.")


@change
def change_role(request: Asked, place: OrganisationRow, ids: dict[str, int]) -> str:
    actions.change_role(membership_id=ids["membership_id"], role=_role(request), **_asking(request, place))
    return _("The role is changed.")


@change
def end_membership(request: Asked, place: OrganisationRow, ids: dict[str, int]) -> str:
    actions.end_membership(membership_id=ids["membership_id"], **_asking(request, place))
    return _("The role is ended.")


@change
def offer_handover(request: Asked, place: OrganisationRow, ids: dict[str, int]) -> str:
    taker = request.POST.get("taker", "")
    if not taker.isdecimal() or len(taker) > 18:
        raise Refused(AccountRefusal.NOT_FOUND)
    actions.offer_handover(taker_id=int(taker), **_asking(request, place))
    return _("The offer is made; your colleague was written to.")


@change
def accept_handover(request: Asked, place: OrganisationRow, ids: dict[str, int]) -> str:
    actions.accept_handover(handover_id=ids["handover_id"], **_asking(request, place))
    return _("You are an owner now.")


@change
def withdraw_handover(request: Asked, place: OrganisationRow, ids: dict[str, int]) -> str:
    actions.withdraw_handover(handover_id=ids["handover_id"], **_asking(request, place))
    return _("The offer is withdrawn.")


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: Asked, secret: str) -> HttpResponse:
    """What the link of an invitation leads to; POST joins."""
    try:
        offer = queries.invitation_offer(request.who, secret, request.at)
        if request.method == "POST":
            actions.accept_invitation(who=request.who, secret=secret, at=request.at, by=actor(request.who))
            messages.success(request, _("Welcome. You now see what your organisation owns."))
            return redirect("account_colleagues")
    except Refused as no:
        return render(request, "portal/account/invitation.html", {"refusal": _sentence(no)}, status=409)
    shown = {"offer": offer, "role": ROLES[offer.role], "path": request.path}
    if not offer.is_for_me and request.who.person_id is not None:
        shown["refusal"] = SENTENCES[AccountRefusal.INVITATION_FOR_ANOTHER_ADDRESS]
    return render(request, "portal/account/invitation.html", shown)
