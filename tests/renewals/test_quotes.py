"""Quotes are kept as they were prepared; each side is shown its own price, and may do what is its own to do."""

import threading
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from tenure.accounts.models import Membership, Person
from tenure.journal.models import Entry
from tenure.outbox.models import Mail
from tenure.renewals.actions.quotes import (
    QuoteWanted,
    accept_quote,
    decline_quote,
    remind_customer,
    revise_quote,
    send_quote,
    standing,
    withdraw_quote,
)
from tenure.renewals.models import Quote, QuoteLine
from tenure.renewals.queries.kept import QuoteFilters, lines_of, quote, quotes, waiting_of
from tenure.renewals.rules.standing import changed, state_of
from tenure.renewals.words import Changed, Held, KeptInstants, QuoteState
from tenure.toolbox.refused import Refused
from tests import cast, estate
from tests.cast import AT, asking
from tests.renewals.world import FOREIGN, OWN, SECOND, accepted, ordered, owned, prepared, prices, sent

pytestmark = pytest.mark.django_db
LIST, PARTNER = Decimal(12000), Decimal(9600)


@pytest.fixture(autouse=True)
def market(db: None) -> None:
    estate.policy()
    prices()
    owned()


def refused(code: str, act: object, **facts: object) -> None:
    """The act is refused with the code, and nothing has changed."""
    before = (
        Quote.objects.count(),
        list(Quote.objects.order_by("pk").values()),
        Mail.objects.count(),
        Entry.objects.count(),
    )
    with pytest.raises(Refused) as no, transaction.atomic():
        act()  # type: ignore[operator]
    assert (no.value.code.value, {key: no.value.facts[key] for key in facts}) == (code, facts)
    after = (
        Quote.objects.count(),
        list(Quote.objects.order_by("pk").values()),
        Mail.objects.count(),
        Entry.objects.count(),
    )
    assert after == before


def test_a_resellers_quote_is_kept_with_both_prices_and_shown_to_nobody_but_its_sides_after_it_was_sent():
    rhys, olga, remy = cast.reseller(), cast.owner(), cast.renewals()
    number = prepared(rhys)
    kept = Quote.objects.get()
    assert (number[:3], kept.total, kept.tax, kept.partner_total, kept.partner_tax) == (
        "QU-", LIST, Decimal(2280), PARTNER, Decimal(0),
    )  # fmt: skip
    assert (kept.order_day, kept.valid_to) == (date(2026, 11, 24), date(2026, 12, 24))
    seen = {each.name: quote(who=cast.who(each), number=number, at=AT) for each in (rhys, olga, remy)}
    assert {name: row and (row.side.value, row.total, row.partner_total) for name, row in seen.items()} == {
        "Rhys Cinder": ("reseller", PARTNER, None), "Olga Aster": None, "Renewals": ("vendor", LIST, PARTNER),
    }  # fmt: skip
    send_quote(number=number, **asking(rhys))
    row = quote(who=cast.who(olga), number=number, at=AT)
    assert (row.side.value, row.state.value, row.total, row.partner_total, row.partner_percent) == (
        "customer", "sent", LIST, None, None,
    )  # fmt: skip
    (line,) = lines_of(row)
    assert (line.starts_on, line.ends_on, line.amount, line.listed) == (date(2027, 4, 1), date(2028, 3, 31), LIST, LIST)
    (line,) = lines_of(seen["Rhys Cinder"])
    assert (line.amount, line.listed) == (PARTNER, LIST)
    assert waiting_of(seen["Rhys Cinder"])[0].total == PARTNER
    assert waiting_of(row)[0].total == LIST


def letters() -> list[tuple[str, str]]:
    return list(Mail.objects.order_by("pk").values_list("kind", "recipient"))


def test_a_customer_is_reminded_of_a_quote_that_was_sent_once_a_day_of_its_zone_and_not_on_the_day_of_sending():
    cast.owner(), cast.purchasing()
    remy, rhys = cast.renewals(), cast.reseller()
    number = sent(rhys)
    first = letters()
    refused("written_today", lambda: remind_customer(number=number, **asking(remy)))
    assert Quote.objects.get().zone == "Europe/Berlin"  # where AT is an hour after noon
    refused(
        "written_today", lambda: remind_customer(number=number, **asking(remy, AT + timedelta(hours=10, minutes=59)))
    )
    next_day = AT + timedelta(hours=11)
    remind_customer(number=number, **asking(remy, next_day))
    assert letters()[len(first) :] == [("renewals.customer_reminded", address) for _kind, address in first]
    assert len(set(Mail.objects.values_list("subject", flat=True))) == 1
    entry = Entry.objects.latest("id")
    assert (entry.verb, entry.subject, entry.actor_name) == ("renewals.customer_reminded", number, remy.name)
    refused("written_today", lambda: remind_customer(number=number, **asking(remy, next_day + timedelta(hours=1))))
    remind_customer(number=number, **asking(rhys, next_day + timedelta(days=1)))
    assert len(letters()) == 3 * len(first)


