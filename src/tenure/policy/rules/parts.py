"""A file that holds only what differs: its tables take the place of the same tables of another policy.  Pure."""

import re
from typing import Final

_HEAD: Final = re.compile(r"^\[\[?\s*(?P<table>[A-Za-z0-9_-]+)[^\n]*\]", re.MULTILINE)


def is_part(text: str) -> bool:
    """Whether a file tells only what differs: it has tables, and none named policy.  Source: ours."""
    tables = _tables(text)
    return bool(tables) and "policy" not in tables


def whole(*, part: str, base: str) -> str:
    """The text of the whole policy: `part` first, so that its lines keep their numbers, then what it leaves of `base`.

    A table of `part` takes the place of the table of that name with all its sub-tables.  Source: ours.
    """
    taken, kept = _tables(part), []
    heads = list(_HEAD.finditer(base))
    for head, after in zip(heads, [*heads[1:], None], strict=True):
        if head["table"] not in taken:
            kept.append(base[head.start() : after.start() if after else None])
    return part.rstrip("\n") + "\n\n" + "".join(kept)


def _tables(text: str) -> set[str]:
    return {head["table"] for head in _HEAD.finditer(text)}
