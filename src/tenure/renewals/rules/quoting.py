"""The quote: assets, a level, a term or a common end, and an order day, to lines that show each step.  Pure."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from tenure.policy.words import Policy, TaxKind
from tenure.renewals.rules.drafting import drafted
from tenure.renewals.rules.fees import HUNDRED
from tenure.renewals.rules.money import rounded
from tenure.renewals.rules.services import service_lines
from tenure.renewals.words import Buyer, Holding, PriceBook, Quote, ServiceLine, Tax, Wish


def quote(
    *, holdings: Sequence[Holding], wish: Wish, policy: Policy, book: PriceBook, currency: str, buyer: Buyer
) -> Quote:
    """What renewing the assets costs when it is ordered on `wish.on`.

    Each line begins where its own cover ends; with several assets all end on one day, counted from the latest, and an
    asset that ends on that day already is left out.  A level that differs, with the asset's own end as the common end,
    is a change from the order day on.  The extension of an old release stands after the line that it goes with.
    book: one currency's list, of the order day.  buyer.programme: one that the policy has, or "".
    Raises Refused with a code of `RenewalRefusal`.  Source: A11, B3, B9, B10, B11.
    """
    drafts, left_out, pricing = drafted(
        holdings=holdings, wish=wish, policy=policy, book=book, currency=currency, buyer=buyer
    )
    lines = tuple(draft.line(currency) for draft in drafts)
    services = services_of(holdings=holdings, wish=wish, policy=policy, currency=currency)
    total = _added([line.amount for line in lines], services)
    return Quote(
        on=wish.on, currency=currency, policy=policy.edition, lines=lines, left_out=left_out, total=total,
        tax=tax_on(total=total, policy=policy, buyer=buyer, currency=currency), services=services,
        programme=pricing.programme.key if pricing.programme else "",
    )  # fmt: skip


def total_of(
    *, holdings: Sequence[Holding], wish: Wish, policy: Policy, book: PriceBook, currency: str, buyer: Buyer
) -> Decimal:
    """The total of `quote`, without its lines.  Raises Refused as it does.  Source: ours."""
    drafts, _, _ = drafted(holdings=holdings, wish=wish, policy=policy, book=book, currency=currency, buyer=buyer)
    services = services_of(holdings=holdings, wish=wish, policy=policy, currency=currency)
    return _added([draft.amount(currency) for draft in drafts], services)


def services_of(*, holdings: Sequence[Holding], wish: Wish, policy: Policy, currency: str) -> tuple[ServiceLine, ...]:
    """The services that are wished beside the assets.  Raises Refused as `service_lines`.  Source: B10."""
    kinds = {each.kind for each in holdings}
    return service_lines(services=wish.services, kinds=kinds, policy=policy, currency=currency)


def _added(amounts: Sequence[Decimal], services: Sequence[ServiceLine]) -> Decimal:
    return sum([*amounts, *(service.amount for service in services)], Decimal(0))


def tax_on(*, total: Decimal, policy: Policy, buyer: Buyer, currency: str) -> Tax:
    """What is added to a net total for a buyer.  Source: ours."""
    rule = policy.tax_of(country=buyer.country)
    reverse = rule.rule is TaxKind.REVERSE_CHARGE and bool(buyer.tax_identifier)
    percent = Decimal(0) if reverse else rule.percent
    kind = rule.rule if reverse or rule.rule is not TaxKind.REVERSE_CHARGE else TaxKind.RATE
    return Tax(
        rule=kind.value, percent=percent, amount=rounded(Fraction(total) * Fraction(percent) / HUNDRED, currency)
    )
