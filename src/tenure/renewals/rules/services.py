"""Services beside a renewal: what they cost, and for what they are sold.  Pure."""

from collections.abc import Mapping, Set
from fractions import Fraction

from tenure.policy.words import Policy, Service
from tenure.renewals.rules.money import rounded
from tenure.renewals.words import RenewalRefusal, ServiceLine
from tenure.toolbox.refused import Refused


def service_lines(
    *, services: Mapping[str, int], kinds: Set[str], policy: Policy, currency: str
) -> tuple[ServiceLine, ...]:  # fmt: skip
    """What the services cost, each line rounded once.  A programme takes nothing off them, nor do several years.

    services: units by the policy's key.  kinds: of the products that are quoted; sold for one of them is enough.
    Raises Refused: SERVICE_UNKNOWN, SERVICE_NOT_SOLD, SERVICE_NO_PRICE, SERVICE_OUT_OF_RANGE.  Source: B10; ours.
    """
    return tuple(_line(key, quantity, kinds, policy, currency) for key, quantity in services.items())


def offered(*, policy: Policy, kinds: Set[str], currency: str) -> tuple[Service, ...]:
    """The services that can be had beside products of these kinds, with a price in the currency.  Source: B10."""
    return tuple(
        each for each in policy.services.values() if kinds & set(each.sold_for) and currency in each.prices
    )  # fmt: skip


def _line(key: str, quantity: int, kinds: Set[str], policy: Policy, currency: str) -> ServiceLine:
    service = policy.services.get(key)
    if service is None:
        raise Refused(RenewalRefusal.SERVICE_UNKNOWN, service=key)
    if not kinds & set(service.sold_for):
        raise Refused(RenewalRefusal.SERVICE_NOT_SOLD, service=key, name=service.name, kinds=sorted(kinds))
    if not 1 <= quantity <= service.most:
        raise Refused(
            RenewalRefusal.SERVICE_OUT_OF_RANGE, service=key, name=service.name, quantity=quantity, most=service.most
        )
    price = service.prices.get(currency)
    if price is None:
        raise Refused(RenewalRefusal.SERVICE_NO_PRICE, service=key, name=service.name, currency=currency)
    return ServiceLine(
        service=key, name=service.name, unit=service.unit, quantity=quantity, unit_price=price,
        amount=rounded(Fraction(price) * quantity, currency),
    )  # fmt: skip
