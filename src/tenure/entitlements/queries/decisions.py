"""One asset's decisions: the rows in one statement, the answer from the rules."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection

from tenure.accounts.words import Who
from tenure.entitlements.queries.rights import rights_of, rights_on
from tenure.entitlements.queries.sight import visible_assets
from tenure.entitlements.rules import decide, unknown
from tenure.entitlements.words import AssetFacts, AssetRow, Benefit, Decision, RegisteredSpan, TermFamily, TermRow
from tenure.policy.queries import VersionedPolicy

# asset_facts: what one decision reads, as known at an instant or now (A5)
ASSET_FACTS = """
SELECT a.serial_number, p.has_content,
       ARRAY(SELECT t.family || ' ' || lower(t.covers) || ' ' || upper(t.covers) || ' ' || t.level
             FROM entitlements_term t
             WHERE t.asset_id = a.id
               AND CASE WHEN %(known)s::timestamptz IS NULL THEN upper_inf(t.known)
                        ELSE t.known @> %(known)s::timestamptz END
             ORDER BY lower(t.covers), t.family),
       ARRAY(SELECT r.registered_on || ' ' || COALESCE(((CASE WHEN r.withdrawn_at > %(known)s::timestamptz THEN NULL
                    ELSE r.withdrawn_at END AT TIME ZONE a.zone)::date)::text, '')
             FROM entitlements_registration r
             WHERE r.asset_id = a.id AND (%(known)s::timestamptz IS NULL OR r.registered_at <= %(known)s::timestamptz)
             ORDER BY r.id)
FROM entitlements_asset a JOIN catalog_product p ON p.id = a.product_id
WHERE a.serial_number = %(serial)s AND {seen}
"""


def decision_for(
    *, who: Who | None, serial: str, benefit: Benefit, on: date, known: datetime | None = None
) -> Decision:
    """Whether the asset has the benefit on the day, as known at `known` (aware) or now.  Two queries at most.

    who: None for a command.  on: a day in the asset's zone.  An asset that the reader may not see and one that does
    not exist get the same answer.  Source: A5.
    """
    return _decisions(who, serial, (benefit,), on, known)[0]


def decisions_for_asset(
    *, who: Who | None, serial: str, on: date, known: datetime | None = None
) -> tuple[Decision, ...]:
    """The answers for all benefits, in the order of `Benefit`, by as many queries as one answer.  Source: A5."""
    return _decisions(who, serial, tuple(Benefit), on, known)


def decisions_of(*, row: AssetRow, version: VersionedPolicy) -> tuple[Decision, ...]:
    """The answers for all benefits on the day of a row that was read already, in the order of `Benefit`.  No query.

    version: the policy of that day.  The same answers as `decisions_for_asset`.  Source: A5.
    """
    rights = rights_of(number=version.number, policy=version.policy)
    facts = AssetFacts(serial=row.serial, has_content=row.has_content, registered=row.registered)
    return tuple(decide(asset=facts, terms=row.terms, benefit=each, rights=rights, on=row.day) for each in Benefit)


def terms_of(*, asset_id: int, known: datetime | None = None) -> tuple[TermRow, ...]:
    """The terms of an asset by their start, as known at an instant or now.  Source: A3."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT family, lower(covers), upper(covers), level FROM entitlements_term WHERE asset_id = %(asset)s"
            " AND CASE WHEN %(known)s::timestamptz IS NULL THEN upper_inf(known)"
            " ELSE known @> %(known)s::timestamptz END ORDER BY lower(covers), family",
            {"asset": asset_id, "known": known},
        )
        rows = cursor.fetchall()
    return tuple(
        TermRow(family=TermFamily(f), starts=starts, ends=ends, level=level) for f, starts, ends, level in rows
    )


def term_from(text: str) -> TermRow:
    """A term from "family starts ends level", as the statements of this room write it."""
    family, starts, ends, level = text.split(" ", 3)
    return TermRow(
        family=TermFamily(int(family)), level=level, starts=date.fromisoformat(starts), ends=date.fromisoformat(ends)
    )


def span_from(text: str) -> RegisteredSpan:
    """A registration from "first day" or "first day, first day without", as the statements of this room write it."""
    starts, _, ends = text.partition(" ")
    return RegisteredSpan(starts=date.fromisoformat(starts), ends=date.fromisoformat(ends) if ends else None)


def _decisions(
    who: Who | None, serial: str, benefits: Sequence[Benefit], on: date, known: datetime | None
) -> tuple[Decision, ...]:
    asked = serial.strip().upper()
    row = None if "\0" in asked else _facts(who, asked, known)
    if row is None:
        return tuple(unknown(serial=serial, benefit=benefit, on=on) for benefit in benefits)
    facts, terms = row
    rights = rights_on(on)
    return tuple(decide(asset=facts, terms=terms, benefit=each, rights=rights, on=on) for each in benefits)


def _facts(who: Who | None, serial: str, known: datetime | None) -> tuple[AssetFacts, tuple[TermRow, ...]] | None:
    seen = visible_assets(who)
    with connection.cursor() as cursor:
        cursor.execute(ASSET_FACTS.format(seen=seen.sql), {"serial": serial, "known": known, **seen.params})
        row = cursor.fetchone()
    if row is None:
        return None
    number, has_content, terms, spans = row
    registered = tuple(span_from(text) for text in spans)
    facts = AssetFacts(serial=number, has_content=has_content, registered=registered)
    return facts, tuple(term_from(text) for text in terms)
