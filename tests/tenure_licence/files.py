"""Keys and files as a vendor makes them, without Tenure."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tenure_licence import LICENCE, REVOCATIONS, Keys, document, key_id_of, signed

PRIVATE = Ed25519PrivateKey.from_private_bytes(b"a made-up key of thirty-two byte")
OTHER = Ed25519PrivateKey.from_private_bytes(b"another made-up key of 32 bytes!")


def public(key: Ed25519PrivateKey = PRIVATE) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def keys(*trusted: Ed25519PrivateKey) -> Keys:
    return Keys([public(key) for key in trusted or (PRIVATE,)])


def facts(**more: Any) -> dict[str, Any]:
    return {
        "format": LICENCE, "number": "LF-10000001", "serial": "M1000000001", "product": "quay-vault",
        "product_name": "Quay Vault", "release": "9.4", "customer": "Åster & Söhne 株式会社", "quantity": 5,
        "meter": "machines", "purpose": "production", "level": "essential", "family": "maintenance",
        "starts_on": "2026-04-01", "ends_on": "2027-03-31", "use_starts_on": "2026-04-01", "use_ends_on": None,
        "zone": "Europe/Berlin", "host": None, "issued_at": "2026-11-24T12:00:00Z", **more,
    }  # fmt: skip


def file(*, key: Ed25519PrivateKey = PRIVATE, **more: Any) -> bytes:
    said, signature = signed(facts(**more), key_id=key_id_of(public(key)), signer=key)
    return document(said=said, signature=signature)


def year(number: int, starts_on: str, ends_on: str, **more: Any) -> bytes:
    return file(number=f"LF-{number:08}", starts_on=starts_on, ends_on=ends_on, **more)


def withdrawals(*, key: Ed25519PrivateKey = PRIVATE, **more: Any) -> bytes:
    told = {
        "format": REVOCATIONS, "number": 3, "issued_at": "2026-11-24T12:00:00Z", "fresh_until": "2026-12-01T12:00:00Z",
        "licences": [], "keys": [], **more,
    }  # fmt: skip
    said, signature = signed(told, key_id=key_id_of(public(key)), signer=key)
    return document(said=said, signature=signature)
