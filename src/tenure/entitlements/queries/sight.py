"""Who may see which asset: the one predicate for list, detail, search, export, decision and API."""

from dataclasses import dataclass

from tenure.accounts.words import Who


@dataclass(frozen=True, slots=True)
class Side:
    """One way to what a reader sees: the rows of `source`, and the condition that ties an asset `a` to one of them."""

    source: str
    condition: str


@dataclass(frozen=True, slots=True)
class Sight:
    """A condition on `entitlements_asset a`, with its named parameters; and the same, a side at a time."""

    sql: str
    params: dict[str, int | str]
    sides: tuple[Side, ...]

    def walk(self, select: str) -> str:
        """`select`, a statement over `entitlements_asset a` with {side} as its condition, walked along an index.

        Each organisation is a walk of its own, so that an ORDER BY and LIMIT inside `select` read a few rows of each,
        whether it owns one asset or all: planned as one condition, a small customer would be looked for among all.
        """
        walks = [
            f"SELECT found.* FROM {side.source} CROSS JOIN LATERAL ({select.format(side=side.condition)}) found"  # noqa: S608
            for side in self.sides
        ]
        return " UNION ".join(walks)


EVERYTHING = Sight("TRUE", {}, (Side("(VALUES (1)) AS seen(id)", "TRUE"),))
NOTHING = Sight("FALSE", {}, (Side("(VALUES (1)) AS seen(id)", "FALSE"),))


def visible_assets(who: Who | None) -> Sight:
    """The vendor's people see all, customers their organisations' assets, resellers those sold through them.

    who: None is a command run by the operator, which sees all.  Source: A8, D16.
    """
    if who is None or who.is_staff:
        return EVERYTHING
    conditions: list[str] = []
    sides: list[Side] = []
    params: dict[str, int | str] = {}
    for column, name, ids in (
        ("a.organisation_id", "seen_organisations", who.organisation_ids),
        ("a.reseller_id", "seen_resellers", who.reseller_ids),
    ):
        if ids:
            conditions.append(f"{column} = ANY(%({name})s::bigint[])")
            sides.append(_side(column, name, len(ids)))
            params |= {name: _array(ids), **{f"{name}_{place}": ident for place, ident in enumerate(ids)}}
    return Sight(f"({' OR '.join(conditions)})", params, tuple(sides)) if sides else NOTHING


def _array(ids: list[int]) -> str:
    """The ids as PostgreSQL reads an array: for hundreds of them a text is much cheaper to send than a list."""
    return f"{{{','.join(map(str, ids))}}}"


def _side(column: str, name: str, count: int) -> Side:
    """A row for each organisation, and not one array of them: so a prepared plan knows how many there are."""
    rows = ", ".join(f"(%({name}_{place})s::bigint)" for place in range(count))
    return Side(f"(VALUES {rows}) AS seen(id)", f"{column} = seen.id")
