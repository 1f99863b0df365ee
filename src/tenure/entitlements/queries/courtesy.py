"""Courtesies: of one asset, the desk's lists, how much of the caps is used, and what a case rests on."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import connection

from tenure.accounts.queries import may_see_people
from tenure.accounts.words import StaffRole, Who
from tenure.entitlements.queries.sight import visible_assets
from tenure.entitlements.rules import courtesy_state
from tenure.entitlements.words import (
    Caps,
    CourtesyFilters,
    CourtesyPage,
    CourtesyRow,
    CourtesyView,
    HeldCourtesy,
    LicencePurpose,
)
from tenure.policy.words import Policy

MOST_OF_ASSET = 20
PAGE = 25

# courtesy_rows: a courtesy with its asset, its people, what is left of its term, and the cases under it (A12)
COURTESY_ROWS = """
SELECT c.id, a.serial_number, p.name, COALESCE(r.label, ''), a.purpose, p.kind, a.zone, o.id, o.name, o.number,
       COALESCE(NULLIF(asker.name, ''), asker.email, ''), c.asked_at, c.why, c.days, c.most_cases, c.level,
       COALESCE(NULLIF(one.name, ''), one.email, ''), c.first_by_id, c.first_at,
       COALESCE(NULLIF(two.name, ''), two.email, ''), c.answered_at, c.answer_why,
       CASE WHEN upper_inf(t.known) THEN lower(t.covers) END, CASE WHEN upper_inf(t.known) THEN upper(t.covers) END,
       COALESCE(NULLIF(taker.name, ''), taker.email, ''), c.revoked_at,
       ARRAY(SELECT u.case_number FROM entitlements_courtesyuse u WHERE u.courtesy_id = c.id ORDER BY u.place),
       c.answer, d.day
FROM entitlements_courtesy c
JOIN entitlements_asset a ON a.id = c.asset_id
JOIN catalog_product p ON p.id = a.product_id
LEFT JOIN catalog_release r ON r.id = a.release_id
JOIN accounts_organisation o ON o.id = a.organisation_id
LEFT JOIN accounts_person asker ON asker.id = c.asked_by_id
LEFT JOIN accounts_person one ON one.id = c.first_by_id
LEFT JOIN accounts_person two ON two.id = c.answered_by_id
LEFT JOIN accounts_person taker ON taker.id = c.revoked_by_id
LEFT JOIN entitlements_term t ON t.id = c.term_id
CROSS JOIN LATERAL (SELECT COALESCE(%(on)s::date, (%(at)s::timestamptz AT TIME ZONE a.zone)::date) AS day) d
WHERE {where}
"""
# of a licence that was moved, what another customer had asked for is told to staff alone
TOLD = "(%(staff)s OR c.organisation_id = a.organisation_id) AND {seen}"
OF_ASSET = f"c.asset_id = %(asset)s AND {TOLD} ORDER BY c.id DESC LIMIT %(limit)s"
ONE = f"c.id = %(courtesy)s AND {TOLD}"
LISTED = "{view} {text} {beyond} AND {seen} ORDER BY c.asked_at {way}, c.id {way} LIMIT %(limit)s"
RUNS = "c.answer = 'given' AND c.revoked_at IS NULL AND upper_inf(t.known) AND upper(t.covers) > d.day"
VIEWS = {
    CourtesyView.ASKED: "c.answered_at IS NULL AND c.first_by_id IS NULL",
    CourtesyView.SECOND: "c.answered_at IS NULL AND c.first_by_id IS NOT NULL",
    CourtesyView.RUNNING: RUNS,
    CourtesyView.OVER: f"c.answered_at IS NOT NULL AND NOT COALESCE({RUNS}, FALSE)",
}
TEXT = """AND (a.serial_number ILIKE %(text)s OR p.name ILIKE %(text)s OR o.name ILIKE %(text)s
OR o.number ILIKE %(text)s OR c.why ILIKE %(text)s)"""
# counted: how many courtesies each view holds
COUNTED = """
SELECT {counts} FROM entitlements_courtesy c JOIN entitlements_asset a ON a.id = c.asset_id
LEFT JOIN entitlements_term t ON t.id = c.term_id
CROSS JOIN LATERAL (SELECT (%(at)s::timestamptz AT TIME ZONE a.zone)::date AS day) d
"""
# caps: given within the window, or waiting for a second approver, without the one that is being answered
CAPS = """
SELECT count(*) FILTER (WHERE c.asset_id = %(asset)s AND m.at > %(at)s::timestamptz - interval '1 year'),
       count(*) FILTER (WHERE c.organisation_id = %(organisation)s AND m.at > %(at)s::timestamptz - interval '1 year'),
       count(*) FILTER (WHERE %(person)s IN (c.first_by_id, c.answered_by_id)
                        AND m.at > %(at)s::timestamptz - interval '1 month')
