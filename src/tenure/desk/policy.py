"""The policy at the desk: its versions, what differs between them, and drafts that are simulated before they apply."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tenure.accounts.queries import who_is
from tenure.accounts.words import StaffRole
from tenure.desk.door import staff
from tenure.journal.queries import acts_on
from tenure.journal.words import Actor, Line
from tenure.kit.asked import Asked
from tenure.kit.language import chosen_zone
from tenure.kit.uploads import Limits, received, takes_files
from tenure.outlook import simulation_sentences as words
from tenure.outlook.rules import from_plain
from tenure.outlook.words import ChangedRow, Part, PartResult, Simulation
from tenure.policy import actions
from tenure.policy.queries import (
    DraftRow,
    draft,
    drafts,
    policy_numbered,
    policy_on_or_first,
    source_numbered,
    source_on,
    versions,
)
from tenure.policy.rules import LARGEST_BYTES, Change, difference, is_part, read_policy, whole
from tenure.policy.words import Code, Mistake, PolicyMistakes
from tenure.toolbox.formats import day_words
from tenure.toolbox.refused import Refused

READERS: Final = (StaffRole.RENEWALS, StaffRole.MANAGER, StaffRole.OPERATOR)
MOST_MISTAKES: Final = 50
REFUSALS: Final[dict[str, Promise]] = {
    Code.IN_THE_PAST: lazy("A policy never changes what was: choose today or a later day."),
    Code.TOO_FAR: lazy("That is too far ahead: the last year is %(last_year)s."),
    Code.ALREADY_APPLIED: lazy(
        "This very file is version %(number)s already, from another day. To apply it again, change its edition."
    ),
    Code.NO_VERSION: lazy("No policy is in force yet. The operator applies the first one by the command line."),
    Code.UNKNOWN_DRAFT: lazy("This draft was applied or put away a moment ago."),
}  # fmt: skip


class DraftForm(forms.Form):
    """A policy as a file or as text, and the day it is meant for."""

    use_required_attribute = False
    in_force_from = forms.DateField(
        label=lazy("In force from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": lazy("Choose a day."), "invalid": lazy("Write a day that exists.")},
    )  # fmt: skip
    text = forms.CharField(
        label=lazy("Text of the policy"), required=False, strip=False, max_length=LARGEST_BYTES,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "dir": "ltr"}),
        help_text=lazy("A whole policy, or only the tables that differ: they stand on top of the version of that day."),
        error_messages={"max_length": lazy("The file is larger than 512 KiB.")},
    )  # fmt: skip
    file = forms.FileField(label=lazy("Or a file"), required=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """A version in the list.  until: the first day of the next, or None; state: tone, icon and word."""

    number: int
    edition: str
    since: date
    until: date | None
    by: str
    recorded_at: datetime
    state: tuple[str, str, str]

    @property
    def last(self) -> date | None:
        """Its last day; none where it never held."""
        return None if self.until is None or self.until == self.since else self.until - timedelta(days=1)

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@require_safe
@staff(*READERS)
def index(request: Asked) -> HttpResponse:
    """The versions, the newest first, the open drafts, and the form for another.  Four queries."""
    return _index(request, DraftForm(initial={"in_force_from": request.at.date()}))


def _file_limits(request: HttpRequest) -> Limits | None:
    """What may be sent, for who may send anything; asked before the request has a person."""
    if not who_is(request.user.pk).staff & set(READERS):
        return None
    return Limits(most_files=1, most_bytes=LARGEST_BYTES)


@takes_files(_file_limits)
@require_POST
@staff(*READERS)
def put(request: Asked) -> HttpResponse:
    """Check a policy; one without mistakes is kept as a draft and simulated, one with shows them all.

    The text of a file is shown where text is pasted, so that the lines of its mistakes can be corrected on the spot.
    """
    came, data = received(request, "file"), request.POST.copy()
    wrong = _("The file is larger than 512 KiB.") if came.too_large else ""
    try:
        if came.files and not wrong:
            data["text"] = came.files[0].read().decode("utf-8-sig")
    except UnicodeDecodeError:
        wrong = _("This is no text in UTF-8. Save the file as plain text.")
    form = DraftForm(data)
    if wrong:
        form.add_error("file", wrong)
    number = _kept(request, form) if form.is_valid() else None
    if number is None:
        return _index(request, form)
    messages.success(request, _("The file is sound. Here is what it would change."))
    return redirect("desk-policy-draft", number=number)


@require_safe
@staff(*READERS)
def compare(request: Asked) -> HttpResponse:
    """What differs between two versions, in words."""
    old, new = (_numbered(request.GET.get(name, "")) for name in ("old", "new"))
    changes = difference(policy_numbered(old).policy, policy_numbered(new).policy)
    return render(request, "desk/policy/compare.html", {
        "old": old, "new": new, "changes": changes, "numbers": _numbers(), "count": len(changes),
    })  # fmt: skip


@require_safe
@staff(*READERS)
def version(request: Asked, number: int) -> HttpResponse:
    """A version as the file that it was."""
    source = source_numbered(number=number)
    if source is None:
        raise Http404
    answer = HttpResponse(source, content_type="application/toml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="policy-{number}.toml"'
    return answer


@never_cache
@require_safe
@staff(*READERS)
def show(request: Asked, number: int) -> HttpResponse:
    """A draft: what it says otherwise, and what that would change; while that is worked out, how far it is."""
    row = draft(number=number)
    if row is None:
        raise Http404
    policy = read_policy(row.source)
    names = {key: each.name for key, each in policy.benefits.items()}
    names |= {key: each.name for key, each in policy.levels.items()}
    found = from_plain(row.found) if row.found else None
    return render(request, "desk/policy/draft.html", {
        "row": row, "edition": policy.edition, "name": policy.name, "found": found, "changes": _changes(row),
        "answer": _answer(row, found), "parts": _parts(found, names, chosen_zone(request)),
        "doing": words.TITLES[Part(row.part)] if row.part else "",
        "may_apply": StaffRole.OPERATOR in request.who.staff and row.is_open,
    })  # fmt: skip


@require_POST
@staff(*READERS)
def again(request: Asked, number: int) -> HttpResponse:
    """Simulate a draft anew."""
    refused = _tried(request, lambda: actions.simulate_again(number=number, at=request.at))
    return _back(request, number, refused, "", "desk-policy-draft")


@require_POST
@staff(*READERS)
def drop(request: Asked, number: int) -> HttpResponse:
    """Put a draft away."""
    refused = _tried(request, lambda: actions.drop_draft(number=number, at=request.at, by=_actor(request)))
    return _back(request, number, refused, _("The draft was put away. Nothing else has changed."), "desk-policy")


@require_POST
@staff(StaffRole.OPERATOR)
def apply(request: Asked, number: int) -> HttpResponse:
    """Put a draft in force from its day on."""
    refused = _tried(request, lambda: actions.apply_draft(number=number, at=request.at, by=_actor(request)))
    said = _("It is a version now, and holds from its day on. What was judged before stays as it is.")
    return _back(request, number, refused, said, "desk-policy")


def _tried(request: Asked, act: Callable[[], object]) -> Refused | None:
    try:
        act()
    except Refused as refused:
        return refused
    return None


def _back(request: Asked, number: int, refused: Refused | None, said: str, then: str) -> HttpResponse:
    if refused is not None:
        if draft(number=number) is None:
            raise Http404
        messages.error(request, _words(refused))
        return redirect("desk-policy-draft", number=number)
    if said:
        messages.success(request, said)
    return redirect(then, number=number) if then == "desk-policy-draft" else redirect(then)


def _index(request: Asked, form: DraftForm) -> HttpResponse:
    today = request.at.date()
    lines = _lines(today)
    return render(request, "desk/policy/index.html", {
        "lines": lines, "held": next((each for each in lines if each.holds_on(today)), None),
        "drafts": drafts(), "form": form, "numbers": [each.number for each in lines],
    }, status=422 if form.errors else 200)  # fmt: skip


def _lines(today: date) -> list[VersionLine]:
    """The versions with the days on which each holds, the newest first.  Two queries."""
    rows = versions()
    acts = acts_on(subject_kind="policy_version", subjects=[str(row.number) for row in rows], verbs=["policy.applied"])
    told = {str(act.facts["digest"]): act for act in acts}
    ends: dict[int, date] = {}
    following: date | None = None
    for row in sorted(rows, key=lambda each: (each.in_force_from, each.number), reverse=True):
        if following is not None:
            ends[row.number] = following
        following = row.in_force_from
    return [
        VersionLine(
            number=row.number, since=row.in_force_from, until=ends.get(row.number), recorded_at=row.recorded_at,
            edition=str(told[row.digest].facts["edition"]) if row.digest in told else "",
            by=_by(told[row.digest]) if row.digest in told else "",
            state=_state(row.in_force_from, ends.get(row.number), today),
        )
        for row in reversed(rows)
    ]  # fmt: skip


def _state(since: date, until: date | None, today: date) -> tuple[str, str, str]:
    """Tone, icon and word."""
    if since == until:
        return "quiet", "circle-minus", _("Replaced before it began")
    if until is not None and until <= today:
        return "quiet", "circle-minus", _("Over")
    if since > today:
        return "soon", "clock-alert", _("To come")
    return "good", "circle-check", _("In force")


def _by(act: Line) -> str:
    return act.actor_name or {"command": _("the command line")}.get(act.actor, act.actor)


def _numbers() -> list[int]:
    return [row.number for row in reversed(versions())]


def _numbered(text: str) -> int:
    """The number of a version.  Raises Http404."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10) or source_numbered(number=int(text)) is None:
        raise Http404
    return int(text)


