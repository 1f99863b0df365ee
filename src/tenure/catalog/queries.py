"""Reads of the catalogue.  Every one takes the day it is asked about; anyone may read all of it (A10)."""

from datetime import date
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet

from tenure.catalog.models import LifecycleChange, Release
from tenure.catalog.rules import state_on
from tenure.catalog.words import (
    CatalogRefusal,
    Change,
    Ending,
    Lifecycle,
    ProductKind,
    ProductPage,
    ProductRow,
    ReleaseRow,
    ReleaseState,
    SupportedRow,
)
from tenure.toolbox.refused import Refused

# standard_over, extended_over: rules.states._over for all rows at once; null: it may have ended
_OVER = """CASE WHEN r.{0}_support_ends_from IS NOT NULL THEN r.{0}_support_ends_from <= %(on)s
    WHEN NOT r.{0}_support_ended THEN false
    WHEN r.{0}_support_ended_by IS NULL OR r.{0}_support_ended_by <= %(on)s THEN true END"""
# supported: what rules.state_on calls standard or extended, proved equal by a property test
_SUPPORTED = f"""(r.available_from <= %(on)s AND (NOT ({_OVER.format("standard")})
    OR (({_OVER.format("standard")}) AND r.extended_support_offered AND NOT ({_OVER.format("extended")}))))"""

# found_products: with the newest release and the number of supported ones on the day, in three scans
_PRODUCTS = """
WITH found AS (
    SELECT p.*, lower(p.name) COLLATE "C" AS sort,
           CASE WHEN starts_with(lower(p.name), %(q)s) OR starts_with(p.slug, %(q)s) THEN 0 ELSE 1 END AS rank
    FROM catalog_product p
    WHERE (%(kind)s::text IS NULL OR p.kind = %(kind)s) AND {matches}),
page AS (
    SELECT * FROM found
    WHERE %(after)s::text IS NULL OR (rank, sort, id) > (SELECT rank, sort, id FROM found WHERE slug = %(after)s)
    ORDER BY rank, sort, id LIMIT %(limit)s)
SELECT p.id, p.slug, p.name, p.kind, p.category, coalesce(f.name, ''), p.aliases, p.has_content, state.releases,
       state.supported, latest.label, latest.available_from,
       ARRAY(SELECT t.name FROM catalog_product_platforms o JOIN catalog_platform t ON t.id = o.platform_id
             WHERE o.product_id = p.id ORDER BY t.name)
FROM page p
LEFT JOIN catalog_family f ON f.id = p.family_id
CROSS JOIN LATERAL (
    SELECT count(*) AS releases, count(*) FILTER (WHERE {supported}) AS supported
    FROM catalog_release r WHERE r.product_id = p.id) state
LEFT JOIN LATERAL (
    SELECT r.label, r.available_from FROM catalog_release r
    WHERE r.product_id = p.id AND r.available_from <= %(on)s
    ORDER BY r.available_from DESC, r.position DESC, r.id DESC LIMIT 1) latest ON true
ORDER BY p.rank, p.sort, p.id
"""
_CONTAINS = """(%(q)s = '' OR strpos(lower(p.name), %(q)s) > 0 OR strpos(p.slug, %(q)s) > 0
    OR EXISTS (SELECT FROM unnest(p.aliases) alias WHERE strpos(lower(alias), %(q)s) > 0))"""
SEARCHED = _PRODUCTS.format(matches=_CONTAINS, supported=_SUPPORTED)
OF_SLUG = _PRODUCTS.format(matches="p.slug = %(q)s", supported=_SUPPORTED)
# named: exactly so, the slug before the name before an alias
NAMED = _PRODUCTS.format(
    matches="""p.id = (
        SELECT n.id FROM catalog_product n
        WHERE n.slug = %(q)s OR lower(n.name) = %(q)s OR %(q)s = ANY (SELECT lower(a) FROM unnest(n.aliases) a)
        ORDER BY n.slug <> %(q)s, lower(n.name) <> %(q)s, n.id LIMIT 1)""",
    supported=_SUPPORTED,
)
# supported_on: the newest releases that have support on the day
SUPPORTED_ON = f"""
SELECT p.slug, p.name, p.kind, r.name, r.available_from,
       CASE WHEN NOT ({_OVER.format("standard")}) THEN 'standard' ELSE 'extended' END,
       CASE WHEN NOT ({_OVER.format("standard")}) THEN r.standard_support_ends_from
            ELSE r.extended_support_ends_from END
FROM catalog_release r JOIN catalog_product p ON p.id = r.product_id
WHERE {_SUPPORTED}
ORDER BY r.available_from DESC, p.name, p.id, r.position DESC, r.id DESC LIMIT %(limit)s
"""  # noqa: S608  made of the texts above


