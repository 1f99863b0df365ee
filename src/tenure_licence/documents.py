"""Signed documents: a line of canonical JSON, a line with its signature in base64, and nothing else."""

import json
from typing import Protocol

from tenure_licence.canonical import canonical, without
from tenure_licence.keys import Keys, signature_from, signature_text
from tenure_licence.words import Fault, Invalid

SIGNATURE_SIGNS = 88  # 64 bytes in base64
ALGORITHM = "Ed25519"
MEMBER = "signature"


class Signer(Protocol):
    """A private key."""

    def sign(self, data: bytes, /) -> bytes: ...


def document(*, said: bytes, signature: bytes) -> bytes:
    """The two lines."""
    return said + b"\n" + signature_text(signature).encode("ascii") + b"\n"


def opened(data: bytes, *, keys: Keys, form: str, most_bytes: int) -> dict[str, object]:
    """What a document of a form says, once its signature holds.

    Raises Invalid: too_large, not_a_licence, cut_short, edited, unknown_key, key_withdrawn.
    """
    if len(data) > most_bytes:
        raise Invalid(Fault.TOO_LARGE)
    if not data.startswith(b'{"'):
        raise Invalid(Fault.NOT_A_LICENCE if data else Fault.CUT_SHORT)
    said, _, rest = data.partition(b"\n")
    if len(rest) <= SIGNATURE_SIGNS:
        raise Invalid(Fault.CUT_SHORT)
    if len(rest) != SIGNATURE_SIGNS + 1 or rest[-1:] != b"\n":
        raise Invalid(Fault.EDITED)
    signature = signature_from(rest[:-1])
    try:
        facts = json.loads(said)
    except (ValueError, RecursionError):
        raise Invalid(Fault.EDITED) from None
    keys.check(key_id=facts.get("key_id"), said=said, signature=signature)
    if facts.get("format") != form:
        raise Invalid(Fault.NOT_A_LICENCE)
    return dict(facts)


def signed_answer(answer: dict[str, object], *, key_id: str, signer: Signer) -> dict[str, object]:
    """An answer of the API with its signature, made over the canonical form of all other members."""
    value = signature_text(signer.sign(without(answer, MEMBER)))
    return {**answer, MEMBER: {"key_id": key_id, "algorithm": ALGORITHM, "value": value}}


def verify_answer(text: bytes, *, keys: Keys, most_bytes: int = 4 * 1024 * 1024) -> dict[str, object]:
    """An answer of the API whose signature holds, without the signature.

    Raises Invalid: too_large, not_a_licence, edited, unknown_key, key_withdrawn.
    """
    if len(text) > most_bytes:
        raise Invalid(Fault.TOO_LARGE)
    try:
        told = json.loads(text)
        held = told[MEMBER]
        said, value, key_id = without(told, MEMBER), held["value"].encode("ascii"), held["key_id"]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Invalid(Fault.NOT_A_LICENCE) from None
    keys.check(key_id=key_id, said=said, signature=signature_from(value))
    return {key: each for key, each in told.items() if key != MEMBER}


def signed(facts: dict[str, object], *, key_id: str, signer: Signer) -> tuple[bytes, bytes]:
    """What a document says, canonical and with the key's ID, and its signature."""
    said = canonical({**facts, "key_id": key_id})
    return said, signer.sign(said)
