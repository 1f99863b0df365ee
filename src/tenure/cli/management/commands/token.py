"""`tenure token add EMAIL --scope SCOPE`: an API token, printed once."""

from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tenure.accounts.actions import add_token, person_at
from tenure.accounts.words import AccountRefusal, Scope
from tenure.clock.queries import now
from tenure.journal.words import COMMAND
from tenure.toolbox.refused import Refused

SENTENCES = {
    AccountRefusal.PERSON_UNKNOWN: "nobody has confirmed this address",
    AccountRefusal.NOT_FOUND: "this person's account is closed",
    AccountRefusal.TOKEN_NAME_MISSING: "--name is empty",
    AccountRefusal.NAME_TOO_LONG: "--name is longer than 100 characters",
    AccountRefusal.TOO_MANY_TOKENS: "this person has as many tokens as the policy allows: one has to be revoked first",
    AccountRefusal.NO_POLICY: "there is no business policy yet: apply one by `tenure policy apply`",
}


class Command(BaseCommand):
    help = "Make an API token of a person. It is printed once; only its digest is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        add = verbs.add_parser("add", help="make a token")
        add.add_argument("email")
        scopes = [scope.value for scope in Scope]
        add.add_argument("--scope", required=True, action="append", choices=scopes, help="may be repeated")
        add.add_argument("--name", default="command line")
        add.add_argument("--days", type=int, default=0, help="ends after so many days; 0: when revoked")

    def handle(self, *args: Any, **options: Any) -> None:  # Django's own signature
        days = options["days"]
        if not 0 <= days <= 3650:
            raise CommandError("No token was made: --days is a number from 0 to 3650.")
        ends = datetime.now(UTC) + timedelta(days=days) if days else None
        try:
            secret = add_token(
                person_id=person_at(options["email"]), name=options["name"],
                scopes=[Scope(scope) for scope in options["scope"]], expires_at=ends, at=now(), by=COMMAND,
            )  # fmt: skip
        except Refused as no:
            raise CommandError(f"No token was made: {SENTENCES[AccountRefusal(no.code)]}.")
        self.stdout.write(secret)
