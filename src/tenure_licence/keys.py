"""The public keys that are trusted.  A key's ID is made from the key: it cannot be claimed by another."""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from tenure_licence.words import Fault, Invalid

MOST_BYTES = 1024 * 1024
PEM = re.compile(rb"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.DOTALL)


def key_id_of(public: bytes) -> str:
    """The ID of the key with these 32 bytes: the first 16 hexadecimal digits of their SHA-256."""
    return sha256(public).hexdigest()[:16]


def pem_of(public: bytes) -> str:
    """The key as OpenSSL reads it."""
    key = Ed25519PublicKey.from_public_bytes(public)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


class Keys:
    """Trusted public keys by ID; withdrawn ones are known, so that it can be said, and never trusted."""

    def __init__(self, trusted: Iterable[bytes], withdrawn: Iterable[bytes] = ()) -> None:
        self.withdrawn = frozenset(key_id_of(public) for public in withdrawn)
        self._keys: Mapping[str, Ed25519PublicKey] = {
            key_id_of(public): Ed25519PublicKey.from_public_bytes(public) for public in trusted
        }

    @classmethod
    def read(cls, text: bytes) -> "Keys":
        """Keys from what the vendor publishes: the JSON of its API, or PEM.  Raises Invalid(keys_unreadable)."""
        if len(text) > MOST_BYTES:
            raise Invalid(Fault.KEYS_UNREADABLE, "It is too large.")
        try:
            found = _from_json(text) if text.lstrip()[:1] == b"{" else _from_pem(text)
            keys = cls(*found)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise Invalid(Fault.KEYS_UNREADABLE, str(error)[:200]) from None
        if not keys._keys and not keys.withdrawn:
            raise Invalid(Fault.KEYS_UNREADABLE, "No key is in it.")
        return keys

    def __len__(self) -> int:
        return len(self._keys)

    def check(self, *, key_id: object, said: bytes, signature: bytes) -> None:
        """Raises Invalid: unknown_key, key_withdrawn, edited."""
        if not isinstance(key_id, str):
            raise Invalid(Fault.UNKNOWN_KEY)
        if key_id in self.withdrawn:
            raise Invalid(Fault.KEY_WITHDRAWN)
        key = self._keys.get(key_id)
        if key is None:
            raise Invalid(Fault.UNKNOWN_KEY)
        try:
            key.verify(signature, said)
        except InvalidSignature:
            raise Invalid(Fault.EDITED) from None


def _from_pem(text: bytes) -> tuple[list[bytes], list[bytes]]:
    if b"-----BEGIN PUBLIC KEY-----" not in text:
        raise ValueError("neither JSON nor PEM")
    keys = [load_pem_public_key(block) for block in PEM.findall(text)]
    if not all(isinstance(key, Ed25519PublicKey) for key in keys):
        raise ValueError("one of the keys is no Ed25519 key")
    return [key.public_bytes(Encoding.Raw, PublicFormat.Raw) for key in keys], []


def _from_json(text: bytes) -> tuple[list[bytes], list[bytes]]:
    told = json.loads(text)
    trusted: list[bytes] = []
    withdrawn: list[bytes] = []
    for each in told["keys"]:
        public = b64decode(each["public"], validate=True)
        if each["key_id"] != key_id_of(public) or each["algorithm"] != "Ed25519":
            raise ValueError(f"the key {each['key_id']} is not what it says")
        (withdrawn if each.get("state") == "withdrawn" else trusted).append(public)
    return trusted, withdrawn


def signature_text(signature: bytes) -> str:
    """A signature as it is written: base64 with its padding."""
    return b64encode(signature).decode("ascii")


def signature_from(text: bytes) -> bytes:
    """A signature as it was written; only the one way to write it is taken.  Raises Invalid(edited)."""
    try:
        signature = b64decode(text, validate=True)
    except ValueError:
        raise Invalid(Fault.EDITED) from None
    if len(signature) != 64 or b64encode(signature) != text:
        raise Invalid(Fault.EDITED)
    return signature
