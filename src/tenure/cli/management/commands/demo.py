"""tenure demo: the demonstration vendor, made once; tenure demo year: a year of it, lived through day by day."""

import argparse

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tenure.cli.demonstration.cast import print_cast
from tenure.cli.demonstration.making import make, make_cases_once
from tenure.cli.demonstration.year.living import live
from tenure.clock.queries import now
from tenure.toolbox.refused import Refused

MOST_DAYS = 3660


class Command(BaseCommand):
    help = "make the demonstration vendor, once, and print its people's sign-ins; year: let it live through the days"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("what", nargs="?", choices=["year"], help="move the clock day by day while its people act")
        parser.add_argument("--days", type=int, default=365, metavar="N", help="until the clock is so far ahead, 365")
        parser.add_argument("--quiet", action="store_true", help="print nothing")

    def handle(self, *args: object, **options: object) -> None:
        if options["what"] and not settings.SANDBOX:
            raise CommandError("demo: this installation is in production: its clock cannot be moved.")
        days = int(str(options["days"]))
        if not 1 <= days <= MOST_DAYS:
            raise CommandError(f"demo: say a number of days from 1 to {MOST_DAYS}.", returncode=2)
        at = now()
        token = make(at=at)
        if not options["quiet"] and not options["what"]:
            print_cast(self.stdout.write, token)
        make_cases_once(at=at)
        if options["what"]:
            self._live(days, quiet=bool(options["quiet"]))

    def _live(self, days: int, *, quiet: bool) -> None:
        try:
            counts = live(days=days, write=self._ignore if quiet else self.stdout.write)
        except Refused as refused:
            why = refused.facts.get("reason", "")
            raise CommandError(f"demo: {refused.code.value}: {why}" if why else f"demo: {refused.code.value}") from None
        except KeyboardInterrupt:
            raise CommandError("demo: broken off; the same command goes on from here.", returncode=130) from None
        said = ", ".join(f"{count:,} {what}" for what, count in counts.items()) or "nothing was left to live through"
        self.stdout.write(f"{now().date()}: {said}.")

    def _ignore(self, line: str) -> None:
        del line
