"""Two agents at one asset at once, with real threads on the real database."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tenure.accounts.models import Person
from tenure.entitlements.actions import moving
from tenure.entitlements.models import Asset, Move, MoveLine, Term
from tenure.entitlements.queries.moved import undo_plan_of
from tenure.entitlements.queries.moves import preview
from tenure.entitlements.words import MoveKind
from tenure.entitlements.words.moving import Wish
from tests import cast, estate
from tests.cast import asking
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ONE = "M1000000001"
LATER = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def world(db: None) -> Person:
    estate.policy()
    estate.term(estate.asset(cast.aster(), ONE), date(2026, 4, 1), date(2027, 4, 1))
    cast.bellwether()
    return cast.care_agent()


def ready(act: Any, wish: Wish, cass: Person) -> Callable[[], object]:
    seen = preview(who=cast.who(cass), wish=wish, at=LATER).digest
    asked = {"wish": wish, "why": "By order", "seen": seen, **asking(cass, LATER)}
    return lambda: act(**asked)


def test_of_two_moves_of_one_asset_one_wins_and_the_other_is_told(world: Person):
    to = cast.bellwether().number
    told = at_once(
        ready(moving.transfer_assets, Wish(kind=MoveKind.TRANSFER, serials=(ONE,), to=to), world),
        ready(moving.split_asset, Wish(kind=MoveKind.SPLIT, serials=(ONE,), parts=(4, 6)), world),
        ready(moving.split_asset, Wish(kind=MoveKind.SPLIT, serials=(ONE,), parts=(1, 9)), world),
    )
    assert (told[0], len(told)) == ("done", 3)
    assert set(told[1:]) <= {"preview_stale", "parts_do_not_add_up"}
    assert Move.objects.count() == 1
    assert sum(Asset.objects.values_list("quantity", flat=True)) == 10
    assert sum(Term.objects.filter(known__endswith=None).values_list("quantity", flat=True)) == 10


def test_two_merges_the_other_way_round_do_not_lock_each_other_out(world: Person):
    estate.term(estate.asset(cast.bellwether(), "M2000000002"), date(2026, 4, 1), date(2027, 4, 1))
    numbers = (cast.aster().number, cast.bellwether().number)
    wishes = [Wish(kind=MoveKind.MERGE, customer=one, to=other) for one, other in (numbers, numbers[::-1])]

    def merging(**asked: Any) -> int:
        return moving.merge_customers(joining={}, **asked)

    told = at_once(*(ready(merging, wish, world) for wish in wishes))
    assert (told[0], Move.objects.count(), MoveLine.objects.count()) == ("done", 1, 1)
    assert told[1] in {"preview_stale", "nothing_owned"}
    assert set(Asset.objects.values_list("quantity", flat=True)) == {10}


def test_a_move_is_undone_once_by_two_at_once(world: Person):
    wish = Wish(kind=MoveKind.SPLIT, serials=(ONE,), parts=(4, 6))
    number = ready(moving.split_asset, wish, world)()
    then = LATER.replace(hour=10)
    seen = undo_plan_of(who=cast.who(world), move_id=number, at=then).digest
    asked = {"move_id": number, "why": "A mistake", "seen": seen, **asking(world, then)}
    assert at_once(*[lambda: moving.undo_move(**asked)] * 2) == ["already_undone", "done"]
    assert sorted(Asset.objects.values_list("quantity", flat=True)) == [0, 10]
