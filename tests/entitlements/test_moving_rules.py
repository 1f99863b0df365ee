"""Moves as arithmetic: nothing is covered more or less by them, on any day, whatever their order."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.entitlements.rules import moving as rules
from tenure.entitlements.words import TermFamily
from tenure.entitlements.words.moving import Bond, Card, HeldTerm, Holding, MovedAsset, MoveRefusal, Place
from tenure.toolbox.refused import Refused

FIRST = date(2026, 1, 1)
HERE = Place(organisation=1, site=11, region="EMEA")
THERE = Place(organisation=2, site=21, region="AMS")


def term(starts: int = 0, days: int = 365, quantity: int = 10, level: str = "essential", **more: object) -> HeldTerm:
    return HeldTerm(
        family=TermFamily.MAINTENANCE, level=level, starts=FIRST + timedelta(starts),
        ends=FIRST + timedelta(starts + days), quantity=quantity,
        bond=Bond(organisation=1, level=level, region="EMEA"), **more,
    )  # fmt: skip


def held(*terms: HeldTerm, quantity: int = 10) -> Holding:
    return Holding(organisation=1, site=11, region="EMEA", quantity=quantity, terms=terms)


def asset(number: int, holding: Holding, product: int = 1) -> MovedAsset:
    return MovedAsset(asset=number, product=product, before=holding, after=None)


def card(number: int, **likeness: str) -> Card:
    return Card(
        id=number, serial=f"M{number}", support_identifier="", product_id=1, product="Vault", release="9.4", meter="users",
        purpose="production", reseller="", certificate="", registered=False,
        likeness=tuple(({"product": "Vault", "meter": "users"} | likeness).items()),
    )  # fmt: skip


def code(act: object, *args: object, **named: object) -> object:
    with pytest.raises(Refused) as no:
        act(*args, **named)
    return no.value.code


def test_a_split_gives_each_part_its_own_quantity_of_every_term():
    first, second = rules.split(asset(1, held(term())), parts=(6, 4))
    assert (first.asset, first.after) == (1, held(term(quantity=6), quantity=6))
    assert (second.asset, second.before, second.after) == (0, None, held(term(quantity=4), quantity=4))


def test_a_part_that_goes_to_another_customer_hangs_on_its_agreement():
    _, second = rules.split(asset(1, held(term())), parts=(6, 4), place=THERE)
    assert (second.after.organisation, second.after.site) == (2, 21)
    assert second.after.terms[0].bond == Bond(organisation=2, level="essential", region="AMS")


@pytest.mark.parametrize(
    ("parts", "no"),
    [
        ((), MoveRefusal.PARTS_TOO_FEW), ((10,), MoveRefusal.PARTS_TOO_FEW), ((0, 10), MoveRefusal.PART_NOT_POSITIVE),
        ((-1, 11), MoveRefusal.PART_NOT_POSITIVE), ((6, 5), MoveRefusal.PARTS_DO_NOT_ADD_UP),
        ((6, 3), MoveRefusal.PARTS_DO_NOT_ADD_UP), ((10**18, 1), MoveRefusal.PARTS_DO_NOT_ADD_UP),
        ((1,) * 51, MoveRefusal.PARTS_TOO_MANY),
    ],
)  # fmt: skip
def test_parts_that_are_none_or_do_not_add_up_are_refused(parts: tuple[int, ...], no: MoveRefusal):
    assert code(rules.split, asset(1, held(term())), parts=parts) is no


def test_a_term_of_fewer_than_the_asset_is_shared_out_in_proportion_and_in_whole_units():
    parts = rules.split(asset(1, held(term(quantity=5), quantity=10)), parts=(6, 3, 1))
    assert [[each.quantity for each in part.after.terms] for part in parts] == [[3], [2], []]


def test_alike_assets_are_joined_and_the_first_is_kept():
    kept, gone = rules.joined(
        [card(1), card(2)], [asset(1, held(term())), asset(2, held(term(quantity=4), quantity=4))]
    )
    assert (kept.after, gone.after) == (held(term(quantity=14), quantity=14), None)


def test_assets_that_differ_are_not_joined_and_the_refusal_says_in_what():
    both = [asset(1, held(term())), asset(2, held(term()))]
    with pytest.raises(Refused) as no:
        rules.joined([card(1), card(2, meter="servers")], both)
    assert (no.value.code, no.value.facts["what"], no.value.facts["serial"]) == (
        MoveRefusal.JOIN_DIFFERS,
        "meter",
        "M2",
    )


@pytest.mark.parametrize(
    ("other", "day"),
    [
        (term(days=366), FIRST + timedelta(365)), (term(starts=3, days=362), FIRST), (term(level="basic"), FIRST),
    ],
)  # fmt: skip
def test_assets_whose_terms_differ_are_not_joined_and_the_first_such_day_is_named(other: HeldTerm, day: date):
    with pytest.raises(Refused) as no:
        rules.joined([card(1), card(2)], [asset(1, held(term())), asset(2, held(other))])
    assert (no.value.code, no.value.facts["day"]) == (MoveRefusal.TERMS_DIFFER, day)


def test_one_asset_alone_is_not_joined():
    assert code(rules.joined, [card(1)], [asset(1, held(term()))]) is MoveRefusal.JOIN_TOO_FEW


def test_what_is_there_already_is_not_moved():
    assert code(rules.transferred, [asset(1, held(term()))], place=lambda _: HERE) is MoveRefusal.SAME_PLACE


@given(st.integers(0, 10**12), st.lists(st.integers(1, 10**6), min_size=1, max_size=9))
def test_shares_add_up_and_none_is_more_than_one_unit_from_its_due(total: int, parts: list[int]):
    shares = rules.shared_out(total, parts)
    assert sum(shares) == total
    assert all(abs(share * sum(parts) - total * part) < sum(parts) for share, part in zip(shares, parts, strict=True))


class World:
    """What everybody owns, changed by moves alone."""

    def __init__(self, holdings: list[Holding]) -> None:
        self.held: dict[int, Holding | None] = dict(enumerate(holdings, 1))
        self.done: list[tuple[MovedAsset, ...]] = []

    def apply(self, assets: tuple[MovedAsset, ...]) -> None:
        numbered = []
        for each in assets:
            number = each.asset or len(self.held) + 1
            assert each.before == self.held.get(number)
            self.held[number] = each.after
            numbered.append(replace(each, asset=number))
        self.done.append(tuple(numbered))

    def covered(self) -> dict[tuple[str, date], int]:
        found: dict[tuple[str, date], int] = {}
        for holding in self.held.values():
            for each in holding.terms if holding else ():
                for day in range(each.days):
                    key = (each.level, each.starts + timedelta(day))
                    found[key] = found.get(key, 0) + each.quantity
        return found

    def owned(self) -> int:
        return sum(holding.quantity for holding in self.held.values() if holding)


terms = st.lists(st.tuples(st.integers(1, 30), st.integers(1, 40)), max_size=3)


@st.composite
def holdings(draw: st.DrawFn) -> Holding:
    quantity, at, made = draw(st.integers(1, 40)), 0, []
    for gap, days in draw(terms):
        partly = draw(st.integers(1, quantity))
        made.append(term(starts=at + gap, days=days, quantity=draw(st.sampled_from([quantity, partly]))))
        at += gap + days
    return held(*made, quantity=quantity)


@settings(max_examples=150, deadline=None)
@given(st.lists(holdings(), min_size=1, max_size=4), st.data())
def test_any_order_of_moves_keeps_quantity_and_cover_and_undoing_them_all_restores_everything(
    start: list[Holding], data: st.DataObject
):
    world = World(start)
    before, covered, owned = dict(world.held), world.covered(), world.owned()
    for _ in range(data.draw(st.integers(1, 6))):
        live = [number for number, holding in world.held.items() if holding]
        pick = data.draw(st.sampled_from(live))
        holding = world.held[pick]
        verb = data.draw(st.sampled_from(["transfer", "split", "join", "merge", "undo"]))
        place = data.draw(st.sampled_from([HERE, THERE]))
        try:
            if verb == "transfer":
                world.apply(rules.transferred([asset(pick, holding)], place=lambda _, to=place: to))
            elif verb == "merge":
                mine = [
                    asset(each, world.held[each])
                    for each in live
                    if world.held[each].organisation != place.organisation
                ]
                world.apply(rules.transferred(mine, place=lambda _, to=place: to))
            elif verb == "split" and holding.quantity > 1:
                part = data.draw(st.integers(1, holding.quantity - 1))
                to = data.draw(st.sampled_from([None, place]))
                world.apply(rules.split(asset(pick, holding), parts=(part, holding.quantity - part), place=to))
            elif verb == "join":
                both = [pick, data.draw(st.sampled_from(live))]
                if both[0] != both[1]:
                    world.apply(
                        rules.joined([card(each) for each in both], [asset(each, world.held[each]) for each in both])
                    )
            elif verb == "undo" and world.done:
                world.apply(rules.undone(world.done[-1]))
                del world.done[-2:]
        except Refused:
            pass
        assert (world.covered(), world.owned()) == (covered, owned)
        assert [each for each in world.held.values() if each and rules.overlapping(each)] == []
        assert all(rules.cover_changes(done) == {} for done in world.done)
    for done in reversed(list(world.done)):
        world.apply(rules.undone(done))
    assert {number: each for number, each in world.held.items() if each} == before
