"""tenure demo: the demonstration vendor, made once."""

import argparse

from django.core.management.base import BaseCommand

from tenure.cli.demonstration.cast import print_cast
from tenure.cli.demonstration.making import make, make_cases_once
from tenure.clock.queries import now


class Command(BaseCommand):
    help = "make the demonstration vendor, once, and print its people's sign-ins"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="print nothing")

    def handle(self, *args: object, **options: object) -> None:
        at = now()
        token = make(at=at)
        if not options["quiet"]:
            print_cast(self.stdout.write, token)
        make_cases_once(at=at)
