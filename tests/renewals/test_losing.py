"""A representative says that a term is lost, and takes it back."""

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from tenure.accounts.models import Person
from tenure.entitlements.models import Asset
from tenure.journal.models import Entry
from tenure.journal.words import COMMAND
from tenure.renewals.actions.losing import Ending, SaidLost, say_lost, take_back
from tenure.renewals.actions.waves import run_wave
from tenure.renewals.models import Lost, Notice, Quote
from tenure.renewals.words import LostReason, LostRefusal
from tenure.toolbox.refused import Refused
from tests import cast, estate
from tests.renewals import world
from tests.renewals.world import OWN, SECOND

TODAY = cast.AT.date()
ENDS = TODAY + timedelta(days=30)


@pytest.fixture(autouse=True)
def policy(db: None) -> None:
    estate.policy()
    world.prices()


def owned(serial: str = OWN) -> Asset:
    return world.owned(serial, ends=ENDS + timedelta(days=1))


def said(someone: Person, *terms: tuple[str, date], reason: str = "price", words: str = "", **more: Any) -> SaidLost:
    return say_lost(
        terms=[Ending(serial=serial, ends_on=ends) for serial, ends in terms], reason=LostReason(reason), words=words,
        **cast.asking(someone, **more),
    )  # fmt: skip


def rows() -> list[tuple[str, date, str, str, bool]]:
    found = Lost.objects.order_by("id").select_related("asset")
    return [(row.asset.serial_number, row.ends_on, row.reason, row.words, row.taken_back_at is None) for row in found]


def refused(someone: Person, *terms: tuple[str, date], **more: Any) -> tuple[LostRefusal, dict[str, Any]]:
    before = rows(), Entry.objects.count()
    with pytest.raises(Refused) as no:
        said(someone, *terms, **more)
    assert (rows(), Entry.objects.count()) == before
    return no.value.code, dict(no.value.facts)  # type: ignore[return-value]


def test_a_term_is_said_to_be_lost_once_and_kept_in_the_journal() -> None:
    owned()
    by = cast.renewals()
    assert said(by, (OWN, ENDS), words="Their budget is cut.") == SaidLost(count=1, open_quotes=())
    assert said(by, (OWN.lower(), ENDS), words="Their budget is cut.") == SaidLost(count=0, open_quotes=())
    assert rows() == [(OWN, ENDS, "price", "Their budget is cut.", True)]
    entry = Entry.objects.get(verb="renewals.term_lost")
    assert (entry.subject, entry.facts, entry.why) == (
        OWN, {"ends_on": ENDS.isoformat(), "reason": "price"}, "Their budget is cut.",
    )  # fmt: skip


def test_the_last_word_counts() -> None:
    owned()
    by = cast.manager()
    said(by, (OWN, ENDS))
    said(by, (OWN, ENDS), reason="competitor")
    assert rows() == [(OWN, ENDS, "price", "", False), (OWN, ENDS, "competitor", "", True)]


def test_it_is_taken_back_and_the_second_time_nothing_happens() -> None:
    owned()
    by = cast.operator()
    said(by, (OWN, ENDS))
    term = Ending(serial=OWN, ends_on=ENDS)
    assert [take_back(term=term, **cast.asking(by)) for _ in range(2)] == [True, False]
    assert rows() == [(OWN, ENDS, "price", "", False)]
    assert Entry.objects.filter(verb="renewals.term_not_lost").count() == 1
    with pytest.raises(Refused) as no:
        take_back(term=Ending(serial="M9", ends_on=ENDS), **cast.asking(by))
    assert no.value.code is LostRefusal.NOT_FOUND


def test_a_lost_term_is_told_of_no_more_until_it_is_taken_back() -> None:
    owned()
    by = cast.renewals()
    said(by, (OWN, ENDS))
    assert run_wave(on=TODAY, at=cast.AT, by=COMMAND).notices == 0
    take_back(term=Ending(serial=OWN, ends_on=ENDS), **cast.asking(by))
    assert run_wave(on=TODAY, at=cast.AT, by=COMMAND).notices == 1
    assert [(row.ends_on, row.step) for row in Notice.objects.all()] == [(ENDS, -30)]


def test_open_quotes_are_named_and_left_as_they_are() -> None:
    owned()
    number = world.sent(cast.reseller())
    before = Quote.objects.values().get()
    assert said(cast.renewals(), (OWN, ENDS)).open_quotes == (number,)
    assert Quote.objects.values().get() == before


def test_a_renewal_after_it_makes_it_not_count_and_the_next_end_can_be_lost_anew() -> None:
    made = owned()
    by = cast.renewals()
    number = world.accepted(cast.reseller(), cast.owner())
    said(by, (OWN, ENDS))
    world.ordered(by, number)
    made.refresh_from_db()
    assert made.chain_ends_on is not None
    last_day = made.chain_ends_on - timedelta(days=1)
    assert refused(by, (OWN, ENDS)) == (LostRefusal.NOT_LAST_END, {"serial": OWN, "last_day": last_day.isoformat()})
    assert said(by, (OWN, last_day)).count == 1
    assert [row[4] for row in rows()] == [True, True]


def test_several_are_lost_together_or_none_is() -> None:
    owned()
    owned(SECOND)
    by = cast.renewals()
    assert refused(by, (OWN, ENDS), (SECOND, TODAY))[0] is LostRefusal.NOT_LAST_END
    assert refused(by, (OWN, ENDS), ("M99\0", ENDS)) == (LostRefusal.NOT_FOUND, {"serial": "M99"})
    assert said(by, (OWN, ENDS), (SECOND, ENDS)).count == 2


def test_what_makes_no_sense_is_refused() -> None:
    made = owned()
    by = cast.renewals()
    assert refused(by)[0] is LostRefusal.NOTHING_CHOSEN
    assert refused(by, (OWN, ENDS), reason="other", words=" \n ")[0] is LostRefusal.WORDS_MISSING
    assert refused(by, *((f"M{n}", ENDS) for n in range(101))) == (LostRefusal.TOO_MANY, {"most": 100})
    Asset.objects.filter(pk=made.pk).update(quantity=0)
    assert refused(by, (OWN, ENDS))[0] is LostRefusal.NOT_LAST_END


@pytest.mark.parametrize("name", ["owner", "reseller", "engineer", "analyst", "care_agent", "stranger"])
def test_others_may_not_and_learn_nothing(name: str) -> None:
    owned()
    someone = getattr(cast, name)()
    told = [refused(someone, (serial, ENDS)) for serial in (OWN, "M99")]
    assert told == [(LostRefusal.NOT_ALLOWED, {})] * 2
    with pytest.raises(Refused) as no:
        take_back(term=Ending(serial=OWN, ends_on=ENDS), **cast.asking(someone))
    assert no.value.code is LostRefusal.NOT_ALLOWED


@pytest.fixture
def told() -> Iterator[list[int]]:
    yield []


@pytest.mark.django_db(transaction=True)
def test_said_by_several_at_once_it_is_lost_once(told: list[int]) -> None:
    owned()
    by = cast.renewals()
    start = threading.Barrier(4)

    def say() -> None:
        try:
            start.wait()
            told.append(said(by, (OWN, ENDS)).count)
        finally:
            connection.close()

    threads = [threading.Thread(target=say) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(told) == [0, 0, 0, 1]
    assert len(rows()) == 1
