"""Two at once, with real threads on the real database."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from tenure.accounts import actions
from tenure.accounts.models import Contact, Invitation, Membership
from tenure.accounts.words import AccountRefusal, Role
from tenure.journal.models import Entry
from tenure.journal.words import COMMAND
from tenure.toolbox.refused import Refused
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """What each act answers, "done" or its refusal, when all start together."""
    start = Barrier(len(acts))

    def run(act):
        try:
            start.wait(10)
            act()
            return "done"
        except Refused as no:
            return no.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def owners(place):
    return Membership.objects.filter(organisation=place, role=Role.OWNER, ended_at=None).count()


@pytest.mark.parametrize("turn", range(5))
def test_when_both_owners_leave_at_once_one_stays(turn):
    place, first, second = cast.aster(), cast.owner(), cast.person("second@aster.example")
    cast.join(second, place, Role.OWNER)
    asked = [
        {"organisation_id": place.pk, "membership_id": m.pk, **cast.asking(m.person)}
        for m in Membership.objects.filter(person__in=[first, second])
    ]
    answers = at_once(*(lambda a=a: actions.end_membership(**a) for a in asked))
    assert answers == ["done", AccountRefusal.LAST_OWNER]
    assert owners(place) == 1


def test_when_two_owners_end_each_other_at_once_one_stays():
    place, first, second = cast.aster(), cast.owner(), cast.person("second@aster.example")
    cast.join(second, place, Role.OWNER)
    one, two = (Membership.objects.get(person=p) for p in (first, second))
    answers = at_once(
        lambda a=cast.asking(first): actions.end_membership(organisation_id=place.pk, membership_id=two.pk, **a),
        lambda a=cast.asking(second): actions.end_membership(organisation_id=place.pk, membership_id=one.pk, **a),
    )
    assert answers == ["done", AccountRefusal.NOT_FOUND]
    assert owners(place) == 1


@pytest.mark.parametrize("turn", range(5))
def test_an_invitation_accepted_twice_at_once_is_accepted_once(turn):
    owner, guest, place = cast.owner(), cast.stranger(), cast.aster()
    secret = actions.invite(organisation_id=place.pk, email=guest.email, role=Role.VIEWER, **cast.asking(owner))
    asked = cast.asking(guest)
    answers = at_once(*[lambda: actions.accept_invitation(secret=secret, **asked)] * 2)
    assert answers == ["done", AccountRefusal.INVITATION_ENDED]
    assert Membership.objects.filter(person=guest).count() == 1
    assert Entry.objects.filter(verb="accounts.invitation_accepted").count() == 1


def test_the_same_invitation_by_two_owners_at_once_goes_out_once():
    place, first, second = cast.aster(), cast.owner(), cast.person("second@aster.example")
    cast.join(second, place, Role.OWNER)
    asked = {"organisation_id": place.pk, "email": "new@aster.example", "role": Role.VIEWER}
    answers = at_once(*(lambda a=cast.asking(p): actions.invite(**asked, **a) for p in (first, second)))
    assert answers == [AccountRefusal.ALREADY_INVITED, "done"]
    assert Invitation.objects.count() == 1


def test_an_offer_taken_and_withdrawn_at_once_is_one_of_the_two():
    owner, taker, place = cast.owner(), cast.technical(), cast.aster()
    offer = actions.offer_handover(organisation_id=place.pk, taker_id=taker.pk, **cast.asking(owner))
    asked = {"organisation_id": place.pk, "handover_id": offer}
    answers = at_once(
        lambda a=cast.asking(taker): actions.accept_handover(**asked, **a),
        lambda a=cast.asking(owner): actions.withdraw_handover(**asked, **a),
    )
    assert answers == ["done", AccountRefusal.HANDOVER_ENDED]
    assert owners(place) == 1


def test_a_contact_joined_from_both_sides_at_once_is_joined_once():
    place, someone = cast.aster(), cast.stranger()
    contact = Contact.objects.create(organisation=place, role=Role.OWNER, name="Sam", email=someone.email)
    asked = {"at": cast.AT, "by": COMMAND}
    answers = at_once(
        lambda: actions.join_by_address(person_id=someone.pk, address=someone.email, **asked),
        lambda: actions.join_known_contacts(contact_ids=[contact.pk], **asked),
    )
    assert answers == ["done", "done"]
    assert Membership.objects.filter(person=someone).count() == 1
    assert Entry.objects.filter(verb="accounts.joined_by_address").count() == 1
