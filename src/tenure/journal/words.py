"""The words of the journal."""

from dataclasses import dataclass
from typing import TypeAlias

JSON: TypeAlias = "str | int | float | bool | None | list[JSON] | dict[str, JSON]"


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
