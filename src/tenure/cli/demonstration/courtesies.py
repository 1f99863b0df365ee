"""Courtesies in every state: asked for, waiting for a second yes, running with a case under it, over, declined."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import F

from tenure.accounts.queries import who_is
from tenure.accounts.words import Who
from tenure.cases.actions import open_case
from tenure.cases.words import Beginning
from tenure.cli.demonstration.cast import VENDOR_DOMAIN
from tenure.entitlements.actions.courtesy import (
    ask_courtesy,
    confirm_courtesy,
    decline_courtesy,
    give_courtesy,
)
from tenure.entitlements.models import Asset, Courtesy
from tenure.entitlements.words import Offer
from tenure.journal.words import Actor

DAY = timedelta(days=1)
CASS, MAX = f"cass.byrne@{VENDOR_DOMAIN}", f"max.hollis@{VENDOR_DOMAIN}"
JONAS, MIGUEL = "jonas.brandt@aster-pohl.example", "miguel.reyes@juniperflats.example"
MARC, TAREK = "marc.delorme@tilleuls.example", "tarek.lindemann@nordhafen.example"


def make_courtesies(*, at: datetime) -> None:
    """Make them unless there are some.  Each customer's lapsed licences are taken in the order of their numbers."""
    if Courtesy.objects.exists():
        return
    ask_courtesy(
        serial=_lapsed(JONAS, at), why="Order 26-1183 went to Ferrum on Monday; the gateway drops mail since today.",
        **_as(JONAS, at - timedelta(hours=5)),
    )  # fmt: skip
    _running(at)
    _over(at)
    _second(at)
    _declined(at)


def _running(at: datetime) -> None:
    """Ten days from five days ago, one of three cases used."""
    serial = _lapsed(MIGUEL, at)
    asked = ask_courtesy(
        serial=serial,
        why="The purchase order is signed and waits for our board on Friday.",
        **_as(MIGUEL, at - 5 * DAY),
    )
    _give(
        serial, 14, "The order is announced in writing.", request=asked, **_as(CASS, at - 5 * DAY + timedelta(hours=2))
    )
    beginning = Beginning(
        serial=serial, severity=3, summary="Reports of last month are empty",
        details="Since the first of the month every report has a head and no rows. Nothing was changed on our side.",
    )  # fmt: skip
    open_case(beginning=beginning, **_as(MIGUEL, at - 3 * DAY))


def _over(at: datetime) -> None:
    """A week, two months ago; it has ended by itself."""
    serial = _lapsed(MIGUEL, at, place=1)
    _give(serial, 7, "The reseller's invoice was late.", **_as(CASS, at - 60 * DAY))


def _second(at: datetime) -> None:
    """Twenty-five days: a second person has to agree.  And one where that has happened."""
    serial = _lapsed(MARC, at)
    why = "The tender runs until the end of next month."
    asked = ask_courtesy(serial=serial, why=why, **_as(MARC, at - 2 * DAY))
    _give(serial, 25, "A public tender takes that long.", request=asked, **_as(CASS, at - DAY))
    serial = _lapsed(TAREK, at)
    number = _give(serial, 20, "The contract is being translated.", **_as(CASS, at - 12 * DAY))
    confirm_courtesy(courtesy_id=number, **_as(MAX, at - 11 * DAY))


def _declined(at: datetime) -> None:
    serial = _lapsed(TAREK, at, place=1)
    asked = ask_courtesy(serial=serial, why="We would like to try it a little longer.", **_as(TAREK, at - 9 * DAY))
    why = "No order is known. Ask your reseller for a trial licence."
    decline_courtesy(courtesy_id=asked, why=why, **_as(CASS, at - 8 * DAY))


def _give(serial: str, days: int, why: str, *, request: int | None = None, **asking: Any) -> int:
    return give_courtesy(serial=serial, offer=Offer(days=days, most_cases=3, why=why), request=request, **asking)


def _lapsed(email: str, at: datetime, *, place: int = 0) -> str:
    """A serial number of the person's company whose cover had ended some time before."""
    who = _who(email)
    lapsed = Asset.objects.filter(organisation_id__in=who.organisation_ids, chain_ends_on__lte=at.date() - 2 * DAY)
    serials = list(lapsed.order_by(F("chain_ends_on"), "id").values_list("serial_number", flat=True))
    return str(serials[place])


def _who(email: str) -> Who:
    return who_is(EmailAddress.objects.get(email=email).user_id)


def _as(email: str, at: datetime) -> dict[str, Any]:
    """Who acts, when, and how the journal names them."""
    who = _who(email)
    return {"who": who, "at": at, "by": Actor(kind="person", id=str(who.person_id), name=who.name or who.email)}
