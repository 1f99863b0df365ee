"""The history of a case as the desk reads it: what was said, what was noted, and what happened in between."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tenure.cases.sentences import HAPPENED
from tenure.cases.words import CaseRow, EntryRow, Happening, Side
from tenure.desk.cases.forms import CALLS
from tenure.policy.words import ResponseForm

ICONS = {
    Happening.OPENED: "mail",
    Happening.TAKEN: "user-check",
    Happening.GIVEN_BACK: "undo-2",
    Happening.ASKED: "circle-pause",
    Happening.CALLED: "phone",
    Happening.CALL_FAILED: "phone-missed",
    Happening.RESTORED: "circle-check",
    Happening.CLOSE_PROPOSED: "circle-pause",
    Happening.CONSENTED: "circle-check",
    Happening.DECLINED: "circle-x",
    Happening.CLOSED: "circle-minus",
    Happening.REOPENED: "refresh-cw",
    Happening.SEVERITY_CHANGED: "arrow-up-down",
    Happening.REMINDED: "bell",
    Happening.LEFT_TO_UPDATE: "package",
}
PLAIN = frozenset({Happening.WROTE, Happening.CUSTOMER_WROTE, Happening.NOTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One line of the history, ready to print.

    kind: "note", "event" or "" for a message.  initials: of the author.  did: what happened, with or without words.
    """

    entry: EntryRow
    kind: str
    initials: str
    is_ours: bool
    did: str
    icon: str


def talk_of(row: CaseRow) -> tuple[Said, ...]:
    """The history, newest first; that the case was written down is told with the opening.  Source: D8."""
    return tuple(_said(each) for each in reversed(row.entries) if each.kind is not Happening.REGISTERED)


def _said(entry: EntryRow) -> Said:
    kind = "note" if entry.kind is Happening.NOTED else "" if entry.body or entry.attachments else "event"
    return Said(
        entry=entry, kind=kind, initials=initials_of(entry.author), is_ours=entry.side is Side.VENDOR,
        did="" if entry.kind in PLAIN else _did(entry), icon=ICONS.get(entry.kind, "clock"),
    )  # fmt: skip


def _did(entry: EntryRow) -> str:
    facts = entry.facts
    if entry.kind is Happening.SEVERITY_CHANGED:
        return _("Changed the severity from %(before)s to %(after)s") % {
            "before": facts.get("before"), "after": facts.get("severity"),
        }  # fmt: skip
    if entry.kind is Happening.TAKEN and facts.get("to"):
        return _("Gave the case to %(name)s") % {"name": facts["to"]}
    if entry.kind is Happening.CALLED:
        form = next((str(word) for form, word in CALLS.items() if form.value == facts.get("form")), "")
        told = {"form": form or str(CALLS[ResponseForm.CALL_BACK]), "contact": facts.get("spoke_with") or "?"}
        return _("%(form)s, and spoke with %(contact)s") % told
    return str(HAPPENED[entry.kind])


def initials_of(name: str) -> str:
    """Two letters for a round mark: of the first and the last word of a name; "?" for none."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"
