"""The three parts of a policy file that have a small grammar of their own: hours, targets and identifiers."""

import re
from types import MappingProxyType
from typing import Final

from tenure.policy.rules.reading import Table, shown
from tenure.policy.words import (
    LONGEST_IDENTIFIER,
    SEVERITIES,
    Hours,
    IdentifierFormat,
    ResponseForm,
    SeverityTargets,
    Target,
    Targets,
    Unit,
    Windows,
)

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY: Final = "|".join(WEEKDAYS)
_DAYS: Final = re.compile(rf"({_WEEKDAY})(?:-({_WEEKDAY}))?")
_CLOCK: Final = r"([01][0-9]|2[0-3]):([0-5][0-9])"
_OPENS: Final = re.compile(_CLOCK, re.ASCII)
_WINDOW: Final = re.compile(rf"({_CLOCK})-({_CLOCK}|24:00)", re.ASCII)

_UNITS: Final = {
    "minute": Unit.MINUTES,
    "hour": Unit.HOURS,
    "business hour": Unit.BUSINESS_HOURS,
    "hour on business days": Unit.HOURS_ON_BUSINESS_DAYS,
    "business day": Unit.BUSINESS_DAYS,
}
_EVENTS: Final = {"next business day": Unit.NEXT_BUSINESS_DAY, "next product update": Unit.NEXT_PRODUCT_UPDATE}
_AMOUNT: Final = re.compile(r"([1-9][0-9]{0,4}) ((?:business )?(?:minute|hour|day)s?(?: on business days)?)", re.ASCII)
_OR_UPDATE: Final = " or next product update"
_TARGET_HELP: Final = "such as 4 business hours, next business day, or 20 business days or next product update"

_SHAPE: Final = re.compile(r"[#@A-Z0-9./ -]+", re.ASCII)
_PREFIX: Final = re.compile(r"[A-Z0-9./-]+", re.ASCII)


def read_hours(key: str, table: Table) -> Hours:
    """Opening hours: keys such as mon-fri, each with windows such as "08:00-18:00".  Source: D1."""
    name = table.text("name")
    week: list[Windows] = [()] * 7
    taken: dict[int, str] = {}
    for days in table.values:
        found = _DAYS.fullmatch(days)
        if found is None:
            continue
        windows = _windows(table, days)
        first, last = WEEKDAYS.index(found[1]), WEEKDAYS.index(found[2] or found[1])
        if last < first:
            table.blame(days, "the days must be in order, Monday first")
        for day in range(first, last + 1):
            if day in taken:
                table.blame(days, f"{WEEKDAYS[day]} is there already, in {taken[day]}")
            taken[day] = days
            week[day] = windows
    if not any(week) and table.reading.sound(*table.path):
        table.blame_itself("never open: no day has a window")
    closed_on_holidays = table.flag("closed_on_holidays")
    worked_weekends = table.flag("worked_weekends", default=False)
    half_days_close_at = _clock(table, "half_days_close_at") if table.has("half_days_close_at") else None
    table.done()
    return Hours(
        key=key,
        name=name,
        week=tuple(week),
        closed_on_holidays=closed_on_holidays,
        worked_weekends=worked_weekends,
        half_days_close_at=half_days_close_at,
    )


def _windows(table: Table, days: str) -> Windows:
    windows = []
    for place, text in enumerate(table.texts(days)):
        found = _WINDOW.fullmatch(text)
        if found is None:
            table.reading.blame((*table.path, days, place), f'{shown(text)} is no window such as "08:00-18:00"')
        else:
            opens, closes = text.split("-")
            windows.append((_minute(opens), _minute(closes)))
    return tuple(windows)


def _clock(table: Table, key: str) -> int:
    text = table.text(key)
    if _OPENS.fullmatch(text):
        return _minute(text)
    table.blame(key, f'{shown(text)} is no time such as "13:00"')
    return 0


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def read_targets(key: str, table: Table) -> Targets:
    """One column of the targets table.  Source: D6."""
    registration = read_target(table, "registration")
    severities = {number: _severity_targets(table.table(f"severity_{number}")) for number in SEVERITIES}
    table.done()
    return Targets(key=key, registration=registration, severities=MappingProxyType(severities))


