"""The price lists of a day: one statement, whatever is asked for."""

from collections.abc import Iterable
from datetime import date

from django.db import connection

from tenure.renewals.words import Price, PriceBook

# price_book: of each product, level and currency the edition that is valid on the day and began last (A13)
PRICE_BOOK = """
SELECT currency, slug, level, band_from, unit_list_price, unit_maintenance_per_year, valid_from
FROM (
    SELECT n.*, p.slug, max(n.valid_from) OVER (PARTITION BY n.product_id, n.level, n.currency) AS edition
    FROM renewals_price n JOIN catalog_product p ON p.id = n.product_id
    WHERE p.slug = ANY(%(products)s) AND n.valid_from <= %(on)s AND (n.valid_to IS NULL OR n.valid_to > %(on)s)
) valid
WHERE valid_from = edition
ORDER BY currency, slug, level, band_from
"""


def price_books(*, products: Iterable[str], on: date) -> dict[str, PriceBook]:
    """The lists that hold on a day, by currency, as far as they name the products (slugs).  Source: A13."""
    books: dict[str, dict[tuple[str, str], tuple[Price, ...]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(PRICE_BOOK, {"products": sorted(set(products)), "on": on})
        for currency, slug, level, band, list_price, per_year, valid_from in cursor.fetchall():
            row = Price(
                band_from=band, unit_list_price=list_price, unit_maintenance_per_year=per_year, valid_from=valid_from
            )
            book = books.setdefault(currency, {})
            book[slug, level] = (*book.get((slug, level), ()), row)
    return dict(books)
