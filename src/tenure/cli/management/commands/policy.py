"""`tenure policy`: looks at policy files, compares them, says what one would change, and puts one in force."""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from json import dumps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_date

from tenure.outlook.words import PartResult, Simulation
from tenure.policy.rules import LARGEST_BYTES, difference, is_part, read_policy, whole
from tenure.policy.words import Code, Policy, PolicyMistakes
from tenure.toolbox.refused import Refused


class Command(BaseCommand):
    help = "Checks a policy file, compares two, says what one would change, applies it (check, diff, simulate, apply)."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        checked = verbs.add_parser("check", help="lists every mistake of a file with its line")
        checked.add_argument("file", metavar="FILE")
        compared = verbs.add_parser("diff", help="tells in words what changes from A to B")
        compared.add_argument("old", metavar="A", help="a file, or the number of a version")
        compared.add_argument("new", metavar="B", help="a file, or the number of a version")
        supposed = verbs.add_parser("simulate", help="tells what a file would change, and for whom; changes nothing")
        supposed.add_argument("file", metavar="FILE")
        supposed.add_argument("--from", dest="in_force_from", metavar="DATE", type=_day, help="today without it")
        supposed.add_argument("--limit", type=_count, default=20, metavar="N", help="rows of each part, 20; 0: all")
        supposed.add_argument("--json", action="store_true", help="one JSON document")
        applied = verbs.add_parser("apply", help="puts a file in force from a day on")
        applied.add_argument("file", metavar="FILE")
        applied.add_argument("--from", dest="in_force_from", metavar="DATE", required=True, type=_day)

    def handle(self, *, verb: str, **given: Any) -> None:
        """Run one verb; a file with mistakes lists them all and ends with exit code 1."""
        match verb:
            case "check":
                self._check(**given)
            case "diff":
                self._diff(**given)
            case "simulate":
                self._simulate(**given)
            case "apply":
                self._apply(**given)

    def _check(self, *, file: str, **_: Any) -> None:
        policy = self._read(file)
        self.stdout.write(
            f"{file}: {policy.name}, edition {policy.edition}, is sound: {len(policy.levels)} levels,"
            f" {len(policy.severities)} severities, {len(policy.regions)} regions,"
            f" {sum(len(region.countries) for region in policy.regions.values())} countries,"
            f" {len(policy.languages.portal)} languages, {len(policy.notices)} notice schedules."
        )

    def _diff(self, *, old: str, new: str, **_: Any) -> None:
        changes = difference(self._read_or_find(old), self._read_or_find(new))
        if not changes:
            self.stdout.write("Nothing changes: both say the same.")
        heading = ""
        for change in changes:
            if change.heading != heading:
                heading = change.heading
                self.stdout.write(heading)
            self.stdout.write(f"  {change.sentence}")

    def _apply(self, *, file: str, in_force_from: date, **_: Any) -> None:
        from tenure.clock.queries import now
        from tenure.journal.words import COMMAND
        from tenure.policy.actions import apply_policy

        text = self._whole(file, in_force_from)
        try:
            applied = apply_policy(text=text, in_force_from=in_force_from, at=now(), by=COMMAND)
        except Refused as refusal:
            raise CommandError(_sentence(refusal)) from None
        number, day = applied.version.number, applied.version.in_force_from
        if applied.is_new:
            self.stdout.write(f"Version {number} is in force from {day}.")
        else:
            self.stdout.write(f"Nothing to do: this file is version {number}, in force from {day}.")

    def _simulate(self, *, file: str, in_force_from: date | None, limit: int, json: bool, **_: Any) -> None:
        from tenure.clock.queries import now
        from tenure.outlook.queries.simulation import simulate
        from tenure.outlook.rules import to_plain

        at = now()
        day = in_force_from or at.date()
        text = self._whole(file, day)
        try:
            found = simulate(text=text, in_force_from=day, at=at, limit=limit)
        except Refused as refusal:
            raise CommandError(_sentence(refusal)) from None
        for line in [dumps(to_plain(found), ensure_ascii=False)] if json else _told(found, self._names(text)):
            self.stdout.write(line)

    def _names(self, text: str) -> dict[str, str]:
        policy = read_policy(text)
        benefits = {key: each.name for key, each in policy.benefits.items()}
        return benefits | {key: each.name for key, each in policy.levels.items()}

    def _whole(self, file: str, in_force_from: date) -> str:
        """The text of the whole policy; a part stands on top of the version that is in force on the day."""
        from tenure.policy.queries import source_on

        content = _content(file)
        self._parsed(file, content)  # so that its mistakes are listed before the database is asked for anything
        text = content.decode("utf-8-sig")
        if not is_part(text):
            return text
        try:
            text = whole(part=text, base=source_on(in_force_from))
        except Refused as refusal:
            raise CommandError(_sentence(refusal)) from None
        self._parsed(file, text.encode())
        return text

    def _read(self, file: str) -> Policy:
        return self._parsed(file, _content(file))

    def _parsed(self, file: str, content: bytes) -> Policy:
        """The policy of a file's content; its mistakes are listed on standard output, one a line."""
        try:
            return read_policy(on_top_of_standard(content))
        except PolicyMistakes as refusal:
            for mistake in refusal.mistakes:
                self.stdout.write(f"{file}:{mistake}")
            count = len(refusal.mistakes)
            raise CommandError(f"{count} {'mistake' if count == 1 else 'mistakes'}; nothing was done.") from None

    def _read_or_find(self, name: str) -> Policy:
        """The policy of a file, or of the version with that number if there is no such file."""
        if not name.isascii() or not name.isdigit() or len(name) > 9 or Path(name).exists():
            return self._read(name)
        from tenure.policy.queries import policy_numbered

        try:
            return policy_numbered(int(name)).policy
        except Refused as refusal:
            raise CommandError(_sentence(refusal)) from None


