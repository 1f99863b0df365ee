"""What is asked for, and what queries answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from tenure.cases.words.kinds import Channel, Happening, Kind, Side, Standing, State, Topic, View
from tenure.cases.words.story import Promise, Story
from tenure.entitlements.words import BY_COURTESY, Decision
from tenure.policy.words import ResponseForm
from tenure.toolbox.upload import KeptFile
from tenure.worktime.words import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """A technical case as it is asked for.  called_at: when the call began, for cases that staff take by phone.

    release: the name of a release of the asset's product, or "" where the product has none.  caller: the contact ID
    that a caller gave; None for one's own case.
    """

    serial: str
    severity: int
    summary: str
    details: str
    release: str = ""
    platform: str = ""
    language: str = ""
    channel: Channel = Channel.WEB
    called_at: datetime | None = None
    caller: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CareBeginning:
    """A customer-care case as it is asked for.

    organisation: one of the person's own, or None: `company` and `address` then say who asks.  region: a key of the
    policy's regions.  caller, caller_email: for staff who take a call, whose organisation it may be; "" for one's own.
    """

    topic: Topic
    region: str
    summary: str
    details: str
    organisation_id: int | None = None
    company: str = ""
    address: str = ""
    channel: Channel = Channel.WEB
    caller: str = ""
    caller_email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """One line of a case's history: an event and, where it has one, its text.

    mine: it was the reader.  facts: plain values of the event, such as the severities of a change.
    """

    seq: int
    at: datetime
    kind: Happening
    side: Side
    author: str
    mine: bool
    public: bool
    body: str
    facts: Mapping[str, object]
    attachments: tuple[KeptFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRow:
    """A promise at the instant that was asked about.

    would_be_due_at: while paused, when it would fall due if the wait ended now; else as due_at.  left: working time
    until it falls due, negative once it is missed; None where nothing falls due or it is met.  used: working time that
    its clock has run.  level, hours: their names by the policy; hours are those it is counted in.  reasons: what the
    clock passed over.  forms: how the first response is given; none for the other promises.
    """

    promise: Promise
    standing: Standing
    would_be_due_at: datetime | None
    left: timedelta | None
    used: timedelta
    severity: int
    level: str
    hours: str
    reasons: tuple[Reason, ...]
    forms: tuple[ResponseForm, ...] = ()


class LedgerStep(StrEnum):
    """What a clock does from a row of its ledger on.  Source: D6; the words are ours."""

    STARTS = "starts"
    RUNS = "runs"
    PAUSED = "paused"
    RUNS_AGAIN = "runs_again"
    STOPS = "stops"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One line of how a clock was counted.  added, used: working time since the row before, and in all.

    seq, kind: the event's; seq is 0 at the start of the clock, and 0 and None for the instant that is asked about.
    Source: D6.
    """

    at: datetime
    seq: int
    kind: Happening | None
    step: LedgerStep
    added: timedelta
    used: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """How the clock of one promise was counted.  closed: the days at the site on which nobody works, in order, as far
    as they lie between its start and `until`, the last instant that matters to it.  Source: D6.
    """

    promise: PromiseRow
    ledger: tuple[LedgerRow, ...]
    closed: tuple[tuple[datetime, datetime], ...]
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A case that was just opened.  decision: the verdict kept with it; None in customer care.  Source: D7."""

    id: int
    number: str
    kind: Kind
    state: State
    severity: int | None
    opened_at: datetime
    promises: tuple[PromiseRow, ...]
    decision: Decision | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRow:
    at: datetime
    granted: bool
    receipt: str

    @property
    def by_courtesy(self) -> bool:
        """Whether nothing but a courtesy granted it, as its receipt says.  Source: A12."""
        because = json.loads(self.receipt)["because"]
        return self.granted and bool(because) and because[0]["facts"].get("by") == BY_COURTESY


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case as one reader sees it at an instant: what is internal is left out for customers.

    level: "" where no clock runs.  clock: how the resolution was counted, or None.  may_write: the reader may reply,
    close, reopen.  purpose: what the licence may be used for; "" without one.
    """

    id: int
    number: str
    kind: Kind
    topic: Topic
    channel: Channel
    summary: str
    organisation_id: int | None
    organisation: str
    organisation_number: str
    site: str
    zone: str
    country: str
    subdivision: str
    region: str
    serial: str
    product: str
    product_slug: str
    release: str
    platform: str
    company: str
    address: str
    language: str
    contact_name: str
    contact_email: str
    contact_id: str
    level: str
    policy_version: int | None
    source: str
    source_number: str
    story: Story
    assignee: str
    promises: tuple[PromiseRow, ...]
    clock: ClockRow | None
    entries: tuple[EntryRow, ...]
    verdicts: tuple[VerdictRow, ...]
    may_write: bool
    purpose: str

    @property
    def by_courtesy(self) -> bool:
        """Whether the case was taken under a courtesy, by the verdict that is kept with it.  Source: A12."""
        return bool(self.verdicts) and self.verdicts[0].by_courtesy

    @property
    def state(self) -> State:
        return self.story.state

    @property
    def severity(self) -> int | None:
        return self.story.severity


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case in a list.  excerpt: of the text that was found, in a search; next_due_at: of what can still be met."""

    id: int
    number: str
    kind: Kind
    state: State
    severity: int | None
    summary: str
    organisation: str
    product: str
    level: str
    opened_at: datetime
    changed_at: datetime
    next_milestone: str
    next_due_at: datetime | None
    waiting_since: datetime | None
    assignee_id: int | None
    assignee: str
    organisation_number: str = ""
    excerpt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilters:
    """What narrows a list of cases.  since, until: days (UTC) of the opening, inclusive.  product: a slug.

    customer: an organisation's number.  text: words that the case or what was written on it holds.
    """

    view: View = View.ALL
    text: str = ""
    product: str = ""
    customer: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """A page of a list, newest first.  next: the cursor to hand back as `after`; "" at the end.

    is_cut: a search found more than 200 from here on; say "200 or more", and ask for another word.
    """

    rows: tuple[CaseLine, ...]
    next: str
    is_cut: bool = False
