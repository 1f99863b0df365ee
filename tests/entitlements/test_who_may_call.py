"""The contact seats behind an asset, and who reads the names."""

from datetime import date, timedelta

import pytest

from tenure.accounts.models import Contact
from tenure.accounts.words import Role, StaffRole, Who
from tenure.entitlements import queries
from tenure.entitlements.models import Agreement, Asset, ContactSeat, Term
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.words import SeatRow, SeatsRow, TermFamily
from tests import cast
from tests.entitlements.conftest import AT, make_asset, make_term

pytestmark = pytest.mark.usefixtures("products")
DAY = timedelta(days=1)
TODAY = AT.date()


@pytest.fixture
def asset() -> Asset:
    """Sold by Northway, covered for a year by an agreement with one contact."""
    asset = make_asset(reseller=cast.organisation("Northway", kind="reseller"))
    agreement = Agreement.objects.create(organisation=asset.organisation, level="essential", region="EMEA")
    Term.objects.create(
        asset=asset, agreement=agreement, family=TermFamily.MAINTENANCE, level="essential", quantity=1,
        covers=(TODAY, TODAY + 365 * DAY), known=(AT, None),
    )  # fmt: skip
    contact = Contact.objects.create(
        organisation=asset.organisation, role="technical", name="Tomas Lind", email="tomas@aurora.example"
    )
    ContactSeat.objects.create(agreement=agreement, contact=contact, identifier="C1", seat=1, named_at=AT)
    return asset


def read(who: Who, asset: Asset, on: date = TODAY) -> tuple[SeatsRow, ...]:
    return queries.seats_of_asset(who=who, asset_id=asset.id, on=on, version=version_on(on))


def holding(organisation_id: int, role: Role) -> Who:
    return Who(person_id=7, roles=frozenset({(organisation_id, role)}))


NAMED = (SeatRow(identifier="C1", name="Tomas Lind", email="tomas@aurora.example", named_at=AT),)


def test_the_customers_people_and_staff_read_names_a_reseller_the_figures_and_others_nothing(asset: Asset) -> None:
    readers = {
        "viewer": holding(asset.organisation_id, Role.VIEWER),
        "staff": Who(person_id=1, staff=frozenset({StaffRole.ENGINEER})),
        "reseller": holding(asset.reseller_id or 0, Role.RESELLER),
        "other": holding(cast.bellwether().id, Role.OWNER),
    }
    seen = {name: [(row.taken, row.allowed, row.people) for row in read(who, asset)] for name, who in readers.items()}
    assert seen == {"viewer": [(1, 6, NAMED)], "staff": [(1, 6, NAMED)], "reseller": [(1, 6, ())], "other": []}


def test_seats_are_those_of_the_day(asset: Asset) -> None:
    owner = holding(asset.organisation_id, Role.OWNER)
    ContactSeat.objects.update(named_at=AT + 2 * DAY, ended_at=AT + 5 * DAY)
    taken = {days: [row.taken for row in read(owner, asset, TODAY + days * DAY)] for days in (0, 1, 2, 4, 5)}
    assert taken == {0: [0], 1: [0], 2: [1], 4: [1], 5: [0]}


def test_nobody_may_call_on_a_day_without_a_term(asset: Asset) -> None:
    owner = holding(asset.organisation_id, Role.OWNER)
    assert (read(owner, asset, TODAY - DAY), read(owner, asset, TODAY + 365 * DAY)) == ((), ())


def test_a_level_that_the_policy_no_longer_knows_has_no_figure(asset: Asset) -> None:
    Agreement.objects.update(level="gone")
    assert [(row.level, row.allowed, row.taken) for row in read(holding(asset.organisation_id, Role.OWNER), asset)] == [
        ("gone", None, 1)
    ]


def test_a_row_that_was_read_gives_the_decisions_that_are_read_anew() -> None:
    asset = make_asset()
    make_term(asset, TermFamily.MAINTENANCE, "basic", TODAY - 30 * DAY, TODAY + 30 * DAY)
    make_term(asset, TermFamily.EXTENSION, "essential", TODAY + 60 * DAY, TODAY + 90 * DAY)
    for days in (-31, -30, 0, 29, 30, 59, 60, 89, 90):
        on = TODAY + days * DAY
        row = queries.asset(who=None, serial=asset.serial_number, at=AT, on=on)
        assert row is not None
        again = queries.decisions_for_asset(who=None, serial=asset.serial_number, on=on)
        assert queries.decisions_of(row=row, version=version_on(on)) == again
