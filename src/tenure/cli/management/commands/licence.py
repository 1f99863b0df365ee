"""`tenure licence`: verifies a licence file, shows the public keys, lets another key sign."""

import json
from argparse import ArgumentParser
from base64 import b64encode
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tenure.activation.words import ActivationRefusal
from tenure.clock.queries import now
from tenure.journal.words import COMMAND
from tenure.toolbox.refused import Refused
from tenure_licence import Invalid, day_in, merge, pem_of
from tenure_licence.__main__ import told
from tenure_licence.licences import MOST_LICENCE_BYTES

SENTENCES = {
    ActivationRefusal.NOT_FOUND: "there is no key with this ID",
    ActivationRefusal.WHY_MISSING: "--why is empty",
    ActivationRefusal.KEY_WITHDRAWN: "this key was withdrawn already",
    ActivationRefusal.KEY_UNREADABLE: "the private key cannot be read: {file}. Restore it from the backup, or rotate",
}


class Command(BaseCommand):
    help = "Licence files and their keys (verify, keys, prepare, rotate, withdraw)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        verify = verbs.add_parser("verify", help="says what a file gives, or why it does not hold")
        verify.add_argument("file", metavar="FILE")
        keys = verbs.add_parser("keys", help="prints the public keys, to be built into products")
        keys.add_argument("--pem", action="store_true", help="as PEM, those that are trusted alone")
        verbs.add_parser("prepare", help="makes the next key: published, and not signing yet")
        rotate = verbs.add_parser("rotate", help="lets the prepared key, or a new one, sign; all files are signed anew")
        rotate.add_argument("--why", default="", metavar="REASON")
        withdraw = verbs.add_parser("withdraw", help="trusts a key no more")
        withdraw.add_argument("key_id", metavar="KEY")
        withdraw.add_argument("--why", required=True, metavar="REASON")

    def handle(self, *, verb: str, **given: Any) -> None:
        """Run one verb.  A file that does not hold ends with exit code 1 and its code."""
        try:
            match verb:
                case "verify":
                    self._verify(Path(given["file"]))
                case "keys":
                    self._keys(pem=given["pem"])
                case "prepare":
                    self._prepare()
                case "rotate":
                    self._rotate(given["why"])
                case "withdraw":
                    self._withdraw(given["key_id"], given["why"])
        except Refused as no:
            if not isinstance(no.code, ActivationRefusal):
                raise
            raise CommandError(f"Nothing was done: {SENTENCES[no.code].format(**no.facts)}.") from None

    def _verify(self, file: Path) -> None:
        from tenure.activation.queries.files import is_withdrawn, verified

        try:
            with file.open("rb") as opened:
                content = opened.read(MOST_LICENCE_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}", returncode=2) from None
        try:
            licence = verified(content=content)
        except Invalid as no:
            raise CommandError(f"{file}: {no.fault.value}: {no}") from None
        self.stdout.write(json.dumps(licence.facts, sort_keys=True, ensure_ascii=False))
        if is_withdrawn(licence.number):
            raise CommandError(f"{file}: licence_withdrawn: The file was withdrawn by the vendor.")
        self.stdout.write(told(merge([licence]).on(day_in(now(), licence.zone))))

    def _keys(self, *, pem: bool) -> None:
        from tenure.activation.actions.keys import signer
        from tenure.activation.queries import signing_keys

        signer(at=now())
        rows = signing_keys()
        if pem:
            self.stdout.write("".join(pem_of(row.public) for row in rows if row.withdrawn_at is None), ending="")
            return
        shown = [
            {"key_id": row.key_id, "algorithm": "Ed25519", "public": b64encode(row.public).decode(), "state": row.state}
            for row in rows
        ]
        self.stdout.write(json.dumps({"keys": shown}, indent=2))

    def _prepare(self) -> None:
        from tenure.activation.actions import prepare_key

        self.stdout.write(f"The key {prepare_key(at=now(), by=COMMAND)} is published and does not sign yet.")

    def _rotate(self, why: str) -> None:
        from tenure.activation.actions import rotate_key, sign_again

        at = now()
        key = rotate_key(at=at, by=COMMAND, why=why)
        self.stdout.write(f"The key {key} signs; {sign_again(at=at)} files were signed anew.")

    def _withdraw(self, key_id: str, why: str) -> None:
        from tenure.activation.actions import sign_again, withdraw_key

        at = now()
        key = withdraw_key(key_id=key_id, why=why, at=at, by=COMMAND)
        self.stdout.write(f"{key_id} is withdrawn. The key {key} signs; {sign_again(at=at)} files were signed anew.")
