"""Events, the story they add up to, and the promises laid against it."""

from dataclasses import dataclass
from datetime import datetime

from tenure.cases.words.kinds import Happening, Kind, Standing, State
from tenure.policy.words import Milestone, Target


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, in the order of `seq`.

    at: aware, the installation's clock.  severity: of OPENED and SEVERITY_CHANGED, None in customer care.  person: who
    did it, or, of TAKEN, whose the case is now.
    """

    seq: int
    at: datetime
    kind: Happening
    severity: int | None = None
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """The customer was waited for, or the case was closed, in [since, until); until None: it still is."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What the events of a case add up to.  Source: D8.

    severities: (from when, which), the first at the opening.  waits: in order, without overlap; only the last may be
    open.  resolved_at: the proposal that the customer accepted, or the closing; None again when it is reopened.
    left_to_update_at: when the resolution was left to the next product update.
    """

    state: State
    opened_at: datetime
    registered_at: datetime
    severities: tuple[tuple[datetime, int | None], ...]
    assignee: int | None
    responded_at: datetime | None
    restored_at: datetime | None
    proposed_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    left_to_update_at: datetime | None
    waits: tuple[Wait, ...]
    changed_at: datetime
    last_seq: int

    @property
    def severity(self) -> int | None:
        return self.severities[-1][1]

    @property
    def waiting_since(self) -> datetime | None:
        return self.waits[-1].since if self.waits and self.waits[-1].until is None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A case that this transaction has locked, with its story so far.  version: None where no clock runs."""

    id: int
    number: str
    kind: Kind
    organisation_id: int | None
    opened_by: int | None
    summary: str
    contact_name: str
    contact_email: str
    level: str
    version: int | None
    zone: str
    country: str
    subdivision: str
    events: tuple[Event, ...]
    story: Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One milestone of a case as its events leave it; how it stands at an instant is `standing_at`.

    due_at: UTC; None while paused, or where only an event ends it.  met_at: when it was met, in time or not.
    breached_at: the due instant that passed unmet under an earlier severity or before an update took its place; no
    later event takes it back.  event: "next_product_update" where that may stand for the resolution, or "".
    with_update: it was left to that.  ended_at: the case was closed without it.  Source: D6.
    """

    name: Milestone
    target: Target
    counted_from: datetime
    due_at: datetime | None
    met_at: datetime | None
    breached_at: datetime | None
    paused_since: datetime | None
    event: str
    with_update: bool = False
    ended_at: datetime | None = None

    def missed_at(self, at: datetime) -> datetime | None:
        """The instant at which it was missed, as seen at `at`; None while it is not.  Met at the due instant is met."""
        if self.breached_at is not None:
            return self.breached_at
        if self.due_at is None:
            return None
        return self.due_at if (self.met_at or self.ended_at or at) > self.due_at else None

    def standing_at(self, at: datetime) -> Standing:
        if self.missed_at(at) is not None:
            return Standing.MISSED
        if self.met_at is not None:
            return Standing.KEPT
        if self.ended_at is not None:
            return Standing.ENDED
        if self.with_update:
            return Standing.WITH_UPDATE
        return Standing.PAUSED if self.paused_since is not None else Standing.RUNNING
