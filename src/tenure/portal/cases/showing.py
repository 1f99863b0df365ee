"""One case as its reader sees it, ready to print: the answer, the promises, how a clock was counted, what was said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise as Lazy
from django.utils.html import conditional_escape, format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext

from tenure.cases.sentences import HAPPENED, MILESTONES, TOPICS, target_words, why
from tenure.cases.words import (
    CaseRow,
    Channel,
    ClockRow,
    EntryRow,
    Happening,
    Kind,
    LedgerStep,
    PromiseRow,
    Side,
    Standing,
    State,
)
from tenure.kit.icons import icon_svg
from tenure.kit.prepared import Prepared
from tenure.kit.states import Word, case_word, promise_word
from tenure.kit.templatetags.kit import number, purpose, state
from tenure.policy.words import Milestone, Unit
from tenure.portal.cases.sentences import level_name
from tenure.toolbox.formats import day_of_instant, hours_words, moment_words, zone_words
from tenure.toolbox.marks import beside
from tenure.toolbox.upload import KeptFile

SAID = Prepared(
    "portal/cases/said.html", "side", "initials", "author", "of", "iso", "at", "did", "body", "files",
)  # fmt: skip
DONE = Prepared("portal/cases/done.html", "icon", "author", "did", "iso", "at", "files")
CARD = Prepared("portal/cases/card.html", "tone", "name", "state", "due", "words")
COUNTED = Prepared("portal/cases/counted.html", "mark", "at", "what", "clock", "added", "used")
PAUSED = mark_safe(' data-kind="pause" data-tone="wait"')
ICONS = {
    Happening.OPENED: "circle-plus",
    Happening.CALLED: "phone",
    Happening.CALL_FAILED: "phone-missed",
    Happening.CLOSE_PROPOSED: "circle-pause",
    Happening.ASKED: "circle-pause",
    Happening.CONSENTED: "circle-check",
    Happening.CLOSED: "circle-minus",
    Happening.DECLINED: "rotate-ccw",
    Happening.REOPENED: "rotate-ccw",
    Happening.RESTORED: "wrench",
    Happening.REMINDED: "bell",
    Happening.SEVERITY_CHANGED: "arrow-up-down",
}
PLAIN = frozenset({Happening.OPENED, Happening.CUSTOMER_WROTE, Happening.WROTE})
WHOLE_DAYS = frozenset({Unit.BUSINESS_DAYS, Unit.NEXT_BUSINESS_DAY})  # hours say nothing beside them
STEPS: dict[LedgerStep, Lazy] = {
    LedgerStep.STARTS: lazy("starts"),
    LedgerStep.RUNS: lazy("runs"),
    LedgerStep.PAUSED: lazy("paused"),
    LedgerStep.RUNS_AGAIN: lazy("runs again"),
    LedgerStep.STOPS: lazy("stops"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerView:
    """How a clock was counted.  whole: what is promised; left: what is left of it, or ""."""

    lines: tuple[SafeString, ...]
    whole: str
    used: str
    left: str


def word_of(row: CaseRow) -> Word:
    """How the case stands for its customer: whose turn it is."""
    word = case_word(row.state)
    if row.state is State.PENDING_CLOSE:
        return Word(tone=word.tone, icon=word.icon, word=_("Waits for your consent"))
    if row.state is State.AWAITING_REVIEW:
        return Word(tone=word.tone, icon=word.icon, word=_("Waits for your answer"))
    return word


def answer_of(row: CaseRow, zone: str, *, closes_at: datetime | None, reopen_until: datetime | None) -> SafeString:
    """The first sentence of the page.  closes_at: without an answer; reopen_until: of a closed case."""
    match row.state:
        case State.PENDING_CLOSE:
            said = _("{who} believes it is solved. {mark}; without an answer it closes on {at}.")
            mark = format_html('<b data-tone="wait">{}</b>', _("Your word closes it"))
            return format_html(said, who=_proposer(row), mark=mark, at=_moment(closes_at, zone))
        case State.AWAITING_REVIEW:
            mark = format_html('<b data-tone="wait">{}</b>', _("Your answer is waited for"))
            said = _("{mark}, and so long its clocks stand still. Without one it closes on {at}.")
            return format_html(said, mark=mark, at=_moment(closes_at, zone))
        case State.CLOSED:
            mark = format_html('<b data-tone="quiet">{}</b>', _("Closed"))
            said = _("{mark} on {at}. Until {until} you can open it again.")
            if reopen_until is None:
                said = _("{mark} on {at}.")
            at, until = _moment(row.story.closed_at, zone), _moment(reopen_until, zone)
            return format_html(said, mark=mark, at=at, until=until)
        case _:
            return _going(row, zone)


def _going(row: CaseRow, zone: str) -> SafeString:
    """While it is worked on: what falls due next, or what is late."""
    late = next((each for each in row.promises if each.standing is Standing.MISSED and not each.promise.met_at), None)
    if late is not None:
        mark = format_html('<b data-tone="bad">{}</b>', _("%(promise)s is late") % {"promise": _name(late)})
        return format_html(_("{mark}: it was promised by {at}."), mark=mark, at=_moment(late.promise.due_at, zone))
    due = [each for each in row.promises if each.standing is Standing.RUNNING and each.promise.due_at]
    following = min(due, key=lambda each: each.promise.due_at or row.story.opened_at, default=None)
    who = row.assignee
    if following is not None:
        at = format_html("<b>{}</b>", _moment(following.promise.due_at, zone))
        said = _("{who} works on it. {promise} by {at}.") if who else _("We have your case. {promise} by {at}.")
        return format_html(said, who=who, promise=_name(following), at=at)
    if any(each.standing is Standing.WITH_UPDATE for each in row.promises):
        return format_html("{}", _("The solution comes with the next product update."))
    if who:
        return format_html(_("{who} works on it and writes here."), who=who)
    return format_html("{}", _("We have your case, and answer here and by e-mail."))


def cards_of(row: CaseRow, zone: str) -> list[SafeString]:
    """The promises; that a form was registered as it came goes without saying."""
    kept = {Milestone.REGISTRATION} if row.channel is not Channel.PHONE else set()
    return [_card(each, zone) for each in row.promises if each.promise.name not in kept]


def _card(row: PromiseRow, zone: str) -> SafeString:
    word = promise_word(row)
    return CARD(
        tone=word.tone, name=_name(row), state=state(word.tone, word.icon, word.word), due=_due(row, zone),
        words=_because(row, zone),
    )  # fmt: skip


def _due(row: PromiseRow, zone: str) -> str:
    promise = row.promise
    match row.standing:
        case Standing.KEPT:
            return _moment(promise.met_at, zone)
        case Standing.MISSED:
            return _("was due %(at)s") % {"at": _moment(promise.breached_at or promise.due_at, zone)}
        case Standing.ENDED:
            return _("closed %(at)s") % {"at": _moment(promise.ended_at, zone)}
        case Standing.WITH_UPDATE:
            return _("with the next product update")
        case _ if row.would_be_due_at is None:
            return str(target_words(promise.target))
        case _:
            return _("by %(at)s") % {"at": _moment(row.would_be_due_at, zone)}


def _because(row: PromiseRow, zone: str) -> str:
    promise, reason = row.promise, why(row, zone)
    due = promise.breached_at or promise.due_at
    if row.standing is Standing.KEPT and due is not None and promise.met_at is not None:
        facts = {"due": _moment(due, zone), "why": reason}
        return _("Due by %(due)s: %(why)s.") % facts
    if row.standing is Standing.MISSED and promise.met_at is not None:
        return _("Done on %(at)s, too late: %(why)s.") % {"at": _moment(promise.met_at, zone), "why": reason}
    if row.standing is Standing.PAUSED:
        return _("It moves on by as long as we wait for you: %(why)s.") % {"why": reason}
    if row.standing is Standing.RUNNING and row.left is not None and promise.target.unit not in WHOLE_DAYS:
        return _("%(left)s of working time left: %(why)s.") % {"left": hours_words(row.left), "why": reason}
    return _("%(why)s.") % {"why": _capital(reason)}


def counted_words(row: CaseRow) -> str:
    """By which level, at which severity and where the promises are counted."""
    if not row.promises:
        return ""
    facts = {"level": row.promises[0].level, "n": row.severity, "zone": zone_words(row.zone)}
    return _("%(level)s, severity %(n)s, counted in the time of %(zone)s") % facts


def ledger_of(row: CaseRow, zone: str) -> LedgerView | None:
    """How the resolution was counted, from the events of the case."""
    clock = row.clock
    if clock is None:
        return None
    entries = {entry.seq: entry for entry in row.entries}
    lines = tuple(
        COUNTED(
            mark=PAUSED if each.step is LedgerStep.PAUSED else "", at=_moment(each.at, zone),
            what=_what(each.kind, entries.get(each.seq), row), clock=str(STEPS[each.step]),
            added=hours_words(each.added) if each.added else "", used=hours_words(each.used),
        )
        for each in clock.ledger
    )  # fmt: skip
    return LedgerView(
        lines=lines, whole=_("Used so far; promised %(target)s") % {"target": _target(clock)},
        used=hours_words(clock.ledger[-1].used), left=_left(clock),
    )  # fmt: skip


def _left(clock: ClockRow) -> str:
    left = clock.promise.left
    if left is None:
        return ""
    words = _("over by %(span)s") if left < timedelta() else _("%(span)s left")
    return words % {"span": hours_words(left)}


def _target(clock: ClockRow) -> str:
    return str(target_words(clock.promise.promise.target))


def _what(kind: Happening | None, entry: EntryRow | None, row: CaseRow) -> str:
    if kind is None:
        return _("Now")
    if kind is Happening.OPENED or entry is None:
        return _("The clock starts") if kind is Happening.OPENED else str(HAPPENED[kind])
    return _("%(who)s: %(did)s") % {"who": _who(entry, row), "did": HAPPENED[kind]}


def talk_of(row: CaseRow, zone: str) -> list[SafeString]:
    """What was said and done, the newest first."""
    return [_entry(row, entry, zone) for entry in reversed(row.entries) if entry.kind is not Happening.REGISTERED]


def _entry(row: CaseRow, entry: EntryRow, zone: str) -> SafeString:
    files = _files(row.number, entry.attachments)
    iso, at = entry.at.isoformat(timespec="seconds"), _moment(entry.at, zone)
    if not entry.body:
        icon = icon_svg(ICONS.get(entry.kind, "message-square"))
        return DONE(icon=icon, author=_who(entry, row), did=_did(entry), iso=iso, at=at, files=files)
    did = "" if entry.kind in PLAIN else format_html('<p class="did">{}</p>', _did(entry))
    return SAID(
        side="ours" if entry.side is Side.VENDOR else "theirs", initials=_initials(entry.author or entry.side.value),
        author=entry.author, at=at, iso=iso, did=did, body=mark_safe(linebreaks(entry.body, autoescape=True)),  # noqa: S308
        files=files, of=_("you") if entry.mine else _home(entry, row),
    )  # fmt: skip


def _home(entry: EntryRow, row: CaseRow) -> str:
    return settings.VENDOR_NAME if entry.side is Side.VENDOR else row.organisation


def _did(entry: EntryRow) -> str:
    if entry.kind is Happening.SEVERITY_CHANGED:
        facts = {"before": entry.facts.get("before", ""), "now": entry.facts.get("severity", "")}
        return _("Changed the severity from %(before)s to %(now)s") % facts
    return str(HAPPENED[entry.kind])


def _files(number: str, files: Sequence[KeptFile]) -> SafeString | str:
    if not files:
        return ""
    items = format_html_join("", '<li>{} <span class="muted">{}</span></li>', (_file(number, each) for each in files))
    return format_html('<ul class="files">{}</ul>', items)


def _file(number: str, file: KeptFile) -> tuple[SafeString, str]:
    size = filesizeformat(file.size_bytes)
    if file.may_be_taken_down:
        link = '<a href="/cases/{}/files/{}">{}<bdi>{}</bdi></a>'
        return format_html(link, number, file.id, icon_svg("paperclip"), file.name), size
    held = _("harmful, not handed out") if file.scan == "infected" else _("being scanned")
    name = format_html('<span class="file">{}<bdi>{}</bdi></span>', icon_svg("paperclip"), file.name)
    return name, _("%(size)s, %(state)s") % {"size": size, "state": held}


def facts_of(
    row: CaseRow, zone: str, severities: Mapping[int, str], regions: Mapping[str, str]
) -> list[tuple[str, SafeString]]:
    """What is known about the case, as (name, value)."""
    product = f"{row.product} {row.release}".strip()
    licence = format_html('<a href="/licences/{}"><bdi>{}</bdi></a>', row.serial, product) if row.serial else product
    severity = "" if row.severity is None else beside(row.severity, severities.get(row.severity))
    told: list[tuple[str, str | SafeString]] = [
        (_("Number"), number(row.number)),
        (_("Product"), licence),
        (_("Serial number"), format_html("{} {}", number(row.serial), purpose(row.purpose)) if row.serial else ""),
        (_("Platform"), row.platform),
        (pgettext("where a place is", "Address"), row.site or row.address),
        (_("Customer"), row.organisation),
        (_("Topic"), str(TOPICS[row.topic]) if row.kind is Kind.CARE else ""),
        (_("Region"), regions.get(row.region, row.region) if row.kind is Kind.CARE else ""),
        (_("Severity"), severity),
        (_("Contact"), row.contact_name),
        (_("Contact ID"), number(row.contact_id) if row.contact_id else ""),
        (_("Engineer"), row.assignee),
        (_("Opened"), day_of_instant(row.story.opened_at, zone)),
        (_("Cover"), _cover(row, zone)),
    ]
    return [(name, mark_safe(f"<bdi>{conditional_escape(value)}</bdi>")) for name, value in told if value]  # noqa: S308 (escaped)


def _cover(row: CaseRow, zone: str) -> SafeString | str:
    if not row.verdicts:
        return ""
    level = _("By courtesy") if row.by_courtesy else level_name(row.level, row.story.opened_at.date())
    said = _("{level}, checked on {day}. {receipt}")
    receipt = format_html('<a href="/cases/{}/receipt">{}</a>', row.number, _("Receipt"))
    return format_html(said, level=level, day=day_of_instant(row.verdicts[-1].at, zone), receipt=receipt)


def _proposer(row: CaseRow) -> str:
    made = [entry for entry in row.entries if entry.kind is Happening.CLOSE_PROPOSED]
    return made[-1].author if made and made[-1].author else settings.VENDOR_NAME


def _who(entry: EntryRow, row: CaseRow) -> str:
    if entry.mine:
        return _("You")
    if entry.side is Side.SYSTEM or not entry.author:
        return settings.VENDOR_NAME if entry.side is not Side.CUSTOMER else row.contact_name
    return entry.author


@lru_cache(maxsize=4096)
def _initials(name: str) -> str:
    """The first letters of the first and the last word."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words)).upper()


def _name(row: PromiseRow) -> str:
    return str(MILESTONES[row.promise.name])


def _moment(at: datetime | None, zone: str) -> str:
    return moment_words(at, zone) if at is not None else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