FROM entitlements_courtesy c
CROSS JOIN LATERAL (SELECT COALESCE(c.answered_at, c.first_at) AS at) m
WHERE (c.answer = 'given' OR (c.answered_at IS NULL AND c.first_by_id IS NOT NULL)) AND c.id <> %(besides)s
  AND m.at > %(at)s::timestamptz - interval '1 year'
"""
# in_force: the courtesy whose term holds on a day, with the places that are taken
IN_FORCE = """
SELECT c.id, upper(t.covers) - 1, c.most_cases,
       (SELECT count(*) FROM entitlements_courtesyuse u WHERE u.courtesy_id = c.id)
FROM entitlements_courtesy c JOIN entitlements_term t ON t.id = c.term_id
WHERE c.asset_id = %(asset)s AND c.revoked_at IS NULL AND upper_inf(t.known) AND t.covers @> %(on)s::date
"""


def givers(policy: Policy) -> frozenset[StaffRole]:
    """The staff who may give a courtesy, by the policy.  Source: A12."""
    return frozenset(StaffRole(role.value) for role in policy.courtesy.given_by)


def may_give(who: Who, policy: Policy) -> bool:
    """The one predicate for giving a courtesy, and for the lists of them."""
    return bool(who.staff & givers(policy))


def courtesies_of(*, who: Who, asset_id: int, at: datetime, on: date | None = None) -> tuple[CourtesyRow, ...]:
    """The courtesies of an asset, the newest first, as they stand on a day, or today.  One query.  Source: A12."""
    seen = visible_assets(who)
    values = {"asset": asset_id, "limit": MOST_OF_ASSET, "at": at, "on": on, "staff": who.is_staff, **seen.params}
    return _rows(OF_ASSET.format(seen=seen.sql), values, who)


def courtesy(*, who: Who, courtesy_id: int, at: datetime) -> CourtesyRow | None:
    """One courtesy, for who may see its asset; None for any other.  One query.  Source: A12."""
    if not 0 < courtesy_id < 2**63:
        return None
    seen = visible_assets(who)
    values = {"courtesy": courtesy_id, "at": at, "on": None, "staff": who.is_staff, **seen.params}
    return next(iter(_rows(ONE.format(seen=seen.sql), values, who)), None)


def courtesies(*, who: Who, filters: CourtesyFilters, at: datetime, after: str = "", limit: int = PAGE) -> CourtesyPage:
    """A page of the desk's list: what waits and what runs, the oldest first; what is over, the newest first.

    Empty for who is not staff.  after: the cursor of the page before; a broken one starts over.  Two queries.
    Source: A12.
    """
    if not who.is_staff:
        return CourtesyPage(rows=(), next="", counts=dict.fromkeys(CourtesyView, 0))
    newest = filters.view is CourtesyView.OVER
    cursor = _cursor_from(after)
    text = filters.text.replace("\0", "").strip()
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    where = LISTED.format(
        view=VIEWS[filters.view], text=TEXT if text else "", seen="TRUE", way="DESC" if newest else "ASC",
        beyond=f"AND (c.asked_at, c.id) {'<' if newest else '>'} (%(since)s::timestamptz, %(last)s)" if cursor else "",
    )  # fmt: skip
    since, last = cursor or (None, 0)
    values = {"at": at, "on": None, "limit": limit + 1, "text": f"%{escaped}%", "since": since, "last": last}
    rows = _rows(where, values, who)
    shown = rows[:limit]
    following = f"{shown[-1].asked_at.isoformat()}.{shown[-1].id}" if len(rows) > limit else ""
    return CourtesyPage(rows=shown, next=following, counts=_counts(at))


def export_courtesies(*, who: Who, filters: CourtesyFilters, at: datetime) -> Iterator[CourtesyRow]:
    """All courtesies of a filtered list, in its order, read a page at a time.  Source: A12."""
    after = ""
    while True:
        page = courtesies(who=who, filters=filters, at=at, after=after, limit=500)
        yield from page.rows
        after = page.next
        if not after:
            return


def caps_of(*, asset_id: int, organisation_id: int, person_id: int | None, at: datetime, besides: int = 0) -> Caps:
    """How much of the caps is used at an instant.  besides: the courtesy that is being answered.  Source: A12."""
    with connection.cursor() as cursor:
        cursor.execute(
            CAPS,
            {"asset": asset_id, "organisation": organisation_id, "person": person_id, "at": at, "besides": besides},
        )
        asset, customer, approver = cursor.fetchone()
    return Caps(asset=asset, customer=customer, approver=approver)


def courtesy_in_force(*, asset_id: int, on: date) -> HeldCourtesy | None:
    """The courtesy that holds on a day of the asset's zone, with the cases that were opened under it.  Source: A12."""
    with connection.cursor() as cursor:
        cursor.execute(IN_FORCE, {"asset": asset_id, "on": on})
        row = cursor.fetchone()
    return None if row is None else HeldCourtesy(id=row[0], until=row[1], most_cases=row[2], used=row[3])


