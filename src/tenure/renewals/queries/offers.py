"""What can be had beside the renewal of a customer's licences, in the price of who prepares the quote."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from tenure.accounts.words import Who
from tenure.entitlements.queries.sight import visible_assets
from tenure.policy.words import Policy
from tenure.renewals.queries.sides import DECIDE, may_sell
from tenure.renewals.rules.services import offered
from tenure.renewals.rules.standing import partner_amount

# kinds: of the products that a customer holds, as far as the reader sees them, or of some serial numbers alone
KINDS = """
SELECT o.id, o.country, array_agg(DISTINCT p.kind)
FROM accounts_organisation o
JOIN entitlements_asset a ON a.organisation_id = o.id AND a.quantity > 0
JOIN catalog_product p ON p.id = a.product_id
WHERE o.number = %(customer)s AND (%(serials)s::text[] IS NULL OR a.serial_number = ANY(%(serials)s::text[])) AND {seen}
GROUP BY o.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A service that may be added.  price: of one unit, net, what the reader pays.  Source: B10."""

    key: str
    name: str
    description: str
    unit: str
    most: int
    price: Decimal
    currency: str


def offers(
    *, who: Who, customer: str, policy: Policy, serials: Sequence[str] | None = None
) -> tuple[Offer, ...]:  # fmt: skip
    """The services for a customer's licences in the currency of its region; a reseller's at its own price.

    serials: those that the customer told a reseller of, which it then need not see.  One query.  Source: B10; ours.
    """
    seen = visible_assets(None if serials is not None else who)
    values = {"customer": customer[:60].replace("\0", ""), "serials": None if serials is None else list(serials)}
    with connection.cursor() as cursor:
        cursor.execute(KINDS.format(seen=seen.sql), {**values, **seen.params})
        row = cursor.fetchone()
    if row is None:
        return ()
    organisation, country, kinds = row
    currency = policy.prices.currencies[policy.region_of(country=country).key]
    lists = may_sell(who) or who.holds(organisation, *DECIDE)
    return tuple(
        Offer(
            key=each.key, name=each.name, description=each.description, unit=each.unit, most=each.most,
            currency=currency, price=each.prices[currency] if lists
            else partner_amount(each.prices[currency], policy.prices.partner_percent, currency),
        )
        for each in offered(policy=policy, kinds=set(kinds), currency=currency)
    )  # fmt: skip
