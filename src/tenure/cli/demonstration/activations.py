"""Machines of the demonstration: in use, moved, ended, reporting; a file for any machine, one withdrawn; three keys."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress

from tenure.accounts.queries import who_is
from tenure.accounts.words import Who
from tenure.activation import actions
from tenure.activation.actions.activating import Machine
from tenure.activation.models import Activation, ActivationCode
from tenure.activation.words import Report
from tenure.cli.demonstration.cast import CAST, VENDOR_DOMAIN
from tenure.entitlements.models import Asset
from tenure.journal.words import COMMAND, JOB, Actor

MACHINES = (("5C-26-0A-7F-11-E0", "rack 4, cellar"), ("5C-26-0A-7F-1B-42", "rack 7, cellar"), ("vm-0f3a9c", ""))
REPORTS = (35, 28, 21, 14, 7, 0)  # so many days ago


def make_activations(*, at: datetime) -> None:
    """Put some licences of Mira's organisation to use, unless some are already.  Source: ours."""
    actions.issue_codes(at=at, by=JOB)
    if Activation.objects.exists():
        return
    mira, jonas = _who(CAST[0].email), _who(CAST[1].email)
    running = _assets(mira, chain_ends_on__gt=at.date(), chain_starts_on__lt=at.date() - timedelta(days=60))
    running.sort(key=lambda asset: asset.licence_kind != "perpetual")
    _busy(running[0], jonas, at)
    _moved(running[1 % len(running)], jonas, at)
    actions.rotate_key(at=at - timedelta(days=20), by=COMMAND, why="yearly change")
    actions.sign_again(at=at - timedelta(days=20))
    _cared_for(running[2 % len(running)], jonas, at)
    for lapsed in _assets(mira, chain_ends_on__lte=at.date(), licence_kind="perpetual")[:1]:
        _activate(lapsed, jonas, "OT-PLC-0081", "paint shop", 1, at - timedelta(days=9))
    _by_code(running[3 % len(running)], jonas, at)
    actions.prepare_key(at=at - timedelta(days=2), by=COMMAND)


def _busy(asset: Asset, who: Who, at: datetime) -> None:
    """In use on three machines, which report week by week; one reports more than it has."""
    for place, (host, name) in enumerate(MACHINES):
        units = max(1, asset.quantity // 5)
        done = _activate(asset, who, host, name, units, at - timedelta(days=40 - place))
        for days in REPORTS[place:]:
            when = at - timedelta(days=days)
            more = units // 4 if place == 1 and days < 10 else 0
            clock = when + timedelta(days=2 if place == 2 else 0)
            report = Report(installed=units + more, version=asset.release.name if asset.release else "", clock=clock)
            actions.check_in(who=who, activation_id=done, report=report, at=when)


def _moved(asset: Asset, who: Who, at: datetime) -> None:
    """Moved twice, the second time off a dead machine; and one that is in use no more."""
    spare = _activate(asset, who, "spare-laptop", "", 1, at - timedelta(days=62))
    actions.end_activation(activation_id=spare, who=who, why="handed back", at=at - timedelta(days=55), by=_actor(who))
    place = _activate(asset, who, "lab-01", "test bench", 1, at - timedelta(days=50))
    for host, why, days in (("lab-02", "the bench was rebuilt", 30), ("lab-07", "the disk died", 4)):
        moved = actions.move_activation(
            who=who, activation_id=place, machine=Machine(host=host, name="test bench"), why=why,
            at=at - timedelta(days=days), by=_actor(who),
        )  # fmt: skip
        place = moved.id


def _cared_for(asset: Asset, who: Who, at: datetime) -> None:
    """Care gave files for a closed network, and withdrew one that went to a wrong address."""
    care = _who(f"cass.byrne@{VENDOR_DOMAIN}")
    _activate(asset, who, "gate-3", "control room", 1, at - timedelta(days=11))
    made = actions.issue_file_for_any_machine(
        who=care, serial=asset.serial_number, why="closed network without names for its machines",
        at=at - timedelta(days=10), by=_actor(care),
    )  # fmt: skip
    if made:
        actions.withdraw_file(
            who=care, number=made[0].number, why="sent to a wrong address", at=at - timedelta(days=6), by=_actor(care)
        )


def _by_code(asset: Asset, who: Who, at: datetime) -> None:
    """Activated by a product that typed the code."""
    code = ActivationCode.objects.filter(asset=asset, withdrawn_at=None).order_by("starts_on").first()
    if code is not None:
        machine = Machine(host="build-01.aster-pohl.example", name="build server", units=1)
        actions.activate_by_code(who=who, code=code.code, machine=machine, at=at - timedelta(days=3), by=_actor(who))


def _assets(who: Who, **more: object) -> list[Asset]:
    owned = Asset.objects.filter(organisation_id__in=who.organisation_ids, quantity__gte=4)
    return list(owned.filter(**more).select_related("release").order_by("id"))


def _activate(asset: Asset, who: Who, host: str, name: str, units: int, at: datetime) -> int:
    machine = Machine(host=host, name=name, units=units)
    return actions.activate(who=who, serial=asset.serial_number, machine=machine, at=at, by=_actor(who)).id


def _who(email: str) -> Who:
    return who_is(EmailAddress.objects.get(email=email).user_id)


def _actor(who: Who) -> Actor:
    return Actor(kind="person", id=str(who.person_id), name=who.name)
