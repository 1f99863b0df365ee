"""`tenure journal verify`: does the audit chain hold?"""

import sys
from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from tenure.journal import queries
from tenure.journal.words import Fault, Proof

SENTENCES = {
    Fault.ENTRY_ALTERED: "it was altered after it was sealed.",
    Fault.ENTRY_REMOVED: "it was removed.",
    Fault.SEAL_ALTERED: "the seal that begins with it was altered.",
    Fault.CHAIN_BROKEN: "the seal that begins with it does not follow the one before it.",
    Fault.ENTRY_OUTSIDE: "it is in no seal and does not wait for one.",
    Fault.COUNTS_DIFFER: "sealed and waiting entries do not add up to those there are.",
}


class Command(BaseCommand):
    """Check the journal's chain of seals."""

    help = "Check the audit chain; ends with 1 when it is broken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["verify"])

    def handle(self, *args: object, **options: object) -> None:
        proof = queries.verify()
        if proof.fault is None:
            self.stdout.write(f"The journal holds: {_figures(proof)}. Head {proof.head or 'none yet'}")
            return
        where = f"entry {proof.entry}: " if proof.entry is not None else ""
        self.stdout.write(f"The journal is BROKEN at {where}{SENTENCES[proof.fault]} Before it: {_figures(proof)}.")
        sys.exit(1)


def _figures(proof: Proof) -> str:
    entries = "entry" if proof.sealed == 1 else "entries"
    seals = "seal" if proof.seals == 1 else "seals"
    return f"{proof.sealed} {entries} in {proof.seals} {seals}, {proof.tail} not sealed yet"