def _severity_targets(table: Table) -> SeverityTargets:
    targets = SeverityTargets(
        first_response=read_target(table, "first_response"),
        response_forms=table.choices("response_by", ResponseForm),
        restoration=read_target(table, "restoration") if table.has("restoration") else None,
        resolution=read_target(table, "resolution"),
    )
    table.done()
    return targets


def read_target(table: Table, key: str) -> Target:
    """A target in words, such as "25 business days or next product update".  Source: D6."""
    text = table.text(key)
    target = target_of(text)
    if target is None:
        table.blame(key, f"{shown(text)} is no target {_TARGET_HELP}")
    return target or Target(unit=Unit.HOURS, amount=1)


def target_of(text: str) -> Target | None:
    """The target that the words describe; None if they describe none.  Source: D6."""
    words, alternative = text, None
    if text.endswith(_OR_UPDATE):
        words, alternative = text.removesuffix(_OR_UPDATE), Unit.NEXT_PRODUCT_UPDATE
    if words in _EVENTS:
        unit = _EVENTS[words]
        return None if unit is alternative else Target(unit=unit, alternative=alternative)
    found = _AMOUNT.fullmatch(words)
    if found is None:
        return None
    noun, tail = found[2].removesuffix(" on business days"), found[2].endswith(" on business days")
    named = _UNITS.get(noun.removesuffix("s") + (" on business days" if tail else ""))
    return None if named is None else Target(unit=named, amount=int(found[1]), alternative=alternative)


def read_identifier(key: str, table: Table) -> IdentifierFormat:
    """How an identifier looks; without a pattern, exactly what prefix and shape can make.  Source: A1, D2."""
    name = table.text("name")
    prefixes = table.texts("prefixes", least=1) if table.has("prefixes") else ("",)
    for place, prefix in enumerate(prefixes):
        if prefix and not _PREFIX.fullmatch(prefix):
            where = (*table.path, "prefixes", place)
            table.reading.blame(where, f"{shown(prefix)}: a prefix is made of capital letters, digits, . / and -")
    shape = table.text("shape", longest=LONGEST_IDENTIFIER)
    if not _SHAPE.fullmatch(shape):
        table.blame("shape", "may hold # for a digit, @ for a capital letter, capitals, digits, blanks, . / and -")
    elif "#" not in shape and "@" not in shape:
        table.blame("shape", "has no # and no @, so it could make only one identifier")
    pattern = _pattern(table, prefixes, shape)
    made = IdentifierFormat(
        key=key, name=name, prefixes=prefixes or ("",), shape=shape, pattern=pattern, example=table.text("example")
    )
    if table.sound("prefixes", "shape", "pattern", "example"):
        _agree(table, made)
    table.done()
    return made


def _pattern(table: Table, prefixes: tuple[str, ...], shape: str) -> str:
    if not table.has("pattern"):
        signs = {"#": "[0-9]", "@": "[A-Z]"}
        body = "".join(signs.get(sign) or re.escape(sign) for sign in shape)
        return f"(?:{'|'.join(re.escape(prefix) for prefix in prefixes)}){body}"
    text = table.text("pattern", longest=200)
    try:
        re.compile(text, re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        table.blame("pattern", f"this regular expression cannot be read: {shown(str(error))}")
    return text


def _agree(table: Table, made: IdentifierFormat) -> None:
    """Report a pattern that refuses what shape and prefixes make, or the example."""
    for prefix in made.prefixes:
        for number in (0, made.capacity - 1):
            one = made.made_from(number=number, prefix=prefix)
            if made.read(one) != one:
                table.blame("pattern" if table.has("pattern") else "shape", f"does not accept {one}, which it makes")
                return
    if made.read(made.example) != made.example:
        table.blame("example", f"{shown(made.example)} is not accepted by the pattern")
