"""What is done with policies: a file is applied from a day on, and freezes the calendars it will be judged by."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from tenure.journal.actions import record
from tenure.journal.words import COMMAND, Actor
from tenure.policy.models import PolicyDraft, PolicyVersion
from tenure.policy.queries import VersionedPolicy, may_apply, policy_numbered, policy_on, read_again
from tenure.policy.rules import read_policy
from tenure.policy.rules.places import (
    Days,
    Place,
    Years,
    days_of,
    every_subdivision,
    every_zone,
    hours_by_days_key,
    known_subdivisions,
    offsets_of,
    years_around,
)
from tenure.policy.words import Code, Policy
from tenure.toolbox.queue import defer
from tenure.toolbox.refused import Refused
from tenure.worktime.plain import days_to_plain

ALWAYS: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """The version that holds the text; `is_new` is False if it had been applied before.  Source: ours."""

    version: VersionedPolicy
    is_new: bool


@transaction.atomic
def apply_policy(
    *, text: str, in_force_from: date, at: datetime, by: Actor, places: Collection[Place] | None = None
) -> Applied:  # fmt: skip
    """Make the file the policy from a day on; versions before it, and what was judged by them, stay as they are.

    text: the file's content.  at: aware.  places: whose calendars to freeze now; None: all the world's, which takes
    some seconds.  The same text from the same day again changes nothing.
    Raises PolicyMistakes; Refused(IN_THE_PAST) for a day before `at`, except for the first version; Refused(TOO_FAR);
    Refused(ALREADY_APPLIED) if the text is in force from another day.  Source: ours.
    """
    policy = read_policy(text)
    digest = sha256(text.encode()).digest()
    _one_at_a_time()
    read_again()
    same = may_apply(text=text, in_force_from=in_force_from, at=at)
    if same is not None:
        return Applied(version=policy_numbered(same), is_new=False)
    last = PolicyVersion.objects.order_by("-number").values_list("number", flat=True).first()
    first_year, last_year = years_around(max(in_force_from.year, at.year))
    row = PolicyVersion.objects.create(
        number=(last or 0) + 1,
        in_force_from=in_force_from,
        source=text,
        digest=digest,
        recorded_at=at,
        first_year=first_year,
        last_year=last_year,
    )
    read_again()
    _keep(version=row, policy=policy, places=places)
    record(
        verb="policy.applied",
        subject=("policy_version", str(row.number)),
        at=at,
        by=by,
        facts={
            "edition": policy.edition,
            "in_force_from": in_force_from.isoformat(),
            "digest": digest.hex(),
        },
    )
    return Applied(version=policy_numbered(row.number), is_new=True)


@transaction.atomic
def keep_calendars(*, number: int, places: Collection[Place] | None = None) -> int:
    """Freeze the calendars of places that a version has not kept yet; None: all the world's.

    Returns how many rows are new. What is kept already stays as it is, so it may be repeated.
    Raises Refused(UNKNOWN_VERSION).  Source: ours.
    """
    version = policy_numbered(number)
    row = PolicyVersion.objects.get(id=version.id)
    return _keep(version=row, policy=version.policy, places=places)


def ensure_standard(
    *, at: datetime, by: Actor = COMMAND, places: Collection[Place] | None = None
) -> VersionedPolicy:  # fmt: skip
    """The policy in force on the day of `at`; without any version, the shipped file becomes the first, for all days.

    Raises PolicyMistakes if the shipped file has any; OSError if it is not there.  Source: ours.
    """
    if PolicyVersion.objects.exists():
        return policy_on(at.date())
    text = Path(settings.POLICY_FILE).read_text(encoding="utf-8")
    return apply_policy(text=text, in_force_from=ALWAYS, at=at, by=by, places=places).version


SIMULATING: Final = "outlook.simulate_draft"
AFRESH: Final = {"part": "", "found": None, "found_at": None, "failed": ""}


@transaction.atomic
def put_draft(*, text: str, in_force_from: date, put_by: int, at: datetime, by: Actor) -> int:
    """Keep a policy to be looked at, and have it simulated; its number.  Nothing is in force by it.

    text: of a whole policy.  Raises PolicyMistakes, and what `may_apply` refuses.  Source: ours.
    """
    read_policy(text)
    may_apply(text=text, in_force_from=in_force_from, at=at)
    row = PolicyDraft.objects.create(
        source=text, in_force_from=in_force_from, put_at=at, put_by=put_by, put_by_name=by.name, asked_at=at
    )
    record(
        verb="policy.draft_put", subject=("policy_draft", str(row.pk)), at=at, by=by,
        facts={"in_force_from": in_force_from.isoformat()},
    )  # fmt: skip
    defer(SIMULATING, number=row.pk)
    return int(row.pk)


@transaction.atomic
def simulate_again(*, number: int, at: datetime) -> None:
    """Have an open draft simulated anew: what it is laid against may have changed.  Raises Refused(UNKNOWN_DRAFT)."""
    if not _open_drafts().filter(pk=number).update(asked_at=at, **AFRESH):
        raise Refused(Code.UNKNOWN_DRAFT, number=number)
    defer(SIMULATING, number=number)


def keep_found(*, number: int, found: dict[str, Any] | None, failed: str, at: datetime) -> None:
    """What simulating an open draft has said, or why nothing could be.  Source: ours."""
    _open_drafts().filter(pk=number).update(
        found=found, found_at=at if found is not None else None, failed=failed, part=""
    )


@transaction.atomic
def apply_draft(
    *, number: int, at: datetime, by: Actor, places: Collection[Place] | None = None
) -> Applied:  # fmt: skip
    """Make a draft the policy from its day on, as `apply_policy` does; a draft is applied once.

    Raises Refused(UNKNOWN_DRAFT) for one that is over, PolicyMistakes, and what `apply_policy` refuses.  Source: ours.
    """
    row = _locked_draft(number)
    applied = apply_policy(text=row.source, in_force_from=row.in_force_from, at=at, by=by, places=places)
    PolicyDraft.objects.filter(pk=row.pk).update(applied=applied.version.number)
    return applied


@transaction.atomic
def drop_draft(*, number: int, at: datetime, by: Actor) -> None:
    """Put a draft away.  Raises Refused(UNKNOWN_DRAFT) for one that is over.  Source: ours."""
    row = _locked_draft(number)
    PolicyDraft.objects.filter(pk=row.pk).update(dropped_at=at)
    record(verb="policy.draft_dropped", subject=("policy_draft", str(row.pk)), at=at, by=by)


def _locked_draft(number: int) -> PolicyDraft:
    row = _open_drafts().select_for_update().filter(pk=number).first()
    if row is None:
        raise Refused(Code.UNKNOWN_DRAFT, number=number)
    return row


def _open_drafts() -> QuerySet[PolicyDraft]:
    return PolicyDraft.objects.filter(applied=None, dropped_at=None)


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('policy.apply'))")


def _keep(*, version: PolicyVersion, policy: Policy, places: Collection[Place] | None) -> int:
    years = (version.first_year, version.last_year)
    subdivisions = every_subdivision() if places is None else known_subdivisions(places)
    zones = every_zone() if places is None else tuple(sorted({place.zone for place in places}))
    calendars = list(_calendars(policy, subdivisions, years))
    return _insert(
        # policy_calendars_kept: a place that has days of its own; the unique key makes it repeatable
        "INSERT INTO policy_policycalendar (version_id, days_key, country, subdivision, first_year, last_year, days)"
        " SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::text[], %s::int[], %s::int[], %s::jsonb[])"
        " ON CONFLICT DO NOTHING",
        [version.pk, *_columns(calendars, 6)],
    ) + _insert(
        # policy_zones_kept: once a version and zone
        "INSERT INTO policy_policyzone (version_id, zone, offsets)"
        " SELECT %s, * FROM unnest(%s::text[], %s::jsonb[]) ON CONFLICT DO NOTHING",
        [version.pk, *_columns([(zone, json.dumps(offsets_of(zone=zone, years=years))) for zone in zones], 2)],
    )


def _calendars(
    policy: Policy, subdivisions: Collection[tuple[str, str]], years: Years
) -> Iterator[tuple[str, str, str, int, int, str]]:
    """The rows to keep; each country's own comes before its subdivisions, which are kept only where they differ."""
    for key, hours in hours_by_days_key(policy).items():
        whole: Days | None = None
        for country, subdivision in subdivisions:
            found = days_of(hours=hours, country=country, subdivision=subdivision, years=years)
            if not subdivision:
                whole = found
            elif found == whole:
                continue
            text = json.dumps(days_to_plain(found.days), ensure_ascii=False, separators=(",", ":"))
            yield key, country, subdivision, found.years[0], found.years[1], text


def _columns(rows: Collection[tuple[object, ...]], width: int) -> list[list[object]]:
    return [[row[place] for row in rows] for place in range(width)]


def _insert(statement: str, values: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
