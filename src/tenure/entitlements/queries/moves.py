"""What a move would do: worked out from what stands, shown line by line, and done from the very same plan."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import connection

from tenure.accounts.models import Membership, Organisation, Site
from tenure.accounts.words import LINKERS, OrganisationKind, Who
from tenure.entitlements.models import Asset
from tenure.entitlements.queries.guards import remarks_of
from tenure.entitlements.queries.holdings import Owned, owned
from tenure.entitlements.queries.move_remarks import remarks_on
from tenure.entitlements.rules import moving as rules
from tenure.entitlements.words import MoveKind
from tenure.entitlements.words.moving import (
    MOST_MOVED,
    Holding,
    MovedAsset,
    MoveRefusal,
    Moving,
    NewSite,
    PersonToAsk,
    Place,
    Plan,
    Preview,
    PreviewLine,
    Side,
    Wish,
)
from tenure.toolbox.refused import Refused

# courtesies: those of the assets that run on the day where they are, or later (A12)
COURTESIES = """
SELECT a.serial_number FROM entitlements_asset a JOIN entitlements_term t ON t.asset_id = a.id
WHERE a.id = ANY(%(assets)s) AND t.family = 5 AND upper_inf(t.known)
  AND upper(t.covers) > (%(at)s::timestamptz AT TIME ZONE a.zone)::date ORDER BY 1 LIMIT 1
