"""`python -m tenure_licence FILE... --keys KEYS [--list LIST] [--on DAY] [--host HOST]`: what the files give."""

import argparse
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TextIO

from tenure_licence.checking import day_in
from tenure_licence.keys import MOST_BYTES, Keys
from tenure_licence.licences import MOST_LICENCE_BYTES, MOST_LIST_BYTES, merge, verify, verify_list
from tenure_licence.words import Fault, Holding, Invalid, Licence


def main(arguments: list[str] | None = None) -> int:
    """0: every file holds, and the day is covered; 1: something does not hold; 2: a file cannot be read."""
    parser = argparse.ArgumentParser(prog="tenure_licence", description="Verify licence files without a server.")
    parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
    parser.add_argument("--keys", required=True, type=Path, help="the vendor's public keys: JSON of its API, or PEM")
    parser.add_argument("--list", type=Path, help="the vendor's list of withdrawals")
    parser.add_argument("--on", type=date.fromisoformat, metavar="DAY", help="a day such as 2027-03-31; else today")
    parser.add_argument("--host", help="the machine, as the product names it")
    asked = parser.parse_args(arguments)
    try:
        keys = Keys.read(_read(asked.keys, MOST_BYTES))
        revocations = verify_list(_read(asked.list, MOST_LIST_BYTES), keys=keys) if asked.list else None
        held: list[Licence] = []
        for path in asked.files:
            try:
                held.append(verify(_read(path, MOST_LICENCE_BYTES), keys=keys, revocations=revocations))
                if asked.host and held[-1].host and held[-1].host != asked.host:
                    raise Invalid(Fault.OTHER_HOST)
            except Invalid as no:
                return _refuse(f"{path}: ", no)
        now = datetime.now(UTC)  # noqa: TID251  # a command asks its own clock
        holding = merge(held).on(asked.on or day_in(now, held[-1].zone))
    except Invalid as no:
        return _refuse("", no)
    except OSError as error:
        _say(f"{error.filename}: {error.strerror}", sys.stderr)
        return 2
    for each in held:
        _say(json.dumps(each.facts, sort_keys=True, ensure_ascii=False))
    _say(told(holding))
    return 0 if holding.covered else 1


def told(holding: Holding) -> str:
    """One sentence about a day."""
    marked = "" if holding.purpose == "production" else f" ({holding.purpose.replace('_', '-')})"
    head = f"{holding.serial}{marked} on {holding.day}: "
    use = "use does not end" if holding.may_use and holding.use_until is None else (
        f"use until {holding.use_until}" if holding.may_use else "may not be used"
    )  # fmt: skip
    if holding.covered:
        counted = f"{holding.quantity} {holding.meter}"
        return f"{head}covered until {holding.covered_until} by {holding.level}, {counted}; {use}."
    return f"{head}not covered ({holding.why.value if holding.why else ''}); {use}."


def _refuse(place: str, no: Invalid) -> int:
    _say(f"{place}{no.fault.value}: {no}", sys.stderr)
    return 1


def _read(path: Path, most: int) -> bytes:
    """The file, at most a byte more than may be: what is too large is not read to its end."""
    with path.open("rb") as file:
        return file.read(most + 1)


def _say(text: str, where: TextIO | None = None) -> None:
    print(text, file=where or sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
