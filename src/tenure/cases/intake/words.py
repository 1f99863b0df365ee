"""The words of moving in: a case as another help desk wrote it down, and what can be wrong with a line."""

from dataclasses import dataclass
from datetime import datetime

from tenure.cases.words import Happening, Side

SOURCE = "import"
STATUSES = ("new", "open", "waiting", "resolved", "closed")
LONGEST_LINE = 4 * 1024 * 1024
LONGEST_NAME = 60
LONGEST_ADDRESS = 254
MOST_COMMENTS = 10_000
FIRST_YEAR, LAST_YEAR = 1970, 9998


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line.  field: "" where it is the whole line."""

    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        where = f"line {self.line}: {self.field}" if self.field else f"line {self.line}"
        return f"{where}: {self.reason}"


class BadFile(Exception):
    """The file cannot be read at all; the message says why."""


@dataclass(frozen=True, slots=True)
class Comment:
    """at: UTC.  by_agent: of the vendor's side."""

    at: datetime
    by_agent: bool
    public: bool
    body: str


@dataclass(frozen=True, slots=True)
class Given:
    """One line: a case as it was kept elsewhere.  agent: "" for nobody; comments: in order of time; instants UTC."""

    line: int
    number: str
    customer: str
    email: str
    summary: str
    body: str
    status: str
    severity: int
    agent: str
    created: datetime
    updated: datetime
    comments: tuple[Comment, ...]


@dataclass(frozen=True, slots=True)
class Customer:
    """One line of the customers' file.  country: "" where it is not said."""

    customer: str
    name: str
    country: str
    contacts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as the history tells it.  by_agent: whether the case's agent did it, or its contact; None: nobody."""

    at: datetime
    kind: Happening
    side: Side
    public: bool
    by_agent: bool | None = None
    body: str = ""


@dataclass(slots=True)
class Counts:
    """What an import has done so far."""

    read: int = 0
    new: int = 0
    held: int = 0
    comments: int = 0
    customers: int = 0
    contacts: int = 0
    agents: int = 0
