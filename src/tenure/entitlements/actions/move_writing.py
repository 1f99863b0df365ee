"""The plan of a move, written: terms are closed and inserted, never altered; assets go where the plan says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import connection
from django.db.models import Max
from django.db.models.functions import Lower

from tenure.accounts.models import Organisation, Site
from tenure.entitlements.models import Agreement, Asset, Move, MoveLine, Registration, Term
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.rules import moving as rules
from tenure.entitlements.words.moving import Bond, HeldTerm, Holding, MovedAsset, MoveRefusal, NewSite
from tenure.toolbox.refused import Refused

# closed: what is not true any more is known until now; rows closed already are left alone (A3)
CLOSE = """
UPDATE entitlements_term SET known = tstzrange(lower(known), %(at)s) WHERE id = ANY(%(terms)s) AND upper_inf(known)
"""
# placed: assets at their new places
PLACE = """
UPDATE entitlements_asset a SET organisation_id = n.organisation, site_id = n.site, quantity = n.quantity
FROM unnest(%(ids)s::bigint[], %(organisations)s::bigint[], %(sites)s::bigint[], %(quantities)s::bigint[])
     AS n(id, organisation, site, quantity) WHERE a.id = n.id
"""
# taken: which of these numbers somebody has
TAKEN = """
SELECT serial_number FROM entitlements_asset WHERE serial_number = ANY(%(numbers)s)
UNION ALL SELECT support_identifier FROM entitlements_asset WHERE support_identifier = ANY(%(numbers)s)
"""
TRIES = 1_000


def lock_customers(customers: Iterable[int]) -> None:
    """First of all, and in their order: two merges of the same two, the other way round, wait for each other."""
    list(Organisation.objects.filter(pk__in=set(customers)).order_by("id").select_for_update(no_key=True))


def lock_assets(assets: Iterable[int]) -> None:
    """After the customers, in their order.  Registration, terms and other moves of them wait."""
    list(Asset.objects.filter(pk__in=set(assets)).order_by("id").select_for_update(no_key=True))


def refuse_newer(assets: Iterable[int], at: datetime) -> None:
    """Refused: CHANGED_A_MOMENT_AGO where a term became known at this instant or later: `known` would be empty."""
    newest = Term.objects.filter(asset_id__in=list(assets), known__endswith=None).aggregate(at=Max(Lower("known")))[
        "at"
    ]
    if newest is not None and newest >= at:
        raise Refused(MoveRefusal.CHANGED_A_MOMENT_AGO)


def make_sites(new_sites: Iterable[NewSite]) -> dict[int, int]:
    """Copy the sites that the plan names by negative ids; their real ids by those."""
    made = {}
    for new in new_sites:
        site = Site.objects.get(pk=new.source)
        site.pk, site.organisation_id, site.name = None, new.organisation, new.name
        site._state.adding = True
        site.save()
        made[new.id] = int(site.pk)
    return made


def with_sites(assets: Iterable[MovedAsset], made: Mapping[int, int]) -> tuple[MovedAsset, ...]:
    """The plan with real sites."""

    def real(held: Holding | None) -> Holding | None:
        return replace(held, site=made.get(held.site, held.site)) if held else None

    return tuple(replace(each, after=real(each.after)) for each in assets)


def make_assets(assets: Sequence[MovedAsset], origin: int, at: datetime) -> tuple[MovedAsset, ...]:
    """Give a row, a serial number and a support identifier to each part that a split makes.  origin: the asset's id."""
    numbers = iter(_free_numbers(origin, sum(not each.asset for each in assets), at))
    done = []
    for each in assets:
        if each.asset or each.after is None:
            done.append(each)
            continue
        row = Asset.objects.get(pk=origin)
        row.pk, row.chain_starts_on, row.chain_ends_on = None, None, None
        row._state.adding = True
        row.serial_number, row.support_identifier = next(numbers)
        row.organisation_id, row.site_id, row.quantity = each.after.organisation, each.after.site, each.after.quantity
        row.save()
        done.append(replace(each, asset=row.pk))
    return tuple(done)


def write(move: Move, assets: Sequence[MovedAsset], at: datetime) -> None:
    """Terms, places and lines of the move.  A handful of statements, however many assets.

    An asset that is gone keeps its row, with a quantity of 0.  Raises ValueError where the plan would change on any
    day how much is covered: a mistake of ours.
    """
    if rules.cover_changes(assets):
        raise ValueError(f"the move would change what is covered: {rules.cover_changes(assets)}")
    closing, opening = _terms_to_change(assets)
    with connection.cursor() as cursor:
        if closing:
            cursor.execute(CLOSE, {"terms": closing, "at": at})
        _place(assets)
    agreements = _agreements(term.bond for _, term in opening)
    Term.objects.bulk_create(
        Term(
            asset_id=asset, certificate_id=term.certificate, agreement_id=agreements.get(term.bond), family=term.family,
            level=term.level, quantity=term.quantity, covers=(term.starts, term.ends), known=(at, None),
        )
        for asset, term in opening
    )  # fmt: skip
    MoveLine.objects.bulk_create(_line(move, each) for each in assets)


