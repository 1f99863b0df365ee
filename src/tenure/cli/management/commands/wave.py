"""`tenure wave --on DATE [--dry-run]`: the renewal wave: the notices that are due, and their letters."""

import time
from argparse import ArgumentParser
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tenure.clock.queries import now
from tenure.journal.words import COMMAND
from tenure.renewals.actions.letters import rehearse_wave, write_notices
from tenure.renewals.actions.waves import Wave, run_wave
from tenure.renewals.queries.notices import letters_of, unwritten
from tenure.toolbox.refused import Refused

WORDS = {
    "policy_no_version": "apply a policy first: tenure policy apply FILE --from DATE",
    "day_out_of_range": "a wave is run for a day from 1980 to 2200.",
}
PATIENCE_SECONDS = 10


class Command(BaseCommand):
    help = "Make the renewal notices that are due by a day and were not made yet, and write their letters."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--on", type=_day, metavar="DATE", help="such as 2027-03-31; without it each asset's own today"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        at, on = now(), options["on"]
        try:
            if options["dry_run"]:
                wave, letters = rehearse_wave(on=on, at=at, by=COMMAND)
            else:
                wave = run_wave(on=on, at=at, by=COMMAND)
                write_notices(at=at, by=COMMAND)
                letters = _letters(at)
        except Refused as refused:
            code = str(refused.code.value)
            raise CommandError(f"{code}: {WORDS.get(code, '')}", returncode=1) from None
        for line in said(wave, letters, dry=options["dry_run"]):
            self.stdout.write(line)


def _letters(at: datetime) -> int:
    """The letters about the notices of `at`, those counted in that a worker writes at the same time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while unwritten(run_at=at) and time.monotonic() < deadline:
        time.sleep(0.1)
    return letters_of(run_at=at)


def said(wave: Wave, letters: int, *, dry: bool) -> list[str]:
    """The counts: a line a step and region, then the sum."""
    rows = [f"{_step(row.step):>24}  {row.region:<6} {row.notices:>8}" for row in wave.rows]
    verb = "would be made" if dry else "made"
    written = "would be written" if dry else "written"
    return [*rows, f"{_many(wave.notices, 'notice')} {verb}, {_many(letters, 'letter')} {written}."]


def _step(step: int) -> str:
    if step == 0:
        return "on the last covered day"
    return f"{_many(abs(step), 'day')} {'before' if step < 0 else 'after'}"


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r}: not a day; write it as 2027-03-31", returncode=2) from None
