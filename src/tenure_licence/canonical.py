"""The canonical form: one way to write a JSON object, so that what is equal has equal bytes.

Keys sorted, no blanks, UTF-8, the escapes of RFC 8785; texts, whole numbers within 2^53, true, false, null, lists and
objects with ASCII keys, and nothing else.  Within that it is RFC 8785 (JCS).
"""

import json

LARGEST = 2**53 - 1


def canonical(value: object) -> bytes:
    """The bytes.  Raises ValueError for what has no canonical form here: fractions, other types, lone surrogates."""
    _check(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _check(value: object) -> None:
    if value is None or isinstance(value, (bool, str)):
        return
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise ValueError("a number beyond 2^53 has no canonical form")
    elif isinstance(value, (list, tuple)):
        for each in value:
            _check(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise ValueError("keys are ASCII texts")
            _check(each)
    else:
        raise ValueError(f"{type(value).__name__} has no canonical form")


def without(value: dict[str, object], member: str) -> bytes:
    """The canonical form of all other members: what a signature that stands in the object is made over."""
    return canonical({key: each for key, each in value.items() if key != member})
