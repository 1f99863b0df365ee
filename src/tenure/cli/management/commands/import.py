# ruff: noqa: N999  the command is named import
"""`tenure import`: product lifecycles, the installed base, counts, and the cases of another help desk, from files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InternalError, OperationalError

from tenure.catalog.actions import import_catalog_file
from tenure.catalog.words import CatalogRefusal
from tenure.clock.queries import now
from tenure.journal.words import COMMAND
from tenure.toolbox.refused import Refused


class Command(BaseCommand):
    """Reads the clock once, and hands a file to the room it is for."""

    help = "Takes in a product catalogue, certificates, or another help desk's cases, from a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = parser.add_subparsers(dest="what", metavar="catalog|certificates|installed|prices|cases", required=True)
        catalog = kinds.add_parser("catalog", help="product lifecycles in the public endoflife.date v1 JSON shape")
        catalog.add_argument("file", type=Path, metavar="FILE")
        certificates = kinds.add_parser("certificates", help="the installed base as CSV")
        certificates.add_argument("file", type=Path, metavar="FILE.csv")
        certificates.add_argument("--announce", action="store_true", help="tell owners and contacts by mail")
        certificates.add_argument("--correct", action="store_true", help="take changed dates as corrections")
        certificates.add_argument("--dry-run", action="store_true", help="check everything, change nothing")
        installed = kinds.add_parser("installed", help="what was counted as installed, as CSV")
        installed.add_argument("file", type=Path, metavar="FILE.csv")
        installed.add_argument("--dry-run", action="store_true", help="check everything, change nothing")
        cases = kinds.add_parser("cases", help="cases of another help desk as JSON lines; goes on where it was stopped")
        cases.add_argument("file", type=Path, metavar="FILE.jsonl")
        cases.add_argument("--customers", type=Path, metavar="FILE.jsonl", help="names and contacts of the customers")

        prices = kinds.add_parser("prices", help="a price list as CSV; dated, never overwritten")
        prices.add_argument("file", type=Path, metavar="FILE.csv")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            self._import(options)
        except (
            OperationalError,
            InternalError,
        ) as error:  # no room, stopped, out of reach, or at a limit of the system
            said = str(error).partition("\n")[0]
            kept = "what was kept before stays; run it again" if options["what"] == "cases" else "nothing was imported"
            raise CommandError(f"{options['file']}: the database gave up ({said}); {kept}.", returncode=1) from None

    def _import(self, options: dict[str, Any]) -> None:
        if options["what"] == "catalog":
            self._catalog(options["file"])
        elif options["what"] == "prices":
            self._prices(options["file"])
        elif options["what"] == "cases":
            self._cases(options["file"], options["customers"])
        elif options["what"] == "installed":
            self._installed(options["file"], dry_run=options["dry_run"])
        else:
            self._certificates(options["file"], options)

    def _catalog(self, file: Path) -> None:
        try:
            done = import_catalog_file(path=file, at=now(), by=COMMAND)
        except OSError as error:
            raise CommandError(f"{file}: cannot be read: {error.strerror or error}") from None
        except Refused as refusal:
            if refusal.code is not CatalogRefusal.FILE_HAS_MISTAKES:
                raise
            mistakes = refusal.facts["mistakes"]
            assert isinstance(mistakes, tuple)  # noqa: S101  as the action says
            for mistake in mistakes:
                self.stderr.write(str(mistake))
            more = "more than " if refusal.facts["more"] else ""
            count = f"{more}{len(mistakes):,} {'mistake' if len(mistakes) == 1 else 'mistakes'}"
            raise CommandError(f"{file}: {count}; nothing was imported.") from None
        if done.products_new or done.products_changed:
            self.stdout.write(f"{done.products_new:,} products new, {done.products_changed:,} changed")
        self.stdout.write(str(done))

    def _certificates(self, file: Path, options: dict[str, Any]) -> None:
        from tenure.entitlements.intake import run

        code = run(
            file,
            announce=options["announce"],
            correct=options["correct"],
            dry_run=options["dry_run"],
            at=now(),
            by=COMMAND,
            report=self.stdout.write,
        )
        if code:
            raise CommandError(f"{file}: nothing was imported.", returncode=code)

    def _prices(self, file: Path) -> None:
        from tenure.renewals.intake import run

        if code := run(file, at=now(), by=COMMAND, report=self.stdout.write):
            raise CommandError(f"{file}: nothing was imported.", returncode=code)

    def _installed(self, file: Path, *, dry_run: bool) -> None:
        from tenure.compliance.intake import take
        from tenure.compliance.intake.words import summary

        taken = take(file, name=file.name, who=None, at=now(), by=COMMAND, dry_run=dry_run)
        for fault in taken.faults:
            self.stdout.write(str(fault))
        for said in summary(taken, dry_run=dry_run):
            self.stdout.write(said)
        if taken.outcome is None:
            raise CommandError(f"{file}: nothing was imported.", returncode=1)

    def _cases(self, file: Path, customers: Path | None) -> None:
        from tenure.cases.intake import run

        told = {"report": self.stdout.write, "complain": self.stderr.write}
        if code := run(file, customers=customers, at=now(), by=COMMAND, **told):
            raise CommandError(f"{file}: nothing was imported.", returncode=code)
