"""The vendor's teams: all staff see them; managers and operators make and change them."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.accounts import actions, queries
from tenure.accounts.actions.teams import MAKERS
from tenure.accounts.rules import NAME_LENGTH
from tenure.accounts.words import AccountRefusal, StaffRow, TeamChange, TeamRow, TeamTopic
from tenure.desk.door import staff
from tenure.desk.words import STAFF_ROLES, TEAM_CHANGES, TEAM_REFUSALS, TOPICS
from tenure.journal.words import Actor
from tenure.kit.asked import Asked
from tenure.policy.queries import policy_on
from tenure.toolbox.refused import Refused


class NameForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=NAME_LENGTH,
        error_messages={
            "required": TEAM_REFUSALS[AccountRefusal.NAME_MISSING],
            "max_length": TEAM_REFUSALS[AccountRefusal.NAME_TOO_LONG],
        },
    )  # fmt: skip


class TeamForm(NameForm):
    topic = forms.ChoiceField(
        label=gettext_lazy("It works on"), choices=[(topic.value, word) for topic, word in TOPICS.items()]
    )
    region = forms.ChoiceField(
        label=gettext_lazy("For"), required=False,
        error_messages={"invalid_choice": TEAM_REFUSALS[AccountRefusal.REGION_UNKNOWN]},
    )  # fmt: skip

    def __init__(self, *args: Any, regions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        region = self.fields["region"]
        assert isinstance(region, forms.ChoiceField)  # noqa: S101
        region.choices = [("", _("All regions")), *regions]


def _regions(request: Asked) -> list[tuple[str, str]]:
    """The policy's regions as a select wants them; none without a policy."""
    try:
        return [(key, region.name) for key, region in policy_on(request.at.date()).policy.regions.items()]
    except Refused:
        return []


def _asking(request: Asked) -> dict[str, Any]:
    who = request.who
    return {
        "who": who, "at": request.at, "by": Actor(kind="person", id=str(who.person_id), name=who.name or who.email)
    }  # fmt: skip


@require_safe
@staff()
def index(request: Asked) -> HttpResponse:
    rows = [_shown(team, dict(_regions(request))) for team in queries.teams(request.who)]
    return render(request, "desk/teams/index.html", {"teams": rows, "may_change": bool(request.who.staff & MAKERS)})


def _shown(team: TeamRow, regions: dict[str, str]) -> dict[str, object]:
    return {"row": team, "topic": TOPICS[team.topic], "region": regions.get(team.region, team.region)}


@require_http_methods(["GET", "HEAD", "POST"])
@staff(*MAKERS)
def add(request: Asked) -> HttpResponse:
    """Make a team."""
    form = TeamForm(request.POST if request.method == "POST" else None, regions=_regions(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            slug = actions.add_team(
                name=given["name"], topic=TeamTopic(given["topic"]), region=given["region"], **_asking(request)
            )
        except Refused as no:
            form.add_error("name", str(TEAM_REFUSALS[AccountRefusal(no.code)]))
        else:
            messages.success(request, _("The team is made."))
            return redirect("desk-team", slug)
    return render(request, "desk/teams/new.html", {"form": form})


@require_safe
@staff()
def show(request: Asked, slug: str) -> HttpResponse:
    """A team: who works in it, and what was done to it."""
    return _page(request, _team(request, slug), None)


def _team(request: Asked, slug: str) -> TeamRow:
    try:
        return queries.team(request.who, slug)
    except Refused:
        raise Http404


def _page(request: Asked, team: TeamRow, form: forms.Form | None, refusal: str = "") -> HttpResponse:
    inside, outside = queries.team_people(request.who, team.id)
    shown = {
        "team": _shown(team, dict(_regions(request))),
        "people": [_person(row) for row in inside],
        "others": outside,
        "changes": [_change(row) for row in queries.team_changes(request.who, team.slug)],
        "may_change": bool(request.who.staff & MAKERS),
        "form": form or NameForm(initial={"name": team.name}),
        "refusal": refusal,
    }
    return render(request, "desk/teams/show.html", shown, status=409 if refusal else 200)


def _person(row: StaffRow) -> dict[str, object]:
    return {"row": row, "roles": ", ".join(str(STAFF_ROLES[role]) for role in row.roles)}


def _change(row: TeamChange) -> dict[str, object]:
    facts = {"person": row.person or _("Somebody"), "before": row.before, "after": row.after}
    return {"row": row, "words": str(TEAM_CHANGES[row.verb]) % facts}


@require_POST
@staff(*MAKERS)
def rename(request: Asked, slug: str) -> HttpResponse:
    team = _team(request, slug)
    form = NameForm(request.POST)
    if form.is_valid():
        try:
            actions.rename_team(slug=slug, name=form.cleaned_data["name"], **_asking(request))
        except Refused as no:
            form.add_error("name", _sentence(no))
        else:
            messages.success(request, _("The team has its new name."))
            return redirect("desk-team", slug)
    return _page(request, team, form)


def _sentence(no: Refused) -> str:
    """What the refusal says.  Http404 for what is not there."""
    if no.code is AccountRefusal.NOT_FOUND:
        raise Http404
    return str(TEAM_REFUSALS[AccountRefusal(no.code)])


def _changing(verb: Callable[..., str]) -> Callable[..., HttpResponseBase]:
    """A POST that changes a team: a sentence on success, the page with the reason on a refusal."""

    @require_POST
    @staff(*MAKERS)
    def answer(request: Asked, /, slug: str, **ids: int) -> HttpResponse:
        team = _team(request, slug)
        try:
            said = verb(request, slug, **ids)
        except Refused as no:
            return _page(request, team, None, _sentence(no))
        messages.success(request, said)
        return redirect("desk-team", slug)

    return answer


@_changing
def archive(request: Asked, slug: str) -> str:
    actions.archive_team(slug=slug, **_asking(request))
    return _("The team is archived: it takes nobody in. Its people and its history stay.")


@_changing
def unarchive(request: Asked, slug: str) -> str:
    actions.unarchive_team(slug=slug, **_asking(request))
    return _("The team is in use again.")


@_changing
def join(request: Asked, slug: str) -> str:
    given = request.POST.get("person", "")
    person_id = int(given) if given.isascii() and given.isdecimal() and len(given) < 18 else 0
    actions.join_team(slug=slug, person_id=person_id, **_asking(request))
    return _("The team has one more.")


@_changing
def leave(request: Asked, slug: str, person_id: int) -> str:
    actions.leave_team(slug=slug, person_id=person_id, **_asking(request))
    return _("The team has one less.")
