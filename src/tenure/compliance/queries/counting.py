"""Where somebody may count, what can be counted, and what was counted so far."""

from collections.abc import Sequence
from datetime import date

from django.db import connection

from tenure.accounts.words import Role, Who
from tenure.compliance.words import CountSource, KeptRow, Place

COUNTERS = (Role.OWNER, Role.TECHNICAL)
"""Who says what is installed.  Source: A9; the roles are ours."""

PLACES = """
SELECT s.id, s.name, o.id, o.name, o.number
FROM accounts_site s JOIN accounts_organisation o ON o.id = s.organisation_id
WHERE o.kind = 'customer' AND o.id = ANY(%s) ORDER BY o.name, o.id, s.name, s.id
"""
# countable_products: what these customers own, by name
PRODUCTS = """
SELECT p.slug, p.name FROM catalog_product p WHERE p.id IN (
    SELECT product_id FROM entitlements_asset WHERE organisation_id = ANY(%s)
    UNION SELECT product_id FROM compliance_count WHERE organisation_id = ANY(%s))
ORDER BY lower(p.name), p.id
"""
HISTORY = """
SELECT c.counted_on, s.name, c.quantity, c.source, COALESCE(r.label, ''), COALESCE(a.serial_number, ''), c.host,
       COALESCE(NULLIF(p.name, ''), p.email, ''),
       EXISTS (SELECT FROM compliance_count later WHERE later.site_id = c.site_id AND later.product_id = c.product_id
               AND later.organisation_id = c.organisation_id AND later.counted_on = c.counted_on AND later.id > c.id
               AND later.release_id IS NOT DISTINCT FROM c.release_id AND later.host = c.host
               AND later.asset_id IS NOT DISTINCT FROM c.asset_id)
FROM compliance_count c JOIN accounts_site s ON s.id = c.site_id LEFT JOIN catalog_release r ON r.id = c.release_id
LEFT JOIN entitlements_asset a ON a.id = c.asset_id LEFT JOIN accounts_person p ON p.id = c.kept_by_id
WHERE c.organisation_id = %s AND c.product_id = %s AND c.counted_on <= %s
ORDER BY c.counted_on DESC, c.id DESC LIMIT %s
"""


def counting_for(who: Who) -> list[int]:
    """The organisations for which the person may say what is installed.  Source: ours."""
    return [each for each in who.organisation_ids if who.holds(each, *COUNTERS)]


def may_count(who: Who, organisation_id: int) -> bool:
    """Whether the person may say what this customer has installed.  Source: ours."""
    return who.holds(organisation_id, *COUNTERS)


def places(who: Who) -> list[Place]:
    """The sites at which the person may count, by customer and name."""
    with connection.cursor() as cursor:
        cursor.execute(PLACES, [counting_for(who)])
        return [
            Place(site_id=site_id, site=site, organisation_id=organisation_id, organisation=organisation, number=number)
            for site_id, site, organisation_id, organisation, number in cursor.fetchall()
        ]


def countable_products(who: Who) -> list[tuple[str, str]]:
    """Slug and name of the products that the person's customers own or have counted before, by name."""
    ids = counting_for(who)
    with connection.cursor() as cursor:
        cursor.execute(PRODUCTS, [ids, ids])
        return [(slug, name) for slug, name in cursor.fetchall()]


def history(*, organisation_id: int, product_id: int, until: date, limit: int) -> Sequence[KeptRow]:
    """The counts by hand of a position that the reader was let see, the last above; also those replaced since."""
    with connection.cursor() as cursor:
        cursor.execute(HISTORY, [organisation_id, product_id, until, limit])
        return [
            KeptRow(
                counted_on=counted_on,
                site=site,
                quantity=quantity,
                source=CountSource(source),
                release=release,
                serial=serial,
                host=host,
                kept_by=kept_by,
                is_replaced=is_replaced,
            )
            for counted_on, site, quantity, source, release, serial, host, kept_by, is_replaced in cursor.fetchall()
        ]
