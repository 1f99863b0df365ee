"""A calendar as text (RFC 5545): whole days, lines of at most 75 octets, CRLF.  Pure.

Written by hand, as it is a page of code: no library in the parts writes calendars, and ours has one kind of event.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST_LINE = 75  # octets, without the line break


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happens on a day.  key: what makes it the same event when the calendar is read again."""

    key: str
    on: date
    summary: str
    description: str
    url: str


def calendar_text(*, name: str, host: str, events: Iterable[Event], at: datetime) -> str:
    """The calendar whole.  host: makes the events' identifiers unique in the world.  at: when it was made."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tenure//Renewals//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT12H", "X-PUBLISHED-TTL:PT12H",
    ]  # fmt: skip
    for event in events:
        lines += _event(event, host, at)
    return "".join(part + "\r\n" for line in [*lines, "END:VCALENDAR"] for part in folded(line))


def escaped(text: str) -> str:
    """A text as a value: backslash, semicolon, comma and line break are escaped, other control signs left out."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(sign for sign in text if sign.isprintable())


def folded(line: str) -> Iterator[str]:
    """A line in parts of at most 75 octets, never cut inside a character; parts after the first begin with a blank."""
    part, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > LONGEST_LINE:
            yield part
            part, size = " ", 1
        part, size = part + sign, size + octets
    yield part


def _event(event: Event, host: str, at: datetime) -> list[str]:
    uid = hashlib.sha256(event.key.encode()).hexdigest()[:32]
    return [
        "BEGIN:VEVENT", f"UID:{uid}@{host}", f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{event.on:%Y%m%d}", f"DTEND;VALUE=DATE:{event.on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(event.summary)}", f"DESCRIPTION:{escaped(event.description)}", f"URL:{event.url}",
        "TRANSP:TRANSPARENT", "END:VEVENT",
    ]  # fmt: skip
