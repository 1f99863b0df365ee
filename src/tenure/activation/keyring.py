"""The private halves of the signing keys: files in `TENURE_DATA/keys` that their owner alone may read."""

import secrets
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.hazmat.primitives.serialization import load_pem_private_key as load_pem

from tenure_licence import key_id_of


class Unreadable(Exception):
    """The private key is not there, or is not the one it should be.  The text says which file."""


def made(folder: Path) -> bytes:
    """Make a key, keep it in the folder, and say its public half."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    kept = path_of(folder, key_id_of(public))
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = kept.with_suffix(f".{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with suppress(FileExistsError):
        kept.hardlink_to(draft)
    draft.unlink()
    return public


def path_of(folder: Path, key_id: str) -> Path:
    return folder / f"licence-{key_id}.pem"


@lru_cache(maxsize=64)
def private_key(folder: Path, key_id: str) -> Ed25519PrivateKey:
    """The private key of an ID.  Raises Unreadable."""
    kept = path_of(folder, key_id)
    try:
        key = load_pem(kept.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise Unreadable(f"{kept}: {getattr(error, 'strerror', None) or error}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise Unreadable(f"{kept}: no Ed25519 key")
    if key_id_of(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)) != key_id:
        raise Unreadable(f"{kept}: another key than its name says")
    return key
