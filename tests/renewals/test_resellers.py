"""Resellers: asked for a quote, made the one of record from a day on, allowed to act for a customer."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from tenure.accounts.models import Organisation, Person
from tenure.accounts.words import Role
from tenure.catalog.models import Family
from tenure.entitlements.models import Asset
from tenure.journal.models import Entry
from tenure.journal.words import COMMAND
from tenure.outbox.models import Mail
from tenure.renewals.actions.quotes import QuoteWanted, accept_quote, prepare_quote, revise_quote, send_quote
from tenure.renewals.actions.resellers import (
    Profile,
    answer_request,
    apply_reseller_changes,
    ask_reseller,
    change_reseller,
    give_consent,
    keep_profile,
    withdraw_consent,
)
from tenure.renewals.models import ActingConsent, ResellerChange, ResellerRequest
from tenure.renewals.queries.kept import quote
from tenure.renewals.queries.resellers import (
    ResellerFilters,
    acts_for,
    consents_of,
    may_act_for,
    request_of,
    requests_of,
    resellers,
)
from tenure.renewals.words import ResellerWish
from tenure.toolbox.refused import Refused
from tests import cast, estate
from tests.cast import AT, asking
from tests.renewals.world import LATER, OWN, SECOND, TODAY, ordered, owned, prices

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def market(db: None) -> None:
    estate.policy()
    prices()
    owned()


@pytest.fixture
def umber() -> Organisation:
    of = cast.organisation("Umber Resale", "GB", "reseller")
    listed(of, ("GB", "DE"), ("en", "de"))
    return of


@pytest.fixture
def ulla(umber: Organisation) -> Person:
    someone = cast.person("ulla@umber.example", "Ulla Umber")
    cast.join(someone, umber, Role.RESELLER)
    return someone


@pytest.fixture
def olga() -> Person:
    return cast.owner()


def listed(of: Organisation, countries: tuple[str, ...], languages: tuple[str, ...], **more: object) -> None:
    profile = Profile(countries=countries, languages=languages, **more)
    keep_profile(who=None, reseller=of.number, profile=profile, at=AT, by=COMMAND)


def refused(code: str, act: object, **facts: object) -> None:
    def all_of_it() -> tuple[object, ...]:
        return (
            list(ResellerRequest.objects.order_by("pk").values()), ResellerChange.objects.count(), Entry.objects.count(),
            list(ActingConsent.objects.order_by("pk").values()), Mail.objects.count(),
            list(Asset.objects.order_by("pk").values_list("reseller", flat=True)),
        )  # fmt: skip

    before = all_of_it()
    with pytest.raises(Refused) as no, transaction.atomic():
        act()  # type: ignore[operator]
    assert (no.value.code.value, {key: no.value.facts[key] for key in facts}) == (code, facts)
    assert all_of_it() == before


def asked(olga: Person, umber: Organisation, wish: ResellerWish = ResellerWish.QUOTE, **more: object) -> int:
    return ask_reseller(reseller=umber.number, wish=wish, serials=[OWN], **more, **asking(olga))


def test_the_finder_finds_by_country_language_family_and_name(umber: Organisation):
    Family.objects.create(slug="backup", name="Backup")
    listed(cast.cinder(), ("GB",), ("en",), families=("backup",))
    listed(cast.organisation("Hidden Resale", "GB", "reseller"), ("GB",), ("en",), listed=False)
    found = {
        str(filters): [row.name for row in resellers(filters=filters).rows]
        for filters in (
            ResellerFilters(), ResellerFilters(country="DE"), ResellerFilters(language="en"), ResellerFilters(family="other"),
            ResellerFilters(text="umb"), ResellerFilters(country="FR"), ResellerFilters(text="\0"),
        )
    }  # fmt: skip
    both = ["Cinder Row Trading", "Umber Resale"]
    assert list(found.values()) == [both, ["Umber Resale"], both, ["Umber Resale"], ["Umber Resale"], [], both]
    first = resellers(filters=ResellerFilters(), limit=1)
    second = resellers(filters=ResellerFilters(), limit=1, after=first.next)
    assert ([row.name for row in (*first.rows, *second.rows)], second.next, first.total) == (both, "", 2)


def test_a_request_is_a_task_for_that_reseller_alone(olga: Person, umber: Organisation, ulla: Person):
    number = asked(olga, umber, words="Three years, please.")
    assert Mail.objects.get().recipient == ulla.email
    seen = {
        who.name: bool(request_of(who=cast.who(who), request_id=number))
        for who in (olga, ulla, cast.reseller(), cast.other_owner(), cast.technical(), cast.renewals())
    }
    assert seen == {
        "Olga Aster": True, "Ulla Umber": True, "Rhys Cinder": False, "Odd Ferry": False, "Tomas Lind": False, "Renewals": True,
    }  # fmt: skip
    (row,), _ = requests_of(who=cast.who(ulla))
    assert (row.organisation, row.serials, row.words, row.may_answer, row.asked_by) == (
        "Aster Mills", (OWN,), "Three years, please.", True, "",
    )  # fmt: skip


def test_the_reseller_that_was_asked_quotes_what_was_named_and_nothing_else(
    olga: Person, umber: Organisation, ulla: Person
):
    owned(SECOND)
    number = asked(olga, umber)
    refused("unknown_serial", lambda: prepare_quote(wanted=QuoteWanted(serials=(OWN,)), **asking(ulla)))
    refused(
        "unknown_serial",
        lambda: prepare_quote(wanted=QuoteWanted(serials=(OWN, SECOND), request=number), **asking(ulla)),
    )
    refused(
        "not_found",
        lambda: prepare_quote(wanted=QuoteWanted(serials=(OWN,), request=number), **asking(cast.reseller())),
    )
    made = prepare_quote(wanted=QuoteWanted(serials=(OWN,), request=number), **asking(ulla))
    row = request_of(who=cast.who(ulla), request_id=number)
    assert (row.quote, row.granted, row.may_answer) == (made, True, False)
    fresh = revise_quote(number=made, **asking(ulla))
    assert quote(who=cast.who(ulla), number=fresh, at=AT).reseller == "Umber Resale"


def test_who_was_asked_and_sells_becomes_the_reseller_of_record(olga: Person, umber: Organisation, ulla: Person):
    number = prepare_quote(wanted=QuoteWanted(serials=(OWN,), request=asked(olga, umber)), **asking(ulla))
    send_quote(number=number, **asking(ulla))
    accept_quote(number=number, **asking(olga))
    ordered(ulla, number)
    change = ResellerChange.objects.get()
    assert (Asset.objects.get().reseller, change.reseller_before, change.reseller_after, change.why) == (
        umber, cast.cinder(), umber, number,
    )  # fmt: skip


def test_what_cannot_be_asked(olga: Person, umber: Organisation):
    owned("M2000000002", customer=cast.bellwether(), direct=True)
    refused(
        "not_found", lambda: ask_reseller(reseller="K-999999", wish=ResellerWish.QUOTE, serials=[OWN], **asking(olga))
    )
    for serials, code in (([], "nothing_chosen"), (["M2000000002"], "not_yours"), (["M9\0"], "not_yours")):
        refused(
            code,
            lambda s=serials: ask_reseller(reseller=umber.number, wish=ResellerWish.QUOTE, serials=s, **asking(olga)),
        )
    tomas = cast.technical()
    refused("not_yours", lambda: asked(tomas, umber))
    asked(olga, umber)
    refused("already_asked", lambda: asked(olga, umber))
    past = TODAY - timedelta(days=1)
    refused("day_past", lambda: asked(olga, umber, ResellerWish.OF_RECORD, starts_on=past))


def test_a_request_is_declined_by_its_reseller_with_a_reason(olga: Person, umber: Organisation, ulla: Person):
    number = asked(olga, umber)
    for someone in (cast.reseller(), cast.other_owner()):
        refused("not_found", lambda s=someone: answer_request(request_id=number, granted=False, why="No.", **asking(s)))
    refused("not_found", lambda: answer_request(request_id=number, granted=True, **asking(ulla)))
    refused("why_missing", lambda: answer_request(request_id=number, granted=False, **asking(ulla)))
    answer_request(request_id=number, granted=False, why="Too far away.", **asking(ulla))
    assert "Too far away." in Mail.objects.get(recipient=olga.email).text
    refused("already_answered", lambda: answer_request(request_id=number, granted=False, why="No.", **asking(ulla)))


def test_care_makes_another_reseller_the_one_of_record_when_the_customer_asks(
    olga: Person, umber: Organisation, ulla: Person
):
    number = asked(olga, umber, ResellerWish.OF_RECORD)
    assert request_of(who=cast.who(ulla), request_id=number) is None
    refused("not_found", lambda: answer_request(request_id=number, granted=True, **asking(ulla)))
    refused("not_found", lambda: answer_request(request_id=number, granted=True, **asking(olga)))
    answer_request(request_id=number, granted=True, **asking(cast.care_agent()))
    assert Asset.objects.get().reseller == umber
    assert {mail.recipient for mail in Mail.objects.filter(kind="renewals.reseller_changed")} == {
        olga.email,
        ulla.email,
    }


def test_a_dated_change_takes_effect_when_its_day_has_come_where_the_asset_is(umber: Organisation, olga: Person):
    remy = cast.renewals()
    changed = change_reseller(
        customer=cast.aster().number,
        serials=[OWN],
        reseller=umber.number,
        starts_on=date(2026, 12, 1),
        why="By letter",
        **asking(remy),
    )
    assert (changed, Asset.objects.get().reseller) == (1, cast.cinder())
    before = AT.replace(month=11, day=30, hour=22, minute=59)
    assert (apply_reseller_changes(at=before), apply_reseller_changes(at=before + timedelta(minutes=1))) == (0, 1)
    assert (Asset.objects.get().reseller, apply_reseller_changes(at=before + timedelta(days=9))) == (umber, 0)


def test_who_may_not_change_the_reseller_of_record(umber: Organisation, olga: Person):
    told = {
        "customer": cast.aster().number,
        "serials": [OWN],
        "reseller": umber.number,
        "starts_on": TODAY,
        "why": "So.",
    }
    for someone in (olga, cast.reseller(), cast.engineer()):
        refused("not_found", lambda s=someone: change_reseller(**told, **asking(s)))
    cass = asking(cast.care_agent())
    for change, code in (
        ({"why": " "}, "why_missing"), ({"serials": []}, "nothing_chosen"), ({"reseller": cast.aster().number}, "not_found"),
        ({"reseller": cast.cinder().number}, "same_reseller"), ({"starts_on": TODAY - timedelta(days=1)}, "day_past"),
        ({"customer": cast.bellwether().number}, "not_yours"),
    ):  # fmt: skip
        refused(code, lambda c=change: change_reseller(**(told | c), **cass))


def test_a_consent_is_given_and_taken_back_by_an_owner_and_holds_only_in_between(olga: Person):
    rhys, aster = cast.reseller(), cast.aster()
    told = {"customer": aster.number, "reseller": cast.cinder().number}
    assert may_act_for(who=cast.who(rhys), organisation_id=aster.pk) is False
    for someone, code in ((cast.purchasing(), "not_allowed"), (cast.other_owner(), "not_found"), (rhys, "not_found")):
        refused(code, lambda s=someone: give_consent(**told, **asking(s)))
    number = give_consent(**told, **asking(olga))
    refused("already_given", lambda: give_consent(**told, **asking(olga)))
    assert may_act_for(who=cast.who(rhys), organisation_id=aster.pk) is True
    assert may_act_for(who=cast.who(rhys), organisation_id=cast.bellwether().pk) is False
    assert [row.organisation for row in acts_for(who=cast.who(rhys))] == ["Aster Mills"]
    refused("not_found", lambda: withdraw_consent(customer=aster.number, consent_id=number + 1, **asking(olga)))
    withdraw_consent(customer=aster.number, consent_id=number, **asking(olga, AT + LATER))
    (row,) = consents_of(who=cast.who(olga), organisation_id=aster.pk)
    assert (row.given_by, row.given_at, row.withdrawn_at) == ("Olga Aster", AT, AT + LATER)
    assert may_act_for(who=cast.who(rhys), organisation_id=aster.pk) is False
    assert [mail.recipient for mail in Mail.objects.all()] == [rhys.email, rhys.email]


def test_a_profile_names_countries_and_languages_that_there_are(umber: Organisation):
    remy = asking(cast.renewals())
    for profile, code in (
        (Profile(countries=("XX",), languages=("en",)), "country_unknown"), (Profile(countries=("GB",), languages=("tlh",)), "language_unknown"),
    ):  # fmt: skip
        refused(code, lambda p=profile: keep_profile(reseller=umber.number, profile=p, **remy))
    plain = Profile(countries=("GB",), languages=("en",))
    refused("not_found", lambda: keep_profile(reseller=umber.number, profile=plain, **asking(cast.owner())))
    refused("not_found", lambda: keep_profile(reseller=cast.aster().number, profile=plain, **remy))
