"""The words of the journal."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

JSON: TypeAlias = "str | int | float | bool | list[JSON] | dict[str, JSON] | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: `kind` is person, token, command or job; `id` is empty for the last two."""

    kind: str
    id: str = ""
    name: str = ""
    on_behalf_of: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" if self.id else self.kind


COMMAND = Actor(kind="command")
JOB = Actor(kind="job")


class Fault(StrEnum):
    """What can be wrong with the audit chain."""

    ENTRY_ALTERED = "entry_altered"
    ENTRY_REMOVED = "entry_removed"
    SEAL_ALTERED = "seal_altered"
    CHAIN_BROKEN = "chain_broken"  # a seal does not follow the one before it: one was removed, added or moved
    ENTRY_OUTSIDE = "entry_outside"  # an entry in no seal, and not waiting for one
    COUNTS_DIFFER = "counts_differ"  # sealed and waiting entries do not add up to those there are


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a check of the whole chain found.

    sealed: entries proved in `seals` seals, up to the fault if there is one.  tail: entries that wait for their seal;
    nothing is proved of those.  head: the last seal's digest in hex; kept elsewhere, it also proves that no seal has
    been cut off at the end.  entry: the first broken one, where the fault has one.
    """

    seals: int
    sealed: int
    tail: int
    head: str
    fault: Fault | None = None
    entry: int | None = None

    @property
    def holds(self) -> bool:
        return self.fault is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One act, as a history shows it."""

    id: int
    at: datetime
    actor: str
    actor_name: str
    on_behalf_of: str
    verb: str
    facts: dict[str, JSON]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The answer a request got when its key was first used.

    same: the request that asks now is the one that was answered then.
    """

    same: bool
    status: int
    location: str
    content_type: str
    body: bytes