def test_nobody_is_reminded_of_a_quote_that_waits_for_somebody_else_nor_by_the_customer():
    rhys, olga, remy = cast.reseller(), cast.owner(), cast.renewals()
    number, later = prepared(rhys), AT + timedelta(days=2)
    refused("quote_state", lambda: remind_customer(number=number, **asking(remy, later)), state="prepared")
    send_quote(number=number, **asking(rhys))
    for someone in (olga, cast.engineer(), cast.other_owner()):
        refused("not_found", lambda someone=someone: remind_customer(number=number, **asking(someone, later)))
    refused("quote_expired", lambda: remind_customer(number=number, **asking(remy, AT + timedelta(days=60))))
    accept_quote(number=number, **asking(olga))
    refused("quote_state", lambda: remind_customer(number=number, **asking(remy, later)), state="accepted")


@pytest.mark.django_db(transaction=True)
def test_two_who_remind_at_once_write_one_letter(transactional_db: None):
    olga, remy, rhys = cast.owner(), cast.renewals(), cast.reseller()
    number, later = sent(rhys), AT + timedelta(days=1)
    asked = [asking(remy, later), asking(rhys, later)]
    before, barrier, codes = Mail.objects.count(), threading.Barrier(2), list[str]()

    def remind(who: dict[str, object]) -> None:
        barrier.wait()
        try:
            remind_customer(number=number, **who)
            codes.append("done")
        except Refused as no:
            codes.append(no.code.value)
        finally:
            connection.close()

    threads = [threading.Thread(target=remind, args=(each,)) for each in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(codes), Mail.objects.count() - before, olga.email) == (
        ["done", "written_today"], 1, Mail.objects.latest("pk").recipient,
    )  # fmt: skip


@pytest.mark.parametrize("role", ["technical", "stranger", "other_owner", "engineer", "analyst"])
def test_nobody_else_sees_a_quote(role: str):
    number = sent(cast.reseller())
    who = cast.who(getattr(cast, role)())
    page = quotes(who=who, filters=QuoteFilters(), at=AT)
    assert (quote(who=who, number=number, at=AT), page.rows, sum(page.counts.values())) == (None, (), 0)


def test_another_reseller_sees_nothing_of_it():
    number = sent(cast.reseller())
    other = cast.person("ulla@umber.example")
    cast.join(other, cast.organisation("Umber Resale", "GB", "reseller"), cast.Role.RESELLER)
    assert quote(who=cast.who(other), number=number, at=AT) is None
    refused("not_found", lambda: send_quote(number=number, **asking(other)))
    refused("unknown_serial", lambda: prepared(other))


def test_a_customers_own_quote_is_at_list_price_and_theirs_to_accept_at_once():
    olga = cast.owner()
    number = prepared(olga)
    row = quote(who=cast.who(olga), number=number, at=AT)
    assert (row.state, row.total) == (QuoteState.SENT, LIST)
    accept_quote(number=number, **asking(olga))
    assert quote(who=cast.who(olga), number=number, at=AT).state is QuoteState.ACCEPTED


@pytest.mark.parametrize("role", ["technical", "viewer"])
def test_who_does_not_buy_prepares_and_answers_nothing(role: str):
    someone = getattr(cast, role)()
    number = sent(cast.reseller())
    refused("not_allowed", lambda: prepared(someone))
    refused("not_found", lambda: accept_quote(number=number, **asking(someone)))


def test_a_serial_of_another_customer_is_caught_when_it_is_quoted():
    owned(FOREIGN, customer=cast.bellwether())
    rhys = cast.reseller()
    refused("several_customers", lambda: prepared(rhys, OWN, FOREIGN))
    refused("other_customer", lambda: prepared(rhys, FOREIGN, customer=cast.aster().number), serial=FOREIGN)
    refused("unknown_serial", lambda: prepared(cast.owner(), FOREIGN), serial=FOREIGN)


