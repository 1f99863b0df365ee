"""Licences that were moved, split and given back; claims in every state; a proof."""

from datetime import datetime, timedelta

from tenure.accounts.models import Organisation, Person
from tenure.accounts.queries import who_is
from tenure.accounts.words import Who
from tenure.entitlements.actions import claims, moving, proving
from tenure.entitlements.models import Asset, Move
from tenure.entitlements.queries.moved import undo_plan_of
from tenure.entitlements.queries.moves import preview
from tenure.entitlements.words import MoveKind
from tenure.entitlements.words.moving import Wish
from tenure.journal.words import Actor

CARE = "cass.byrne@halden.example"
MIRA, DANA = "mira.solberg@aster-pohl.example", "dana.whitlock@juniperflats.example"
TICK = timedelta(milliseconds=1)  # one after the other, as they would be by hand
NO_SUCH_SERIAL = "M2699999999"


def make_moves(*, at: datetime) -> None:
    """Make them unless there are moves: a split, a transfer, a merge that was taken back, claims, a proof."""
    if Move.objects.exists():
        return
    _split(at + TICK)  # what is known since this very instant cannot be known otherwise in it
    _transfer(at + 2 * TICK)
    _merge_and_back(at + 3 * TICK)
    _claims(at)
    mira, by = _person(MIRA)
    proving.make_proof(who=mira, customer=_number("Aster & Pohl GmbH"), on=at.date(), at=at + 5 * TICK, by=by)


def _split(at: datetime) -> None:
    asset = _asset("Great Basin Freight", least=10)
    wish = Wish(kind=MoveKind.SPLIT, serials=(asset.serial_number,), parts=(asset.quantity - 4, 4))
    care, by = _person(CARE)
    moving.split_asset(
        who=care, wish=wish, why="Four of them run at another depot from now on, and shall be renewed apart.",
        seen=preview(who=care, wish=wish, at=at).digest, at=at, by=by,
    )  # fmt: skip


def _transfer(at: datetime) -> None:
    asset = _asset("Thornbury & Vale", least=1)
    wish = Wish(kind=MoveKind.TRANSFER, serials=(asset.serial_number,), to=_number("St Aldhelm College"))
    care, by = _person(CARE)
    moving.transfer_assets(
        who=care, wish=wish, why="The college took over the archive with everything that runs in it.",
        seen=preview(who=care, wish=wish, at=at).digest, at=at, by=by,
    )  # fmt: skip


def _merge_and_back(at: datetime) -> None:
    wish = Wish(kind=MoveKind.MERGE, customer=_number("Lindwurm Verlag"), to=_number("Stadtwerke Wolkenstein"))
    care, by = _person(CARE)
    shown = preview(who=care, wish=wish, at=at)
    number = moving.merge_customers(
        who=care, wish=wish, why="Two accounts of one firm, as the caller said.", seen=shown.digest,
        joining={each.membership: False for each in shown.people}, at=at, by=by,
    )  # fmt: skip
    then = at + TICK
    moving.undo_move(
        who=care, move_id=number, why="The caller had meant another Lindwurm.",
        seen=undo_plan_of(who=care, move_id=number, at=then).digest, at=then, by=by,
    )  # fmt: skip


def _claims(at: datetime) -> None:
    """One that waits for its holder, one that both sides have spoken to, one that was declined."""
    mira, mira_acts = _person(MIRA)
    dana, dana_acts = _person(DANA)
    care, care_acts = _person(CARE)
    juniper = Organisation.objects.get(name="Juniper Flats Hospital").pk
    aster = Organisation.objects.get(name="Aster & Pohl GmbH").pk
    heard = claims.claim_serial(
        who=dana, organisation_id=juniper, serial=_asset("Aster & Pohl GmbH", least=1).serial_number,
        words="We bought it in spring with sales order 26004210, through Cascade Maintenance Partners.",
        at=at - timedelta(days=3), by=dana_acts,
    )  # fmt: skip
    claims.claim_serial(
        who=mira, organisation_id=aster, serial=_asset("Great Basin Freight", least=1).serial_number,
        words="It stands in our inventory at the Graz office since January.", at=at - timedelta(hours=5), by=mira_acts,
    )  # fmt: skip
    declined = claims.claim_serial(
        who=mira, organisation_id=aster, serial=NO_SUCH_SERIAL, words="It is printed on an old paper of ours.",
        at=at - timedelta(days=9), by=mira_acts,
    )  # fmt: skip
    claims.tell_holders(at=at - timedelta(hours=4))
    claims.answer_claim(
        who=mira, claim_id=heard, words="It is on our certificate, and runs at the Munich works.",
        at=at - timedelta(hours=2), by=mira_acts,
    )  # fmt: skip
    claims.decline_claim(
        who=care, claim_id=declined, why="The paper that you sent does not show a serial number of ours.",
        at=at - timedelta(days=1), by=care_acts,
    )  # fmt: skip


def _asset(customer: str, *, least: int) -> Asset:
    """The first of a customer's assets with so many, whose terms are none of a courtesy."""
    own = Asset.objects.filter(organisation__name=customer, quantity__gte=least).exclude(terms__family=5)
    return own.order_by("id")[0]


def _number(customer: str) -> str:
    return Organisation.objects.get(name=customer).number


def _person(address: str) -> tuple[Who, Actor]:
    person = Person.objects.get(email=address)
    return who_is(person.pk), Actor(kind="person", id=str(person.pk), name=person.name)
