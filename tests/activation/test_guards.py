"""What is in use limits what can be moved: no asset is left with fewer than its live activations."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tenure.accounts.models import Person
from tenure.activation.guards import ActivationRemark
from tenure.activation.models import Activation
from tenure.entitlements.actions import moving
from tenure.entitlements.models import Asset, Move
from tenure.entitlements.queries.moved import undo_plan_of
from tenure.entitlements.queries.moves import preview
from tenure.entitlements.words import MoveKind
from tenure.entitlements.words.moving import MoveRefusal, Wish
from tenure.toolbox.refused import Refused
from tests import cast, estate
from tests.cast import asking

pytestmark = pytest.mark.django_db

ONE, TWO = "M1000000001", "M1000000002"
LATER = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ACTS = {
    MoveKind.SPLIT: moving.split_asset,
    MoveKind.JOIN: moving.join_assets,
    MoveKind.TRANSFER: moving.transfer_assets,
}


@pytest.fixture(autouse=True)
def care(db: None) -> Person:
    estate.policy()
    for serial in (ONE, TWO):
        estate.term(estate.asset(cast.aster(), serial), date(2026, 4, 1), date(2027, 4, 1))
    cast.bellwether()
    return cast.care_agent()


def use(serial: str, units: int, at: datetime = cast.AT) -> Activation:
    asset = Asset.objects.get(serial_number=serial)
    return Activation.objects.create(asset=asset, units=units, host=f"host {units}", activated_at=at)


def remarks(care: Person, wish: Wish) -> list[tuple[Any, bool]]:
    shown = preview(who=cast.who(care), wish=wish, at=LATER).remarks
    return [(each.code, each.forbids) for each in shown if isinstance(each.code, ActivationRemark)]


def do(care: Person, wish: Wish) -> int:
    seen = preview(who=cast.who(care), wish=wish, at=LATER).digest
    return ACTS[wish.kind](wish=wish, why="By order", seen=seen, **asking(care, LATER))


def split(*parts: int) -> Wish:
    return Wish(kind=MoveKind.SPLIT, serials=(ONE,), parts=parts)


def test_a_split_below_what_is_in_use_is_refused_and_changes_nothing(care: Person):
    use(ONE, 4)
    use(ONE, 3)
    assert remarks(care, split(6, 4)) == [(ActivationRemark.MORE_IN_USE, True)]
    with pytest.raises(Refused) as no:
        do(care, split(6, 4))
    facts = no.value.facts["remark"].facts
    assert (no.value.code, facts) == (MoveRefusal.OBJECTED, {"serial": ONE, "units": 7, "quantity": 6})
    assert (Move.objects.count(), Asset.objects.count()) == (0, 2)


def test_a_split_that_leaves_enough_for_what_is_in_use_is_done(care: Person):
    use(ONE, 7)
    Activation.objects.create(
        asset=Asset.objects.get(serial_number=ONE), units=3, host="gone", activated_at=cast.AT, ended_at=cast.AT
    )
    assert remarks(care, split(7, 3)) == []
    do(care, split(7, 3))
    assert Asset.objects.get(serial_number=ONE).quantity == 7


def test_what_is_in_use_is_not_joined_away(care: Person):
    use(TWO, 1)
    assert remarks(care, Wish(kind=MoveKind.JOIN, serials=(ONE, TWO))) == [(ActivationRemark.MORE_IN_USE, True)]
    assert remarks(care, Wish(kind=MoveKind.JOIN, serials=(TWO, ONE))) == []


def test_a_transfer_says_what_is_in_use_and_is_done(care: Person):
    use(ONE, 2)
    wish = Wish(kind=MoveKind.TRANSFER, serials=(ONE,), to=cast.bellwether().number)
    assert remarks(care, wish) == [(ActivationRemark.IN_USE_ELSEWHERE, False)]
    do(care, wish)
    assert Asset.objects.get(serial_number=ONE).organisation == cast.bellwether()


def test_a_move_is_not_undone_after_something_was_activated(care: Person):
    number = do(care, split(6, 4))
    then = LATER + timedelta(hours=1)
    part = Asset.objects.order_by("-id").first().serial_number
    use(part, 1, then)
    plan = undo_plan_of(who=cast.who(care), move_id=number, at=then + timedelta(hours=1))
    assert [each.code for each in plan.remarks] == [ActivationRemark.MORE_IN_USE, ActivationRemark.USED_SINCE]
    with pytest.raises(Refused) as no:
        moving.undo_move(
            move_id=number, why="A mistake", seen=plan.digest, **asking(care, then + timedelta(hours=1))
        )  # fmt: skip
    assert (no.value.code, Move.objects.count()) == (MoveRefusal.OBJECTED, 1)
