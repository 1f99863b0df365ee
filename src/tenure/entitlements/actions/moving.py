"""Moves of assets by customer care: to another customer, all of one to another, apart, together, and back.

Rooms above that know of something a move must not break register a guard: `entitlements.queries.guards.watch`, from
their `AppConfig.ready`.  It is asked in the preview and again under the locks.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from tenure.accounts.words import LINKERS, Who
from tenure.entitlements.actions import merging
from tenure.entitlements.actions.move_writing import (
    carry_registration,
    lock_assets,
    lock_customers,
    make_assets,
    make_sites,
    refuse_newer,
    with_sites,
    write,
)
from tenure.entitlements.models import Move, MoveLine, Registration
from tenure.entitlements.queries.guards import GUARDS
from tenure.entitlements.queries.move_remarks import changes_hands
from tenure.entitlements.queries.moved import undo_plan_of
from tenure.entitlements.queries.moves import plan_of, serials_of
from tenure.entitlements.rules.moving import term_days
from tenure.entitlements.words import MoveKind
from tenure.entitlements.words.moving import MoveRefusal, Plan, Wish
from tenure.journal.actions import record
from tenure.journal.words import JSON, Actor
from tenure.toolbox.refused import Refused

__all__ = ["GUARDS", "join_assets", "merge_customers", "split_asset", "transfer_assets", "undo_move"]

LONGEST_WHY = 2_000
MOST_NAMED = 50  # serial numbers in an entry of the journal; the lines of the move have them all


@transaction.atomic
def transfer_assets(*, who: Who, wish: Wish, why: str, seen: str, at: datetime, by: Actor) -> int:
    """Move chosen assets to another customer or site, with all their terms; the number of the move.

    Registrations end where the customer changes: its owner registers anew.  seen: the digest of the preview.
    Raises Refused: NOT_FOUND, WHY_MISSING, PREVIEW_STALE, OBJECTED, and what a preview is refused for.  Source: A8.
    """
    return _carry_out(who, _of(wish, MoveKind.TRANSFER), why, seen, {}, at, by)


@transaction.atomic
def merge_customers(
    *, who: Who, wish: Wish, why: str, seen: str, joining: Mapping[int, bool], at: datetime, by: Actor
) -> int:  # fmt: skip
    """Move all of one customer's assets to another, with certificates and contact seats; the number of the move.

    joining: for each membership that the preview lists, whether its person gets the same role there.
    Raises Refused: as for a transfer; PEOPLE_UNDECIDED.  Source: A8; what follows is ours.
    """
    return _carry_out(who, _of(wish, MoveKind.MERGE), why, seen, joining, at, by)


@transaction.atomic
def split_asset(*, who: Who, wish: Wish, why: str, seen: str, at: datetime, by: Actor) -> int:
    """Part an asset: the first part keeps the serial number, the others get new ones; the number of the move.

    Raises Refused: as for a transfer; PARTS_TOO_FEW, PART_NOT_POSITIVE, PARTS_DO_NOT_ADD_UP.  Source: A8.
    """
    return _carry_out(who, _of(wish, MoveKind.SPLIT), why, seen, {}, at, by)


@transaction.atomic
def join_assets(*, who: Who, wish: Wish, why: str, seen: str, at: datetime, by: Actor) -> int:
    """Make one asset of several that are alike: the first keeps its serial number; the number of the move.

    Raises Refused: as for a transfer; JOIN_TOO_FEW, JOIN_DIFFERS, TERMS_DIFFER.  Source: A8.
    """
    return _carry_out(who, _of(wish, MoveKind.JOIN), why, seen, {}, at, by)


@transaction.atomic
def undo_move(*, who: Who, move_id: int, why: str, seen: str, at: datetime, by: Actor) -> int:
    """Take a move back by a move of its own; its number.  Everything is as it was; what was known meanwhile stays so.

    Raises Refused: NOT_FOUND, WHY_MISSING, PREVIEW_STALE, OBJECTED, and what `undo_plan_of` is refused for.
    Source: A8; the days are the policy's.
    """
    if not who.staff & LINKERS:
        raise Refused(MoveRefusal.NOT_FOUND)
    said = _reason(why)
    lines = MoveLine.objects.filter(move_id=move_id if 0 < move_id < 2**63 else 0)
    customers = [each for pair in lines.values_list("organisation_before_id", "organisation_after_id") for each in pair]
    lock_customers(each for each in customers if each)
    lock_assets(lines.values_list("asset_id", flat=True))
    plan = _agreed(undo_plan_of(who=who, move_id=move_id, at=at), seen)
    refuse_newer((each.asset for each in plan.assets), at)
    undoes = Move.objects.select_for_update(no_key=True).get(pk=move_id)
    merging.carry_back(move=undoes, at=at)
    move = Move.objects.create(kind=MoveKind.UNDO, at=at, by_person_id=who.person_id, why=said, undoes=undoes)
    write(move, plan.assets, at)
    _register_again(undoes, plan, at)
    _journal(move, plan, said, at, by)
    return move.pk


def _carry_out(
    who: Who, wish: Wish, why: str, seen: str, joining: Mapping[int, bool], at: datetime, by: Actor
) -> int:  # fmt: skip
    """Lock, plan again, compare with what was seen, write, tell the journal."""
    if not who.staff & LINKERS:
        raise Refused(MoveRefusal.NOT_FOUND)
    said = _reason(why)
    first = plan_of(who=who, wish=wish, at=at)
    lock_customers((first.source, first.target))
    lock_assets(serials_of(wish))
    plan = _agreed(plan_of(who=who, wish=wish, at=at), seen)
    refuse_newer(plan.cards, at)
    roles = merging.decided(plan.people, joining)
    move = Move(kind=wish.kind, at=at, by_person_id=who.person_id, why=said)
    assets = with_sites(plan.assets, make_sites(plan.new_sites))
    if wish.kind is MoveKind.MERGE:
        move.carried = merging.carry(source=plan.source, target=plan.target, joining=roles, at=at, by=by)
    move.save()
    if wish.kind is MoveKind.SPLIT:
        origin = next(iter(plan.cards))
        assets = make_assets(assets, origin, at)
        if not changes_hands(plan):
            carry_registration(origin, [each.asset for each in assets if each.asset != origin], at)
    elif wish.kind is MoveKind.TRANSFER and changes_hands(plan):
        Registration.objects.filter(asset_id__in=list(plan.cards), withdrawn_at=None).update(withdrawn_at=at)
    done = replace(plan, assets=assets)
    write(move, done.assets, at)
    _journal(move, done, said, at, by)
    return move.pk


def _of(wish: Wish, kind: MoveKind) -> Wish:
    if wish.kind is not kind:
        raise ValueError(f"a {wish.kind} is not a {kind}")
    return wish


def _reason(why: str) -> str:
    said = " ".join(why.replace("\0", "").split())[:LONGEST_WHY]
    if not said:
        raise Refused(MoveRefusal.WHY_MISSING)
    return said


def _agreed(plan: Plan, seen: str) -> Plan:
    """The plan, if it is what was shown and nothing speaks against it.  Refused: PREVIEW_STALE, OBJECTED."""
    if plan.digest != seen:
        raise Refused(MoveRefusal.PREVIEW_STALE)
    if plan.objection:
        raise Refused(MoveRefusal.OBJECTED, remark=plan.objection)
    return plan


def _register_again(undoes: Move, plan: Plan, at: datetime) -> None:
    """Registrations that the move ended hold again, from the same day.  Source: A6, A8."""
    ended = Registration.objects.filter(asset_id__in=list(plan.cards), withdrawn_at=undoes.at)
    Registration.objects.bulk_create(
        Registration(asset_id=row.asset_id, person_id=row.person_id, registered_at=at, registered_on=row.registered_on)
        for row in ended.order_by("id")
    )


def _journal(move: Move, plan: Plan, why: str, at: datetime, by: Actor) -> None:
    """One entry for each customer that is touched: so each one's history has it."""
    serials = [card.serial for card in plan.cards.values()]
    facts: dict[str, JSON] = {
        "kind": move.kind, "assets": len(plan.assets), "serials": [*serials[:MOST_NAMED]],
        "term_days": sum(term_days(each.before) for each in plan.assets),
        "undoes": move.undoes_id,
    }  # fmt: skip
    sides = [held for each in plan.assets for held in (each.before, each.after) if held]
    for customer in sorted({held.organisation for held in sides}):
        record(
            verb=f"entitlements.assets_{DONE[MoveKind(move.kind)]}", subject=("move", str(move.pk)), at=at, by=by,
            facts=facts, why=why, organisation_id=customer,
        )  # fmt: skip


DONE = {
    MoveKind.TRANSFER: "transferred",
    MoveKind.MERGE: "merged",
    MoveKind.SPLIT: "split",
    MoveKind.JOIN: "joined",
    MoveKind.UNDO: "moved_back",
}
