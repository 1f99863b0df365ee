"""Two at once, on the real database: the last unit, one machine, a key."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from tenure.activation import actions
from tenure.activation.actions import keys as key_actions
from tenure.activation.models import Activation, ActivationCode, LicenceFile, SigningKey
from tenure.entitlements.models import Asset
from tenure.journal.words import COMMAND
from tenure.toolbox.refused import Refused
from tests import cast
from tests.activation.conftest import activated

pytestmark = pytest.mark.django_db(transaction=True)
TURNS = 6


def _together(*acts) -> list[str]:
    """What each said, all begun in one instant."""
    gate = Barrier(len(acts))

    def run(act) -> str:
        try:
            gate.wait()
            act()
        except Refused as no:
            return no.code.value
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


@pytest.mark.parametrize("turn", range(TURNS))
def test_of_two_who_take_the_last_unit_one_is_refused(licence, empty_queue, turn):
    someone = cast.owner()
    Asset.objects.filter(id=licence.id).update(quantity=3)
    activated(someone, licence, "before", 2)
    assert _together(*(lambda host=host: activated(someone, licence, host) for host in "abc")) == [
        "done", "units_taken", "units_taken",
    ]  # fmt: skip
    assert (Activation.objects.count(), LicenceFile.objects.count()) == (2, 2)


def test_the_same_machine_twice_at_once_is_one_activation(licence, empty_queue):
    someone = cast.owner()
    assert _together(*(lambda: activated(someone, licence, "same") for _ in range(3))) == ["done"] * 3
    assert (Activation.objects.count(), LicenceFile.objects.count()) == (1, 1)


def test_two_who_move_one_activation_at_once_leave_one(licence, empty_queue):
    someone = cast.owner()
    first = activated(someone, licence, "old")
    from tests.activation.conftest import on

    said = _together(*(
        lambda host=host: actions.move_activation(activation_id=first.id, machine=on(host), **cast.asking(someone))
        for host in "ab"
    ))  # fmt: skip
    assert said == ["activation_ended", "done"]
    assert Activation.objects.filter(ended_at=None).count() == 1


def test_the_first_key_is_made_once(licence, empty_queue):
    _together(*(lambda: key_actions.signer(at=cast.AT) for _ in range(3)))
    assert SigningKey.objects.count() == 1


def test_two_who_issue_codes_at_once_give_each_term_one(licence, empty_queue):
    ActivationCode.objects.all().delete()
    _together(*(lambda: actions.issue_codes(at=cast.AT, by=COMMAND) for _ in range(3)))
    assert ActivationCode.objects.count() == 2
