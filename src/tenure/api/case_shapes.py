"""Cases as the API takes and gives them: the schemas of the description, and the plain values that are sent."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Literal

import orjson
from django.http import HttpResponse
from ninja import Schema
from pydantic import Discriminator, Field, StrictBool, StrictInt, Tag

from tenure.api.entitlements import DecisionOut
from tenure.cases.sentences import BY_COURTESY, why
from tenure.cases.words import (
    CaseLine,
    CasePage,
    CaseRow,
    Channel,
    EntryRow,
    Kind,
    Opened,
    PromiseRow,
    Side,
    Standing,
    State,
    Story,
    Topic,
    View,
)
from tenure.entitlements.rules import rests_on_courtesy
from tenure.policy.words import Milestone

Sent = dict[str, object]
LONGEST_QUERY = 200


class TechnicalIn(Schema):
    """A technical case, on a serial number that is covered.  release, platform: where it happens."""

    kind: Literal["technical"] = "technical"
    serial_number: str = Field(examples=["M1234567890"])
    severity: StrictInt = Field(ge=-99, le=99, examples=[3])
    summary: str = Field(examples=["Nightly import stops"])
    details: str = Field(examples=["It stops at 01:40 with catalogue busy."])
    release: str = Field("", examples=["9.4"])
    platform: str = Field("", examples=["Debian 12"])
    language: str = ""


class CareIn(Schema):
    """A customer-care case.  region: a key of the vendor's regions; customer: the number of one's own organisation."""

    kind: Literal["care"]
    topic: Topic
    region: str = Field(examples=["EMEA"])
    summary: str
    details: str
    customer: str = Field("", examples=["K-123456"])
    company: str = ""
    address: str = ""


def _kind(asked: object) -> str:
    """Which of the two it is; a technical case where nothing is said."""
    given = asked.get("kind", "technical") if isinstance(asked, dict) else getattr(asked, "kind", "technical")
    return given if isinstance(given, str) else ""


CaseIn = Annotated[Annotated[TechnicalIn, Tag("technical")] | Annotated[CareIn, Tag("care")], Discriminator(_kind)]


class MessageIn(Schema):
    """public: false leaves an internal note, which only the vendor's people may."""

    body: str
    public: StrictBool = True


class WordsIn(Schema):
    """What is said with a step; it may be empty where the step says so."""

    body: str = ""


class CaseQuestion(Schema):
    """state: a view; open is every case that is not closed.  q: words, each also as a beginning.

    customer: an organisation's number.  after: the cursor of the page before.
    """

    state: View = View.ALL
    q: str = Field("", max_length=LONGEST_QUERY)
    customer: str = Field("", max_length=60)
    limit: int = Field(25, ge=1, le=100)
    after: str = Field("", pattern="^[0-9]{0,17}$")


class MilestoneOut(Schema):
    """One promise.  due_at: null while it is paused or where only an event ends it; why: in the caller's language."""

    name: Milestone
    standing: Standing
    due_at: datetime | None
    met_at: datetime | None
    missed_at: datetime | None
    paused_since: datetime | None
    due_at_if_resumed: datetime | None
    event: str
    why: str


class OpenedOut(Schema):
    """verdict: the entitlement decision kept with the case; null in customer care.

    courtesy: why no milestone is promised, for a case that rests on a courtesy without promises; "" for any other.
    """

    number: str
    kind: Kind
    state: State
    severity: int | None
    opened_at: datetime
    milestones: list[MilestoneOut]
    courtesy: str
    verdict: DecisionOut | None


class NextOut(Schema):
    name: Milestone
    due_at: datetime


class CaseLineOut(Schema):
    """excerpt: of what was found, in a search.  next: what falls due first."""

    number: str
    kind: Kind
    state: State
    severity: int | None
    summary: str
    customer: str
    customer_name: str
    product: str
    level: str
    opened_at: datetime
    changed_at: datetime
    waiting_since: datetime | None
    next: NextOut | None
    assignee: str
    excerpt: str


class CasePageOut(Schema):
    """next: the cursor to hand back as `after`, or null.  is_cut: more was found than a search counts."""

    items: list[CaseLineOut]
    next: str | None
    is_cut: bool


class FileOut(Schema):
    name: str
    size_bytes: int
    scan: Literal["none", "waiting", "clean", "infected"]


class EntryOut(Schema):
    """One line of the history.  event: what happened; facts: its plain values."""

    seq: int
    at: datetime
    event: str
    side: Side
    author: str
    mine: bool
    public: bool
    body: str
    facts: dict[str, str | int | bool | None]
    files: list[FileOut]


class VerdictOut(Schema):
    at: datetime
    granted: bool
    decision: DecisionOut


class ContactOut(Schema):
    name: str
    email: str
    contact_id: str


