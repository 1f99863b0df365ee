"""The words of the outbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# How long to wait after each failed try; after the last there is none.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
)
MOST_TRIES = len(PAUSES) + 1


class State(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A message in the mailbox's list."""

    id: int
    recipient: str
    subject: str
    kind: str
    language: str
    written_at: datetime
    sent_at: datetime | None
    failed_at: datetime | None
    tries: int
    error: str

    @property
    def state(self) -> State:
        if self.sent_at is not None:
            return State.SENT
        return State.WAITING if self.failed_at is None else State.FAILED


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter(Envelope):
    """A message with what it says."""

    text: str
    html: str
    mime: bytes
