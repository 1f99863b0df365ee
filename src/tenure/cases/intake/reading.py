"""From the bytes of a hostile file to cases, a line at a time: memory does not grow with the file."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

import orjson

from tenure.cases.intake.words import (
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST_ADDRESS,
    LONGEST_LINE,
    LONGEST_NAME,
    MOST_COMMENTS,
    STATUSES,
    BadFile,
    Comment,
    Customer,
    Fault,
    Given,
)
from tenure.cases.rules.texts import LONGEST_SUMMARY, LONGEST_TEXT
from tenure.policy.words import SEVERITIES
from tenure.toolbox.texts import tidy_body, tidy_line

_ADDRESS: Final = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]+\.[^@\s.\x00-\x1f\x7f]+")
_AGENT: Final = re.compile(r"[A-Za-z0-9._-]+")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_BOM: Final = b"\xef\xbb\xbf"
Raw = dict[str, object]


class _Wrong(Exception):
    """One field of a line cannot be taken."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


def cases_in(path: Path) -> Iterator[Given | Fault]:
    """The cases of the file, or what is wrong with a line; empty lines are passed over.  Raises BadFile.

    Source: ours.
    """
    for line, raw in _lines(path):
        if isinstance(raw, Fault):
            yield raw
            continue
        try:
            yield _case(line, _object(raw))
        except _Wrong as wrong:
            yield Fault(line, wrong.field, wrong.reason)


def customers_in(path: Path) -> Iterator[Customer | Fault]:
    """The customers of the file, or what is wrong with a line.  Raises BadFile.  Source: ours."""
    for line, raw in _lines(path):
        if isinstance(raw, Fault):
            yield raw
            continue
        try:
            yield _customer(_object(raw))
        except _Wrong as wrong:
            yield Fault(line, wrong.field, wrong.reason)


def _lines(path: Path) -> Iterator[tuple[int, bytes | Fault]]:
    try:
        with path.open("rb") as file:
            yield from _counted(file)
    except OSError as error:
        raise BadFile(f"the file cannot be read: {error.strerror}") from None


def _counted(file: BinaryIO) -> Iterator[tuple[int, bytes | Fault]]:
    number = 0
    while raw := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(raw) > LONGEST_LINE:
            while raw and not raw.endswith(b"\n"):
                raw = file.readline(LONGEST_LINE)
            yield number, Fault(number, "", f"has more than {LONGEST_LINE:,} bytes")
            continue
        text = raw.removeprefix(_BOM).strip() if number == 1 else raw.strip()
        if text:
            yield number, text


def _object(raw: bytes) -> Raw:
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        if "UTF-8" in str(error):
            raise _Wrong("", "is not UTF-8") from None
        raise _Wrong("", f"is no JSON: {str(error).split(': line')[0]}") from None
    if not isinstance(found, dict):
        raise _Wrong("", "is no JSON object")
    return found


def _case(line: int, raw: Raw) -> Given:
    created = _instant(raw, "created")
    updated = _instant(raw, "updated") if raw.get("updated") is not None else created
    if updated < created:
        raise _Wrong("updated", "is before created")
    agent = _name(raw, "agent") if raw.get("agent") not in (None, 0, "") else ""
    if agent and not _AGENT.fullmatch(agent):
        raise _Wrong("agent", "takes letters, figures, dots and dashes only")
    status = _text(raw, "status", 20)
    if status not in STATUSES:
        raise _Wrong("status", f"{status!r} is none of {', '.join(STATUSES)}")
    return Given(
        line, _name(raw, "id"), _name(raw, "customer"), _email(raw, "email"), _summary(raw),
        _body(raw, "body"), status, _priority(raw), agent, created, updated, _comments(raw, created),
    )  # fmt: skip


def _comments(raw: Raw, created: datetime) -> tuple[Comment, ...]:
    given = raw.get("comments", [])
    if not isinstance(given, list) or len(given) > MOST_COMMENTS:
        raise _Wrong("comments", f"must be a list of at most {MOST_COMMENTS:,}")
    found = [_comment(each, f"comments[{place}]", created) for place, each in enumerate(given)]
    return tuple(sorted(found, key=lambda comment: comment.at))


def _comment(each: object, where: str, created: datetime) -> Comment:
    if not isinstance(each, dict):
        raise _Wrong(where, "is no JSON object")
    try:
        at, by, public = _instant(each, "at"), each.get("by"), each.get("public", True)
        if at < created:
            raise _Wrong("at", "is before the case was created")
        if by not in ("contact", "agent"):
            raise _Wrong("by", "must be contact or agent")
        if not isinstance(public, bool):
            raise _Wrong("public", "must be true or false")
        return Comment(at, by == "agent", public, _body(each, "body"))
    except _Wrong as wrong:
        raise _Wrong(f"{where}.{wrong.field}", wrong.reason) from None


def _customer(raw: Raw) -> Customer:
    contacts = raw.get("contacts", [])
    if not isinstance(contacts, list) or len(contacts) > MOST_COMMENTS:
        raise _Wrong("contacts", f"must be a list of at most {MOST_COMMENTS:,}")
    country = _text(raw, "country", 2) if raw.get("country") is not None else ""
    if country and not _COUNTRY.fullmatch(country):
        raise _Wrong("country", "must be two capital letters, such as DE")
    name = tidy_line(_text(raw, "name", LONGEST_SUMMARY))
    if not name:
        raise _Wrong("name", "is empty")
    addresses = tuple(_email({"contacts": each}, "contacts") for each in contacts)
    return Customer(_name(raw, "customer"), name, country, addresses)


def _text(raw: Raw, field: str, most: int) -> str:
    found = raw.get(field)
    if found is None:
        raise _Wrong(field, "is missing")
    if not isinstance(found, str):
        raise _Wrong(field, "must be a text")
    if "\0" in found:
        raise _Wrong(field, "contains a NUL character")
    if len(found) > most:
        raise _Wrong(field, f"has {len(found):,} characters; at most {most:,} are taken")
    return found


def _name(raw: Raw, field: str) -> str:
    """A number or a short text that names something."""
    found = raw.get(field)
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    text = tidy_line(_text(raw, field, LONGEST_NAME))
    if not text:
        raise _Wrong(field, "is empty")
    return text


def _email(raw: Raw, field: str) -> str:
    text = _text(raw, field, LONGEST_ADDRESS).strip()
    if not _ADDRESS.fullmatch(text):
        raise _Wrong(field, "is no e-mail address")
    return text.lower()


def _summary(raw: Raw) -> str:
    text = tidy_line(_text(raw, "subject", LONGEST_SUMMARY))
    if not text:
        raise _Wrong("subject", "is empty")
    return text


def _body(raw: Raw, field: str) -> str:
    return tidy_body(_text(raw, field, LONGEST_TEXT))


def _priority(raw: Raw) -> int:
    found = raw.get("priority")
    if not isinstance(found, int) or isinstance(found, bool) or found not in SEVERITIES:
        raise _Wrong("priority", "must be a number from 1 to 4")
    return found


def _instant(raw: Raw, field: str) -> datetime:
    text = _text(raw, field, 40)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise _Wrong(field, f"{text!r} is no instant; write it as 2026-06-30T23:00:00Z") from None
    if found.tzinfo is None:
        raise _Wrong(field, f"{text!r} needs an offset, such as Z")
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise _Wrong(field, f"lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
    return found.astimezone(UTC)
