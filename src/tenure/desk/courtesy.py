"""Courtesies on the desk: what is asked for, what waits for a second yes, what runs; and what can be done with it."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.desk.door import staff
from tenure.entitlements import queries
from tenure.entitlements.actions import courtesy as actions
from tenure.entitlements.courtesy_sentences import asked_said, cases_said, refusal, said
from tenure.entitlements.queries.courtesy import (
    caps_of,
    courtesies,
    courtesies_of,
    courtesy,
    export_courtesies,
    may_give,
)
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.rules import usual_level
from tenure.entitlements.words import (
    AssetRow,
    CourtesyFilters,
    CourtesyRow,
    CourtesyView,
    EntitlementRefusal,
    Offer,
    TermFamily,
)
from tenure.journal.queries import history
from tenure.journal.words import Actor
from tenure.kit import line
from tenure.kit.asked import Asked
from tenure.kit.language import chosen_zone
from tenure.kit.states import Word, courtesy_word, cover_word
from tenure.policy.words import Policy
from tenure.toolbox.formats import day_words
from tenure.toolbox.refused import Refused
from tenure.toolbox.sheets import harmless

Rest = ParamSpec("Rest")
View = Callable[Concatenate[Asked, Rest], HttpResponseBase]
LONGEST = 200
VIEWS: dict[CourtesyView, Promise] = {
    CourtesyView.ASKED: lazy("asked for"),
    CourtesyView.SECOND: lazy("waiting for a second yes"),
    CourtesyView.RUNNING: lazy("running"),
    CourtesyView.OVER: lazy("over"),
}
HAPPENED: dict[str, Promise] = {
    "entitlements.courtesy_asked": lazy("Asked for"),
    "entitlements.courtesy_first_yes": lazy("Agreed, as the first of two"),
    "entitlements.courtesy_given": lazy("Given"),
    "entitlements.courtesy_declined": lazy("Declined"),
    "entitlements.courtesy_revoked": lazy("Taken back"),
}
COLUMNS = (
    "number", "state", "serial_number", "purpose", "product", "release", "customer", "customer_number", "asked_by",
    "asked_at", "why", "days", "most_cases", "cases_opened", "level", "first_yes_by", "first_yes_at", "answered_by",
    "answered_at", "because", "starts_on", "last_day", "taken_back_by", "taken_back_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A line of the list, ready to print."""

    row: CourtesyRow
    word: Word
    said: str
    cases: str


class GiveForm(forms.Form):
    """How long, for how many cases, at which level, and why."""

    use_required_attribute = False
    days = forms.IntegerField(label=lazy("Days"))
    most_cases = forms.IntegerField(label=lazy("Cases"))
    level = forms.ChoiceField(label=lazy("Level"))
    why = forms.CharField(
        label=lazy("Because"), max_length=actions.LONGEST_WHY, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy("The customer reads it."),
        error_messages={"required": lazy("Say why; the customer reads it.")},
    )  # fmt: skip

    def __init__(self, *args: Any, policy: Policy, row: AssetRow, **more: Any) -> None:
        limits, usual = policy.courtesy, usual_level(
            terms=row.terms, levels=policy.levels, kind=row.product_kind, on=row.day
        )  # fmt: skip
        first = {
            "days": min(limits.second_approver_above_days or limits.longest_days, limits.longest_days),
            "most_cases": limits.most_cases, "level": usual,
        }  # fmt: skip
        more["initial"] = first
        super().__init__(*args, **more)
        days, cases, level = self.fields["days"], self.fields["most_cases"], self.fields["level"]
        days.help_text = _("At most %(most)s; above %(two)s two people have to agree.") % {
            "most": limits.longest_days, "two": limits.second_approver_above_days,
        }  # fmt: skip
        cases.help_text = _("How many technical cases may be opened under it; at most %(most)s.") % {
            "most": limits.most_cases
        }
        assert isinstance(level, forms.ChoiceField)  # noqa: S101
        level.choices = [
            (key, each.name) for key, each in policy.levels.items() if row.product_kind in each.sold_for
        ]  # fmt: skip

    def offer(self) -> Offer:
        """What is to be given."""
        told = self.cleaned_data
        return Offer(days=told["days"], most_cases=told["most_cases"], level=told["level"], why=told["why"])