class CaseOut(Schema):
    """A case as the caller sees it; internal entries are for the vendor's people alone.

    purpose: what the licence may be used for, or "".  courtesy: as of a case that was just opened.
    """

    number: str
    kind: Kind
    topic: Topic
    channel: Channel
    state: State
    severity: int | None
    summary: str
    customer: str
    customer_name: str
    site: str
    region: str
    serial_number: str
    purpose: Literal["", "production", "trial", "not_for_resale", "temporary"]
    product: str
    release: str
    platform: str
    level: str
    contact: ContactOut
    assignee: str
    opened_at: datetime
    changed_at: datetime
    waiting_since: datetime | None
    closed_at: datetime | None
    milestones: list[MilestoneOut]
    courtesy: str
    entries: list[EntryOut]
    verdicts: list[VerdictOut]
    may_write: bool


class StandOut(Schema):
    """How the case stands after a step; seq: of its last event."""

    number: str
    state: State
    severity: int | None
    seq: int
    changed_at: datetime


def sent(body: Sent, status: int = 200) -> HttpResponse:
    """The values as JSON; instants end in Z."""
    return HttpResponse(
        orjson.dumps(body, option=orjson.OPT_UTC_Z), status=status, content_type="application/json"
    )  # fmt: skip


def opened_out(opened: Opened, *, at: datetime, zone: str) -> Sent:
    """As `OpenedOut`."""
    return {
        "number": opened.number, "kind": opened.kind, "state": opened.state, "severity": opened.severity,
        "opened_at": _utc(opened.opened_at), "milestones": _milestones(opened.promises, at, zone),
        "courtesy": _courtesy(opened.promises, opened.decision is not None and rests_on_courtesy(opened.decision)),
        "verdict": orjson.Fragment(opened.decision.as_json()) if opened.decision else None,
    }  # fmt: skip


def page_out(page: CasePage) -> Sent:
    """As `CasePageOut`."""
    return {"items": [_line(row) for row in page.rows], "next": page.next or None, "is_cut": page.is_cut}


def case_out(row: CaseRow, *, at: datetime, zone: str) -> Sent:
    """As `CaseOut`."""
    return {
        "number": row.number, "kind": row.kind, "topic": row.topic, "channel": row.channel, "state": row.state,
        "severity": row.severity, "summary": row.summary, "customer": row.organisation_number,
        "customer_name": row.organisation, "site": row.site, "region": row.region, "serial_number": row.serial,
        "purpose": row.purpose, "product": row.product, "release": row.release, "platform": row.platform,
        "level": row.level,
        "contact": {"name": row.contact_name, "email": row.contact_email, "contact_id": row.contact_id},
        "assignee": row.assignee, "opened_at": _utc(row.story.opened_at), "changed_at": _utc(row.story.changed_at),
        "waiting_since": _utc(row.story.waiting_since), "closed_at": _utc(row.story.closed_at),
        "milestones": _milestones(row.promises, at, zone), "courtesy": _courtesy(row.promises, row.by_courtesy),
        "entries": [_entry(each) for each in row.entries],
        "verdicts": [
            {"at": _utc(each.at), "granted": each.granted, "decision": orjson.Fragment(each.receipt)}
            for each in row.verdicts
        ],
        "may_write": row.may_write,
    }  # fmt: skip


def stand_out(story: Story, number: str) -> Sent:
    """As `StandOut`."""
    return {
        "number": number, "state": story.state, "severity": story.severity, "seq": story.last_seq,
        "changed_at": _utc(story.changed_at),
    }  # fmt: skip


def _courtesy(rows: Sequence[PromiseRow], by_courtesy: bool) -> str:
    return str(BY_COURTESY) if by_courtesy and not rows else ""


def _milestones(rows: Iterable[PromiseRow], at: datetime, zone: str) -> list[Sent]:
    return [
        {
            "name": row.promise.name, "standing": row.standing, "due_at": _utc(row.promise.due_at),
            "met_at": _utc(row.promise.met_at), "missed_at": _utc(row.promise.missed_at(at)),
            "paused_since": _utc(row.promise.paused_since),
            "due_at_if_resumed": _utc(row.would_be_due_at) if row.promise.paused_since else None,
            "event": row.promise.event, "why": why(row, zone),
        }
        for row in rows
    ]  # fmt: skip


def _line(row: CaseLine) -> Sent:
    following = {"name": row.next_milestone, "due_at": row.next_due_at} if row.next_due_at else None
    return {
        "number": row.number, "kind": row.kind, "state": row.state, "severity": row.severity, "summary": row.summary,
        "customer": row.organisation_number, "customer_name": row.organisation, "product": row.product,
        "level": row.level, "opened_at": row.opened_at, "changed_at": row.changed_at,
        "waiting_since": row.waiting_since, "next": following, "assignee": row.assignee, "excerpt": row.excerpt,
    }  # fmt: skip


def _entry(each: EntryRow) -> Sent:
    return {
        "seq": each.seq, "at": _utc(each.at), "event": each.kind, "side": each.side, "author": each.author,
        "mine": each.mine, "public": each.public, "body": each.body, "facts": dict(each.facts),
        "files": [{"name": f.name, "size_bytes": f.size_bytes, "scan": f.scan} for f in each.attachments],
    }  # fmt: skip


def _utc(instant: datetime | None) -> datetime | None:
    return instant.astimezone(UTC) if instant is not None else None