def _kept(request: Asked, form: DraftForm) -> int | None:
    """The draft's number; None where the form now says what is wrong."""
    text, day = form.cleaned_data["text"].replace("\r\n", "\n"), form.cleaned_data["in_force_from"]
    if not text.strip():
        form.add_error("file", _("Paste a policy, or choose a file."))
        return None
    try:
        text = whole(part=text, base=source_on(day)) if is_part(text) else text
        return actions.put_draft(
            text=text, in_force_from=day, put_by=request.who.person_id or 0, at=request.at, by=_actor(request)
        )
    except PolicyMistakes as wrong:
        for mistake in wrong.mistakes[:MOST_MISTAKES]:
            form.add_error("text", _mistake(mistake))
        if len(wrong.mistakes) > MOST_MISTAKES:
            form.add_error("text", _("And %(n)s more.") % {"n": len(wrong.mistakes) - MOST_MISTAKES})
    except Refused as refused:
        form.add_error("in_force_from", _words(refused))
    return None


def _mistake(mistake: Mistake) -> str:
    place = _("Line %(n)s") % {"n": mistake.line}
    return f"{place}: {mistake.key}: {mistake.reason}" if mistake.key else f"{place}: {mistake.reason}"


def _words(refused: Refused) -> str:
    return str(REFUSALS[Code(refused.code.value)]) % refused.facts if refused.code in REFUSALS else str(refused)


