"""Who may see which case: the one predicate for list, detail, search, export, mail and API."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from tenure.accounts.words import Role, Who

NONE = "{}"
# acted: cases that the person opened for a customer that lets one of their resellers act for it now (B3, D3)
ACTED = """c.opened_by_id = %(seen_person)s AND EXISTS (
    SELECT FROM renewals_actingconsent k WHERE k.organisation_id = c.organisation_id
      AND k.reseller_id = ANY(%(seen_resellers)s::bigint[]) AND k.withdrawn_at IS NULL)"""
SEES_ALL = (Role.OWNER, Role.TECHNICAL, Role.VIEWER)


@dataclass(frozen=True, slots=True)
class Sight:
    """A condition on `cases_case c`, with its named parameters; `internal`: notes and inner events are seen too."""

    sql: str
    params: dict[str, Any] = field(default_factory=dict)
    internal: bool = False


def visible_cases(who: Who | None) -> Sight:
    """The vendor's people see all; owners, technical contacts and viewers all of their organisation's; a purchasing
    contact its customer-care cases; whoever opened a case sees it while they belong to its organisation.

    A reseller sees none of a customer's but those that they opened themselves, while they may act for it.
    who: None is a command run by the operator.  Source: B3, D8, D9, D16.
    """
    if who is None or who.is_staff:
        return Sight("TRUE", {}, internal=True)
    if who.person_id is None:
        return Sight("FALSE")
    whole, buys, sells = _organisations(who.roles)
    sides = ["c.organisation_id IS NULL AND c.opened_by_id = %(seen_person)s"]
    if whole != NONE:
        sides.append("c.organisation_id = ANY(%(seen_whole)s::bigint[])")
    if buys != NONE:
        own = "(c.kind = 'care' OR c.opened_by_id = %(seen_person)s)"
        sides.append(f"c.organisation_id = ANY(%(seen_care)s::bigint[]) AND {own}")
    if sells != NONE:
        sides.append("c.organisation_id = ANY(%(seen_own)s::bigint[]) AND c.opened_by_id = %(seen_person)s")
    if who.reseller_ids:
        sides.append(ACTED)
    params: dict[str, Any] = {"seen_person": who.person_id, "seen_whole": whole, "seen_care": buys, "seen_own": sells}
    params["seen_resellers"] = _array(set(who.reseller_ids))
    return Sight("(" + " OR ".join(f"({side})" for side in sides) + ")", params)


@lru_cache(maxsize=1024)
def _organisations(roles: frozenset[tuple[int, Role]]) -> tuple[str, str, str]:
    """Whose cases are seen whole, whose customer care alone, and whose are one's own alone: arrays for PostgreSQL."""
    whole = {organisation for organisation, role in roles if role in SEES_ALL}
    buys = {organisation for organisation, role in roles if role is Role.PURCHASING} - whole
    sells = {organisation for organisation, role in roles if role is Role.RESELLER} - whole - buys
    return _array(whole), _array(buys), _array(sells)


def _array(ids: set[int]) -> str:
    return f"{{{','.join(map(str, sorted(ids)))}}}"


def may_write(who: Who, *, organisation_id: int | None, opened_by: int | None, is_technical: bool) -> bool:
    """Whether a customer's person may write to, close or open again a case they see: its opener, the owner, and for
    technical cases the technical contacts.  Source: D2, D8.
    """
    if who.person_id is not None and who.person_id == opened_by:
        return True
    if organisation_id is None:
        return False
    roles = (Role.OWNER, Role.TECHNICAL) if is_technical else (Role.OWNER, Role.PURCHASING)
    return who.holds(organisation_id, *roles)
