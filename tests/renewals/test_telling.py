"""Bounces, legal windows, unsubscribing, tasks and calendars."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tenure.accounts.models import Site
from tenure.accounts.words import NOBODY
from tenure.catalog.models import Product, Release
from tenure.journal.models import Entry
from tenure.outbox.actions import reported
from tenure.outbox.models import Bounce, Mail
from tenure.renewals.actions.bounces import follow_bounces
from tenure.renewals.actions.letters import write_notices
from tenure.renewals.actions.preferences import choose_notices, make_feed, unsubscribe_by_letter, withdraw_feed
from tenure.renewals.actions.tasks import finish_task, take_task
from tenure.renewals.actions.windows import warn_of_windows
from tenure.renewals.models import CalendarFeed, NoticeLetter, RenewalTask, Unsubscribed
from tenure.renewals.queries.calendar import calendar, feed_made_at, reader_of
from tenure.renewals.queries.ending import Span, counted, ending, ending_all, ending_asset
from tenure.renewals.queries.notices import notices_of_asset, notices_of_customer, proofs, proofs_all
from tenure.renewals.queries.tasks import TaskFilters, tasks
from tenure.renewals.queries.unsubscribing import subscriptions, unsubscribe_url
from tenure.renewals.rules.calendar import Event, calendar_text, escaped, folded
from tenure.renewals.rules.telling import usable, window_on
from tenure.renewals.words import NoticeRefusal, RecipientKind, TaskKind
from tenure.toolbox.refused import Refused
from tests import cast, estate
from tests.renewals.books import POLICY, day
from tests.renewals.test_letters import sent, tell
from tests.renewals.test_letters import tasks as tasks_kept
from tests.renewals.test_waves import AT, LAST, SERIAL, owned, wave

WINDOWS = POLICY.renewals.legal_windows


@pytest.fixture
def policy(db: None) -> None:
    estate.policy()


def bounce(address: str) -> None:
    mail = Mail.objects.filter(recipient=address, kind="renewals.terms_end").latest("id")
    reported(mail_id=mail.id, said="550 no such user", at=AT)


@pytest.mark.usefixtures("policy")
class TestBounces:
    def test_the_next_contact_is_written_to_and_the_proof_says_so(self) -> None:
        cast.owner(), owned()
        second = cast.person("second@aster.example")
        cast.join(second, cast.aster(), cast.Role.OWNER)
        Bounce.objects.create(address="second@aster.example", bounced_at=AT)
        tell()
        Bounce.objects.all().delete()
        bounce("olga@aster.example")
        assert follow_bounces(at=AT) == 1
        assert [address for address, _ in sent()] == ["olga@aster.example", "second@aster.example"]
        assert list(NoticeLetter.objects.order_by("id").values_list("address", "bounced_at")) == [
            ("olga@aster.example", AT), ("second@aster.example", None),
        ]  # fmt: skip
        assert (follow_bounces(at=AT), len(sent())) == (0, 2)

    def test_where_nobody_is_left_the_team_has_a_task(self) -> None:
        cast.owner(), owned()
        tell()
        bounce("olga@aster.example")
        assert (follow_bounces(at=AT), follow_bounces(at=AT)) == (0, 0)
        assert tasks_kept() == [("bounced", "EMEA", SERIAL, "olga@aster.example")]

    def test_somebody_else_of_that_side_was_told_so_there_is_no_task(self) -> None:
        cast.owner(), cast.purchasing(), owned()
        tell()
        bounce("olga@aster.example")
        assert (follow_bounces(at=AT), tasks_kept()) == (0, [])

    def test_a_reseller_that_is_not_reached_is_not_made_up_for_by_the_customer(self) -> None:
        cast.owner(), cast.reseller()
        owned(reseller=cast.cinder())
        tell()
        bounce("rhys@cinder.example")
        assert follow_bounces(at=AT) == 0
        assert tasks_kept() == [("bounced", "EMEA", SERIAL, "rhys@cinder.example")]

    def test_who_unsubscribed_is_not_the_next(self) -> None:
        cast.owner()
        asset = owned()
        second = cast.person("second@aster.example")
        cast.join(second, cast.aster(), cast.Role.OWNER)
        Unsubscribed.objects.create(address="second@aster.example", organisation=asset.organisation, since=AT)
        tell()
        bounce("olga@aster.example")
        assert (follow_bounces(at=AT), len(sent())) == (0, 1)


@pytest.mark.usefixtures("policy")
class TestWindows:
    def in_new_york(self, days: int) -> None:
        asset = owned(until=AT.date() + timedelta(days=days))
        Site.objects.filter(id=asset.site_id).update(country="US", subdivision="US-NY")

    @pytest.mark.parametrize(("days", "warned"), [(91, 0), (90, 1), (75, 1), (74, 0)])
    def test_the_team_is_warned_on_each_day_of_the_window_and_no_other(self, days: int, warned: int) -> None:
        self.in_new_york(days)
        assert (warn_of_windows(at=AT), warn_of_windows(at=AT)) == (warned, 0)
        assert [kind for kind, *_ in tasks_kept()] == ["legal_window"] * warned

    def test_once_a_window_also_after_the_task_was_done(self) -> None:
        self.in_new_york(85)
        warn_of_windows(at=AT)
        RenewalTask.objects.update(done_at=AT)
        assert warn_of_windows(at=AT + timedelta(days=1)) == 0

    def test_not_where_somebody_was_told_inside_it(self) -> None:
        cast.owner()
        self.in_new_york(80)
        wave(AT.date() + timedelta(days=20))
        write_notices(at=AT)
        assert (len(sent()), warn_of_windows(at=AT)) == (1, 0)

    def test_a_letter_before_the_window_or_one_that_bounced_is_no_notice(self) -> None:
        cast.owner()
        self.in_new_york(80)
        wave(AT.date() + timedelta(days=20))
        write_notices(at=AT - timedelta(days=20))
        assert warn_of_windows(at=AT) == 1

    def test_elsewhere_there_is_no_window(self) -> None:
        owned(until=AT.date() + timedelta(days=85))
        assert warn_of_windows(at=AT) == 0

    def test_the_proof_lists_letters_of_such_terms_alone(self) -> None:
        cast.owner()
        self.in_new_york(80)
        other = estate.asset(cast.bellwether(), "M1000000008")
        estate.term(other, AT.date(), AT.date() + timedelta(days=81))
        wave(AT.date() + timedelta(days=20))
        write_notices(at=AT)
        staff = cast.who(cast.renewals())
        page = proofs(who=staff, windows=WINDOWS)
        assert [(row.serial, row.address, row.recipient, row.from_days, row.to_days) for row in page.rows] == [
            (SERIAL, "olga@aster.example", RecipientKind.LICENCE_OWNER, 90, 75)
        ]
        assert page.rows[0].mail == Mail.objects.get(kind="renewals.terms_end").id
        assert list(proofs_all(who=staff, windows=WINDOWS, text=SERIAL)) == list(page.rows)
        assert proofs(who=staff, windows=WINDOWS, text="100%").rows == ()
        assert proofs(who=cast.who(cast.purchasing()), windows=WINDOWS).rows == ()


@given(ends=st.dates(date(2027, 1, 1), date(2030, 1, 1)), left=st.integers(-400, 400))
def test_a_window_is_open_from_its_first_to_its_last_day(ends: date, left: int) -> None:
    found = window_on(
        windows=WINDOWS, country="US", subdivision="US-NY", ends_on=ends, on=ends - timedelta(days=left)
    )  # fmt: skip
    assert (found is not None) == (75 <= left <= 90)


@pytest.mark.usefixtures("policy")
class TestPreferences:
    def token(self) -> str:
        return unsubscribe_url(address="olga@aster.example", organisation_id=cast.aster().id).rpartition("/")[2]

    def test_a_letters_link_ends_them_once_and_again_changes_nothing(self) -> None:
        token = self.token()
        assert [unsubscribe_by_letter(token=token, at=AT) for _ in range(2)] == [True, False]
        assert list(Unsubscribed.objects.values_list("address", "organisation__name", "ended_at")) == [
            ("olga@aster.example", "Aster Mills", None)
        ]
        assert Entry.objects.filter(verb="renewals.unsubscribed").count() == 1

    @pytest.mark.parametrize("token", ["", "x", "a:b:c", "WzFd:1vabc:nothing", "\0"])
    def test_what_we_did_not_sign_is_not_found(self, token: str) -> None:
        with pytest.raises(Refused) as refused:
            unsubscribe_by_letter(token=token, at=AT)
        assert (refused.value.code, Unsubscribed.objects.count()) == (NoticeRefusal.NOT_FOUND, 0)

    def test_one_chooses_for_ones_own_organisations_and_takes_it_back(self) -> None:
        owner = cast.owner()
        place = cast.aster().id
        asked = cast.asking(owner)
        assert choose_notices(organisation_id=place, wanted=False, **asked)
        assert [each.comes for each in subscriptions(who=asked["who"])] == [False]
        assert choose_notices(organisation_id=place, wanted=True, **asked)
        assert not choose_notices(organisation_id=place, wanted=True, **asked)
        assert [each.comes for each in subscriptions(who=asked["who"])] == [True]

    def test_not_for_somebody_elses(self) -> None:
        cast.owner()
        other = cast.asking(cast.other_owner())
        with pytest.raises(Refused) as refused:
            choose_notices(organisation_id=cast.aster().id, wanted=False, **other)
        assert (refused.value.code, Unsubscribed.objects.count()) == (NoticeRefusal.NOT_FOUND, 0)

    def test_a_reseller_takes_back_what_a_customers_letter_ended(self) -> None:
        someone = cast.reseller()
        token = unsubscribe_url(address=someone.email, organisation_id=cast.aster().id).rpartition("/")[2]
        unsubscribe_by_letter(token=token, at=AT)
        asked = cast.asking(someone)
        assert [(each.organisation, each.comes) for each in subscriptions(who=asked["who"])] == [
            ("Aster Mills", False), ("Cinder Row Trading", True),
        ]  # fmt: skip
        assert choose_notices(organisation_id=cast.aster().id, wanted=True, **asked)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_unsubscribe_once() -> None:
    token = unsubscribe_url(address="olga@aster.example", organisation_id=cast.aster().id).rpartition("/")[2]
    together = Barrier(4)

    def go() -> bool:
        try:
            together.wait(timeout=20)
            return unsubscribe_by_letter(token=token, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        news = [each.result() for each in [pool.submit(go) for _ in range(4)]]
    assert (sorted(news), Unsubscribed.objects.count()) == ([False, False, False, True], 1)


@pytest.mark.usefixtures("policy")
class TestTasks:
    def made(self) -> int:
        owned()
        tell()
        return RenewalTask.objects.get().id

    def test_somebody_takes_it_and_says_when_it_is_done(self) -> None:
        task = self.made()
        asked = cast.asking(cast.renewals())
        take_task(task_id=task, **asked)
        page = tasks(who=asked["who"], filters=TaskFilters(mine=True))
        assert [(row.kind, row.serial, row.taken_by) for row in page.rows] == [
            (TaskKind.NOBODY_TO_TELL, SERIAL, "Renewals")
        ]
        finish_task(task_id=task, words="Called  them", **asked)
        assert tasks(who=asked["who"], filters=TaskFilters()).rows == ()
        assert [row.done_by for row in tasks(who=asked["who"], filters=TaskFilters(done=True)).rows] == ["Renewals"]
        assert Entry.objects.get(verb="renewals.task_done").why == "Called them"

    def test_others_of_the_staff_read_and_do_not_do(self) -> None:
        task, engineer = self.made(), cast.asking(cast.engineer())
        assert len(tasks(who=engineer["who"], filters=TaskFilters()).rows) == 1
        for act in (take_task, lambda **asked: finish_task(words="", **asked)):
            with pytest.raises(Refused) as refused:
                act(task_id=task, **engineer)
            assert refused.value.code is NoticeRefusal.NOT_ALLOWED
        assert RenewalTask.objects.filter(done_at=None, taken_at=None).count() == 1

    def test_customers_learn_nothing_of_tasks(self) -> None:
        task, owner = self.made(), cast.asking(cast.owner())
        assert tasks(who=owner["who"], filters=TaskFilters()).waiting == 0
        for number in (task, 999_999):
            with pytest.raises(Refused) as refused:
                take_task(task_id=number, **owner)
            assert refused.value.code is NoticeRefusal.NOT_FOUND

    def test_what_is_done_is_not_done_again(self) -> None:
        task, asked = self.made(), cast.asking(cast.renewals())
        finish_task(task_id=task, words="", **asked)
        with pytest.raises(Refused):
            finish_task(task_id=task, words="", **asked)

    def test_filters_narrow_and_a_page_follows_the_other(self) -> None:
        who = cast.who(cast.renewals())
        for n in range(1, 5):
            owned(f"M10000003{n:02}")
        tell()
        assert [row.serial for row in tasks(who=who, filters=TaskFilters(text="M1000000302")).rows] == ["M1000000302"]
        assert tasks(who=who, filters=TaskFilters(region="JP")).rows == ()
        assert tasks(who=who, filters=TaskFilters(kind="bounced")).rows == ()
        first = tasks(who=who, filters=TaskFilters(), limit=3)
        second = tasks(who=who, filters=TaskFilters(), limit=3, place=first.next)
        assert ([len(first.rows), len(second.rows)], second.next, first.waiting, first.untaken) == ([3, 1], None, 4, 4)


@pytest.mark.usefixtures("policy")
class TestEnding:
    SPAN = Span(first=day("2027-01-01"), last=day("2027-12-31"))

    def test_each_side_sees_its_own_and_nobody_anothers(self) -> None:
        owned(reseller=cast.cinder()), owned("M1000000002")
        seen = {
            name: [row.serial for row in ending(who=who, span=self.SPAN).rows]
            for name, who in (
                ("owner", cast.who(cast.owner())), ("reseller", cast.who(cast.reseller())),
                ("other", cast.who(cast.other_owner())), ("staff", cast.who(cast.renewals())), ("nobody", NOBODY),
            )
        }  # fmt: skip
        both = [SERIAL, "M1000000002"]
        assert seen == {"owner": both, "reseller": [SERIAL], "other": [], "staff": both, "nobody": []}

    def test_pages_follow_each_other_and_the_file_holds_them_all(self) -> None:
        who = cast.who(cast.owner())
        for n in range(1, 8):
            owned(f"M10000004{n:02}", until=LAST + timedelta(days=n // 3))
        pages, after = list[list[str]](), ""
        while True:
            page = ending(who=who, span=self.SPAN, after=after, limit=3)
            pages.append([row.serial for row in page.rows])
            if not page.next:
                break
            after = page.next
        assert [len(page) for page in pages] == [3, 3, 1]
        assert [serial for page in pages for serial in page] == [
            row.serial for row in ending_all(who=who, span=self.SPAN)
        ]  # fmt: skip
        assert counted(who=who, span=self.SPAN).count == 7

    @pytest.mark.parametrize(
        ("first", "last", "count"),
        [("2027-03-31", "2027-03-31", 1), ("2027-04-01", "2027-12-31", 0), ("2027-01-01", "2027-03-30", 0)],
    )
    def test_a_span_holds_both_its_days(self, first: str, last: str, count: int) -> None:
        owned()
        who, span = cast.who(cast.owner()), Span(first=day(first), last=day(last))
        assert (len(ending(who=who, span=span).rows), counted(who=who, span=span).count) == (count, count)

    @pytest.mark.parametrize(
        ("text", "count"),
        [("quay", 1), (SERIAL, 1), ("aster", 1), ("main works", 1), ("%", 0), ("_", 0), ("\\", 0), ("\0", 1)],
    )
    def test_a_search_reads_serial_product_customer_and_site(self, text: str, count: int) -> None:
        owned()
        span = Span(first=day("2027-01-01"), last=day("2027-12-31"), text=text)
        assert len(ending(who=cast.who(cast.owner()), span=span).rows) == count

    def test_a_list_takes_as_many_queries_for_one_row_as_for_ten(self, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        who = cast.who(cast.owner())
        owned()
        with django_assert_num_queries(2):
            ending(who=who, span=self.SPAN)
        for n in range(10, 20):
            owned(f"M10000005{n}")
        with django_assert_num_queries(2):
            assert len(ending(who=who, span=self.SPAN).rows) == 11

    def test_a_notice_names_addresses_of_the_readers_side_alone(self) -> None:
        owner, reseller = cast.owner(), cast.reseller()
        owned(reseller=cast.cinder())
        tell()

        def seen(someone: cast.Person) -> list[tuple[str, str]]:
            who = cast.who(someone)
            row = ending_asset(who=who, serial=SERIAL)
            assert row is not None
            (made,) = notices_of_asset(who=who, row=row)
            return [(letter.recipient.value, letter.address) for letter in made.letters]

        assert seen(owner) == [("licence_owner", owner.email), ("reseller", "")]
        assert seen(reseller) == [("licence_owner", ""), ("reseller", reseller.email)]
        assert seen(cast.renewals()) == [("licence_owner", owner.email), ("reseller", reseller.email)]
        assert ending_asset(who=cast.who(cast.other_owner()), serial=SERIAL) is None

    def test_the_desk_reads_a_customers_notices_and_nobody_else_does(self) -> None:
        owner = cast.owner()
        asset = owned()
        tell()
        number = asset.organisation.number
        assert [row.step for row in notices_of_customer(who=cast.who(cast.engineer()), number=number).rows] == [-30]
        assert notices_of_customer(who=cast.who(owner), number=number).rows == ()


@pytest.mark.usefixtures("policy")
class TestCalendars:
    def test_an_address_leads_to_its_person_until_it_is_withdrawn(self) -> None:
        asked = cast.asking(cast.owner())
        secret = make_feed(**asked)
        found = reader_of(secret)
        assert found is not None
        assert (found.email, feed_made_at(who=asked["who"])) == ("olga@aster.example", AT)
        newer = make_feed(**asked)
        assert (reader_of(secret), reader_of(newer) is not None, CalendarFeed.objects.count()) == (None, True, 2)
        assert (withdraw_feed(**asked), withdraw_feed(**asked), reader_of(newer)) == (True, False, None)
        assert reader_of("nothing") is None

    def test_staff_find_nothing_of_everybodys_in_their_calendar(self) -> None:
        owned()
        found = reader_of(make_feed(**cast.asking(cast.renewals())))
        assert found is not None
        assert calendar(who=found, on=LAST) == ([], [])

    def test_it_holds_the_last_days_of_terms_and_of_support(self) -> None:
        who = cast.who(cast.owner())
        owned(), owned("M1000000002")
        Release.objects.update(
            standard_support_ends_from=day("2027-06-01"), extended_support_ends_from=day("2028-06-01")
        )
        estate.asset(cast.bellwether(), "M1000000009", of=estate.product("Other"))
        ends, support = calendar(who=who, on=AT.date())
        assert [(each.on, each.product, each.terms, each.quantity, each.serials) for each in ends] == [
            (LAST, "Quay Vault", 2, 20, (SERIAL, "M1000000002"))
        ]
        assert [(each.on, each.extended, each.product) for each in support] == [
            (day("2027-05-31"), False, "Quay Vault"), (day("2028-05-31"), True, "Quay Vault"),
        ]  # fmt: skip
        assert Product.objects.count() == 2


EVENT = Event(
    key="a", on=day("2027-03-31"), summary="Ends; Vault, 9.4", description="a\nb\\c", url="https://x.example/"
)


def test_a_calendar_is_whole_days_with_escaped_words_and_stable_identifiers() -> None:
    text = calendar_text(name="Mine", host="x.example", events=[EVENT], at=AT)
    assert text == calendar_text(name="Mine", host="x.example", events=[EVENT], at=AT)
    lines = text.split("\r\n")
    assert (lines[0], lines[-2:]) == ("BEGIN:VCALENDAR", ["END:VCALENDAR", ""])
    for line in (
        "VERSION:2.0", "DTSTART;VALUE=DATE:20270331", "DTEND;VALUE=DATE:20270401", "DTSTAMP:20261124T120000Z",
        "SUMMARY:Ends\\; Vault\\, 9.4", "DESCRIPTION:a\\nb\\\\c",
    ):  # fmt: skip
        assert line in lines
    assert len([line for line in lines if line.startswith("UID:")]) == 1


@given(st.text(max_size=400))
def test_a_line_is_folded_into_parts_that_join_to_it_again(text: str) -> None:
    line = f"SUMMARY:{escaped(text)}"
    parts = list(folded(line))
    assert all(len(part.encode()) <= 75 for part in parts)
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == line
    assert all(part.startswith(" ") for part in parts[1:])
    assert not {"\r", "\n"} & set("".join(parts))


@pytest.mark.parametrize(
    ("address", "able"),
    [("a@b.example", True), ("A <a@b.example>", False), ("a b@c", False), ("", False), ("a\n@b", False), ("a", False)],
)
def test_an_address_is_usable_where_a_message_can_carry_it(address: str, able: bool) -> None:
    assert usable(address) is able
