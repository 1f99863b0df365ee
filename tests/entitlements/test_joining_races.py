"""Two at once, with real threads on the real database."""

import pytest

from tenure.accounts.models import Membership
from tenure.entitlements import actions
from tenure.entitlements.models import Joining, JoiningRequest
from tenure.outbox.models import Mail
from tenure.policy.words.identifiers import Identifier
from tests import cast, estate
from tests.cast import asking
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

OWN = "M1000000001"


def serial(value: str) -> Identifier:
    return Identifier(kind="serial_number", value=value)


def test_of_two_answers_at_once_one_counts_and_one_letter_goes_out():
    estate.policy()
    estate.asset(cast.aster(), OWN)
    sam, olga, cass = cast.stranger(), cast.owner(), cast.care_agent()
    actions.ask_to_join(identifiers=[serial(OWN)], **asking(sam))
    request = JoiningRequest.objects.get().pk
    told = at_once(
        lambda: actions.approve_joining(request_id=request, **asking(olga)),
        lambda: actions.decline_joining(request_id=request, why="No.", **asking(cass)),
    )
    assert told == ["done", "request_answered"]
    approved = JoiningRequest.objects.get().answer == "approved"
    assert Membership.objects.filter(person=sam).count() == int(approved)
    assert Mail.objects.filter(recipient=sam.email).count() == 1


def test_of_two_requests_at_once_beyond_the_last_allowed_one_is_written():
    estate.policy()
    sam = cast.stranger()
    for number in range(4):
        actions.ask_to_join(identifiers=[serial(f"M777777777{number}")], **asking(sam))
    asked = asking(sam)
    told = at_once(
        lambda: actions.ask_to_join(identifiers=[serial("M7777777778")], **asked),
        lambda: actions.ask_to_join(identifiers=[serial("M7777777779")], **asked),
    )
    assert (told, Joining.objects.count()) == (["done", "too_many_requests"], 5)
