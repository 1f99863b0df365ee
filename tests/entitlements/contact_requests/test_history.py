"""Who was a contact from when to when, by whom and why."""

from datetime import timedelta

import pytest

from tenure.accounts.words import Role
from tenure.entitlements import actions, queries
from tenure.entitlements.queries.contact_history import contact_history
from tests import cast
from tests.cast import AT, asking, who
from tests.entitlements.contact_requests.world import ask, numbers, seat, wanted

pytestmark = pytest.mark.django_db


def test_the_history_says_who_from_when_to_when_by_whom_and_why():
    olga, cass, sam = cast.owner(), cast.care_agent(), cast.technical()
    old = seat("Tess")
    request = ask(sam, wanted("replace", numbers(contact_id=old), words="Tess has left.")).request_id
    later = AT + timedelta(days=1)
    actions.grant_contact_change(request_id=request, **asking(cass, later))
    new, tess = contact_history(who(olga), cast.aster().pk).rows
    assert (new.name, new.since, new.by, new.asked_by, new.why, new.until) == (
        "Nia Quist", later, cass.name, sam.name, "Tess has left.", None,
    )  # fmt: skip
    assert (tess.identifier, tess.until, tess.ended_by, tess.end_asked_by, tess.end_why) == (
        old, later, cass.name, sam.name, "Tess has left.",
    )  # fmt: skip
    assert contact_history(who(cast.other_owner()), cast.aster().pk).rows == ()
    first = contact_history(who(olga), cast.aster().pk, limit=1)
    rest = contact_history(who(olga), cast.aster().pk, limit=1, before=first.next)
    assert (first.rows + rest.rows, rest.next, first.ever, first.now) == ((new, tess), None, 2, 1)


def test_the_technical_role_comes_with_the_seat():
    olga, sam = cast.owner(), cast.stranger()
    ask(olga, wanted(email=sam.email))
    assert who(sam).holds(cast.aster().pk, Role.TECHNICAL)
    assert [held.level for held in queries.seat_of(who=who(sam), organisation_id=cast.aster().pk, at=AT)] == ["basic"]
