"""The state of a case is what its events add up to; nothing else decides it."""

from collections.abc import Iterable
from datetime import datetime

from tenure.cases.words import Event, Happening, State, Story, Wait

# what says something to the contact: messages, and calls that reached them (D6); a change of state alone does not
RESPONSES = frozenset({
    Happening.WROTE, Happening.ASKED, Happening.CALLED, Happening.CLOSE_PROPOSED, Happening.RESTORED,
    Happening.LEFT_TO_UPDATE,
})  # fmt: skip
STILL = frozenset({State.AWAITING_REVIEW, State.PENDING_CLOSE, State.CLOSED})


def fold(events: Iterable[Event]) -> Story:
    """The story that the events tell, given in the order of their `seq`; the first is OPENED.

    A customer's message ends every wait, also the one for their consent; a closed case hears nothing but that it is
    opened again.  Raises ValueError without an OPENED.  Source: D8; that a message takes back a proposal is ours.
    """
    telling: _Telling | None = None
    for event in events:
        if telling is None:
            if event.kind is not Happening.OPENED:
                raise ValueError("the events of a case begin with its opening")
            telling = _Telling(event)
        else:
            telling.hear(event)
    if telling is None:
        raise ValueError("a case without events")
    return telling.story()


class _Telling:
    """The story so far; each event moves it on by one step."""

    __slots__ = (
        "assignee", "changed_at", "closed_at", "last_seq", "left_at", "opened_at", "proposed_at", "registered_at",
        "resolved_at", "responded_at", "restored_at", "severities", "since", "state", "waits",
    )  # fmt: skip

    def __init__(self, opened: Event) -> None:
        self.state = State.NEW
        self.opened_at = self.registered_at = self.changed_at = opened.at
        self.severities: list[tuple[datetime, int | None]] = [(opened.at, opened.severity)]
        self.assignee: int | None = None
        self.responded_at: datetime | None = None
        self.restored_at: datetime | None = None
        self.proposed_at: datetime | None = None
        self.resolved_at: datetime | None = None
        self.closed_at: datetime | None = None
        self.left_at: datetime | None = None
        self.since: datetime | None = None
        self.waits: list[Wait] = []
        self.last_seq = opened.seq

    def hear(self, event: Event) -> None:
        kind, at = event.kind, event.at
        self.changed_at, self.last_seq = at, event.seq
        if self.state is State.CLOSED and kind is not Happening.REOPENED:
            return
        if kind in RESPONSES and self.responded_at is None:
            self.responded_at = at
        match kind:
            case Happening.REGISTERED:
                self.registered_at = at
            case Happening.TAKEN:
                self.assignee = event.person
                self._begin_work()
            case Happening.GIVEN_BACK:
                self.assignee = None
            case Happening.WROTE | Happening.CALLED | Happening.RESTORED | Happening.LEFT_TO_UPDATE:
                self._begin_work()
                self._note(kind, at)
            case Happening.ASKED:
                self.proposed_at = None
                self._stand(State.AWAITING_REVIEW, at)
            case Happening.CLOSE_PROPOSED:
                self.proposed_at = at
                self._stand(State.PENDING_CLOSE, at)
            case Happening.CUSTOMER_WROTE | Happening.DECLINED:
                self._go_on(at)
            case Happening.CONSENTED | Happening.CLOSED:
                self._close(at)
            case Happening.REOPENED:
                self.closed_at = None
                self._go_on(at)
            case Happening.SEVERITY_CHANGED:
                self.severities.append((at, event.severity))
            case _:
                pass

    def story(self) -> Story:
        still = (Wait(self.since),) if self.since is not None else ()
        return Story(
            state=self.state, opened_at=self.opened_at, registered_at=self.registered_at,
            severities=tuple(self.severities), assignee=self.assignee, responded_at=self.responded_at,
            restored_at=self.restored_at, proposed_at=self.proposed_at, resolved_at=self.resolved_at,
            closed_at=self.closed_at, left_to_update_at=self.left_at, waits=(*self.waits, *still),
            changed_at=self.changed_at, last_seq=self.last_seq,
        )  # fmt: skip

    def _begin_work(self) -> None:
        if self.state is State.NEW:
            self.state = State.OPEN

    def _note(self, kind: Happening, at: datetime) -> None:
        if kind is Happening.RESTORED and self.restored_at is None:
            self.restored_at = at
        if kind is Happening.LEFT_TO_UPDATE and self.left_at is None:
            self.left_at = at

    def _stand(self, state: State, at: datetime) -> None:
        self.state = state
        if self.since is None:
            self.since = at

    def _go_on(self, at: datetime) -> None:
        """Back to work; what was proposed, resolved or closed is no longer."""
        if self.state in STILL:
            self.state = State.OPEN
        if self.since is not None:
            self.waits.append(Wait(self.since, at))
            self.since = None
        self.proposed_at = self.resolved_at = None

    def _close(self, at: datetime) -> None:
        self.resolved_at = self.proposed_at if self.proposed_at is not None else at
        self.closed_at = at
        self._stand(State.CLOSED, at)
