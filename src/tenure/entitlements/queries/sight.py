"""Who may see which asset: the one predicate for list, detail, search, export, decision and API."""

from dataclasses import dataclass

from tenure.accounts.words import Who


@dataclass(frozen=True, slots=True)
class Sight:
    """A condition on `entitlements_asset a`, with its named parameters."""

    sql: str
    params: dict[str, list[int]]


def visible_assets(who: Who | None) -> Sight:
    """The vendor's people see all, customers their organisations' assets, resellers those sold through them.

    who: None is a command run by the operator, which sees all.  Source: A8, D16.
    """
    if who is None or who.is_staff:
        return Sight("TRUE", {})
    sides = []
    if who.organisation_ids:
        sides.append("a.organisation_id = ANY(%(seen_organisations)s)")
    if who.reseller_ids:
        sides.append("a.reseller_id = ANY(%(seen_resellers)s)")
    params = {"seen_organisations": who.organisation_ids, "seen_resellers": who.reseller_ids}
    return Sight(f"({' OR '.join(sides)})" if sides else "FALSE", params)
