"""Prices of many renewals at once: the lists are read once, and every quote is the rules' own."""

from collections.abc import Sequence
from datetime import date

from tenure.catalog.models import Product
from tenure.policy.words import Policy
from tenure.renewals.queries.holdings import HeldRow
from tenure.renewals.queries.prices import price_books
from tenure.renewals.queries.quotes import currency_for, programme_for
from tenure.renewals.rules import quote
from tenure.renewals.words import Buyer, PriceBook, Quote, Wish


class PriceDesk:
    """The price lists of one day, for whoever prices thousands of renewals by `policy` after `policy`.

    The list of that day holds throughout, whatever the order day of a wish; one statement for each region and
    programme that is met.  Source: A13, B3, B11.
    """

    def __init__(self, *, on: date) -> None:
        self._on = on
        self._slugs = list(Product.objects.values_list("slug", flat=True))
        self._books: dict[tuple[str, str], dict[str, PriceBook]] = {}

    def quoted(self, *, held: Sequence[HeldRow], wish: Wish, policy: Policy, currency: str = "") -> Quote:
        """As `quote_for`, without what waiting costs.  held: of one customer.  Raises Refused as the rules do."""
        programme = programme_for(held[0], policy, "")
        region = policy.region_of(country=held[0].country).key
        if (region, programme) not in self._books:
            self._books[region, programme] = price_books(
                products=self._slugs, on=self._on, region=region, programme=programme
            )
        books, holdings = self._books[region, programme], [row.holding for row in held]
        chosen, _ = currency_for(held, holdings, wish, policy, books, currency)
        buyer = Buyer(country=held[0].country, tax_identifier=held[0].tax_identifier, programme=programme)
        return quote(
            holdings=holdings, wish=wish, policy=policy, book=books.get(chosen, {}), currency=chosen, buyer=buyer
        )
