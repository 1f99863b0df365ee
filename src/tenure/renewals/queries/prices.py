"""The price lists of a day: one statement, whatever is asked for."""

from collections.abc import Iterable
from datetime import date

from django.db import connection

from tenure.renewals.words import Price, PriceBook

# price_book: of each product, level and currency the edition that is valid on the day and began last, of the
# programme's list, else the region's, else the general one (A13, B11)
PRICE_BOOK = """
SELECT currency, slug, level, band_from, unit_list_price, unit_maintenance_per_year, valid_from
FROM (
    SELECT n.*, p.slug, rank() OVER (
               PARTITION BY n.product_id, n.level, n.currency
               ORDER BY n.programme <> '' DESC, n.region <> '' DESC, n.valid_from DESC) AS place
    FROM renewals_price n JOIN catalog_product p ON p.id = n.product_id
    WHERE p.slug = ANY(%(products)s) AND n.valid_from <= %(on)s AND (n.valid_to IS NULL OR n.valid_to > %(on)s)
      AND n.region IN ('', %(region)s) AND n.programme IN ('', %(programme)s)
) valid
WHERE place = 1
ORDER BY currency, slug, level, band_from
"""


def price_books(
    *, products: Iterable[str], on: date, region: str = "", programme: str = ""
) -> dict[str, PriceBook]:  # fmt: skip
    """The lists that hold on a day, by currency, as far as they name the products (slugs).

    region, programme: whose special lists hold before the general one; "": none.  Source: A13, B11.
    """
    books: dict[str, dict[tuple[str, str], tuple[Price, ...]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(PRICE_BOOK, {
            "products": sorted(set(products)), "on": on, "region": region, "programme": programme,
        })  # fmt: skip
        for currency, slug, level, band, list_price, per_year, valid_from in cursor.fetchall():
            row = Price(
                band_from=band, unit_list_price=list_price, unit_maintenance_per_year=per_year, valid_from=valid_from
            )
            book = books.setdefault(currency, {})
            book[slug, level] = (*book.get((slug, level), ()), row)
    return dict(books)
