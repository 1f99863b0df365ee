"""A quote for assets that are held: their rows, the list of the day, and the arithmetic of the rules."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from babel.numbers import list_currencies

from tenure.accounts.words import Who
from tenure.policy.queries import policy_on_or_first
from tenure.policy.words import Policy
from tenure.renewals.queries.holdings import HeldRow, holdings_of
from tenure.renewals.queries.prices import price_books
from tenure.renewals.rules import cost_of_waiting, quote
from tenure.renewals.words import (
    Buyer,
    Holding,
    Note,
    NoteCode,
    PriceBook,
    Quote,
    RenewalRefusal,
    Waiting,
    Wish,
)
from tenure.toolbox.refused import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """A quote, whose it is, and what waiting costs."""

    quote: Quote
    customer: str
    waiting: tuple[Waiting, ...]


def quote_for(
    *, who: Who | None, serials: Sequence[str], wish: Wish, currency: str = "", programme: str = "",
    policy: Policy | None = None,
) -> Priced:  # fmt: skip
    """What renewing the serial numbers costs on the order day.  Three queries, however many there are.

    who: None is a command.  currency: of the list; "": the one of the customer's region by the policy, or the only one
    that prices the products.  programme: asks as if the customer were in it; "": their own on the order day, as long as
    the policy has it.  policy: another than that of the order day.
    Raises Refused: UNKNOWN_SERIAL also for somebody else's, SEVERAL_CUSTOMERS, CURRENCY_UNKNOWN, PROGRAMME_UNKNOWN,
    NO_PRICE, and what the rules refuse.  Source: B3, B11.
    """
    held = holdings_of(who=who, serials=serials, on=wish.on)
    found = {row.holding.serial for row in held}
    for serial in serials:
        if serial.strip().upper() not in found:
            raise Refused(RenewalRefusal.UNKNOWN_SERIAL, serial=serial)
    if len({row.organisation_id for row in held}) > 1:
        raise Refused(RenewalRefusal.SEVERAL_CUSTOMERS, customers=sorted({row.organisation for row in held}))
    rules = policy or policy_on_or_first(wish.on).policy
    holdings = [row.holding for row in held]
    key = programme_for(held[0], rules, programme)
    region = rules.region_of(country=held[0].country).key
    books = price_books(products=[each.product for each in holdings], on=wish.on, region=region, programme=key)
    chosen, notes = currency_for(held, holdings, wish, rules, books, currency.strip().upper())
    asked = {
        "holdings": holdings, "wish": wish, "policy": rules, "book": books.get(chosen, {}), "currency": chosen,
        "buyer": Buyer(country=held[0].country, tax_identifier=held[0].tax_identifier, programme=key),
    }  # fmt: skip
    made = quote(**asked)  # type: ignore[arg-type]  # one set of arguments for both
    return Priced(
        quote=replace(made, notes=notes), customer=held[0].organisation, waiting=cost_of_waiting(**asked)  # type: ignore[arg-type]
    )  # fmt: skip


def programme_for(row: HeldRow, policy: Policy, asked: str) -> str:
    """Whose conditions hold: as asked, or the customer's own where the policy still has them."""
    if asked and asked not in policy.programmes:
        raise Refused(RenewalRefusal.PROGRAMME_UNKNOWN, programme=asked)
    return asked or (row.programme if row.programme in policy.programmes else "")


def currency_for(
    held: Sequence[HeldRow], holdings: Sequence[Holding], wish: Wish, policy: Policy, books: dict[str, PriceBook],
    asked: str,
) -> tuple[str, tuple[Note, ...]]:  # fmt: skip
    """The currency whose list prices them, and a note where it is not the usual one of the customer's region."""
    if asked:
        if asked not in list_currencies():
            raise Refused(RenewalRefusal.CURRENCY_UNKNOWN, currency=asked)
        return asked, ()
    own = policy.prices.currencies[policy.region_of(country=held[0].country).key]
    needed = {(each.product, wish.level or each.level) for each in holdings}
    priced = [currency for currency, book in books.items() if needed <= set(book)]
    if own in priced or len(priced) != 1:
        return own, ()
    return priced[0], (Note(code=NoteCode.OTHER_CURRENCY, facts={"currency": priced[0], "usual": own}),)