def test_licences_of_two_resellers_are_quoted_apart():
    owned(SECOND, reseller=cast.organisation("Umber Resale", "GB", "reseller"))
    refused("several_resellers", lambda: prepared(cast.owner(), OWN, SECOND))


def test_a_quote_is_accepted_once_by_who_still_buys_for_the_customer():
    rhys, olga, petra = cast.reseller(), cast.owner(), cast.purchasing()
    number = prepared(rhys)
    refused("not_found", lambda: accept_quote(number=number, **asking(olga)))
    send_quote(number=number, **asking(rhys))
    gone = asking(petra)
    Membership.objects.filter(person=petra).update(ended_at=AT)
    refused("not_allowed", lambda: accept_quote(number=number, **gone))
    refused("not_found", lambda: accept_quote(number=number, **asking(rhys)))
    accept_quote(number=number, **asking(olga))
    refused("quote_state", lambda: accept_quote(number=number, **asking(olga)), state="accepted")
    refused("quote_state", lambda: decline_quote(number=number, why="No.", **asking(olga)), state="accepted")
    assert Mail.objects.get(kind="renewals.quote_answered").recipient == rhys.email


def test_a_no_has_a_reason_that_the_reseller_reads():
    rhys, olga = cast.reseller(), cast.owner()
    number = sent(rhys)
    refused("why_missing", lambda: decline_quote(number=number, why=" \n", **asking(olga)))
    decline_quote(number=number, why="We close the site.", **asking(olga))
    letter = Mail.objects.get(kind="renewals.quote_answered")
    assert (letter.recipient, "We close the site." in letter.text, "€9,600.00" in letter.text) == (
        rhys.email,
        True,
        True,
    )
    assert quote(who=cast.who(rhys), number=number, at=AT).state is QuoteState.DECLINED


def test_a_quote_is_taken_back_by_its_seller_until_it_is_answered():
    rhys, olga = cast.reseller(), cast.owner()
    number = sent(rhys)
    refused("not_found", lambda: withdraw_quote(number=number, why="No.", **asking(olga)))
    withdraw_quote(number=number, why="A wrong level.", **asking(rhys))
    refused("quote_state", lambda: accept_quote(number=number, **asking(olga)), state="withdrawn")
    refused("quote_state", lambda: revise_quote(number=number, **asking(rhys)), state="withdrawn")
    assert "A wrong level." in Mail.objects.get(kind="renewals.quote_withdrawn").text


def test_a_revision_is_a_quote_of_its_own_and_takes_the_place_of_the_old_one():
    rhys, olga = cast.reseller(), cast.owner()
    old = sent(rhys)
    new = revise_quote(number=old, wanted=QuoteWanted(serials=(OWN,), years=3), **asking(rhys))
    rows = {number: quote(who=cast.who(rhys), number=number, at=AT) for number in (old, new)}
    assert [(row.state.value, row.revises, row.revised_by) for row in rows.values()] == [
        ("revised", "", new), ("prepared", old, ""),
    ]  # fmt: skip
    refused("quote_state", lambda: accept_quote(number=old, **asking(olga)), state="revised")
    refused("quote_state", lambda: revise_quote(number=old, **asking(rhys)), state="revised")
    refused("other_customer", lambda: _for_another(new, rhys))


def _for_another(number: str, rhys: Person) -> None:
    owned(FOREIGN, customer=cast.bellwether())
    revise_quote(number=number, wanted=QuoteWanted(serials=(FOREIGN,)), **asking(rhys))


def test_a_quote_expires_when_its_last_day_is_over_in_its_own_zone():
    olga = cast.owner()
    number = sent(cast.reseller())
    last = AT.replace(month=12, day=24, hour=22, minute=59)  # 23:59 in Berlin
    assert quote(who=cast.who(olga), number=number, at=last).state is QuoteState.SENT
    over = last + timedelta(minutes=1)
    assert quote(who=cast.who(olga), number=number, at=over).state is QuoteState.EXPIRED
    refused("quote_expired", lambda: accept_quote(number=number, **asking(olga, over)), valid_to="2026-12-24")


def test_what_was_quoted_is_never_altered_or_removed():
    sent(cast.reseller())
    for act in (
        lambda: Quote.objects.update(total=1), lambda: Quote.objects.update(sent_at=None), QuoteLine.objects.all().delete,
        lambda: QuoteLine.objects.update(amount=1), lambda: Quote.objects.update(partner_total=1),
    ):  # fmt: skip
        with pytest.raises(IntegrityError, match="never altered"), transaction.atomic():
            act()
    assert Quote.objects.get().total == LIST


