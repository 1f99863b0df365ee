"""`tenure clock show | advance 30d | reset`: a sandbox's clock."""

from argparse import ArgumentParser
from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from tenure.clock import actions, queries
from tenure.clock.rules import span_of
from tenure.clock.words import Cannot
from tenure.journal.actions import record
from tenure.journal.words import COMMAND
from tenure.toolbox.refused import Refused

SENTENCES = {
    Cannot.NOT_A_SANDBOX: "this installation is in production: its clock is the real one and cannot be moved. "
    "Only a sandbox (TENURE_SANDBOX=1) has a clock that moves.",
    Cannot.NOT_FORWARD: "the clock moves only forward, and at most a century in all.",
    Cannot.BAD_DURATION: "say how far as a number and a unit, such as 2h, 30d or 1w.",
    Cannot.NOT_MOVED: "the clock has not been moved: there is nothing to reset.",
    Cannot.NO_SNAPSHOT: "the state before the first advance cannot be kept or restored: {reason}",
}


class Command(BaseCommand):
    """Show, advance or reset the clock of a sandbox."""

    help = "Show the clock; in a sandbox, move it on, or go back to the state before the first move."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("show", help="how the clock stands")
        advance = verbs.add_parser("advance", help="move the clock on, as far as 2h, 30d or 1w say")
        advance.add_argument("how_far")
        verbs.add_parser("reset", help="go back to the state before the first advance; all done since is lost")

    def handle(self, *args: object, **options: str) -> None:
        try:
            if options["verb"] == "advance":
                self._advance(options["how_far"])
            elif options["verb"] == "reset":
                self._reset()
        except Refused as refused:
            raise CommandError(f"clock: {SENTENCES[Cannot(refused.code)].format(**refused.facts)}") from None
        self._show()

    def _advance(self, how_far: str) -> None:
        span = span_of(how_far)
        at = queries.now()
        with transaction.atomic():
            actions.advance(by_how_much=span, at=at, by=COMMAND)
            record(verb="clock.advanced", subject=("clock", "1"), at=at, by=COMMAND, facts={"by": how_far})

    def _reset(self) -> None:
        actions.reset()
        with transaction.atomic():
            record(verb="clock.reset", subject=("clock", "1"), at=queries.real_now(), by=COMMAND)

    def _show(self) -> None:
        standing = queries.standing()
        ahead = f"{_words(standing.ahead)} ahead of" if standing.ahead else "the same as"
        self.stdout.write(f"The clock says {standing.now:%Y-%m-%d %H:%M} UTC, {ahead} the real time.")


def _words(span: timedelta) -> str:
    hours = span.seconds // 3600
    return f"{span.days} d {hours} h" if hours else f"{span.days} d"
