"""What is worth knowing before a move: sites that are made, registrations that end, seats, claims, papers."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from tenure.entitlements.models import Certificate, Claim, ContactSeat
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.words import MoveKind
from tenure.entitlements.words.moving import MoveRemark, Plan, Remark

# left: the levels and regions that the terms of a customer's other assets still keep alive on the day where they are
LEFT = """
SELECT DISTINCT g.level, g.region FROM entitlements_term t JOIN entitlements_agreement g ON g.id = t.agreement_id
JOIN entitlements_asset a ON a.id = t.asset_id
WHERE g.organisation_id = %(customer)s AND upper_inf(t.known) AND NOT a.id = ANY(%(assets)s)
  AND upper(t.covers) > (%(at)s::timestamptz AT TIME ZONE a.zone)::date
"""


def remarks_on(plan: Plan, at: datetime) -> tuple[Remark, ...]:
    """What this room knows; rooms above are asked elsewhere.  Source: A8; ours."""
    here = (_sites(plan), _registrations(plan), _resellers(plan), _claims(plan), _papers(plan), _seats(plan, at))
    return tuple(remark for remarks in here for remark in remarks)


def changes_hands(plan: Plan) -> bool:
    """Whether something goes to another customer, and not to another account of the same firm."""
    return plan.source != plan.target and plan.wish.kind is not MoveKind.MERGE


def _sites(plan: Plan) -> Iterator[Remark]:
    for site in plan.new_sites:
        yield Remark(code=MoveRemark.SITE_ADDED, facts={"site": site.name})


def _registrations(plan: Plan) -> Iterator[Remark]:
    if changes_hands(plan) and plan.wish.kind is MoveKind.TRANSFER:
        for card in plan.cards.values():
            if card.registered:
                yield Remark(code=MoveRemark.REGISTRATION_ENDS, facts={"serial": card.serial})


def _resellers(plan: Plan) -> Iterator[Remark]:
    if plan.source != plan.target:
        for name in sorted({card.reseller for card in plan.cards.values() if card.reseller}):
            yield Remark(code=MoveRemark.RESELLER_STAYS, facts={"reseller": name})


def _claims(plan: Plan) -> Iterator[Remark]:
    waiting = Claim.objects.filter(asset_id__in=list(plan.cards), answered_at=None).order_by("id")
    for number, serial in waiting.values_list("id", "serial"):
        yield Remark(code=MoveRemark.CLAIM_OPEN, facts={"claim": number, "serial": serial})


def _papers(plan: Plan) -> Iterator[Remark]:
    if plan.wish.kind is MoveKind.MERGE:
        count = Certificate.objects.filter(organisation_id=plan.source).count()
        yield Remark(code=MoveRemark.CERTIFICATES_FOLLOW, facts={"count": count})
    if plan.wish.kind is MoveKind.JOIN:
        kept = plan.cards[plan.assets[0].asset].certificate
        for card in plan.cards.values():
            if card.certificate != kept:
                yield Remark(
                    code=MoveRemark.CERTIFICATE_EMPTY, facts={"certificate": card.certificate, "serial": card.serial}
                )


def _seats(plan: Plan, at: datetime) -> Iterator[Remark]:
    if plan.source == plan.target:
        return
    seats = _seated((plan.source, plan.target))
    if plan.wish.kind is MoveKind.MERGE:
        yield from _following(plan, seats, at)
        return
    going = {(bond.level, bond.region) for bond in _bonds(plan.assets, before=True, customer=plan.source)}
    with connection.cursor() as cursor:
        cursor.execute(LEFT, {"customer": plan.source, "assets": _leaving(plan), "at": at})
        left = set(cursor.fetchall())
    for level, region in sorted(going - left):
        held = seats.get((plan.source, level, region), [])
        if held:
            facts = {"level": _level(level, at), "region": region, "count": len(held)}
            yield Remark(code=MoveRemark.SEATS_WITHOUT_COVER, facts=facts)
    for bond in sorted(_bonds(plan.assets, before=False, customer=plan.target)):
        if not seats.get((plan.target, bond.level, bond.region)):
            yield Remark(code=MoveRemark.NO_SEAT_THERE, facts={"level": _level(bond.level, at), "region": bond.region})


def _following(plan: Plan, seats: Mapping[tuple[int, str, str], list[Any]], at: datetime) -> Iterator[Remark]:
    """What becomes of the seats of a customer that a merge empties: they follow, and none is taken away."""
    levels = version_on(at.date()).policy.levels
    for (customer, level, region), going in sorted(seats.items(), key=lambda each: each[0]):
        if customer != plan.source:
            continue
        there = seats.get((plan.target, level, region), [])
        held = {seat.contact.email.lower() for seat in there}
        both = [seat for seat in going if seat.contact.email.lower() in held]
        facts = {"level": _level(level, at), "region": region, "count": len(going) - len(both)}
        yield Remark(code=MoveRemark.SEATS_FOLLOW, facts=facts)
        for seat in both:
            yield Remark(
                code=MoveRemark.SEAT_ENDS, facts={"identifier": seat.identifier, "name": seat.contact.name}
            )  # fmt: skip
        taken = len(there) + len(going) - len(both)
        if level in levels and taken > levels[level].contacts:
            facts = {"level": _level(level, at), "region": region, "taken": taken, "allowed": levels[level].contacts}
            yield Remark(code=MoveRemark.SEATS_OVER, facts=facts)


def _seated(customers: Iterable[int]) -> dict[tuple[int, str, str], list[ContactSeat]]:
    found: dict[tuple[int, str, str], list[ContactSeat]] = {}
    held = ContactSeat.objects.filter(agreement__organisation_id__in=list(customers), ended_at=None)
    for seat in held.select_related("agreement", "contact").order_by("id"):
        place = (seat.agreement.organisation_id, seat.agreement.level, seat.agreement.region)
        found.setdefault(place, []).append(seat)
    return found


def _leaving(plan: Plan) -> list[int]:
    """The assets of which nothing stays with the customer."""
    return [each.asset for each in plan.assets if not each.after or each.after.organisation != plan.source]


def _bonds(assets: Any, *, before: bool, customer: int) -> set[Any]:
    sides = [each.before if before else each.after for each in assets]
    bonds = {term.bond for held in sides if held for term in held.terms if term.bond}
    return {bond for bond in bonds if bond.organisation == customer}


def _level(key: str, at: datetime) -> str:
    levels = version_on(at.date()).policy.levels
    return levels[key].name if key in levels else key
