"""`bin/messages`: the catalogues of the portal's languages follow the source, and say what they lack."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tenure.kit.catalogues import checking, files, keeping
from tenure.kit.catalogues.extraction import Message, for_people, messages


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb.  Exit code 1 where a complete language lacks something or a fault was found."""
    given = _parser().parse_args(arguments)
    languages = [given.language] if given.language else [*files.LANGUAGES]
    if given.verb == "sheet":
        return sheet(given.language)
    if given.verb == "take":
        return take(given.language, given.file)
    every = messages()
    wanted = for_people(every)
    print(f"{len(every)} messages, {len(wanted)} of them for customers, resellers and visitors")
    lacking = [_follow(language, wanted, check=given.verb == "check") for language in languages]
    files.compile_stale()
    return int(any(lacking))


def sheet(language: str) -> int:
    """Print what a language lacks, to be translated in place and taken in again."""
    wanted = for_people(messages())
    catalog = keeping.update(language, wanted)
    places = {each.forms: _place(each) for each in wanted}
    entries = sorted(keeping.missing(catalog), key=lambda entry: (places.get(keeping.ids_of(entry), ""), str(entry.id)))
    for line in keeping.sheet(entries, places, catalog.num_plurals):
        print(line)
    return 0


def take(language: str, sheets: Sequence[Path]) -> int:
    """Take translated sheets into the catalogue of a language."""
    path = files.path_of(language)
    with files.held(path):
        catalog = files.read(path, language)
        unknown = [key for each in sheets for key in keeping.take(catalog, each.read_text().splitlines())]
        files.write(path, catalog)
    files.compile_stale()
    for key in unknown:
        print(f"no such text any more: {key}", file=sys.stderr)
    print(f"{language}: {len(keeping.missing(catalog))} missing")
    return int(bool(unknown))


def _follow(language: str, wanted: Sequence[Message], *, check: bool) -> bool:
    """Whether the language has a fault that it may not have."""
    catalog = keeping.update(language, wanted)
    gaps = len(keeping.missing(catalog))
    print(f"{language:8} {len(wanted) - gaps:5} translated {gaps:5} missing")
    if not check:
        return bool(gaps) and language in files.COMPLETE
    found = checking.faults(catalog, language, wanted, checking.glossary())
    for fault in found:
        print(f"  {fault}")
    return bool(found) or (bool(gaps) and language in files.COMPLETE)


def _place(message: Message) -> str:
    mark = " BUTTON" if message.pressed else ""
    places = sorted(message.places)
    return ", ".join(places[:2]) + (" ..." if len(places) > 2 else "") + mark


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bin/messages", description=__doc__)
    verbs = parser.add_subparsers(dest="verb")
    parser.set_defaults(verb="update", language="")
    for verb, help_ in (("update", "follow the source, and say what is missing"), ("check", "and look for faults")):
        followed = verbs.add_parser(verb, help=help_)
        followed.add_argument("language", nargs="?", choices=["", *files.LANGUAGES], default="")
    printed = verbs.add_parser("sheet", help="print what is missing, a line a text")
    printed.add_argument("language", choices=files.LANGUAGES)
    taken = verbs.add_parser("take", help="take sheets whose lines were translated")
    taken.add_argument("language", choices=files.LANGUAGES)
    taken.add_argument("file", type=Path, nargs="+")
    return parser


if __name__ == "__main__":
    sys.exit(main())
