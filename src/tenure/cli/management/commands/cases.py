"""`tenure cases replay [NUMBER]`: does what is stored of the cases follow from their events?"""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tenure.cases.queries.replay import Replayed, replay


class Command(BaseCommand):
    """Prints each difference; nothing is changed."""

    help = "Fold the events of every case anew and compare with what is stored; ends with 1 where they differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        again = verbs.add_parser("replay", help="fold and judge anew; each difference is a line")
        again.add_argument("number", nargs="?", default="", help="one case alone, such as CS-00010017")

    def handle(self, *args: Any, **options: Any) -> None:  # Django's own signature
        done = replay(report=lambda difference: self.stdout.write(str(difference)), number=options["number"])
        if options["number"] and not done.cases:
            raise CommandError(f"{options['number']}: there is no such case.")
        self.stdout.write(_told(done))
        if done.differences:
            sys.exit(1)


def _told(done: Replayed) -> str:
    cases = "1 case" if done.cases == 1 else f"{done.cases:,} cases"
    found = {0: "no difference", 1: "1 difference"}.get(done.differences, f"{done.differences:,} differences")
    return f"{cases} with {done.events:,} events replayed: {found}"