def products(
    *, on: date, q: str = "", kind: ProductKind | None = None, after: str | None = None, limit: int = 25
) -> ProductPage:
    """A page of the products whose name, slug or alias contains `q`, those that begin with it first, then by name.

    after: the slug of the last product already shown; Refused(UNKNOWN_PLACE) where nothing comes after it.
    One statement, whatever the number of products.  Source: A10.
    """
    rows = _products(SEARCHED, on=on, q=q, kind=kind, after=after, limit=limit + 1)
    if not rows and after is not None:
        raise Refused(CatalogRefusal.UNKNOWN_PLACE, after=after)
    more = len(rows) > limit
    return ProductPage(rows=tuple(rows[:limit]), after=rows[limit - 1].slug if more else None)


def product(*, slug: str, on: date) -> ProductRow | None:
    """The product of exactly this slug.  Source: A10."""
    return next(iter(_products(OF_SLUG, on=on, q=slug)), None)


def find_product(*, text: str, on: date) -> ProductRow | None:
    """The product that is meant by a text: its slug, its name or an alias, in any case.  Source: A10."""
    return next(iter(_products(NAMED, on=on, q=text)), None)


def releases(*, product_id: int, on: date) -> tuple[ReleaseRow, ...]:
    """All releases of a product, the newest first, those without a day last; each with its state on the day."""
    return tuple(_release(row, on) for row in _newest_first(product_id))


def latest_release(*, product_id: int, on: date) -> ReleaseRow | None:
    """The release that came out last, up to and with the day; it may have ended already.  Source: A10."""
    row = _newest_first(product_id).filter(available_from__lte=on).first()
    return None if row is None else _release(row, on)


def supported_on(*, on: date, limit: int) -> tuple[SupportedRow, ...]:
    """What has support on a day: the releases that came out last, first.  Source: A10."""
    with connection.cursor() as cursor:
        cursor.execute(SUPPORTED_ON, {"on": on, "limit": limit})
        return tuple(
            SupportedRow(
                product_slug=slug,
                product_name=product_name,
                kind=ProductKind(kind),
                release=release,
                available_from=available_from,
                state=ReleaseState(state),
                ends_from=ends_from,
            )
            for slug, product_name, kind, release, available_from, state, ends_from in cursor.fetchall()
        )


def changes(*, product_id: int, limit: int = 50) -> tuple[Change, ...]:
    """The days of a product's releases that became other ones, the last change first.  Source: A10."""
    found = LifecycleChange.objects.filter(release__product_id=product_id).order_by("-changed_at", "-id")
    columns = ("release__name", "field", "before", "after", "changed_at")
    return tuple(
        Change(release=release, field=field, before=before, after=after, changed_at=changed_at)
        for release, field, before, after, changed_at in found.values_list(*columns)[:limit]
    )


def _products(
    statement: str, *, on: date, q: str, kind: ProductKind | None = None, after: str | None = None, limit: int = 1
) -> list[ProductRow]:
    asked: dict[str, date | str | int | None] = {
        "on": on,
        "q": q.strip().lower(),
        "kind": kind and kind.value,
        "after": after,
        "limit": limit,
    }
    if any("\0" in value for value in asked.values() if isinstance(value, str)):
        return []  # no text in the database has one
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return [_product(row) for row in cursor.fetchall()]


def _product(row: tuple[Any, ...]) -> ProductRow:
    number, slug, name, kind, category, family, aliases, has_content, count, supported, latest, day, platforms = row
    return ProductRow(
        id=number,
        slug=slug,
        name=name,
        kind=ProductKind(kind),
        category=category,
        family=family,
        aliases=tuple(aliases),
        has_content=has_content,
        releases=count,
        supported=supported,
        latest=latest,
        latest_from=day,
        platforms=tuple(platforms),
    )


def _newest_first(product_id: int) -> QuerySet[Release]:
    found = Release.objects.filter(product_id=product_id).select_related("product")
    return found.order_by(F("available_from").desc(nulls_last=True), "-position", "-id")


def _release(row: Release, on: date) -> ReleaseRow:
    standard = Ending(
        from_day=row.standard_support_ends_from,
        ended=row.standard_support_ended,
        by_day=row.standard_support_ended_by,
    )
    extended = Ending(
        from_day=row.extended_support_ends_from,
        ended=row.extended_support_ended,
        by_day=row.extended_support_ended_by,
        offered=row.extended_support_offered,
    )
    lifecycle = Lifecycle(available_from=row.available_from, standard=standard, extended=extended)
    return ReleaseRow(
        id=row.id,
        product_slug=row.product.slug,
        product_name=row.product.name,
        name=row.name,
        label=row.label,
        available_from=row.available_from,
        active=Ending(from_day=row.active_support_ends_from, ended=row.active_support_ended),
        standard=standard,
        extended=extended,
        discontinued=Ending(from_day=row.discontinued_from, ended=row.discontinued),
        is_long_term=row.is_long_term,
        latest=row.latest,
        latest_on=row.latest_on,
        state=state_on(lifecycle=lifecycle, on=on),
    )
