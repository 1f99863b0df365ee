"""Single values of a file, checked; every mistake is kept with its place."""

import re
from datetime import date

from tenure.catalog.words import Mistake

MOST_SHOWN = 60
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Values:
    """Reads values and collects mistakes, at most `most`; a wrong value reads as an empty one."""

    def __init__(self, *, most: int) -> None:
        self.mistakes: list[Mistake] = []
        self.most = most
        self.full = False

    def wrong(self, where: str, reason: str) -> None:
        """Keep a mistake; when there is no room left, say so in `full`."""
        if len(self.mistakes) < self.most:
            self.mistakes.append(Mistake(where=where, reason=reason))
        else:
            self.full = True

    def text(self, where: str, given: object, *, most: int) -> str:
        """A text of 1 to `most` printable characters."""
        if not isinstance(given, str):
            self.wrong(where, "missing" if given is None else f"must be a text, not {shown(given)}")
        elif not given.strip():
            self.wrong(where, "is empty")
        elif len(given) > most:
            self.wrong(where, f"has {len(given):,} characters; {most} are the most")
        elif UNPRINTABLE.search(given):
            self.wrong(where, f"{shown(given)} has a character that cannot be printed")
        else:
            return given.strip()
        return ""

    def texts(self, where: str, given: object) -> tuple[str, ...] | None:
        """A list of texts, each kept once, in order; None where there is no list."""
        if given is None:
            return None
        if not isinstance(given, list):
            self.wrong(where, f"must be a list, not {shown(given)}")
            return None
        return tuple(dict.fromkeys(self.text(f"{where}[{n}]", each, most=200) for n, each in enumerate(given)))

    def flag(self, where: str, given: object) -> bool | None:
        """True, false, or None where nothing is said."""
        if given is not None and not isinstance(given, bool):
            self.wrong(where, f"must be true or false, not {shown(given)}")
            return None
        return given

    def day(self, where: str, given: object) -> date | None:
        """A day as YYYY-MM-DD, or None where nothing is said."""
        if given is None:
            return None
        if not isinstance(given, str) or not DAY.fullmatch(given):
            self.wrong(where, f"must be a day as YYYY-MM-DD, not {shown(given)}")
            return None
        try:
            return date.fromisoformat(given)
        except ValueError:
            self.wrong(where, f"{given} is not a day of the calendar")
            return None


def shown(given: object) -> str:
    """A value as a message may show it: short, and printable whatever it holds."""
    match given:
        case dict():
            return "an object"
        case list():
            return "a list"
        case bool():
            return str(given).lower()
        case str():
            return ascii(given if len(given) <= MOST_SHOWN else given[:MOST_SHOWN] + "...")
    return "null" if given is None else f"the number {str(given)[:MOST_SHOWN]}"
