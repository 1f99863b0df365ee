"""Days, instants, counts and money as people read them, in the page's language.  Cached: lists repeat the same few."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_timezone_location, get_timezone_name
from babel.numbers import format_currency, format_decimal
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

SMALL = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
YEAR = re.compile(r"\sг\.$")  # Russian writes a dot for "year", which would stand before the full stop of a sentence
FULL_WIDTH = frozenset({"zh", "ja"})  # languages whose marks are as wide as their signs
BABEL = {"zh-hans": "zh_Hans", "en-xa": "en", "ar-xb": "ar"}


def day_words(day: date, language: str | None = None) -> str:
    """A calendar day as printed in tables: 31 Mar 2027.  Source: ours."""
    return _day(day, "d MMM y", "yMMMd", language or get_language() or "en")


def long_day(day: date, language: str | None = None) -> str:
    """A calendar day as said in a sentence: 31 March 2027.  Source: ours."""
    return _day(day, "d MMMM y", "yMMMMd", language or get_language() or "en")


def short_day(day: date, language: str | None = None) -> str:
    """A calendar day of a year that is clear from its place: 31 Mar.  Source: ours."""
    return _day(day, "d MMM", "MMMd", language or get_language() or "en")


def instant_words(at: datetime, zone: str, language: str | None = None) -> str:
    """An instant on the reader's wall: 24 Nov 2026, 14:20.

    at: aware.  zone: an IANA name.  Raises ValueError for a naive `at`.  Source: ours.
    """
    pattern = str(_locale(language or get_language() or "en").datetime_formats["medium"])
    return pattern.format(time_words(at, zone, language), day_words(in_zone(at, zone).date(), language))


def moment_words(at: datetime, zone: str, language: str | None = None) -> str:
    """An instant of these weeks, with its weekday: Fri 20 Nov, 09:12.  at: aware.  Source: ours."""
    there = in_zone(at, zone)
    pattern = str(_locale(language or get_language() or "en").datetime_formats["medium"])
    return pattern.format(time_words(at, zone, language), weekday_words(there.date(), language))


def weekday_words(day: date, language: str | None = None) -> str:
    """A day of these weeks, with its weekday: Fri 20 Nov.  Source: ours."""
    return _day(day, "EEE d MMM", "MMMEd", language or get_language() or "en")


def span_words(span: timedelta) -> str:
    """A stretch of time to the minute, without its sign: 2 days 3 h, 1 h 05 min, 42 min.  Source: ours."""
    minutes = int(abs(span) // timedelta(minutes=1))
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        said = ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
        return f"{said} {_hours(hours)}" if hours else said
    if hours:
        return f"{_hours(hours)} {_minutes(minutes, 2)}" if minutes else _hours(hours)
    return _minutes(minutes, 1)


def hours_words(span: timedelta) -> str:
    """A stretch of working time to the minute, without its sign: 47 h 38 min.  No days: theirs have many lengths.

    Source: ours.
    """
    minutes = int(abs(span) // timedelta(minutes=1))
    hours, minutes = minutes // 60, minutes % 60
    if hours:
        return f"{_hours(hours)} {_minutes(minutes, 2)}" if minutes else _hours(hours)
    return _minutes(minutes, 1)


def _hours(hours: int) -> str:
    return _("%(n)s h") % {"n": hours}


def _minutes(minutes: int, digits: int) -> str:
    return _("%(n)s min") % {"n": f"{minutes:0{digits}}"}


def time_words(at: datetime, zone: str, language: str | None = None) -> str:
    """The hour of an instant on the reader's wall: 14:20.  at: aware.  Source: ours."""
    there = in_zone(at, zone)
    return _clock(there.hour, there.minute, language or get_language() or "en")


def day_of_instant(at: datetime, zone: str, language: str | None = None) -> str:
    """The day of an instant on the reader's wall: 24 Nov 2026.  at: aware.  Source: ours."""
    return day_words(in_zone(at, zone).date(), language)


def in_zone(at: datetime, zone: str) -> datetime:
    """The same instant in `zone`.  Raises ValueError for a naive `at`."""
    if at.tzinfo is None:
        raise ValueError("an instant carries its zone")
    return at.astimezone(ZoneInfo(zone))


def count_words(count: int, language: str | None = None) -> str:
    """A count inside a sentence: in words up to twelve in English, in figures elsewhere.  Source: ours."""
    code = language or get_language() or "en"
    if code == "en" and 0 <= count < len(SMALL):
        return SMALL[count]
    return quantity_words(count, code)


def quantity_words(amount: int | Decimal, language: str | None = None) -> str:
    """Figures with the separators of the language: 1,182.  Source: ours."""
    return _quantity(amount, language or get_language() or "en")


def money_words(amount: Decimal, currency: str, language: str | None = None) -> str:
    """An amount with its currency: €1,590.07.  currency: ISO 4217.  Source: ours."""
    return format_currency(amount, currency, locale=_locale(language or get_language() or "en"))


def country_words(code: str, language: str | None = None) -> str:
    """The name of a country, in the language; its code where nobody knows it.  code: ISO 3166.  Source: ours."""
    return str(_locale(language or get_language() or "en").territories.get(code, code))


def zone_words(zone: str, language: str | None = None) -> str:
    """A zone as people name it: Berlin (Central European Time); UTC for a name nobody knows.  Source: ours."""
    return _zone(zone, language or get_language() or "en")


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    return Locale.parse(BABEL.get(language, language.replace("-", "_")))


@lru_cache(maxsize=8192)
def _day(day: date, english: str, skeleton: str, language: str) -> str:
    locale = _locale(language)
    if locale.language == "en":
        return format_date(day, english, locale=locale)
    if skeleton == "yMMMMd":
        return YEAR.sub("", format_date(day, "long", locale=locale))
    return YEAR.sub("", format_skeleton(skeleton, day, locale=locale))


@lru_cache(maxsize=8192)
def _clock(hour: int, minute: int, language: str) -> str:
    return format_time(time(hour, minute), "HH:mm", locale=_locale(language))


@lru_cache(maxsize=4096)
def _quantity(amount: int | Decimal, language: str) -> str:
    return format_decimal(amount, locale=_locale(language))


@lru_cache(maxsize=1024)
def _zone(zone: str, language: str) -> str:
    try:
        known = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC"
    if zone in {"UTC", "Etc/UTC"}:
        return "UTC"
    locale = _locale(language)
    city = get_timezone_location(known, locale=locale, return_city=True)
    name = get_timezone_name(known, locale=locale)
    if city in name:
        return name
    return f"{city}（{name}）" if locale.language in FULL_WIDTH else f"{city} ({name})"