def _counts(at: datetime) -> dict[CourtesyView, int]:
    counts = ", ".join(f"count(*) FILTER (WHERE {VIEWS[view]})" for view in CourtesyView)
    with connection.cursor() as cursor:
        cursor.execute(COUNTED.format(counts=counts), {"at": at})
        return dict(zip(CourtesyView, cursor.fetchone(), strict=True))


def _cursor_from(text: str) -> tuple[datetime, int] | None:
    instant, _, last = text.rpartition(".")
    try:
        at = datetime.fromisoformat(instant)
    except ValueError:
        return None
    if at.tzinfo is None or not (last.isascii() and last.isdecimal() and len(last) < 18):
        return None
    return at, int(last)


def _rows(where: str, values: dict[str, Any], who: Who) -> tuple[CourtesyRow, ...]:
    with connection.cursor() as cursor:
        cursor.execute(COURTESY_ROWS.format(where=where), values)
        return tuple(_row(raw, who) for raw in cursor.fetchall())


def _row(raw: tuple[Any, ...], who: Who) -> CourtesyRow:
    starts, ends, cases, most_cases = raw[22], raw[23], raw[26], raw[14]
    state = courtesy_state(
        answer=raw[27], has_first=raw[17] is not None, is_revoked=raw[25] is not None, starts=starts, ends=ends,
        cases_left=(most_cases or 0) - len(cases), on=raw[28],
    )  # fmt: skip
    return CourtesyRow(
        id=raw[0], serial=raw[1], product=raw[2], release=raw[3], purpose=LicencePurpose(raw[4]), product_kind=raw[5],
        zone=raw[6], organisation_id=raw[7], organisation=raw[8], organisation_number=raw[9],
        asked_by=raw[10] if may_see_people(who, raw[7]) else "", asked_at=raw[11], why=raw[12], days=raw[13],
        most_cases=most_cases, level=raw[15], first_by=raw[16], first_by_id=raw[17], first_at=raw[18],
        answered_by=raw[19], answered_at=raw[20], answer_why=raw[21], starts=starts, ends=ends, revoked_by=raw[24],
        revoked_at=raw[25], cases=tuple(cases), state=state,
    )  # fmt: skip
