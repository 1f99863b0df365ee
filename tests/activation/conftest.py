"""Aster's licence of ten machines, covered for a year, and one of Bellwether's."""

from datetime import date
from typing import Any

import pytest

from tenure.activation import actions
from tenure.activation.actions.activating import Machine
from tenure.activation.models import ActivationCode
from tenure.activation.rules.codes import grouped
from tenure.activation.words import Activated
from tenure.entitlements.models import Asset
from tenure.journal.words import COMMAND
from tests import cast, estate

SERIAL, THEIRS = "M1000000001", "M2000000002"


@pytest.fixture
def licence(db: None) -> Asset:
    estate.policy()
    own = estate.asset(cast.aster(), SERIAL, reseller=cast.cinder())
    foreign = estate.asset(cast.bellwether(), THEIRS)
    for owned in (own, foreign):
        estate.term(owned, date(2026, 4, 1), date(2027, 4, 1))
    actions.issue_codes(at=cast.AT, by=COMMAND)
    return own


def code_of(asset: Asset, starts_on: date = date(2026, 4, 1)) -> str:
    return grouped(ActivationCode.objects.get(asset=asset, starts_on=starts_on, withdrawn_at=None).code)


def on(host: str = "host-a", units: int | None = None) -> Machine:
    return Machine(host=host, name="", units=units)


def activated(someone: Any, asset: Asset, host: str = "host-a", units: int | None = None, **more: Any) -> Activated:
    return actions.activate(serial=asset.serial_number, machine=on(host, units), **cast.asking(someone, **more))
