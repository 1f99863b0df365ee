"""Customers in programmes: one at a time, from a day until a day, by the renewals people alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.accounts.models import Organisation, Person
from tenure.journal.models import Entry
from tenure.renewals.actions.enrolments import end_enrolment, enrol
from tenure.renewals.models import Enrolment
from tenure.renewals.queries.enrolments import enrolments_of
from tenure.renewals.queries.quotes import quote_for
from tenure.renewals.words import Wish
from tenure.toolbox.refused import Refused
from tests import cast, estate
from tests.cast import asking
from tests.renewals.world import OWN, owned, prices

pytestmark = pytest.mark.django_db
FIRST = date(2026, 11, 1)


@pytest.fixture(autouse=True)
def market(db: None) -> None:
    estate.policy()
    prices()
    owned()


@pytest.fixture
def remy() -> Person:
    return cast.renewals()


def enrolled(
    someone: Person, programme: str = "education", starts: date = FIRST, last: date | None = None,
    customer: str | None = None,
) -> int:  # fmt: skip
    number = cast.aster().number if customer is None else customer
    return enrol(customer=number, programme=programme, starts_on=starts, last_day=last, **asking(someone))


def kept() -> list[tuple[object, ...]]:
    rows = Enrolment.objects.order_by("starts_on")
    return [(row.organisation.name, row.programme, row.starts_on, row.ends_on) for row in rows]


def test_the_conditions_hold_from_the_first_day_to_the_last_and_it_is_journalled(remy: Person) -> None:
    enrolled(remy, last=date(2026, 11, 30))
    days = (date(2026, 10, 31), FIRST, date(2026, 11, 30), date(2026, 12, 1))
    told = [quote_for(who=None, serials=[OWN], wish=Wish(on=on)).quote for on in days]
    assert [(each.programme, int(each.total)) for each in told] == [
        ("", 12_000), ("education", 8_400), ("education", 8_400), ("", 12_000),
    ]  # fmt: skip
    entry = Entry.objects.get(verb="renewals.enrolled")
    assert (entry.subject, entry.facts) == (
        cast.aster().number, {"programme": "education", "starts_on": "2026-11-01", "last_day": "2026-11-30"},
    )  # fmt: skip


def test_an_enrolment_that_is_open_ends_on_a_day_and_another_may_follow_it(remy: Person) -> None:
    made = enrolled(remy)
    end_enrolment(customer=cast.aster().number, enrolment_id=made, last_day=date(2026, 12, 31), **asking(remy))
    enrolled(remy, "public_sector", date(2027, 1, 1))
    name = cast.aster().name
    assert kept() == [
        (name, "education", FIRST, date(2027, 1, 1)), (name, "public_sector", date(2027, 1, 1), None),
    ]  # fmt: skip
    rows = enrolments_of(who=cast.who(remy), number=cast.aster().number, on=date(2026, 12, 1))
    assert [(row.programme, row.state, row.last_day) for row in rows] == [
        ("public_sector", "to_come", None), ("education", "now", date(2026, 12, 31)),
    ]  # fmt: skip


@pytest.mark.parametrize(("asked", "code"), [
    ({"programme": "choir"}, "programme_unknown"), ({"starts": date(1900, 1, 1)}, "day_out_of_range"),
    ({"last": date(9999, 12, 31)}, "day_out_of_range"), ({"last": date(2026, 10, 31)}, "ends_before_it_starts"),
    ({"customer": "no-such"}, "not_found"), ({"customer": "a\0b"}, "not_found"),
    ({"starts": date(2026, 6, 30)}, "already_enrolled"), ({"starts": date(2026, 6, 1), "last": date(2026, 6, 30)}, "already_enrolled"),
    ({"starts": date(2026, 7, 2), "last": date(2026, 7, 2), "programme": "public_sector"}, "already_enrolled"),
])  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_kept(remy: Person, asked: dict[str, object], code: str) -> None:
    enrolled(remy, starts=date(2026, 6, 30), last=date(2026, 7, 31))
    before = (kept(), Entry.objects.count())
    with pytest.raises(Refused) as no:
        enrolled(remy, **asked)  # type: ignore[arg-type]
    assert (no.value.code.value, (kept(), Entry.objects.count())) == (code, before)


@pytest.mark.parametrize(("last", "code"), [
    (date(2026, 5, 31), "ends_before_it_starts"), (date(2026, 7, 31), "ended"), (date(2027, 1, 1), "ended"),
])  # fmt: skip
def test_an_enrolment_is_only_ever_made_shorter(remy: Person, last: date, code: str) -> None:
    made = enrolled(remy, starts=date(2026, 6, 1), last=date(2026, 7, 31))
    before = kept()
    with pytest.raises(Refused) as no:
        end_enrolment(customer=cast.aster().number, enrolment_id=made, last_day=last, **asking(remy))
    assert (no.value.code.value, kept()) == (code, before)


@pytest.mark.parametrize(("someone", "code"), [
    (cast.owner, "not_found"), (cast.reseller, "not_found"), (cast.stranger, "not_found"),
    (cast.care_agent, "not_allowed"), (cast.engineer, "not_allowed"),
])  # fmt: skip
def test_nobody_else_enrols_or_ends_and_nobody_else_reads_it(remy: Person, someone, code: str) -> None:
    made, person = enrolled(remy), someone()
    before = (kept(), Entry.objects.count())
    for act in (
        lambda: enrolled(person, starts=date(2020, 1, 1), last=date(2020, 2, 1)),
        lambda: end_enrolment(
            customer=cast.aster().number, enrolment_id=made, last_day=date(2026, 12, 1), **asking(person)
        ),
    ):
        with pytest.raises(Refused) as no:
            act()
        assert no.value.code.value == code
    assert (kept(), Entry.objects.count()) == before
    seen = enrolments_of(who=cast.who(person), number=cast.aster().number, on=FIRST)
    assert len(seen) == (1 if someone is cast.care_agent else 0)


def test_an_enrolment_of_another_customer_is_not_there(remy: Person) -> None:
    made = enrolled(remy)
    with pytest.raises(Refused) as no:
        end_enrolment(customer=cast.bellwether().number, enrolment_id=made, last_day=FIRST, **asking(remy))
    assert (no.value.code.value, kept()[0][3]) == ("not_found", None)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30)), max_size=6))
def test_a_customer_is_in_at_most_one_programme_on_every_day(market: None, asked: list[tuple[int, int]]) -> None:
    Enrolment.objects.all().delete()
    remy = Person.objects.filter(email="renewals@vendor.example").first() or cast.renewals()
    inside: set[date] = set()
    for start, length in asked:
        first = FIRST + timedelta(days=start)
        days = {first + timedelta(days=each) for each in range(length + 1)}
        try:
            enrolled(remy, starts=first, last=max(days))
        except Refused as no:
            assert (no.code.value, bool(days & inside)) == ("already_enrolled", True)
        else:
            assert not days & inside
            inside |= days
    rows = Enrolment.objects.all()
    assert sum((row.ends_on - row.starts_on).days for row in rows if row.ends_on) == len(inside)


@pytest.mark.django_db(transaction=True)
def test_two_enrolments_at_once_make_one() -> None:
    remy, ready = cast.renewals(), Barrier(2)
    number = Organisation.objects.get(pk=cast.aster().pk).number

    def attempt(programme: str) -> str:
        ready.wait()
        try:
            enrolled(remy, programme, customer=number)
        except Refused as no:
            return no.code.value
        finally:
            connection.close()
        return "enrolled"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(attempt, ["education", "public_sector"]))
    assert (said, Enrolment.objects.count()) == (["already_enrolled", "enrolled"], 1)
