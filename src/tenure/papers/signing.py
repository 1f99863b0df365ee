"""The installation's own signature under a document.  pyHanko is large: only the worker's jobs import this module."""

import secrets
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import pem
from asn1crypto import x509 as der
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "Signature"
KEY_BITS = 3072
LONGEST_NAME = 64  # of a common name, by X.520
# A sandbox's clock may stand anywhere, and nobody renews a key that vouches for itself (RFC 5280, 4.1.2.5: no end).
FROM, TO = datetime(2000, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def sign(pdf: bytes, *, vendor: str, folder: Path) -> bytes:
    """The document with the vendor's signature added behind it; its own bytes stay as they are.

    folder: where the key is kept, or will be.  The time in the signature is the real one.  Source: ours.
    """
    key, certificate = _pair(folder, vendor)
    others = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    signer = _Signer(key, signing_cert=certificate, cert_registry=others)
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", name=vendor, subfilter=fields.SigSeedSubFilter.PADES
    )
    out = BytesIO()
    signers.PdfSigner(meta, signer=signer).sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), output=out)
    return out.getvalue()


class _Signer(signers.Signer):
    """Signs with a key that was loaded once: pyHanko's own loads it for each signature, and its check is slow."""

    def __init__(self, key: rsa.RSAPrivateKey, **of: Any) -> None:
        super().__init__(**of)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        del digest_algorithm  # SHA-256, as `sign` says
        return bytes(self._key.key_size // 8) if dry_run else self._key.sign(data, PKCS1v15(), hashes.SHA256())


def certificate_of(folder: Path, *, vendor: str) -> bytes:
    """The certificate that goes with the key, in DER: who trusts the vendor's documents trusts this.  Source: ours."""
    return bytes(_pair(folder, vendor)[1].dump())


def _pair(folder: Path, vendor: str) -> tuple[rsa.RSAPrivateKey, der.Certificate]:
    kept = folder / "papers.pem"
    if not kept.exists():
        _make(kept, vendor)
    return _loaded(kept.read_bytes())


@lru_cache(maxsize=2)
def _loaded(kept: bytes) -> tuple[rsa.RSAPrivateKey, der.Certificate]:
    found = {name: body for name, _, body in pem.unarmor(kept, multiple=True)}
    key = serialization.load_der_private_key(found["PRIVATE KEY"], password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the key of documents is no RSA key")
    return key, der.Certificate.load(found["CERTIFICATE"])


def _make(kept: Path, vendor: str) -> None:
    """Make key and certificate, in one file that its owner alone may read; the first of two makers wins."""
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = kept.with_suffix(f".{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_bytes(_made(vendor))
    with suppress(FileExistsError):
        kept.hardlink_to(draft)
    draft.unlink()


def _made(vendor: str) -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, vendor[:LONGEST_NAME] or "Tenure")])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FROM)
        .not_valid_after(TO)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return secret + certificate.public_bytes(serialization.Encoding.PEM)