def _told(found: Simulation, names: dict[str, str]) -> Iterator[str]:
    from tenure.outlook import simulation_sentences as words

    yield " ".join(each for each in words.headline(found) if each)
    if found.changes:
        yield "What the file says otherwise"
    yield from (f"  {sentence}" for sentence in found.changes)
    for part in found.parts:
        if part.changed or part.sums:
            yield from _part_told(part, names)
    quiet = [str(words.TITLES[part.part]) for part in found.parts if not part.changed]
    if found.changed and quiet:
        yield f"Nothing otherwise: {', '.join(quiet)}."


def _part_told(part: PartResult, names: dict[str, str]) -> Iterator[str]:
    from tenure.outlook import simulation_sentences as words

    yield f"{words.TITLES[part.part]}: {words.part_words(part)}"
    if part.part in words.NOTES:
        yield f"  {words.NOTES[part.part]}"
    yield from (f"  {words.sum_words(each)}" for each in part.sums)
    for row in part.rows:
        said = words.row_words(row, zone="UTC", names=names)
        about = ", ".join(each for each in (said.about, row.organisation, said.detail) if each)
        yield f"  {about}: {said.before} -> {said.after} ({said.outcome})"
    if left := part.changed - len(part.rows):
        yield f"  and {left:,} more; --limit 0 lists all"


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise ValueError(text)
    return int(text)


def _day(text: str) -> date:
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise ValueError(text)
    return found


def on_top_of_standard(content: bytes) -> bytes | str:
    """A file that tells only what differs, on top of the shipped policy; any other as it is.  Source: ours."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content  # the reader says at which line
    if not is_part(text):
        return content
    return whole(part=text, base=Path(settings.POLICY_FILE).read_text(encoding="utf-8"))


def _content(file: str) -> bytes:
    try:
        with Path(file).open("rb") as opened:
            return opened.read(LARGEST_BYTES + 1)  # one more than is read, so that a longer file is refused
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror or error}") from None


def _sentence(refusal: Refused) -> str:
    facts = refusal.facts
    match refusal.code:
        case Code.IN_THE_PAST:
            return f"{facts['in_force_from']} is past (today is {facts['today']}); a policy never changes what was."
        case Code.TOO_FAR:
            return f"{facts['in_force_from']} is too far ahead; the last year is {facts['last_year']}."
        case Code.ALREADY_APPLIED:
            return (
                f"this very file is version {facts['number']} already, in force from {facts['in_force_from']};"
                " to put it in force again, change its edition."
            )
        case Code.UNKNOWN_VERSION:
            return f"there is no version {facts['number']} of the policy."
        case Code.NO_VERSION:
            return "no policy is in force yet: apply one first."
    raise refusal
