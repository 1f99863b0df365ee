"""Who may see which position: the one predicate for list, detail, history and export."""

from dataclasses import dataclass

from tenure.accounts.words import Who


@dataclass(frozen=True, slots=True)
class Sight:
    """scope: the customers among whom to look, as a statement, or "" for all.  seen: a condition on `position p`."""

    scope: str
    seen: str
    params: dict[str, str]


def visible_positions(who: Who | None) -> Sight:
    """The vendor's people see all, customers their own; resellers those of which they sold every licence.

    A reseller learns nothing of what another one sold: where a customer has licences of a product from elsewhere, the
    position is the customer's alone.  who: None is a command.  Source: A9; the reseller's part is ours.
    """
    if who is None or who.is_staff:
        return Sight("", "TRUE", {"resellers": "{}"})
    params = {"organisations": _array(who.organisation_ids), "resellers": _array(who.reseller_ids)}
    scope = "SELECT unnest(%(organisations)s::bigint[]) AS id"
    seen = "p.organisation_id = ANY(%(organisations)s::bigint[])"
    if who.reseller_ids:
        scope += (
            " UNION SELECT organisation_id FROM entitlements_asset WHERE reseller_id = ANY(%(resellers)s::bigint[])"
        )
        seen = f"({seen} OR p.sold_by_reader)"
    return Sight(scope, seen, params)


def _array(ids: list[int]) -> str:
    return f"{{{','.join(map(str, ids))}}}"