class FindForm(forms.Form):
    """Which licence it is about."""

    use_required_attribute = False
    serial = forms.CharField(
        label=lazy("Serial number"), max_length=60, help_text=lazy("As printed on the certificate."),
        error_messages={"required": lazy("Enter a serial number.")},
    )  # fmt: skip


FIELDS = {
    EntitlementRefusal.COURTESY_DAYS: "days",
    EntitlementRefusal.COURTESY_CASES: "most_cases",
    EntitlementRefusal.LEVEL_UNKNOWN: "level",
    EntitlementRefusal.WHY_MISSING: "why",
}


def givers_only(view: View[Rest]) -> View[Rest]:
    """For the staff whom the policy lets give a courtesy; for everybody else the page does not exist."""

    @staff()
    @wraps(view)
    def entered(request: Asked, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
        if not may_give(request.who, version_on(request.at.date()).policy):
            raise Http404
        return view(request, *args, **kwargs)

    return entered


@require_safe
@givers_only
def index(request: Asked) -> HttpResponse:
    """The lists; what is asked for is shown first, the oldest above."""
    filters, after = _filters(request), request.GET.get("after", "")[:80]
    page = courtesies(who=request.who, filters=filters, at=request.at, after=after)
    kept = {"view": filters.view.value, **({"q": filters.text} if filters.text else {})}
    levels = _levels(request)
    return render(request, "desk/courtesy/index.html", {
        "rows": [_listed(row, levels) for row in page.rows], "view": filters.view.value, "q": filters.text,
        "views": [(view.value, f"{VIEWS[view]} ({page.counts[view]})") for view in CourtesyView],
        "waiting": page.counts[CourtesyView.ASKED] + page.counts[CourtesyView.SECOND],
        "asked": page.counts[CourtesyView.ASKED], "second": page.counts[CourtesyView.SECOND],
        "export": f"?{urlencode(kept)}", "newest": filters.view is CourtesyView.OVER,
        "newer": f"?{urlencode(kept)}" if after else "",
        "older": f"?{urlencode({**kept, 'after': page.next})}" if page.next else "",
    })  # fmt: skip


@require_safe
@givers_only
def export(request: Asked) -> HttpResponse:
    """The list as a file: the same rows in the same order."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in export_courtesies(who=request.who, filters=_filters(request), at=request.at):
        writer.writerow([harmless(value) for value in _values(row)])
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="courtesies-{request.at.date().isoformat()}.csv"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@givers_only
def new(request: Asked) -> HttpResponse:
    """Give one that nobody asked for: first the licence, then how long, for how many cases, and why."""
    serial = request.POST.get("serial") or request.GET.get("serial", "")
    serial = "".join(serial[:60].replace("\0", "").split()).upper()
    row = queries.asset(who=request.who, serial=serial, at=request.at) if serial else None
    if row is None:
        find = FindForm({"serial": serial} if "serial" in request.GET or request.method == "POST" else None)
        if find.is_valid():
            find.add_error("serial", _("No licence has this serial number."))
        status = 422 if find.errors else 200
        return render(request, "desk/courtesy/find.html", {"form": find}, status=status)
    held = courtesies_of(who=request.who, asset_id=row.id, at=request.at)
    waiting = next((each for each in held if each.is_open), None)
    if waiting is not None:
        return redirect("desk-courtesy", waiting.id)
    form = GiveForm(request.POST if request.method == "POST" else None, policy=_policy(row), row=row)
    if form.is_valid():
        done = _give(request, row, form, None)
        if done is not None:
            return done
    levels = _levels(request)
    return render(request, "desk/courtesy/new.html", {
        **_about(request, row, 0), "form": form, "told": [_listed(each, levels) for each in held],
    }, status=422 if form.errors else 200)  # fmt: skip


@require_safe
@givers_only
def show(request: Asked, number: int) -> HttpResponse:
    """One courtesy: who asks and why, how much of the caps is used, and what can be done."""
    row = _row(request, number)
    return _page(request, row)


@require_POST
@givers_only
def give(request: Asked, number: int) -> HttpResponse:
    """Yes to a request."""
    row = _row(request, number)
    owned = _asset(request, row)
    form = GiveForm(request.POST, policy=_policy(owned), row=owned)
    if form.is_valid():
        done = _give(request, owned, form, row.id)
        if done is not None:
            return done
    return _page(request, row, form=form)


@require_POST
@givers_only
def confirm(request: Asked, number: int) -> HttpResponse:
    """The second yes."""
    return _do(request, number, actions.confirm_courtesy, _("It is given; who asked and the owners were written to."))


@require_POST
@givers_only
def decline(request: Asked, number: int) -> HttpResponse:
    """No, and why."""
    why = request.POST.get("why", "")
    done = _("It is declined; who asked and the owners were written to.")
    return _do(request, number, actions.decline_courtesy, done, why=why)


@require_POST
@givers_only
def revoke(request: Asked, number: int) -> HttpResponse:
    """Take it back, and say why."""
    why = request.POST.get("why", "")
    done = _("It is taken back; who asked and the owners were written to.")
    return _do(request, number, actions.revoke_courtesy, done, why=why)


def _give(request: Asked, owned: AssetRow, form: GiveForm, number: int | None) -> HttpResponse | None:
    """Give it; None where the page says what is wrong."""
    try:
        given = actions.give_courtesy(
            who=request.who, serial=owned.serial, offer=form.offer(), request=number, at=request.at, by=_actor(request)
        )
    except Refused as no:
        if no.code is EntitlementRefusal.REQUEST_ANSWERED and number is not None:
            messages.error(request, refusal(no))
            return redirect("desk-courtesy", number)
        form.add_error(FIELDS.get(EntitlementRefusal(no.code)), refusal(no))
        return None
    row = _row(request, given)
    if row.is_open:
        messages.success(request, _("You agreed. As it is a long one, somebody else has to agree as well."))
    else:
        messages.success(request, _("It is given; who asked and the owners were written to."))
    return redirect("desk-courtesy", given)


def _do(request: Asked, number: int, act: Callable[..., None], done: str, **more: str) -> HttpResponse:
    row = _row(request, number)
    try:
        act(who=request.who, courtesy_id=row.id, at=request.at, by=_actor(request), **more)
    except Refused as no:
        if no.code is EntitlementRefusal.REQUEST_ANSWERED:
            messages.error(request, refusal(no))
            return redirect("desk-courtesy", row.id)
        return _page(request, row, no=no, why=more.get("why", ""))
    messages.success(request, done)
    return redirect("desk-courtesy", row.id)


def _page(
    request: Asked, row: CourtesyRow, *, form: GiveForm | None = None, no: Refused | None = None, why: str = ""
) -> HttpResponse:  # fmt: skip
    owned, levels, zone = _asset(request, row), _levels(request), chosen_zone(request)
    held = courtesies_of(who=request.who, asset_id=owned.id, at=request.at)
    others = [_listed(each, levels) for each in held if each.id != row.id]
    is_second = row.is_open and row.first_by_id is not None
    status = 422 if form is not None and form.errors else 409 if no else 200
    return render(request, "desk/courtesy/show.html", {
        **_about(request, owned, row.id if row.is_open else 0), "row": row,
        "word": courtesy_word(row.state), "said": said(row, levels),
        "cases": cases_said(row), "asked": asked_said(row, zone), "why": why, "refusal": refusal(no) if no else "",
        "form": form or (GiveForm(policy=_policy(owned), row=owned) if row.is_open and not is_second else None),
        "is_second": is_second, "is_mine": is_second and row.first_by_id == request.who.person_id,
        "level": levels.get(row.level, row.level), "told": others,
        "history": [
            (entry, HAPPENED.get(entry.verb, entry.verb))
            for entry in history(subject_kind="courtesy", subject=str(row.id))
        ],
    }, status=status)  # fmt: skip


def _about(request: Asked, owned: AssetRow, besides: int) -> dict[str, object]:
    """The licence, its line of time, and how much of the caps is used."""
    limits = _policy(owned).courtesy
    used = caps_of(
        asset_id=owned.id, organisation_id=owned.organisation_id, person_id=request.who.person_id, at=request.at,
        besides=besides,
    )  # fmt: skip
    return {
        "asset": owned, "cover": cover_word(owned.cover), "lanes": _lanes(owned, _levels(request)),
        "caps": [
            (_("Of this licence, within a year"), used.asset, limits.most_per_asset_a_year),
            (_("Of this customer, within a year"), used.customer, limits.most_per_customer_a_year),
            (_("By you, within a month"), used.approver, limits.most_per_approver_a_month),
        ],
    }  # fmt: skip


def _lanes(owned: AssetRow, levels: Mapping[str, str]) -> list[line.Lane]:
    """What was paid for, and apart from it every courtesy."""
    days = [day for term in owned.terms for day in (term.starts, term.ends)] or [owned.day]
    axis = line.around(days, today=owned.day, rtl=get_language_bidi())
    paid, given = list[line.Span](), list[line.Span]()
    for term in owned.terms:
        until = {"level": levels.get(term.level, term.level), "day": day_words(term.last_day)}
        live = term.starts <= owned.day < term.ends
        if term.family is TermFamily.COURTESY:
            words, tone = _("Courtesy to %(day)s") % until, "quiet" if term.ends <= owned.day else "wait"
            given.append(line.Span(kind="extended", tone=tone, starts=term.starts, ends=term.ends, said=words))
        else:
            words, tone = _("%(level)s to %(day)s") % until, "good" if live else "quiet"
            paid.append(
                line.Span(
                    kind="term", tone=tone, starts=term.starts, ends=term.ends, word=until["level"], said=words
                )
            )  # fmt: skip
    lanes = [line.head(axis), line.lane(axis, _("Terms"), paid, tall=True)]
    return [*lanes, line.lane(axis, _("Courtesy"), given)] if given else lanes


def _listed(row: CourtesyRow, levels: Mapping[str, str]) -> Listed:
    return Listed(row=row, word=courtesy_word(row.state), said=said(row, levels), cases=cases_said(row))


def _filters(request: Asked) -> CourtesyFilters:
    wanted = request.GET.get("view", "")
    view = next((each for each in CourtesyView if each.value == wanted), CourtesyView.ASKED)
    return CourtesyFilters(view=view, text=request.GET.get("q", "")[:LONGEST].replace("\0", "").strip())


def _row(request: Asked, number: int) -> CourtesyRow:
    found = courtesy(who=request.who, courtesy_id=number, at=request.at)
    if found is None:
        raise Http404
    return found


def _asset(request: Asked, row: CourtesyRow) -> AssetRow:
    found = queries.asset(who=request.who, serial=row.serial, at=request.at)
    if found is None:
        raise Http404
    return found


def _policy(owned: AssetRow) -> Policy:
    return version_on(owned.day).policy


def _levels(request: Asked) -> Mapping[str, str]:
    return {key: level.name for key, level in version_on(request.at.date()).policy.levels.items()}


def _values(row: CourtesyRow) -> tuple[object, ...]:
    return (
        row.id, row.state.value, row.serial, row.purpose.value, row.product, row.release, row.organisation,
        row.organisation_number, row.asked_by, _iso(row.asked_at), row.why, row.days, row.most_cases, len(row.cases),
        row.level, row.first_by, _iso(row.first_at), row.answered_by, _iso(row.answered_at), row.answer_why, row.starts,
        row.last_day, row.revoked_by, _iso(row.revoked_at),
    )  # fmt: skip


def _iso(instant: Any) -> str:
    return instant.isoformat(timespec="seconds") if instant else ""


def _actor(request: Asked) -> Actor:
    return Actor(kind="person", id=str(request.who.person_id), name=request.who.name or request.who.email)
