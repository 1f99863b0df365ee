"""What stands in somebody's calendar: the last days of their terms, and of the support of what they own."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import connection

from tenure.accounts.queries import who_is
from tenure.accounts.rules import digest_of
from tenure.accounts.words import Who
from tenure.entitlements.queries.sight import visible_assets
from tenure.renewals.models import CalendarFeed

BACK, AHEAD = timedelta(days=90), timedelta(days=5 * 366)
MOST_EVENTS, MOST_SERIALS = 2000, 10
# ends: terms by their last day, customer and product, so that a thousand of one kind are one event
ENDS = """
SELECT a.chain_ends_on - 1, o.number, o.name, p.slug, p.name, count(*), sum(a.quantity),
       (array_agg(a.serial_number ORDER BY a.serial_number))[1:%(serials)s]
FROM entitlements_asset a
JOIN catalog_product p ON p.id = a.product_id
JOIN accounts_organisation o ON o.id = a.organisation_id
WHERE {seen} AND a.quantity > 0 AND a.chain_ends_on BETWEEN %(first)s AND %(last)s
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 3, 5, 2 LIMIT %(most)s
"""
# support_ends: the last days of standard and extended support of the releases among what is owned
SUPPORT_ENDS = """
SELECT e.day - 1, e.extended, p.slug, p.name, r.label
FROM (SELECT DISTINCT a.release_id FROM entitlements_asset a WHERE {seen} AND a.quantity > 0) owned
JOIN catalog_release r ON r.id = owned.release_id
JOIN catalog_product p ON p.id = r.product_id
CROSS JOIN LATERAL (VALUES (r.standard_support_ends_from, FALSE), (r.extended_support_ends_from, TRUE)) e(day, extended)
WHERE e.day BETWEEN %(first)s AND %(last)s ORDER BY 1, 4, 5, 2 LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsEnd:
    """So many terms of a customer's product have their last covered day on `on`.  serials: the first ten."""

    on: date
    number: str
    organisation: str
    slug: str
    product: str
    terms: int
    quantity: int
    serials: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportEnds:
    """The last day of a release's standard or extended support."""

    on: date
    extended: bool
    slug: str
    product: str
    release: str


def feed_made_at(*, who: Who) -> datetime | None:
    """Since when the reader has a calendar address; None without one."""
    held = CalendarFeed.objects.filter(person_id=who.person_id, ended_at=None) if who.person_id else None
    return held.values_list("made_at", flat=True).first() if held is not None else None


def reader_of(secret: str) -> Who | None:
    """Whose calendar a secret address is, as a customer or reseller sees; None for none, or for a closed account."""
    person = CalendarFeed.objects.filter(digest=digest_of(secret), ended_at=None).values_list("person_id", flat=True)
    who = who_is(person.first()) if person else None
    return None if who is None or who.person_id is None else replace(who, staff=frozenset())


def calendar(*, who: Who, on: date) -> tuple[list[TermsEnd], list[SupportEnds]]:
    """From a quarter back to five years ahead of a day, at most 2,000 of each.  Two queries.  Source: B1, A10."""
    seen = visible_assets(who)
    params = {
        **seen.params, "first": on - BACK, "last": on + AHEAD, "most": MOST_EVENTS, "serials": MOST_SERIALS,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(ENDS.format(seen=seen.sql), params)
        ends = [
            TermsEnd(
                on=day, number=number, organisation=name, slug=slug, product=product, terms=terms,
                quantity=int(quantity), serials=tuple(serials),
            )
            for day, number, name, slug, product, terms, quantity, serials in cursor.fetchall()
        ]  # fmt: skip
        cursor.execute(SUPPORT_ENDS.format(seen=seen.sql), params)
        support = [
            SupportEnds(on=day, extended=extended, slug=slug, product=product, release=release)
            for day, extended, slug, product, release in cursor.fetchall()
        ]
    return ends, support
