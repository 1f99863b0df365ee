"""Many decisions at once, in one statement that gives the same answers as the rules (a property test proves it)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from tenure.entitlements.queries.rights import rights_on
from tenure.entitlements.words import Benefit, Rights, Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A decision without its facts.  until: the last covered day, where granted."""

    granted: bool
    why: Why
    level: str | None
    until: date | None


# bulk_terms: the terms as known, with their level's rank and whether they give the benefit (A5)
# The chain of granting terms that covers the day is one range of their union.  A courtesy's level sorts below others;
# extensions decide nothing.
DECIDE = """
WITH levels AS MATERIALIZED (
    SELECT * FROM unnest(%(levels)s::text[], %(ranks)s::int[], %(gives)s::bool[], %(courtesy)s::bool[])
             AS l(level, rank, gives, courtesy)
), folded AS (
    SELECT t.asset_id,
           bool_or(t.covers @> %(on)s::date) AS live,
           bool_or(upper(t.covers) <= %(on)s::date) AS ended,
           bool_or(lower(t.covers) > %(on)s::date) AS later,
           max(((t.family <> 5)::int || lpad((COALESCE(l.rank, -1) + 1)::text, 10, '0') || ' ' || t.level) COLLATE "C")
               FILTER (WHERE t.covers @> %(on)s::date) AS live_level,
           max(((t.family <> 5)::int || lpad((COALESCE(l.rank, -1) + 1)::text, 10, '0') || ' ' || t.level) COLLATE "C")
               FILTER (WHERE t.covers @> %(on)s::date AND CASE WHEN t.family = 5 THEN l.courtesy ELSE l.gives END)
               AS level,
           CASE WHEN count(*) = 1 THEN max(upper(t.covers)) FILTER (
               WHERE t.covers @> %(on)s::date AND CASE WHEN t.family = 5 THEN l.courtesy ELSE l.gives END)
           ELSE (SELECT upper(span) FROM unnest(range_agg(t.covers) FILTER (
               WHERE CASE WHEN t.family = 5 THEN l.courtesy ELSE l.gives END)) AS span WHERE span @> %(on)s::date)
           END AS ends
    FROM entitlements_term t LEFT JOIN levels l ON l.level = t.level
    WHERE {assets_of_terms} AND t.family <> 4
      AND CASE WHEN %(known)s::timestamptz IS NULL THEN upper_inf(t.known) ELSE t.known @> %(known)s::timestamptz END
    GROUP BY t.asset_id
)
SELECT a.id,
       CASE WHEN %(content)s AND NOT p.has_content THEN 'product_has_no_content'
            WHEN f.level IS NOT NULL AND %(registration)s AND NOT EXISTS (
                SELECT FROM entitlements_registration r
                WHERE r.asset_id = a.id AND r.registered_on <= %(on)s::date
                  AND (%(known)s::timestamptz IS NULL OR r.registered_at <= %(known)s::timestamptz)
                  AND (r.withdrawn_at IS NULL OR (r.withdrawn_at AT TIME ZONE a.zone)::date > %(on)s::date)
            ) THEN 'not_registered'
            WHEN f.level IS NOT NULL THEN 'covered'
            WHEN f.live THEN 'level_lacks_benefit'
            WHEN f.ended AND f.later THEN 'between_terms'
            WHEN f.ended THEN 'term_ended'
            WHEN f.later THEN 'term_not_started'
            ELSE 'no_term' END AS why,
       substr(COALESCE(f.level, f.live_level), 13) AS level,
       f.ends - 1 AS until
FROM entitlements_asset a
JOIN catalog_product p ON p.id = a.product_id
LEFT JOIN folded f ON f.asset_id = a.id
WHERE {assets}
"""


def decide_many(
    *, asset_ids: Sequence[int], benefit: Benefit, on: date, known: datetime | None = None
) -> dict[int, Answer]:
    """The answer for each asset that exists, by its id.  on: the same calendar day in each asset's zone.  One query.

    Takes no reader: whoever asks for many has chosen the assets.  Source: A5.
    """
    return _answers(list(asset_ids), benefit, on, known)


def decide_all(*, benefit: Benefit, on: date, known: datetime | None = None) -> dict[int, Answer]:
    """The answer for every asset.  One query.  Source: A5."""
    return _answers(None, benefit, on, known)


def bulk_sql(*, everything: bool) -> str:
    """The statement; its rows are asset id, code, level, last covered day."""
    if everything:
        return DECIDE.format(assets="TRUE", assets_of_terms="TRUE")
    return DECIDE.format(assets="a.id = ANY(%(assets)s)", assets_of_terms="t.asset_id = ANY(%(assets)s)")


def bulk_params(*, rights: Rights, benefit: Benefit, on: date, known: datetime | None) -> dict[str, Any]:
    """What the statement needs to know of the policy and the question."""
    gives = [benefit in level.benefits for level in rights.levels.values()]
    return {
        "levels": list(rights.levels),
        "ranks": [level.rank for level in rights.levels.values()],
        "gives": gives,
        "courtesy": [each and benefit in rights.courtesy for each in gives],
        "content": benefit in rights.needs_content,
        "registration": benefit in rights.needs_registration,
        "on": on,
        "known": known,
    }


def _answers(assets: list[int] | None, benefit: Benefit, on: date, known: datetime | None) -> dict[int, Answer]:
    params = bulk_params(rights=rights_on(on), benefit=benefit, on=on, known=known)
    with connection.cursor() as cursor:
        cursor.execute(bulk_sql(everything=assets is None), {**params, "assets": assets})
        rows = cursor.fetchall()
    return {asset: _answer(Why(why), level, until) for asset, why, level, until in rows}


def _answer(why: Why, level: str | None, until: date | None) -> Answer:
    granted = why is Why.COVERED
    tells_level = why in {Why.COVERED, Why.NOT_REGISTERED, Why.LEVEL_LACKS_BENEFIT}
    return Answer(granted=granted, why=why, level=level if tells_level else None, until=until if granted else None)
