"""Verify licence files without any server: standard library and `cryptography` alone."""

from tenure_licence.canonical import canonical
from tenure_licence.checking import check, day_in
from tenure_licence.documents import document, signed, signed_answer, verify_answer
from tenure_licence.keys import Keys, key_id_of, pem_of
from tenure_licence.licences import LICENCE, REVOCATIONS, Merged, merge, verify, verify_list
from tenure_licence.words import Fault, Holding, Invalid, Licence, Memory, Revocations, Standing

__all__ = [
    "LICENCE",
    "REVOCATIONS",
    "Fault",
    "Holding",
    "Invalid",
    "Keys",
    "Licence",
    "Memory",
    "Merged",
    "Revocations",
    "Standing",
    "canonical",
    "check",
    "day_in",
    "document",
    "key_id_of",
    "merge",
    "pem_of",
    "signed",
    "signed_answer",
    "verify",
    "verify_answer",
    "verify_list",
]
