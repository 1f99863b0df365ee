"""Reads of the policy.  A version never changes, so each is parsed, and each calendar compiled, once a process."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.conf import settings

from tenure.policy.models import PolicyCalendar, PolicyDraft, PolicyVersion, PolicyZone
from tenure.policy.rules import Timetables, calendar_of, read_policy
from tenure.policy.rules.kept import completed
from tenure.policy.rules.places import Days, days_of, offsets_of, years_around
from tenure.policy.words import Code, Hours, Policy, PolicyMistakes
from tenure.toolbox.refused import Refused
from tenure.worktime.plain import days_from_plain
from tenure.worktime.rules import Timetable, compile_calendar
from tenure.worktime.words import SpecialDays


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionedPolicy:
    """A policy and where it comes from; whatever is judged by it keeps `number`.  Source: ours."""

    id: int
    number: int
    in_force_from: date
    digest: str
    years: tuple[int, int]
    policy: Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """One line of the list of versions.  Source: ours."""

    number: int
    in_force_from: date
    recorded_at: datetime
    digest: str


@contextmanager
def read_once() -> Iterator[None]:
    """Within it the versions are read once, whatever days are asked about.  Source: ours."""
    token = _held.set([])
    try:
        yield
    finally:
        _held.reset(token)


LAST_YEAR = 9900  # so that the years of its calendars, and the terms that begin under it, exist


@contextmanager
def supposing(*, text: str, in_force_from: date, at: datetime) -> Iterator[VersionedPolicy]:
    """Within it every read of the policy answers as if the text were applied at `at` from a day on; nothing is written.

    Days from then on are judged by it, until a later version that is there already.  Calendars are read from the
    installed data, as applying would freeze them.  Raises PolicyMistakes and what `may_apply` refuses.  Source: ours.
    """
    policy = _read(text)
    may_apply(text=text, in_force_from=in_force_from, at=at)
    last = max((row.number for row in _rows()), default=0)
    version = VersionedPolicy(
        id=SUPPOSED, number=last + 1, in_force_from=in_force_from, policy=policy,
        digest=f"{sha256(text.encode()).hexdigest()}@{in_force_from}@{at.year}",
        years=years_around(max(in_force_from.year, at.year)),
    )  # fmt: skip
    token = _supposed.set(version)
    try:
        yield version
    finally:
        _supposed.reset(token)


def may_apply(*, text: str, in_force_from: date, at: datetime) -> int | None:
    """The number of the version that is this text from this day already, or None.

    Raises Refused(IN_THE_PAST) for a day before `at`, except for the first version; Refused(TOO_FAR) for one whose
    calendars leave the calendar; Refused(ALREADY_APPLIED) if the text is in force from another day.  Source: ours.
    """
    if in_force_from.year > LAST_YEAR:
        raise Refused(Code.TOO_FAR, in_force_from=in_force_from.isoformat(), last_year=LAST_YEAR)
    rows, digest = _rows(), sha256(text.encode()).hexdigest()
    same = next((row for row in rows if row.digest == digest), None)
    if same is not None:
        if same.in_force_from != in_force_from:
            raise Refused(Code.ALREADY_APPLIED, number=same.number, in_force_from=same.in_force_from.isoformat())
        return same.number
    if rows and in_force_from < at.date():
        raise Refused(Code.IN_THE_PAST, in_force_from=in_force_from.isoformat(), today=at.date().isoformat())
    return None


# versions: all of them as one value, for a statement that needs the policy beside its own rows
VERSIONS = """
SELECT array_agg(p.id || ' ' || p.number || ' ' || p.in_force_from || ' ' || p.first_year || ' ' || p.last_year || ' '
                 || encode(p.digest, 'hex') ORDER BY p.in_force_from DESC, p.number DESC)
