"""What stands above the list of licences: how many are in which state, and what they can be narrowed by."""

from datetime import date, datetime

from django.db import connection

from tenure.accounts.words import Who
from tenure.entitlements.queries.licences import DAY_AND_CHAIN, STATE, ending_days
from tenure.entitlements.queries.sight import visible_assets
from tenure.entitlements.words import (
    Choice,
    CoverState,
    LicenceChoices,
    LicenceCounts,
    LicenceOverview,
    LicencePurpose,
)

MOST_COUNTED = 2000

# licence_overview: one narrow walk over what the reader sees, at most one more than is counted; its states, products
# and sites.  Beyond that all products of the catalogue are offered, and no sites.  (A8)
LICENCE_OVERVIEW = """
WITH own AS MATERIALIZED ({walks} LIMIT {limit}),
     size AS MATERIALIZED (SELECT count(*) > {most} AS is_beyond FROM own)
SELECT 'state', s.state, '', count(*) FROM size JOIN own a ON NOT size.is_beyond {day_and_chain} {state}
GROUP BY s.state
UNION ALL
SELECT 'product', p.slug, p.name, 0 FROM catalog_product p, size
WHERE size.is_beyond OR p.id IN (SELECT product_id FROM own)
UNION ALL
SELECT 'site', x.id::text, x.name, 0 FROM accounts_site x
WHERE x.id IN (SELECT own.site_id FROM size JOIN own ON NOT size.is_beyond)
UNION ALL
SELECT DISTINCT 'purpose', own.purpose, '', 0 FROM own
ORDER BY 1, 3, 2
"""
WALK = """SELECT a.id, a.product_id, a.site_id, a.purpose, a.zone, a.chain_starts_on, a.chain_ends_on
FROM entitlements_asset a WHERE {{side}} AND a.quantity > 0 LIMIT {limit}"""


def licence_overview(*, who: Who | None, at: datetime, on: date | None = None) -> LicenceOverview:
    """How many of the reader's assets stand in each state on the day, and what they are of: products, sites, purposes.

    A reader of more than 2,000 assets gets no counts, all products of the catalogue, no sites and all purposes: no page
    waits for a walk over a hundred thousand.  One query beside the policy's.  Source: A8.
    """
    seen = visible_assets(who)
    limit = MOST_COUNTED + 1
    sql = LICENCE_OVERVIEW.format(
        walks=seen.walk(WALK.format(limit=limit)),
        limit=limit,
        most=MOST_COUNTED,
        day_and_chain=DAY_AND_CHAIN,
        state=STATE,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {"on": on, "at": at, "soon": ending_days(at=at, on=on), **seen.params})
        rows = cursor.fetchall()
    counted = {value: count for kind, value, _, count in rows if kind == "state"}
    products = tuple(Choice(value=value, name=name) for kind, value, name, _ in rows if kind == "product")
    sites = tuple(Choice(value=value, name=name) for kind, value, name, _ in rows if kind == "site")
    is_beyond = bool(products) and not counted
    held = {LicencePurpose(value) for kind, value, _, _ in rows if kind == "purpose"}
    purposes = tuple(each for each in LicencePurpose if is_beyond or each in held)
    counts = LicenceCounts(
        **{state.value: counted.get(state.value, 0) for state in CoverState}, total=sum(counted.values())
    )
    return LicenceOverview(
        counts=None if is_beyond else counts,
        most_counted=MOST_COUNTED,
        choices=LicenceChoices(products=products, sites=sites, purposes=purposes),
    )