def carry_registration(origin: int, made: Iterable[int], at: datetime) -> None:
    """New assets of the same customer are registered as the one that they come from.  Source: A6; ours."""
    held = Registration.objects.filter(asset_id=origin, withdrawn_at=None).first()
    if held:
        Registration.objects.bulk_create(
            Registration(asset_id=asset, person_id=held.person_id, registered_at=at, registered_on=held.registered_on)
            for asset in made
        )


def _terms_to_change(assets: Iterable[MovedAsset]) -> tuple[list[int], list[tuple[int, HeldTerm]]]:
    """The ids of terms that end being known, and the (asset id, term) pairs that begin; equal ones stay as they are."""
    closing: list[int] = []
    opening: list[tuple[int, HeldTerm]] = []
    for each in assets:
        before = {term: term.id for term in each.before.terms} if each.before else {}
        after = set(each.after.terms) if each.after else set()
        closing += [number for term, number in before.items() if term not in after]
        opening += sorted(((each.asset, term) for term in after if term not in before), key=lambda pair: pair[1].starts)
    return closing, opening


def _place(assets: Iterable[MovedAsset]) -> None:
    rows = [(each.asset, held, 0 if each.after is None else held.quantity)
            for each in assets if (held := each.after or each.before)]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(PLACE, {
            "ids": [number for number, _, _ in rows], "organisations": [held.organisation for _, held, _ in rows],
            "sites": [held.site for _, held, _ in rows], "quantities": [quantity for _, _, quantity in rows],
        })  # fmt: skip


def _agreements(bonds: Iterable[Bond | None]) -> dict[Bond | None, int | None]:
    """The ids of agreements by what they are; those that are not there yet are made."""
    wanted = sorted({bond for bond in bonds if bond})
    Agreement.objects.bulk_create(
        (Agreement(organisation_id=bond.organisation, level=bond.level, region=bond.region) for bond in wanted),
        ignore_conflicts=True,
    )
    rows = Agreement.objects.filter(organisation_id__in={bond.organisation for bond in wanted})
    found: dict[Bond | None, int | None] = {
        Bond(organisation=row.organisation_id, level=row.level, region=row.region): row.pk for row in rows
    }
    return found | {None: None}


def _line(move: Move, each: MovedAsset) -> MoveLine:
    before, after = each.before, each.after
    return MoveLine(
        move=move, asset_id=each.asset,
        organisation_before_id=before.organisation if before else None,
        organisation_after_id=after.organisation if after else None,
        site_before_id=before.site if before else None, site_after_id=after.site if after else None,
        quantity_before=before.quantity if before else 0, quantity_after=after.quantity if after else 0,
        term_days_before=rules.term_days(before), term_days_after=rules.term_days(after),
    )  # fmt: skip


def _free_numbers(origin: int, count: int, at: datetime) -> list[tuple[str, str]]:
    """Serial numbers and support identifiers in the policy's formats that nobody has.  Refused: NUMBERS_USED_UP."""
    forms = version_on(at.date()).policy.identifiers
    serials, supports = forms["serial_number"], forms["support_identifier"]
    own = Asset.objects.values_list("serial_number", flat=True).get(pk=origin)
    prefix = next((each for each in serials.prefixes if each and own.startswith(each)), serials.prefixes[0])
    found: list[tuple[str, str]] = []
    for _ in range(TRIES):
        if len(found) == count:
            return found
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('entitlements_serial_number') FROM generate_series(1, %s)", [count])
            numbers = [row[0] for row in cursor.fetchall()]
            pairs = [
                (
                    serials.made_from(number=number % serials.capacity, prefix=prefix),
                    supports.made_from(number=number % supports.capacity),
                )
                for number in numbers
            ]
            cursor.execute(TAKEN, {"numbers": [number for pair in pairs for number in pair]})
            taken = {row[0] for row in cursor.fetchall()}
        held = {number for pair in found for number in pair}
        found += [pair for pair in pairs if not set(pair) & (taken | held)][: count - len(found)]
    raise Refused(MoveRefusal.NUMBERS_USED_UP)