FROM policy_policyversion p
"""


def hold(versions: list[str] | None) -> None:
    """Within `read_once`: take the versions that `VERSIONS` has read, so that none are read again.  Source: ours."""
    held = _held.get()
    if held is None or held or versions is None:
        return
    for text in versions:
        ident, number, day, first, last, digest = text.split(" ")
        held.append(_Row(int(ident), int(number), date.fromisoformat(day), digest, int(first), int(last)))


def read_again() -> None:
    """Forget what `read_once` holds: a version was applied.  Source: ours."""
    held = _held.get()
    if held:
        held.clear()


def policy_on(day: date) -> VersionedPolicy:
    """The policy in force on a day.  Raises Refused(NO_VERSION) if none was in force by then.  Source: ours."""
    row = next((row for row in _rows() if row.in_force_from <= day), None)
    if row is None:
        raise Refused(Code.NO_VERSION, day=day.isoformat())
    return _versioned(row)


def policy_on_or_first(day: date) -> VersionedPolicy:
    """As `policy_on`; a day before the first version is judged by that.  Raises Refused(NO_VERSION) without any."""
    rows = _rows()
    if not rows:
        raise Refused(Code.NO_VERSION, day=day.isoformat())
    return _versioned(next((row for row in rows if row.in_force_from <= day), rows[-1]))


def policy_numbered(number: int) -> VersionedPolicy:
    """The policy of a version.  Raises Refused(UNKNOWN_VERSION).  Source: ours."""
    row = next((row for row in _rows() if row.number == number), None)
    if row is None:
        raise Refused(Code.UNKNOWN_VERSION, number=number)
    return _versioned(row)


def source_on(day: date) -> str:
    """The text of the policy in force on a day, or of the first.  Raises Refused(NO_VERSION) without any.

    Source: ours.
    """
    version = policy_on_or_first(day)
    return str(PolicyVersion.objects.values_list("source", flat=True).get(id=version.id))


def versions() -> tuple[VersionRow, ...]:
    """All versions, the first applied first.  Source: ours."""
    rows = PolicyVersion.objects.order_by("number").only("number", "in_force_from", "recorded_at", "digest")
    found = [
        VersionRow(
            number=row.number,
            in_force_from=row.in_force_from,
            recorded_at=row.recorded_at,
            digest=bytes(row.digest).hex(),
        )
        for row in rows
    ]
    if (new := _supposed.get()) is not None:
        recorded = datetime.max.replace(tzinfo=UTC)
        found.append(
            VersionRow(
                number=new.number, in_force_from=new.in_force_from, recorded_at=recorded, digest=new.digest
            )
        )  # fmt: skip
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow:
    """A policy that is looked at before it is applied.  found: what simulating it has said, plain, or None.

    part: what is being looked at while it is simulated.  is_open: neither applied nor put away.  Source: ours.
    """

    id: int
    source: str
    in_force_from: date
    put_at: datetime
    put_by_name: str
    part: str
    found: Any
    found_at: datetime | None
    failed: str
    applied: int | None
    dropped_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.applied is None and self.dropped_at is None


MOST_DRAFTS = 20


def drafts() -> tuple[DraftRow, ...]:
    """Those that are neither applied nor put away, the newest first, twenty at most.  One query.  Source: ours."""
    rows = PolicyDraft.objects.filter(applied=None, dropped_at=None).order_by("-id")[:MOST_DRAFTS]
    return tuple(_draft(row) for row in rows)


def draft(*, number: int) -> DraftRow | None:
    """One of them, also when it is over.  One query.  Source: ours."""
    row = PolicyDraft.objects.filter(pk=number).first()
    return None if row is None else _draft(row)


def _draft(row: PolicyDraft) -> DraftRow:
    return DraftRow(**{name: getattr(row, name) for name in DraftRow.__dataclass_fields__})


def source_numbered(*, number: int) -> str | None:
    """The text of a version as it was applied; None where there is no such version.  One query.  Source: ours."""
    return PolicyVersion.objects.filter(number=number).values_list("source", flat=True).first()


def timetables_for(
    *, version: VersionedPolicy, level: str, zone: str, country: str, subdivision: str = ""
) -> Timetables:  # fmt: skip
    """The service hours and business days of a level for a site.

    zone: IANA, of the site.  country, subdivision: ISO 3166; an unknown subdivision has the country's days.
    Raises KeyError for a level that the version lacks, worktime's UnknownZone.  Source: D1.
    """
    chosen = version.policy.levels[level]
    service, days = (
        timetable_for(version=version, hours=hours, zone=zone, country=country, subdivision=subdivision)
        for hours in (chosen.service_hours, chosen.business_days)
    )
    return Timetables(service=service, days=days)


def timetable_for(
    *, version: VersionedPolicy, hours: str, zone: str, country: str, subdivision: str = ""
) -> Timetable:  # fmt: skip
    """The timetable of some hours of the policy at a place, by the holidays and offsets kept with the version.

    A place that the version did not keep is read from the installed data.
    Raises KeyError for hours that the version lacks, worktime's UnknownZone.  Source: D1.
    """
    return _timetable(version.id, version.digest, hours, zone, country, subdivision)


@dataclass(frozen=True, slots=True)
class _Row:
    """A version without its text."""

    id: int
    number: int
    in_force_from: date
    digest: str
    first_year: int
    last_year: int


_COLUMNS = ("id", "number", "in_force_from", "digest", "first_year", "last_year")
_held: ContextVar[list[_Row] | None] = ContextVar("policy_versions", default=None)
SUPPOSED = 0  # the id of no row
_supposed: ContextVar[VersionedPolicy | None] = ContextVar("policy_supposed", default=None)


def _rows() -> list[_Row]:
    """All versions, the one that comes into force last first, among them the one that is supposed."""
    new = _supposed.get()
    if new is None:
        return _kept_rows()
    more = _Row(new.id, new.number, new.in_force_from, new.digest, *new.years)
    return sorted([*_kept_rows(), more], key=lambda row: (row.in_force_from, row.number), reverse=True)


def _kept_rows() -> list[_Row]:
    """Those held by `read_once`, else from the database."""
    held = _held.get()
    if held:
        return held
    found = PolicyVersion.objects.order_by("-in_force_from", "-number").values_list(*_COLUMNS)
    rows = [_Row(ident, number, day, bytes(digest).hex(), *years) for ident, number, day, digest, *years in found]
    if held is not None:
        held.extend(rows)
    return rows


def _versioned(row: _Row) -> VersionedPolicy:
    new = _supposed.get()
    if new is not None and row.id == new.id:
        return new
    return VersionedPolicy(
        id=row.id,
        number=row.number,
        in_force_from=row.in_force_from,
        digest=row.digest,
        years=(row.first_year, row.last_year),
        policy=_policy(row.id, row.digest),
    )


@lru_cache(maxsize=4)
def _read(text: str) -> Policy:
    return read_policy(text)


# The digest is part of the keys because a rolled-back test gives the same id again to another text.
@lru_cache(maxsize=32)
def _policy(ident: int, digest: str) -> Policy:
    text = PolicyVersion.objects.values_list("source", flat=True).get(id=ident, digest=bytes.fromhex(digest))
    try:
        return read_policy(text)
    except PolicyMistakes:  # it was without one when it was applied: the program asks for more since
        return read_policy(completed(text=text, standard=settings.POLICY_FILE.read_text("utf-8")))


@lru_cache(maxsize=4096)
def _timetable(ident: int, digest: str, hours: str, zone: str, country: str, subdivision: str) -> Timetable:
    new = _supposed.get()
    if new is not None and ident == new.id:
        chosen, years = new.policy.hours[hours], new.years
    else:
        chosen = _policy(ident, digest).hours[hours]
        row = PolicyVersion.objects.only("first_year", "last_year").get(id=ident)
        years = (row.first_year, row.last_year)
    days = _days(ident, chosen, country, subdivision, years)
    offsets = _offsets(ident, zone, years)
    calendar = calendar_of(hours=chosen, zone=zone, days=days.days, years=days.years, offsets=offsets)
    return compile_calendar(calendar)


def _days(ident: int, hours: Hours, country: str, subdivision: str, years: tuple[int, int]) -> Days:
    if not hours.days_key:
        return Days(days=SpecialDays(), years=years)
    kept = PolicyCalendar.objects.filter(
        version_id=ident, days_key=hours.days_key, country=country, subdivision__in=["", subdivision]
    )
    row = kept.order_by("-subdivision").first()  # the subdivision's own before the country's ""
    if row is None:
        return days_of(hours=hours, country=country, subdivision=subdivision, years=years)
    return Days(days=days_from_plain(row.days), years=(row.first_year, row.last_year))


def _offsets(ident: int, zone: str, years: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    kept = PolicyZone.objects.filter(version_id=ident, zone=zone).values_list("offsets", flat=True).first()
    if kept is None:
        return offsets_of(zone=zone, years=years)
    return tuple((second, offset) for second, offset in kept)