"""


def preview(*, who: Who, wish: Wish, at: datetime) -> Preview:
    """What the move would do, with what to know about it.  A number of queries that no asset adds to.

    Raises Refused: NOT_FOUND for anybody who is not care agent or operator, and all that the plan is refused for.
    Source: A8.
    """
    return as_preview(plan_of(who=who, wish=wish, at=at))


def plan_of(*, who: Who, wish: Wish, at: datetime) -> Plan:
    """The plan of a move as everything stands.  Raises Refused: see `preview`."""
    if not who.staff & LINKERS:
        raise Refused(MoveRefusal.NOT_FOUND)
    found = [each for each in _chosen(wish) if each.held is not None]
    _refuse_unfit(wish, found, at)
    source = found[0].moved.before
    assert source is not None  # noqa: S101  (those that are gone were left out)
    target = _target(wish, source.organisation)
    places, new_sites = _places(wish, found, target)
    assets = _planned(wish, found, places)
    plan = Plan(
        wish=wish, assets=assets, cards={each.card.id: each.card for each in found}, new_sites=new_sites,
        source=source.organisation, target=target, people=(), remarks=(),
    )  # fmt: skip
    people = _people(plan.source, plan.target) if wish.kind is MoveKind.MERGE else ()
    above = remarks_of(Moving(kind=wish.kind, assets=tuple(_asked(plan, assets))))
    return replace(plan, people=people, remarks=(*remarks_on(plan, at), *above))


def as_preview(plan: Plan) -> Preview:
    """The plan in the words of a screen.  Two queries."""
    sides = _Sides(plan)
    lines = tuple(
        PreviewLine(card=plan.cards.get(each.asset), before=sides.of(each.before), after=sides.of(each.after))
        for each in plan.assets
    )
    return Preview(
        wish=plan.wish, lines=lines, remarks=plan.remarks, people=plan.people, digest=plan.digest,
        days_before=sum(rules.term_days(each.before) for each in plan.assets),
        days_after=sum(rules.term_days(each.after) for each in plan.assets),
    )  # fmt: skip


def serials_of(wish: Wish) -> list[int]:
    """The ids of the assets that a wish is about, for their locks."""
    return [each.card.id for each in _chosen(wish)]


def _chosen(wish: Wish) -> list[Owned]:
    """The assets, in the order of the wish.  Refused: NOT_FOUND, NOTHING_CHOSEN, TOO_MANY_ASSETS, NOTHING_OWNED."""
    if wish.kind is MoveKind.MERGE:
        emptied = _customer(wish.customer, MoveRefusal.NOT_FOUND)
        ids = list(
            Asset.objects.filter(organisation=emptied, quantity__gt=0)
            .order_by("id").values_list("id", flat=True)[: MOST_MOVED + 1]
        )  # fmt: skip
        if not ids:
            raise Refused(MoveRefusal.NOTHING_OWNED, customer=emptied.name)
    else:
        wanted = list(dict.fromkeys(each.replace("\0", "").strip().upper() for each in wish.serials if each.strip()))
        if not wanted:
            raise Refused(MoveRefusal.NOTHING_CHOSEN)
        held = dict(
            Asset.objects.filter(serial_number__in=wanted[: MOST_MOVED + 1], quantity__gt=0)
            .values_list("serial_number", "id")
        )  # fmt: skip
        missing = next((serial for serial in wanted[: MOST_MOVED + 1] if serial not in held), None)
        if missing is not None:
            raise Refused(MoveRefusal.NOT_FOUND, serial=missing)
        ids = [held[serial] for serial in wanted[: MOST_MOVED + 1]]
    if len(ids) > MOST_MOVED:
        raise Refused(MoveRefusal.TOO_MANY_ASSETS, most=MOST_MOVED)
    found = owned(ids)
    return [found[number] for number in ids]


def _refuse_unfit(wish: Wish, found: Sequence[Owned], at: datetime) -> None:
    if not found:
        raise Refused(MoveRefusal.NOTHING_CHOSEN)
    if wish.kind is MoveKind.SPLIT and len(found) != 1:
        raise Refused(MoveRefusal.NOTHING_CHOSEN)
    customers = {each.held.organisation for each in found if each.held}
    if len(customers) > 1 and wish.kind is not MoveKind.JOIN:
        raise Refused(MoveRefusal.SEVERAL_CUSTOMERS)
    with connection.cursor() as cursor:
        cursor.execute(COURTESIES, {"assets": [each.card.id for each in found], "at": at})
        runs = cursor.fetchone()
    if runs:
        raise Refused(MoveRefusal.COURTESY_RUNS, serial=runs[0])


def _target(wish: Wish, source: int) -> int:
    """The id of the customer that the assets go to; where the wish names none, whose they are."""
    if wish.kind is MoveKind.JOIN or not wish.to.strip():
        if wish.kind in {MoveKind.TRANSFER, MoveKind.MERGE}:
            raise Refused(MoveRefusal.TARGET_UNKNOWN, customer="")
        return source
    target = _customer(wish.to, MoveRefusal.TARGET_UNKNOWN)
    if target.kind != OrganisationKind.CUSTOMER:
        raise Refused(MoveRefusal.TARGET_NOT_CUSTOMER, customer=target.name)
    if wish.kind is MoveKind.MERGE and target.pk == source:
        raise Refused(MoveRefusal.SAME_CUSTOMER, customer=target.name)
    return int(target.pk)


def _customer(number: str, unknown: MoveRefusal) -> Organisation:
    asked = number.replace("\0", "").strip().upper()
    found = Organisation.objects.filter(number=asked).first()
    if found is None:
        raise Refused(unknown, customer=asked)
    return found


def _places(wish: Wish, found: Sequence[Owned], target: int) -> tuple[dict[int, Place], tuple[NewSite, ...]]:
    """Where what is at each site goes, by site; and the sites that are copied for it."""
    if wish.site is not None:
        site = Site.objects.filter(pk=wish.site, organisation_id=target).first() if wish.site < 2**63 else None
        if site is None:
            raise Refused(MoveRefusal.SITE_UNKNOWN)
        place = Place(organisation=target, site=site.pk, region=site.region)
        return {each.held.site: place for each in found if each.held}, ()
    sources = Site.objects.filter(pk__in={each.held.site for each in found if each.held}).select_related("organisation")
    there = {site.name.lower(): site for site in Site.objects.filter(organisation_id=target)}
    places, made = {}, []
    for site in sources.order_by("id"):
        if site.organisation_id == target:
            places[site.pk] = Place(organisation=target, site=site.pk, region=site.region)
            continue
        same = there.get(site.name.lower())
        if same and (same.country, same.zone, same.region) == (site.country, site.zone, site.region):
            places[site.pk] = Place(organisation=target, site=same.pk, region=same.region)
            continue
        name = f"{site.name} ({site.organisation.number})" if same else site.name
        again = there.get(name.lower())
        if again:
            places[site.pk] = Place(organisation=target, site=again.pk, region=again.region)
            continue
        made.append(NewSite(id=-site.pk, source=site.pk, organisation=target, name=name))
        places[site.pk] = Place(organisation=target, site=-site.pk, region=site.region)
    return places, tuple(made)


def _planned(wish: Wish, found: Sequence[Owned], places: dict[int, Place]) -> tuple[MovedAsset, ...]:
    assets = [each.moved for each in found]
    if wish.kind is MoveKind.SPLIT:
        place = next(iter(places.values())) if wish.to.strip() or wish.site is not None else None
        return rules.split(assets[0], parts=wish.parts, place=place)
    if wish.kind is MoveKind.JOIN:
        return rules.joined([each.card for each in found], assets)
    return rules.transferred(assets, place=lambda held: places[held.site])


def _people(source: int, target: int) -> tuple[PersonToAsk, ...]:
    """The open roles in the customer that is emptied, by name."""
    rows = Membership.objects.filter(organisation_id=source, ended_at=None).select_related("person")
    there = set(
        Membership.objects.filter(organisation_id=target, ended_at=None).values_list("person_id", "role")
    )  # fmt: skip
    return tuple(
        PersonToAsk(
            membership=row.pk, name=row.person.name or row.person.email, email=row.person.email, role=row.role,
            held=(row.person_id, row.role) in there,
        )
        for row in rows.order_by("person__name", "person__email", "role", "id")
    )  # fmt: skip


def _asked(plan: Plan, assets: Iterable[MovedAsset]) -> Iterable[tuple[int, str, Holding | None, Holding | None]]:
    """Each asset as rooms above are asked about it."""
    for each in assets:
        if each.asset in plan.cards:
            yield each.asset, plan.cards[each.asset].serial, each.before, each.after


class _Sides:
    """The words of the holdings of a plan."""

    def __init__(self, plan: Plan) -> None:
        held = [side for each in plan.assets for side in (each.before, each.after) if side]
        self._sites: dict[int, str] = dict(
            Site.objects.filter(pk__in={side.site for side in held}).values_list("id", "name")
        )
        self._sites |= {site.id: site.name for site in plan.new_sites}
        rows: Any = Organisation.objects.filter(pk__in={side.organisation for side in held})
        self._customers = {row.pk: row for row in rows}

    def of(self, held: Holding | None) -> Side | None:
        if held is None:
            return None
        customer = self._customers[held.organisation]
        return Side(
            organisation=customer.name, organisation_number=customer.number, site=self._sites[held.site],
            quantity=held.quantity, term_days=rules.term_days(held),
        )  # fmt: skip


def sites_of(organisation: int) -> tuple[tuple[int, str], ...]:
    """The sites of a customer that something can go to: (id, name), by name."""
    rows = Site.objects.filter(organisation_id=organisation).order_by("name", "id").values_list("id", "name")
    return tuple((number, name) for number, name in rows)
