"""Drafts of a policy: nothing is in force by them, and one is applied once, whoever presses."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from tenure.cli.demonstration.cast import VENDOR_DOMAIN
from tenure.cli.demonstration.drafts import make_drafts
from tenure.journal.models import Entry
from tenure.journal.words import COMMAND
from tenure.policy.actions import apply_draft, drop_draft, put_draft
from tenure.policy.models import PolicyDraft, PolicyVersion
from tenure.policy.queries import draft, drafts
from tenure.policy.words import Code
from tenure.toolbox.refused import Refused
from tests import cast, estate
from tests.outlook.simulation.suppositions import TODAY, days, edited


def put() -> int:
    return put_draft(text=edited(), in_force_from=days(9), put_by=1, at=cast.AT, by=COMMAND)


@pytest.mark.django_db
def test_a_draft_is_in_force_for_nothing() -> None:
    estate.policy()
    number = put()
    assert (PolicyVersion.objects.count(), [each.id for each in drafts()]) == (1, [number])


@pytest.mark.django_db
def test_a_draft_with_mistakes_or_a_day_that_is_past_is_not_kept() -> None:
    estate.policy()
    before = Entry.objects.count()
    with pytest.raises(Refused):
        put_draft(text="[policy]\n", in_force_from=TODAY, put_by=1, at=cast.AT, by=COMMAND)
    with pytest.raises(Refused) as refused:
        put_draft(text=edited(), in_force_from=days(-1), put_by=1, at=cast.AT, by=COMMAND)
    assert (refused.value.code, PolicyDraft.objects.count(), Entry.objects.count()) == (Code.IN_THE_PAST, 0, before)


@pytest.mark.django_db
def test_a_draft_cannot_be_both_applied_and_put_away() -> None:
    estate.policy()
    number = put()
    apply_draft(number=number, at=cast.AT, by=COMMAND, places=[])
    with pytest.raises(Refused) as refused:
        drop_draft(number=number, at=cast.AT, by=COMMAND)
    assert refused.value.code is Code.UNKNOWN_DRAFT
    with pytest.raises(IntegrityError, match="policy_draft_one_end"):
        PolicyDraft.objects.filter(id=number).update(dropped_at=cast.AT)


@pytest.mark.django_db(transaction=True)
def test_two_who_apply_and_one_who_drops_at_once_do_one_of_it() -> None:
    estate.policy()
    number, together = put(), Barrier(3)

    def press(act: str) -> str:
        together.wait()
        try:
            if act == "apply":
                apply_draft(number=number, at=cast.AT, by=COMMAND, places=[])
            else:
                drop_draft(number=number, at=cast.AT, by=COMMAND)
        except Refused as refused:
            return str(refused.code.value)
        finally:
            connection.close()
        return act

    with ThreadPoolExecutor(3) as pool:
        said = sorted(pool.map(press, ["apply", "apply", "drop"]))
    won = [each for each in said if each != Code.UNKNOWN_DRAFT]
    row = draft(number=number)
    assert row is not None
    assert len(won) == 1
    assert (PolicyVersion.objects.count(), row.applied, row.dropped_at is not None) == (
        (2, 2, False) if won == ["apply"] else (1, None, True)
    )


@pytest.mark.django_db
def test_the_demonstration_has_one_draft_however_often_it_is_made() -> None:
    estate.policy()
    cast.person(f"max.hollis@{VENDOR_DOMAIN}", "Max Hollis")
    for _ in range(2):
        make_drafts(at=cast.AT)
    [row] = drafts()
    assert (row.put_by_name, row.in_force_from, PolicyVersion.objects.count()) == ("Max Hollis", days(14), 1)