def _failed(row: DraftRow) -> str:
    if not row.failed:
        return ""
    if row.failed == Code.ALREADY_APPLIED:
        return _("This very file is a version already.")
    return str(REFUSALS.get(row.failed, row.failed))


def _answer(row: DraftRow, found: Simulation | None) -> tuple[str, str, str]:
    """Tone, the decisive words and the rest of the sentence."""
    day = day_words(row.in_force_from)
    if row.applied is not None:
        said = _("Applied: it is version %(number)s,") % {"number": row.applied}
        return "good", said, _("from %(day)s.") % {"day": day}
    if row.dropped_at is not None:
        return "quiet", _("Put away."), _("It was meant for %(day)s.") % {"day": day}
    if row.failed:
        return "bad", _("It could not be simulated."), _failed(row)
    if found is None:
        return "wait", _("It is being laid against everything that is held."), _("Meant for %(day)s.") % {"day": day}
    said, rest = words.headline(found)
    return ("soon" if found.changed else "good"), said, rest or _("Meant for %(day)s.") % {"day": day}


def _changes(row: DraftRow) -> tuple[Change, ...]:
    """What the draft says otherwise than the version of its day, but for drafts that are over."""
    if not row.is_open:
        return ()
    return difference(policy_on_or_first(row.in_force_from).policy, read_policy(row.source))


def _parts(found: Simulation | None, names: dict[str, str], zone: str) -> list[dict[str, object]]:
    return [_part(each, names, zone) for each in found.parts if each.changed] if found else []


def _part(part: PartResult, names: dict[str, str], zone: str) -> dict[str, object]:
    return {
        "key": part.part.value, "title": words.TITLES[part.part], "said": words.part_words(part),
        "note": words.NOTES.get(part.part, ""), "sums": [words.sum_words(each) for each in part.sums],
        "rows": [(each, words.row_words(each, zone=zone, names=names), _leads(each)) for each in part.rows],
        "left": part.changed - len(part.rows),
    }  # fmt: skip


def _leads(row: ChangedRow) -> str:
    """The page that a row is about."""
    match row.part:
        case Part.CASES:
            return "desk-case"
        case Part.QUOTES:
            return "quote"
        case Part.LATE | Part.CONTACTS:
            return ""
    return "licence"


def _actor(request: Asked) -> Actor:
    return Actor(kind="person", id=str(request.who.person_id), name=request.who.name or request.who.email)
