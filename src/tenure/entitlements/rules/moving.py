"""Moves of assets as arithmetic: who owns how many of what, under which terms, before and after.  Pure.

Every rule keeps, for each product, family and day, the quantity that is covered.  Courtesy is a favour to one customer
and no cover: it is never moved.  Source: A8; the rules are ours.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from tenure.entitlements.words.kinds import TermFamily
from tenure.entitlements.words.moving import (
    MOST_PARTS,
    Bond,
    Card,
    HeldTerm,
    Holding,
    MovedAsset,
    MoveRefusal,
    Place,
)
from tenure.toolbox.refused import Refused

Day = tuple[int, TermFamily, str, date]


def transferred(assets: Sequence[MovedAsset], *, place: Callable[[Holding], Place]) -> tuple[MovedAsset, ...]:
    """The assets at their new places, each with all its terms.  assets: with `before` alone.

    Raises Refused: SAME_PLACE where nothing would change for any of them.  Source: A8.
    """
    moved = tuple(replace(each, after=_at(each.before, place(each.before))) for each in assets if each.before)
    if all(each.before == each.after for each in moved):
        raise Refused(MoveRefusal.SAME_PLACE)
    return moved


def split(asset: MovedAsset, *, parts: Sequence[int], place: Place | None = None) -> tuple[MovedAsset, ...]:
    """The asset with the first of the parts, and a new one for each other part.  place: of the new ones.

    A term of another quantity than the asset's is shared out in proportion, whole units only; a part that gets none
    has no such term.  Raises Refused: PARTS_TOO_FEW, PARTS_TOO_MANY, PART_NOT_POSITIVE, PARTS_DO_NOT_ADD_UP.
    Source: A8.
    """
    held = _held(asset)
    if len(parts) < 2:
        raise Refused(MoveRefusal.PARTS_TOO_FEW)
    if len(parts) > MOST_PARTS:
        raise Refused(MoveRefusal.PARTS_TOO_MANY, most=MOST_PARTS)
    for part in parts:
        if part <= 0:
            raise Refused(MoveRefusal.PART_NOT_POSITIVE, part=part)
    if sum(parts) != held.quantity:
        raise Refused(MoveRefusal.PARTS_DO_NOT_ADD_UP, sum=sum(parts), quantity=held.quantity)
    shares = {term: shared_out(term.quantity, parts) for term in held.terms}
    made = []
    for number, part in enumerate(parts):
        terms = tuple(
            replace(term, quantity=share[number], id=0) for term, share in shares.items() if share[number] > 0
        )
        own = replace(held, quantity=part, terms=terms)
        after = _at(own, place) if number and place else own
        made.append(replace(asset, after=after) if not number else _made(asset, after))
    return tuple(made)


def joined(cards: Sequence[Card], assets: Sequence[MovedAsset]) -> tuple[MovedAsset, ...]:
    """The first of the assets with the quantities of all, and the others gone.

    Raises Refused: JOIN_TOO_FEW; JOIN_DIFFERS, naming what; TERMS_DIFFER, with the first day that one covers and the
    other does not.  Source: A8.
    """
    if len(assets) < 2:
        raise Refused(MoveRefusal.JOIN_TOO_FEW)
    kept = _held(assets[0])
    for card, asset in zip(cards[1:], assets[1:], strict=True):
        _refuse_unlike(cards[0], card, kept, _held(asset))
    total = sum(_held(asset).quantity for asset in assets)
    terms = []
    for term in kept.terms:
        same = [other for asset in assets for other in _held(asset).terms if _span(other) == _span(term)]
        terms.append(replace(term, quantity=sum(other.quantity for other in same), id=0))
    after = replace(kept, quantity=total, terms=tuple(terms))
    return (replace(assets[0], after=after), *(replace(asset, after=None) for asset in assets[1:]))


def undone(assets: Iterable[MovedAsset]) -> tuple[MovedAsset, ...]:
    """The same the other way round.  assets: a move as it was done."""
    return tuple(replace(each, before=each.after, after=each.before) for each in assets)


def term_days(held: Holding | None) -> int:
    """Quantity x covered days of all terms; an asset that is not there has none."""
    return sum(term.quantity * term.days for term in held.terms) if held else 0


def cover_changes(assets: Iterable[MovedAsset]) -> dict[Day, int]:
    """Where the covered quantity changes by a move, by product, family, level and day; empty for every rule here.

    The level counts as well: nobody's cover gets better or worse by moving.
    """
    changes: dict[Day, int] = defaultdict(int)
    for each in assets:
        for held, sign in ((each.before, -1), (each.after, 1)):
            for term in held.terms if held else ():
                changes[each.product, term.family, term.level, term.starts] += sign * term.quantity
                changes[each.product, term.family, term.level, term.ends] -= sign * term.quantity
    return {day: change for day, change in changes.items() if change}


def overlapping(held: Holding) -> bool:
    """Whether two terms of one family share a day."""
    by_family: dict[TermFamily, list[HeldTerm]] = defaultdict(list)
    for term in sorted(held.terms, key=lambda each: each.starts):
        by_family[term.family].append(term)
    return any(later.starts < earlier.ends for terms in by_family.values() for earlier, later in pairwise(terms))


def shared_out(total: int, parts: Sequence[int]) -> list[int]:
    """So many whole units in proportion to the parts; what is left over goes to the largest remainders."""
    whole = sum(parts)
    shares = [total * part // whole for part in parts]
    remainders = sorted(range(len(parts)), key=lambda place: (-(total * parts[place] % whole), place))
    for place in remainders[: total - sum(shares)]:
        shares[place] += 1
    return shares


def differing_day(one: Iterable[HeldTerm], other: Iterable[HeldTerm]) -> date | None:
    """The first day on which two assets are not covered alike, by family and level; None where they always are."""
    mine, theirs = _steps(one), _steps(other)
    days = sorted({day for *_, day in mine.keys() ^ theirs.keys()})
    return days[0] if days else None


def _refuse_unlike(first: Card, second: Card, kept: Holding, held: Holding) -> None:
    for (name, mine), (_, theirs) in zip(first.likeness, second.likeness, strict=True):
        if mine != theirs:
            raise Refused(
                MoveRefusal.JOIN_DIFFERS, what=name, serial=second.serial, mine=mine, theirs=theirs, kept=first.serial
            )
    for name, here, there in (("customer", kept.organisation, held.organisation), ("site", kept.site, held.site)):
        if here != there:
            raise Refused(
                MoveRefusal.JOIN_DIFFERS, what=name, serial=second.serial, mine="", theirs="", kept=first.serial
            )
    day = differing_day(kept.terms, held.terms)
    if day is None and sorted(map(_span, kept.terms)) != sorted(map(_span, held.terms)):
        day = min(term.starts for term in (*kept.terms, *held.terms))  # the same days, parted otherwise
    if day is not None:
        raise Refused(MoveRefusal.TERMS_DIFFER, serial=second.serial, kept=first.serial, day=day)


def _steps(terms: Iterable[HeldTerm]) -> Mapping[tuple[TermFamily, str, date], int]:
    steps: dict[tuple[TermFamily, str, date], int] = defaultdict(int)
    for term in terms:
        steps[term.family, term.level, term.starts] += 1
        steps[term.family, term.level, term.ends] -= 1
    return {step: change for step, change in steps.items() if change}


def _span(term: HeldTerm) -> tuple[int, str, date, date]:
    return (term.family.value, term.level, term.starts, term.ends)


def _at(held: Holding | None, place: Place) -> Holding | None:
    """The holding at another place: each term hangs on the agreement of its level there."""
    if held is None:
        return None
    terms = tuple(
        replace(term, bond=Bond(organisation=place.organisation, level=term.bond.level, region=place.region))
        if term.bond
        else term
        for term in held.terms
    )
    return replace(held, organisation=place.organisation, site=place.site, region=place.region, terms=terms)


def _made(asset: MovedAsset, after: Holding | None) -> MovedAsset:
    return MovedAsset(asset=0, product=asset.product, before=None, after=after)


def _held(asset: MovedAsset) -> Holding:
    if asset.before is None:
        raise ValueError("an asset that is not there cannot be moved")
    return asset.before
