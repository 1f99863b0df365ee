"""An order makes the certificate and the terms of its quote, once, and only where everything stands as it was quoted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.accounts.models import Person
from tenure.activation.models import ActivationCode
from tenure.entitlements.actions import moving, write_letters
from tenure.entitlements.intake import run as import_certificates
from tenure.entitlements.models import Agreement, Asset, Certificate, ContactSeat, LetterDue, Term
from tenure.entitlements.queries.moves import preview
from tenure.entitlements.words import MoveKind
from tenure.entitlements.words.moving import Wish as MoveWish
from tenure.journal.models import Entry
from tenure.journal.words import COMMAND
from tenure.outbox.models import Mail
from tenure.renewals.actions.orders import order_quote
from tenure.renewals.actions.quotes import revise_quote
from tenure.renewals.models import Order, Quote
from tenure.renewals.queries.kept import quote
from tenure.renewals.words import QuoteState
from tenure.toolbox.refused import Refused
from tests import cast, estate
from tests.cast import AT, asking
from tests.renewals.world import LATER, OWN, SECOND, accepted, ordered, owned, prices, sent, terms

pytestmark = pytest.mark.django_db
OLD = ("essential", 10, date(2026, 4, 1), date(2027, 3, 31))


@pytest.fixture(autouse=True)
def market(db: None) -> None:
    estate.policy()
    prices()
    owned()


@pytest.fixture
def rhys() -> Person:
    return cast.reseller()


@pytest.fixture
def olga() -> Person:
    return cast.owner()


def everything() -> tuple[object, ...]:
    return (
        Order.objects.count(), Certificate.objects.count(), list(Term.objects.order_by("pk").values()),
        list(Asset.objects.order_by("pk").values()), ActivationCode.objects.count(), LetterDue.objects.count(),
        Mail.objects.count(), Entry.objects.count(), Agreement.objects.count(),
    )  # fmt: skip


def refused(code: str, seller: Person, number: str, at: datetime = AT + LATER, **facts: object) -> None:
    before = everything()
    with pytest.raises(Refused) as no:
        ordered(seller, number, at)
    assert (no.value.code.value, {key: no.value.facts[key] for key in facts}) == (code, facts)
    assert everything() == before


def test_an_order_makes_the_certificate_and_the_term_from_the_day_after_the_old_end(rhys: Person, olga: Person):
    done = ordered(rhys, accepted(rhys, olga))
    paper = Certificate.objects.get(number=done.certificate)
    old = Asset.objects.get(serial_number=OWN).certificate
    assert (done.is_new, paper.sales_order_number[:2], paper.issued_on) == (True, "90", date(2026, 11, 24))
    assert (paper.organisation, paper.reseller, paper.owner) == (cast.aster(), cast.cinder(), old.owner)
    assert terms() == [OLD, ("essential", 10, date(2027, 4, 1), date(2028, 3, 31))]
    new = Term.objects.get(certificate=paper)
    assert (new.agreement.level, new.agreement.region, new.agreement.organisation) == (
        "essential",
        "EMEA",
        cast.aster(),
    )
    assert Asset.objects.get(serial_number=OWN).chain_ends_on == date(2028, 4, 1)
    assert ActivationCode.objects.filter(asset__serial_number=OWN, starts_on=date(2027, 4, 1)).count() == 1
    assert quote(who=cast.who(olga), number=Quote.objects.get().number, at=AT).state is QuoteState.ORDERED


def test_the_certificate_goes_to_the_licence_owner_and_each_side_reads_its_own_price(rhys: Person, olga: Person):
    done = ordered(rhys, accepted(rhys, olga))
    assert write_letters(at=AT + LATER) == 1
    assert Mail.objects.get(kind="entitlements.certificate_issued").recipient == "owner@aster.example"
    told = {mail.recipient: mail.text + mail.html for mail in Mail.objects.filter(kind="renewals.quote_ordered")}
    assert set(told) == {olga.email, rhys.email}
    assert all(done.certificate in text for text in told.values())
    assert [("€12,000.00" in text, "€9,600.00" in text) for text in (told[olga.email], told[rhys.email])] == [
        (True, False), (False, True),
    ]  # fmt: skip


def test_an_order_again_says_what_came_of_the_first(rhys: Person, olga: Person):
    number = accepted(rhys, olga)
    first = ordered(rhys, number)
    before = everything()
    again = ordered(rhys, number, AT + 2 * LATER)
    assert (again.certificate, again.is_new, everything()) == (first.certificate, False, before)


def test_a_customer_does_not_order_and_nobody_orders_what_was_not_accepted(rhys: Person, olga: Person):
    number = sent(rhys)
    refused("not_accepted", rhys, number)
    refused("not_found", olga, number)
    refused("not_found", cast.engineer(), number)
    refused("not_found", rhys, "QU-99999999")


def test_a_representative_orders_where_there_is_no_reseller(olga: Person):
    owned(SECOND, direct=True)
    remy = cast.renewals()
    ordered(remy, accepted(remy, olga, SECOND))
    assert [each[3] for each in terms(SECOND)] == [date(2027, 3, 31), date(2028, 3, 31)]
    answered = Mail.objects.get(kind="renewals.quote_answered")
    assert answered.recipient == "emea.renewals@halden.example"


def test_an_order_after_the_last_day_is_refused(rhys: Person, olga: Person):
    number = accepted(rhys, olga)
    last = datetime(2026, 12, 24, 22, 59, tzinfo=UTC)
    refused("quote_expired", rhys, number, last + timedelta(minutes=1), valid_to="2026-12-24")
    assert ordered(rhys, number, last).is_new


def test_an_order_on_a_day_before_the_quotes_own_is_refused(rhys: Person, olga: Person):
    number = accepted(rhys, olga)
    refused("not_accepted", rhys, number, AT - timedelta(days=1))
    assert ordered(rhys, number, AT).is_new


def test_a_lapsed_asset_comes_back_with_the_gap_that_it_paid_for(rhys: Person, olga: Person):
    owned(SECOND, ends=date(2026, 10, 1))
    ordered(rhys, accepted(rhys, olga, SECOND))
    assert terms(SECOND) == [
        ("essential", 10, date(2025, 10, 1), date(2026, 9, 30)), ("essential", 10, date(2026, 11, 24), date(2027, 11, 23)),
    ]  # fmt: skip


def test_a_change_of_level_closes_what_was_known_and_carries_contact_ids_along(rhys: Person, olga: Person):
    held = estate.seat(olga, cast.aster())
    ordered(rhys, accepted(rhys, olga, until=date(2027, 3, 31), level="premium"))
    assert terms() == [
        ("essential", 10, date(2026, 4, 1), date(2026, 11, 23)), ("premium", 10, date(2026, 11, 24), date(2027, 3, 31)),
    ]  # fmt: skip
    closed = Term.objects.get(known__endswith=AT + LATER)
    assert (closed.level, closed.covers.upper) == ("essential", date(2027, 4, 1))
    assert ContactSeat.objects.get(identifier=held).ended_at is None
    assert Agreement.objects.filter(organisation=cast.aster(), level="premium", region="EMEA").count() == 1


def test_a_partial_renewal_leaves_the_remainder_its_own_end_under_its_own_serial_number(rhys: Person, olga: Person):
    ordered(rhys, accepted(rhys, olga, quantities={OWN: 6}))
    rest = Asset.objects.exclude(serial_number=OWN).get()
    assert terms() == [("essential", 6, *OLD[2:]), ("essential", 6, date(2027, 4, 1), date(2028, 3, 31))]
    assert terms(rest.serial_number) == [("essential", 4, *OLD[2:])]
    assert (Asset.objects.get(serial_number=OWN).quantity, rest.quantity, rest.organisation) == (6, 4, cast.aster())
    assert ActivationCode.objects.filter(asset=rest).count() == 1


@pytest.mark.parametrize("what", ["cover", "customer", "reseller", "level"])
def test_an_asset_that_changed_since_the_quote_is_not_renewed(what: str, rhys: Person, olga: Person):
    number = accepted(rhys, olga)
    asset = Asset.objects.get(serial_number=OWN)
    if what == "cover":
        estate.term(asset, date(2027, 4, 1), date(2027, 5, 1))
    elif what == "customer":
        wish = MoveWish(kind=MoveKind.TRANSFER, serials=(OWN,), to=cast.bellwether().number)
        cass = cast.care_agent()
        seen = preview(who=cast.who(cass), wish=wish, at=AT).digest
        moving.transfer_assets(wish=wish, why="By order", seen=seen, **asking(cass))
    elif what == "reseller":
        Asset.objects.update(reseller=cast.organisation("Umber Resale", "GB", "reseller"))
    else:
        ordered(rhys, accepted(rhys, olga, until=date(2027, 3, 31), level="premium"))
    refused("asset_changed", rhys, number, AT + 2 * LATER, serial=OWN, what=what)


def test_a_fresh_quote_follows_what_has_changed(rhys: Person, olga: Person):
    number = accepted(rhys, olga)
    estate.term(Asset.objects.get(serial_number=OWN), date(2027, 4, 1), date(2027, 5, 1))
    fresh = revise_quote(number=number, **asking(rhys))
    row = quote(who=cast.who(rhys), number=fresh, at=AT)
    assert (row.revises, row.state, Quote.objects.get(number=fresh).lines.get().starts_on) == (
        number, QuoteState.PREPARED, date(2027, 5, 1),
    )  # fmt: skip


def test_an_order_of_hundreds_of_licences_takes_as_many_queries_as_one(rhys: Person, olga: Person):
    one, term = Asset.objects.get(), Term.objects.get()
    for place in range(700):
        serial = f"M5{place:09d}"
        one.pk, one.serial_number, one.chain_starts_on, one.chain_ends_on = None, serial, None, None
        Asset.objects.bulk_create([one])
    many = list(Asset.objects.filter(serial_number__startswith="M5"))
    for each in many:
        term.pk, term.asset = None, each
        Term.objects.bulk_create([term])
    numbers = [accepted(rhys, olga), accepted(rhys, olga, *(each.serial_number for each in many))]
    asked = []
    for number in numbers:
        with CaptureQueriesContext(connection) as seen:
            ordered(rhys, number)
        asked.append(len(seen))
    assert (asked[0], Term.objects.filter(certificate=Order.objects.latest("pk").certificate).count()) == (
        asked[1],
        700,
    )


def at_once(*acts: object) -> list[str]:
    start = Barrier(len(acts))

    def go(act: object) -> str:
        try:
            start.wait(10)
            return str(act())  # type: ignore[operator]
        except Refused as no:
            return no.code.value
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(go, acts))


@pytest.mark.django_db(transaction=True)
def test_two_orders_of_one_quote_at_once_make_one_term(rhys: Person, olga: Person):
    number = accepted(rhys, olga)
    remy = cast.renewals()
    asked = [asking(each, AT + LATER) for each in (rhys, remy, rhys)]
    answers = at_once(*(lambda a=a: order_quote(number=number, **a).is_new for a in asked))
    assert (answers, len(terms()), Order.objects.count()) == (["False", "False", "True"], 2, 1)


@pytest.mark.django_db(transaction=True)
def test_orders_of_two_quotes_of_one_asset_at_once_make_one_term(rhys: Person, olga: Person):
    numbers = [accepted(rhys, olga), accepted(rhys, olga, years=2)]
    who = asking(rhys, AT + LATER)
    answers = at_once(*(lambda n=n: order_quote(number=n, **who).is_new for n in numbers))
    assert (answers, len(terms()), Order.objects.count()) == (["True", "asset_changed"], 2, 1)


HEAD = (
    "certificate_number,sales_order_number,issued_on,customer,customer_country,site,site_timezone,reseller,owner_name,"
    "owner_email,technical_name,technical_email,product,release,serial_number,support_identifier,quantity,meter,"
    "licence_kind,level,term_starts_on,term_ends_on,customer_size,customer_language\n"
)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(3))
def test_a_renewal_and_a_correction_at_once_go_one_after_the_other(
    turn: int, rhys: Person, olga: Person, tmp_path: Path
):
    """The correction gives the running term another end: whoever is second meets what the first has written."""
    number = accepted(rhys, olga)
    asset = Asset.objects.get(serial_number=OWN)
    row = (
        f"{asset.certificate.number},{asset.certificate.sales_order_number},2026-04-02,Aster Mills,DE,Main works,"
        "Europe/Berlin,Cinder Row Trading,Olga Aster,owner@aster.example,,,quay-vault,9.4,"
        f"{OWN},{asset.support_identifier},10,machines,perpetual,essential,2026-04-01,2027-04-30,enterprise,en\n"
    )
    path = tmp_path / "c.csv"
    path.write_text(HEAD + row, encoding="utf-8")
    who, said = asking(rhys, AT + LATER), []

    def correct() -> str:
        code = import_certificates(
            path, announce=False, correct=True, dry_run=False, at=AT + LATER, by=COMMAND, report=said.append
        )
        return f"import {code}"

    answers = at_once(lambda: order_quote(number=number, **who).is_new, correct)
    spans = [(first, last) for _, _, first, last in terms()]
    if "asset_changed" in answers:
        assert (answers, spans) == (["asset_changed", "import 0"], [(date(2026, 4, 1), date(2027, 4, 30))])
    else:  # the renewal was first: the correction would overlap it, and is told so
        assert (answers, spans) == (
            ["True", "import 1"], [(date(2026, 4, 1), date(2027, 3, 31)), (date(2027, 4, 1), date(2028, 3, 31))],
        ), said  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wanted=st.one_of(
        st.fixed_dictionaries({
            "quantities": st.integers(1, 10).map(lambda part: {OWN: part}), "years": st.integers(1, 5),
        }),
        st.fixed_dictionaries({"level": st.sampled_from(["basic", "premium"]), "until": st.just(OLD[3])}),
        st.fixed_dictionaries({"serials": st.just((OWN, SECOND)), "years": st.integers(1, 4)}),
        st.fixed_dictionaries({
            "serials": st.just((OWN, SECOND)), "level": st.sampled_from(["", "premium"]),
            "until": st.dates(date(2028, 2, 20), date(2029, 3, 2)),
        }),
    ),
    day=st.integers(0, 120),
)  # fmt: skip
def test_an_order_keeps_quantity_times_days_and_adds_what_was_quoted(wanted: dict[str, object], day: int):
    """In part, at another level from the day on, together with another: only what a line buys is added."""
    from django.db import transaction

    from tenure.accounts.models import Person as People

    with transaction.atomic():
        rhys = People.objects.filter(email="rhys@cinder.example").first() or cast.reseller()
        olga = People.objects.filter(email="olga@aster.example").first() or cast.owner()
        owned(SECOND, ends=date(2026, 12, 15), quantity=3)
        at = AT + timedelta(days=day)
        before, asked = _unit_days(), dict(wanted)
        serials = asked.pop("serials", (OWN,))
        ordered(rhys, accepted(rhys, olga, *serials, at=at, **asked), at + LATER)
        bought = sum(
            line.quantity * ((line.ends_on - line.starts_on).days + 1)
            for line in Quote.objects.latest("pk").lines.exclude(kind="level_change")
        )
        assert (_unit_days(), sum(Asset.objects.values_list("quantity", flat=True))) == (before + bought, 13)
        transaction.set_rollback(True)


def _unit_days() -> int:
    return sum(
        row.quantity * (row.covers.upper - row.covers.lower).days for row in Term.objects.filter(known__endswith=None)
    )