def test_the_letter_to_the_customer_has_the_list_price_and_no_other():
    olga = cast.owner()
    sent(cast.reseller())
    letter = Mail.objects.get(recipient=olga.email)
    assert ("€14,280.00" in letter.text, "9,600" in letter.text + letter.html) == (True, False)


@pytest.mark.parametrize(("after", "said"), [
    ({}, "prepared"), ({"sent": True}, "sent"), ({"sent": True, "accepted": True}, "accepted"),
    ({"sent": True, "accepted": True, "ordered": True}, "ordered"), ({"sent": True, "declined": True}, "declined"),
    ({"withdrawn": True}, "withdrawn"), ({"sent": True, "revised": True}, "revised"),
])  # fmt: skip
@pytest.mark.parametrize("late", [0, 1])
def test_every_quote_is_in_exactly_one_state_on_a_day(after: dict[str, bool], said: str, late: int):
    kept = KeptInstants(
        valid_to=date(2026, 12, 24),
        sent=False,
        accepted=False,
        declined=False,
        withdrawn=False,
        revised=False,
        ordered=False,
    )
    over = late and said in {"prepared", "sent", "accepted"}
    on = date(2026, 12, 24 + late)
    assert state_of(kept=replace(kept, **after), on=on).value == ("expired" if over else said)


@pytest.mark.parametrize(("change", "what"), [
    ({"organisation": 9}, Changed.CUSTOMER), ({"reseller": 9}, Changed.RESELLER), ({"ends": None}, Changed.COVER),
    ({"level": "basic"}, Changed.LEVEL), ({"quantity": 9}, Changed.QUANTITY), ({"quantity": 0}, Changed.GONE),
    ({"site": 9}, Changed.SITE), ({}, None),
])  # fmt: skip
def test_what_is_not_as_it_was_quoted_is_named(change: dict[str, object], what: Changed | None):
    quoted = Held(organisation=1, site=1, reseller=1, quantity=10, level="essential", ends=date(2027, 4, 1))
    assert changed(quoted=quoted, now=replace(quoted, **change)) is what


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_of_quotes_takes_two_queries_however_many_there_are(count: int, django_assert_num_queries: object):
    rhys = cast.reseller()
    for _ in range(count):
        prepared(rhys)
    who = cast.who(rhys)
    with django_assert_num_queries(2):
        page = quotes(who=who, filters=QuoteFilters(), at=AT)
    assert (len(page.rows), page.counts[QuoteState.PREPARED]) == (count, count)


def test_pages_follow_each_other_and_a_search_finds_numbers_names_and_serials():
    rhys = cast.reseller()
    numbers = [prepared(rhys) for _ in range(3)]
    who = cast.who(rhys)
    first = quotes(who=who, filters=QuoteFilters(), at=AT, limit=2)
    second = quotes(who=who, filters=QuoteFilters(), at=AT, limit=2, after=first.next)
    assert [row.number for row in (*first.rows, *second.rows)] == numbers[::-1]
    found = {
        text: len(quotes(who=who, filters=QuoteFilters(text=text), at=AT).rows)
        for text in (numbers[0], "aster", OWN, "M9", "%", "\0")
    }
    assert found == {numbers[0]: 1, "aster": 3, OWN: 3, "M9": 0, "%": 0, "\0": 3}


def test_the_list_and_the_rule_say_the_same_of_every_state():
    rhys, olga = cast.reseller(), cast.owner()
    prepared(rhys)
    sent(rhys)
    accept_quote(number=sent(rhys), **asking(olga))
    decline_quote(number=sent(rhys), why="No.", **asking(olga))
    withdraw_quote(number=prepared(rhys), why="No.", **asking(rhys))
    revise_quote(number=sent(rhys), **asking(rhys))
    ordered(rhys, accepted(rhys, olga))
    for at in (AT, AT + timedelta(days=29), AT + timedelta(days=31)):
        page = quotes(who=cast.who(rhys), filters=QuoteFilters(), at=at)
        by_rule = {kept.number: standing(kept, at) for kept in Quote.objects.all()}
        assert {row.number: row.state for row in page.rows} == by_rule
        assert {state: count for state, count in page.counts.items() if count} == Counter(by_rule.values())
        for state in QuoteState:
            narrowed = quotes(who=cast.who(rhys), filters=QuoteFilters(view=state.value), at=at)
            assert {row.number for row in narrowed.rows} == {n for n, each in by_rule.items() if each is state}
