"""The vendor's signature: it verifies, a changed byte is told, the key is made once and is its owner's alone."""

import stat
import threading
from io import BytesIO

import pytest
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from tenure.papers.rules import plain
from tenure.papers.signing import certificate_of, sign
from tenure.papers.typesetting import typeset
from tests.papers.sheets import SHEET


def checked(pdf: bytes, folder):
    root = x509.Certificate.load(certificate_of(folder, vendor="Halden Systems"))
    [signature] = PdfFileReader(BytesIO(pdf)).embedded_signatures
    return validate_pdf_signature(signature, ValidationContext(trust_roots=[root]))


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return typeset(plain(SHEET))[0]


def test_a_signed_document_verifies_with_the_installations_own_certificate(pdf, tmp_path):
    signed = sign(pdf, vendor="Halden Systems", folder=tmp_path)
    assert signed.startswith(pdf)
    status = checked(signed, tmp_path)
    assert (status.valid, status.intact, status.trusted, status.bottom_line) == (True, True, True, True)
    assert status.signing_cert.subject.native["common_name"] == "Halden Systems"


def test_a_changed_byte_breaks_the_signature(pdf, tmp_path):
    signed = bytearray(sign(pdf, vendor="Halden Systems", folder=tmp_path))
    signed[len(pdf) // 2] ^= 1
    status = checked(bytes(signed), tmp_path)
    assert (status.intact, status.bottom_line) == (False, False)


def test_many_first_signatures_at_once_make_one_key_that_its_owner_alone_may_read(tmp_path):
    folder, start, made = tmp_path / "keys", threading.Barrier(4), []

    def work() -> None:
        start.wait(20)
        made.append(certificate_of(folder, vendor="Halden Systems"))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 1
    assert len(made) == 4
    assert [file.name for file in folder.iterdir()] == ["papers.pem"]
    assert stat.S_IMODE((folder / "papers.pem").stat().st_mode) == 0o600


def test_a_vendor_with_a_long_name_has_a_key_too(pdf, tmp_path):
    assert checked(sign(pdf, vendor="V" * 200, folder=tmp_path), tmp_path).bottom_line is True
