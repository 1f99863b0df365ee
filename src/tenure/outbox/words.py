"""The words of the outbox."""

import re
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
QUIET = timedelta(days=5)  # a server that gives up on a letter has said so by then (RFC 5321, 4.5.4.1)
MOST_ATTACHED_BYTES = 10 * 1024 * 1024  # with what MIME adds, what common mail servers still take
_TOPIC = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a delivery status notification says of one recipient.  message_id: of what was sent, as "<x@y>".

    recipient: in small letters, as the reporting server names them.  said: its words.
    """

    message_id: str
    recipient: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceRow:
    """An address that takes no mail now.  told_at: when owners were asked for another."""

    id: int
    address: str
    said: str
    bounced_at: datetime
    told_at: datetime | None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who a letter goes to: "anna@example.com" or "Anna <anna@example.com>", and how they read words and hours."""

    address: str
    language: str
    zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """The one thing to do: a verb with its object, and where."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSpan:
    """A part of a line of time in a letter.  percent: its width.  tone: past, good, soon or bad.

    above: the day it begins on, where that is said.  begins_today: the mark of today stands at its beginning.
    """

    percent: int
    tone: str
    words: str = ""
    above: str = ""
    begins_today: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLine:
    """A line of time, as a table row with widths; it says nothing that the sentences do not say.

    One span begins today, and is not the first.  today: its words.
    """

    spans: tuple[LetterSpan, ...]
    today: str

    @property
    def before_today(self) -> int:
        """How many spans lie before today."""
        return [span.begins_today for span in self.spans].index(True)

    @property
    def after_today(self) -> int:
        return len(self.spans) - self.before_today


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterText:
    """What a letter says, in its reader's language; its text and its HTML say the same sentences.

    heading: the answer in a sentence; the subject where it is empty.  line: drawn above the facts.  facts: (label,
    value).  after: paragraphs below the action.  reason: why the reader gets this.  A line break in a paragraph stays.
    """

    subject: str
    paragraphs: tuple[str, ...]
    heading: str = ""
    greeting: str = ""
    line: LetterLine | None = None
    facts: tuple[tuple[str, str], ...] = ()
    action: Action | None = None
    after: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a letter.  content_type: "application/pdf"."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """What keeps letters together in a mail program.  topic: "case.26-004817", the same in all letters about it.

    answers: Message-IDs of letters before this one, the oldest first, as "<x@y>".  Raises ValueError for a topic or
    an ID that a header cannot carry.
    """

    topic: str
    answers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        said = [self.topic, *(each.strip("<>").replace("@", ".", 1) for each in self.answers)]
        if not all(_TOPIC.fullmatch(each) for each in said):
            raise ValueError(f"no topic or Message-ID that a header can carry: {said}")

    def references(self, domain: str) -> tuple[str, ...]:
        """The IDs this letter follows, the thread's own first, the one it answers last."""
        return (f"<{self.topic}@{domain}>", *self.answers)
