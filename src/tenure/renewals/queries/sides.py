"""Who may see which quote, and whose price they are shown: one predicate for list, detail, search, export, mail, PDF.

A customer is shown the list price, the reseller its own, the vendor's people both; nobody's row holds another's.
"""

from dataclasses import dataclass, field
from typing import Any

from tenure.accounts.words import Role, StaffRole, Who
from tenure.renewals.words import QuoteSide

READ = (Role.OWNER, Role.PURCHASING, Role.VIEWER)
DECIDE = (Role.OWNER, Role.PURCHASING)
SELLERS = frozenset({StaffRole.RENEWALS, StaffRole.MANAGER, StaffRole.OPERATOR})
LOOKERS = SELLERS | {StaffRole.CARE_AGENT}


@dataclass(frozen=True, slots=True)
class QuoteSight:
    """A condition on `renewals_quote q`, the SQL that says the reader's side of it, and their named parameters."""

    sql: str
    side: str
    params: dict[str, Any] = field(default_factory=dict)


NOTHING = QuoteSight("FALSE", "'customer'")


def visible_quotes(who: Who) -> QuoteSight:
    """The vendor's renewals people and customer care see all; a reseller those that go through it; owners, purchasing
    contacts and viewers their organisation's, once it was sent.  Technical contacts see no prices.  Source: B3; ours.
    """
    if who.staff & LOOKERS:
        return QuoteSight("TRUE", "'vendor'")
    buys, sells = _array({each for each, role in who.roles if role in READ}), _array(set(who.reseller_ids))
    if buys == sells == "{}":
        return NOTHING
    reseller = "COALESCE(q.reseller_id = ANY(%(quote_sells)s::bigint[]), FALSE)"
    customer = "q.organisation_id = ANY(%(quote_buys)s::bigint[]) AND q.sent_at IS NOT NULL"
    return QuoteSight(
        f"({reseller} OR ({customer}))", f"CASE WHEN {reseller} THEN 'reseller' ELSE 'customer' END",
        {"quote_sells": sells, "quote_buys": buys},
    )  # fmt: skip


def side_of(*, who: Who, organisation_id: int, reseller_id: int | None) -> QuoteSide | None:
    """From which side the person would prepare or change a quote; None: they may not.  Source: B3."""
    if who.staff & SELLERS:
        return QuoteSide.VENDOR
    if reseller_id is not None and reseller_id in who.reseller_ids:
        return QuoteSide.RESELLER
    return QuoteSide.CUSTOMER if who.holds(organisation_id, *DECIDE) else None


def may_sell(who: Who) -> bool:
    """Whether the person is one of the vendor's who prepare and order for any customer."""
    return bool(who.staff & SELLERS)


def may_prepare(who: Who) -> bool:
    """Whether the person may prepare a quote for anybody at all."""
    return may_sell(who) or bool(who.reseller_ids) or any(role in DECIDE for _, role in who.roles)


def prices_renewals(*, who: Who, organisation_id: int) -> bool:
    """Whether the person may price the renewal of a customer's licences that they see.  Source: B3."""
    return may_sell(who) or bool(who.reseller_ids) or who.holds(organisation_id, *DECIDE)


def _array(ids: set[int]) -> str:
    return f"{{{','.join(map(str, sorted(ids)))}}}"
