"""A customer with a covered asset and a named contact, and a case of theirs."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from tenure.accounts.models import Person
from tenure.cases import actions
from tenure.cases.words import Beginning, Opened
from tenure.entitlements.models import Asset
from tests import cast, estate

SERIAL = "M1000000001"
ASKED = {"severity": 3, "summary": "Nightly import stops", "details": "It stops at 01:40 with catalogue busy."}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Who and what a case is about; all of it in the tables."""

    technical: Person
    engineer: Person
    asset: Asset
    contact_id: str


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene()


def make_scene() -> Scene:
    estate.policy()
    tomas = cast.technical()
    owned = estate.asset(cast.aster(), SERIAL)
    estate.term(owned, date(2026, 4, 1), date(2027, 4, 1))
    contact_id = estate.seat(tomas, cast.aster())
    return Scene(technical=tomas, engineer=cast.engineer(), asset=owned, contact_id=contact_id)


def open_case(person: Person, serial: str = SERIAL, **more: Any) -> Opened:
    asked = {**ASKED, "serial": serial, **{k: v for k, v in more.items() if k not in {"at", "uploads"}}}
    extra = {"uploads": more["uploads"]} if "uploads" in more else {}
    return actions.open_case(beginning=Beginning(**asked), **{**cast.asking(person, more.get("at", cast.AT)), **extra})
