"""The codes of an asset, and the machines it is in use on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import connection

from tenure.activation.models import ActivationCode
from tenure.activation.queries.files import files_of
from tenure.activation.words import CodeRow, Licensed, MachinePage, MachineRow, Standing
from tenure.entitlements.words import TermFamily

# machines: a page of an asset's activations, the newest first, each with its last report (A7)
MACHINES = """
SELECT v.id, v.units, v.host, v.host_name, v.activated_at, COALESCE(NULLIF(p.name, ''), p.email, ''), v.ended_at,
       COALESCE(NULLIF(e.name, ''), e.email, ''), COALESCE(f.host, ''), COALESCE(n.host, ''), v.by_care, v.why,
       c."on", c.version, c.installed
FROM activation_activation v
LEFT JOIN accounts_person p ON p.id = v.activated_by_id
LEFT JOIN accounts_person e ON e.id = v.ended_by_id
LEFT JOIN activation_activation f ON f.id = v.moved_from_id
LEFT JOIN activation_activation n ON n.moved_from_id = v.id
LEFT JOIN LATERAL (SELECT * FROM activation_checkin c WHERE c.activation_id = v.id ORDER BY c."on" DESC LIMIT 1) c
       ON TRUE
WHERE v.asset_id = %(asset)s AND {which}
ORDER BY v.id DESC LIMIT %(limit)s
"""
LIVE, ENDED = "v.ended_at IS NULL", "v.ended_at IS NOT NULL"
NAMED, BEYOND = "(v.host ILIKE %(text)s OR v.host_name ILIKE %(text)s)", "v.id < %(after)s"
_PAGE = 500


def codes_of(*, licensed: Licensed) -> tuple[CodeRow, ...]:
    """The activation codes of an asset that were not withdrawn, the last term first.  One query.

    A code whose term stands no more, after a correction, is not held.  Source: A7, B3.
    """
    terms = {(term.family, term.starts): term for term in licensed.terms}
    rows = ActivationCode.objects.filter(asset_id=licensed.asset_id, withdrawn_at=None)
    found = []
    for row in rows:
        family = TermFamily(row.family) if row.family is not None else None
        term = terms.get((family, row.starts_on)) if family is not None and row.starts_on is not None else None
        found.append(
            CodeRow(
                code=row.code,
                family=family,
                starts=row.starts_on,
                ends=term.ends if term else None,
                level=term.level if term else "",
                issued_at=row.issued_at,
                is_held=term is not None or family is None,
            )
        )
    return tuple(sorted(found, key=lambda code: (code.starts or date.min, code.family or 0), reverse=True))


def standing_of(*, asset_id: int) -> Standing:
    """How many units of an asset are put to use.  One query.  Source: A7."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.quantity, COALESCE(sum(v.units), 0)::bigint, count(v.id) FROM entitlements_asset a"
            " LEFT JOIN activation_activation v ON v.asset_id = a.id AND v.ended_at IS NULL"
            " WHERE a.id = %s GROUP BY a.id",
            [asset_id],
        )
        quantity, used, count = cursor.fetchone()
    return Standing(quantity=quantity, used=used, machines=count)


def machines(*, asset_id: int, live: bool, text: str = "", after: str = "", limit: int = 25) -> MachinePage:
    """A page of the machines of an asset, live ones or those that ended, the newest first.  One query.

    text: what their ID or name contains.  Source: A7.
    """
    place = int(after) if after.isdecimal() and len(after) < 19 else None
    named = text.replace("\0", "").strip()
    which = (LIVE if live else ENDED) + (f" AND {NAMED}" if named else "") + (f" AND {BEYOND}" if place else "")
    escaped = named.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rows = _rows(which, {"asset": asset_id, "after": place, "limit": limit + 1, "text": f"%{escaped}%"})
    more, rows = len(rows) > limit, rows[:limit]
    return MachinePage(rows=tuple(rows), next=str(rows[-1].id) if more else "")


def export_machines(*, asset_id: int) -> Iterator[MachineRow]:
    """All machines of an asset, live ones first, read a page at a time.  Source: A7."""
    for live in (True, False):
        after = ""
        while True:
            page = machines(asset_id=asset_id, live=live, after=after, limit=_PAGE)
            yield from page.rows
            after = page.next
            if not after:
                break


def machine(*, asset_id: int, activation_id: int) -> MachineRow | None:
    """One activation of an asset, with its files.  Two queries.  Source: A7."""
    rows = _rows("v.id = %(activation)s", {"asset": asset_id, "activation": activation_id, "limit": 1})
    if not rows:
        return None
    return replace(rows[0], files=files_of(asset_id=asset_id, activation_id=activation_id))


def moves_since(*, activation_id: int, since: datetime) -> int:
    """How often the customer moved an activation to another machine since an instant, its forerunners counted in."""
    with connection.cursor() as cursor:
        cursor.execute(MOVES, {"heads": f"{{{activation_id}}}", "since": since})
        return int(cursor.fetchone()[1])


# moves: how often the customer moved each of some activations, with their forerunners, since an instant (A7)
MOVES = """
WITH RECURSIVE chain AS (
    SELECT v.id AS head, v.id, v.host, v.moved_from_id, v.activated_at, v.by_care
    FROM activation_activation v WHERE v.id = ANY(%(heads)s::bigint[])
    UNION ALL
    SELECT c.head, v.id, v.host, v.moved_from_id, v.activated_at, v.by_care
    FROM chain c JOIN activation_activation v ON v.id = c.moved_from_id
    WHERE c.activated_at > %(since)s
)
SELECT c.head, count(f.id) FROM chain c
LEFT JOIN activation_activation f
       ON f.id = c.moved_from_id AND f.host <> c.host AND NOT c.by_care AND c.activated_at > %(since)s
GROUP BY c.head ORDER BY count(f.id), c.head
"""


def _rows(which: str, values: dict[str, Any]) -> list[MachineRow]:
    with connection.cursor() as cursor:
        cursor.execute(MACHINES.format(which=which), values)
        return [_row(raw) for raw in cursor.fetchall()]


def _row(raw: tuple[Any, ...]) -> MachineRow:
    return MachineRow(
        id=raw[0],
        units=raw[1],
        host=raw[2],
        host_name=raw[3],
        activated_at=raw[4],
        activated_by=raw[5],
        ended_at=raw[6],
        ended_by=raw[7],
        moved_from=raw[8],
        moved_to=raw[9],
        by_care=raw[10],
        why=raw[11],
        reported_on=raw[12],
        reported_version=raw[13] or "",
        reported_installed=raw[14],
    )
