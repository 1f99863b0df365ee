"""A simulation lists what would come out otherwise, with both outcomes, and nothing else."""

import json
from datetime import date

import pytest

from tenure.accounts.models import Organisation, Site
from tenure.catalog.models import Product
from tenure.entitlements.models import Asset
from tenure.journal.words import COMMAND
from tenure.outlook.queries.simulation import simulate
from tenure.outlook.rules import from_plain, to_plain
from tenure.outlook.words import Outcome, Part, Sum
from tenure.policy.actions import apply_policy
from tenure.policy.models import PolicyVersion
from tenure.policy.words import Code
from tenure.renewals.models import Price, Quote
from tenure.toolbox.refused import Refused
from tests import cast, estate
from tests.cases.conftest import make_scene, open_case
from tests.outlook.simulation.suppositions import TODAY, days, edited, inside, part, rows, simulated
from tests.renewals.test_waves import owned

NO_UPDATES = inside("levels.essential", '"product_updates", ', "")
LATER_FIRST = ("days_before = [120, 60, 30, 7]", "days_before = [100, 60, 30, 7]")
GRACE = ("grace_days = 0\nback", "grace_days = 30\nback")
MORE_TAX = ('rule = "rate"\npercent = "19"', 'rule = "rate"\npercent = "20"')
FASTER = inside("targets.essential.severity_3", "24 hours on business days", "4 business hours")


@pytest.fixture(autouse=True)
def policy(db: None) -> None:
    estate.policy()


def price(per_year: int = 1200) -> None:
    Price.objects.create(
        product=Product.objects.get(slug="quay-vault"), level="essential", currency="EUR", unit_list_price=5000,
        unit_maintenance_per_year=per_year, valid_from=date(2026, 1, 1), recorded_at=cast.AT,
    )  # fmt: skip


def test_another_edition_alone_changes_nothing() -> None:
    owned(until=days(40))
    price()
    found = simulated()
    assert (found.changed, [each.rows for each in found.parts], found.changes) == (
        0, [()] * len(Part), ("The policy, edition changes from 2026.1 to 2026.2.",),
    )  # fmt: skip


class TestBenefits:
    def test_a_licence_that_would_lose_one_is_listed_with_what_it_has_and_why_it_would_not(self) -> None:
        owned(until=days(40))
        owned("M1000000002", until=days(-1))
        [row] = rows(Part.BENEFITS, NO_UPDATES)
        assert (row.outcome, row.about, row.detail, row.on, row.before, row.after) == (
            Outcome.LOST, "M1000000001", "product_updates", TODAY, f"essential {days(40)}", "level_lacks_benefit",
        )  # fmt: skip
        assert (row.organisation, row.number) == ("Aster Mills", cast.aster().number)

    def test_a_term_that_begins_later_is_told_by_its_first_day(self) -> None:
        estate.term(estate.asset(cast.aster(), "M1000000001"), days(30), days(395))
        [row] = rows(Part.BENEFITS, NO_UPDATES)
        assert (row.on, row.before) == (days(30), f"essential {days(394)}")

    def test_another_level_that_goes_on_in_its_place_is_told_by_the_day_on_which_it_decides(self) -> None:
        made = owned(until=days(40))
        estate.term(made, days(41), days(400), level="basic")
        [row] = rows(Part.BENEFITS, inside("levels.basic", '"product_updates", ', ""))
        assert (row.outcome, row.on, row.before, row.after) == (
            Outcome.OTHERWISE, TODAY, f"essential {days(399)}", f"essential {days(40)}",
        )  # fmt: skip

    def test_what_a_later_version_says_already_is_not_laid_to_this_one(self) -> None:
        estate.term(estate.asset(cast.aster(), "M1000000001"), days(30), days(395))
        apply_policy(
            text=edited(NO_UPDATES).replace("2026.2", "2026.3"), in_force_from=days(20), at=cast.AT, by=COMMAND,
            places=[],
        )  # fmt: skip
        assert rows(Part.BENEFITS, NO_UPDATES) == ()


class TestContacts:
    def test_an_agreement_with_more_contacts_than_would_be_allowed_is_listed(self) -> None:
        owned()
        for person in (cast.technical(), cast.owner()):
            estate.seat(person, cast.aster())
        [row] = rows(Part.CONTACTS, inside("levels.essential", "contacts = 6", "contacts = 1"))
        assert (row.outcome, row.about, row.detail, row.before, row.after) == (
            Outcome.EXCEEDED, "essential EMEA", "2", "6", "1",
        )  # fmt: skip
        assert rows(Part.CONTACTS, inside("levels.essential", "contacts = 6", "contacts = 2")) == ()


def test_licences_that_would_count_as_ending_are_those_between_the_two_numbers_of_days() -> None:
    for n, serial in ((90, "M1000000001"), (91, "M1000000002"), (200, "M1000000003"), (201, "M1000000004")):
        owned(serial, until=days(n))
    found = rows(Part.ENDING, ("ending_days = 90", "ending_days = 200"))
    assert [(row.about, row.on, row.outcome) for row in found] == [
        ("M1000000002", days(91), Outcome.COMES), ("M1000000003", days(200), Outcome.COMES),
    ]  # fmt: skip


class TestNotices:
    def test_one_that_is_told_on_another_step_goes_and_another_comes(self) -> None:
        owned(until=days(130))
        told = "licence_owner renewal_contact reseller"
        assert [(row.outcome, row.detail, row.on, row.before, row.after) for row in rows(Part.NOTICES, LATER_FIRST)] == [
            (Outcome.GOES, "-120", days(10), f"{days(10)} {told}", ""),
            (Outcome.COMES, "-100", days(30), "", f"{days(30)} {told}"),
        ]  # fmt: skip

    def test_the_schedule_of_others_leaves_a_licence_alone(self) -> None:
        made = owned(until=days(130), size="enterprise")
        assert rows(Part.NOTICES, LATER_FIRST) == ()
        Organisation.objects.filter(id=made.organisation_id).update(size="small")
        Site.objects.update(region="JP")
        assert rows(Part.NOTICES, LATER_FIRST) == ()

    def test_one_that_goes_to_others_says_to_whom_both_ways(self) -> None:
        owned(until=days(10))
        all_of_them = 'recipients = ["licence_owner", "renewal_contact", "reseller"]\nquote_by_reseller = false\n'
        reseller = 'recipients = ["reseller"]\nquote_by_reseller = false\n'
        edit = (f'{all_of_them}remind_customer = "always"', f'{reseller}remind_customer = "by_product"')
        found = rows(Part.NOTICES, edit)
        assert [(row.outcome, row.detail, row.before, row.after) for row in found if row.detail == "-7"] == [
            (
                Outcome.TOLD_OTHERWISE, "-7", f"{days(3)} LICENCE_OWNER renewal_contact reseller", f"{days(3)} reseller",
            )
        ]  # fmt: skip

    def test_a_day_on_which_the_policy_begins_later_leaves_notices_before_it_alone(self) -> None:
        owned(until=days(130))
        assert [row.detail for row in rows(Part.NOTICES, LATER_FIRST, on=days(11))] == ["-100"]


def test_a_legal_window_that_opens_earlier_is_told_of_its_countrys_terms() -> None:
    owned(until=days(120))
    Site.objects.update(country="US", subdivision="US-NY")
    [row] = rows(Part.WINDOWS, ("from_days = 90\nto_days = 75", "from_days = 100\nto_days = 75"))
    assert (row.outcome, row.detail, row.before, row.after) == (
        Outcome.MOVES, "US-NY", f"{days(30)} {days(45)}", f"{days(20)} {days(45)}",
    )  # fmt: skip
    Site.objects.update(subdivision="US-CA")
    assert rows(Part.WINDOWS, ("from_days = 90\nto_days = 75", "from_days = 100\nto_days = 75")) == ()


class TestRenewals:
    def test_what_lapsed_costs_less_with_days_of_grace_and_both_sums_are_said(self) -> None:
        owned(until=days(-10))
        price()
        found = part(Part.RENEWALS, GRACE)
        [row] = found.rows
        assert (row.outcome, row.about, row.detail, row.currency) == (Outcome.CHEAPER, "M1000000001", "today", "EUR")
        assert row.after == f"14280.00 EUR {days(-9)} {date(2027, 11, 14)}"
        before, after = (side.split(" ")[0] for side in (row.before, row.after))
        assert [(f"{each.before}", f"{each.after}") for each in found.sums] == [(before, after)]

    def test_a_renewal_on_time_has_nothing_to_do_with_the_rule_for_late_ones(self) -> None:
        owned(until=days(10))
        price()
        found = part(Part.RENEWALS, GRACE)
        assert (found.looked_at, found.rows) == (0, ())

    def test_a_tax_makes_every_renewal_of_its_country_dearer(self) -> None:
        owned(until=days(10))
        price()
        found = part(Part.RENEWALS, MORE_TAX)
        assert [(row.outcome, row.detail, row.before.split(" ")[0], row.after.split(" ")[0]) for row in found.rows] == [
            (Outcome.DEARER, "on_time", "14280.00", "14400.00")
        ]
        assert found.sums == (Sum(detail="on_time", currency="EUR", before=14280, after=14400),)
        Organisation.objects.update(country="NO")
        assert rows(Part.RENEWALS, MORE_TAX) == ()

    def test_a_renewal_that_would_be_refused_says_its_code(self) -> None:
        owned(until=days(-10))
        price()
        [row] = rows(Part.RENEWALS, ("cap_days = 365", "cap_days = 5"))
        assert (row.outcome, row.after) == (Outcome.REFUSED, "lapsed_too_long")

    def test_the_rule_for_late_renewals_is_shown_at_its_edges_even_where_nobody_is_late(self) -> None:
        found = rows(Part.LATE, GRACE)
        assert [(row.about, row.outcome) for row in found] == [
            (n, Outcome.CHEAPER) for n in ("1", "2", "29")
        ]  # fmt: skip
        assert found[0].after.split(" ")[0] == "1000.00"


class TestQuotes:
    def quote(self, **more: object) -> None:
        wish = {"serials": ["M1000000001"], "years": 1, "until": None, "level": "", "quantities": {}, "currency": ""}
        Quote.objects.create(**{
            "number": "QU-00000001", "organisation": cast.aster(), "prepared_at": cast.AT, "order_day": TODAY,
            "valid_to": days(30), "policy": 1, "currency": "EUR", "wish": wish, "total": 12000, "tax": 2280,
            "tax_rule": "rate", "tax_percent": 19, **more,
        })  # fmt: skip

    def test_an_open_one_says_what_it_would_cost_anew_at_both_prices(self) -> None:
        owned(until=days(10))
        price()
        self.quote(reseller=cast.cinder())
        found = rows(Part.QUOTES, MORE_TAX)
        assert [(row.about, row.detail, row.before.split(" ")[0], row.after.split(" ")[0]) for row in found] == [
            ("QU-00000001", "list", "14280.00", "14400.00")
        ]
        found = rows(Part.QUOTES, ('partner_percent = "20"', 'partner_percent = "25"'))
        assert [(row.outcome, row.detail, row.before.split(" ")[0], row.after.split(" ")[0]) for row in found] == [
            (Outcome.CHEAPER, "partner", "9600.00", "9000.00")
        ]

    def test_one_that_waits_for_nobody_is_left_out(self) -> None:
        owned(until=days(10))
        price()
        self.quote(withdrawn_at=cast.AT)
        assert part(Part.QUOTES, MORE_TAX).looked_at == 0


class TestCases:
    def test_an_open_case_is_listed_with_the_instant_it_has_and_the_one_it_would_have(self) -> None:
        opened = open_case(make_scene().technical)
        found = part(Part.CASES, FASTER)
        [row] = found.rows
        assert (found.looked_at, row.about, row.outcome, row.detail) == (
            1, opened.number, Outcome.EARLIER, "first_response",
        )  # fmt: skip
        assert [side.split(" ")[1] for side in (row.before, row.after)] == [
            "2026-11-25T12:00:00+0000", "2026-11-24T16:00:00+0000",
        ]  # fmt: skip

    def test_the_target_of_another_severity_leaves_it_alone(self) -> None:
        open_case(make_scene().technical)
        assert rows(Part.CASES, inside("targets.essential.severity_4", "next business day", "2 business days")) == ()


def test_rows_are_as_many_as_asked_for_and_all_are_counted() -> None:
    for n in range(5):
        owned(f"M100000000{n}", until=days(40))
    found = part(Part.BENEFITS, NO_UPDATES, limit=2)
    assert ([row.about for row in found.rows], found.changed, found.counts) == (
        ["M1000000000", "M1000000001"], 5, {Outcome.LOST: 5},
    )  # fmt: skip


def test_a_simulation_writes_nothing() -> None:
    owned(until=days(40))
    before = PolicyVersion.objects.count(), Asset.objects.count()
    simulated(NO_UPDATES, GRACE, FASTER)
    assert (PolicyVersion.objects.count(), Asset.objects.count()) == before


def test_a_day_that_is_past_is_refused_as_applying_is() -> None:
    with pytest.raises(Refused) as refused:
        simulated(NO_UPDATES, on=days(-1))
    assert refused.value.code is Code.IN_THE_PAST


def test_the_very_file_that_is_in_force_changes_nothing_and_says_its_number() -> None:
    source, day = PolicyVersion.objects.values_list("source", "in_force_from").get()
    found = simulate(text=source, in_force_from=day, at=cast.AT)
    assert (found.same, found.parts, found.changes) == (1, (), ())


def test_what_was_found_is_the_same_after_it_was_kept_as_plain_values() -> None:
    owned(until=days(10))
    price()
    found = simulated(NO_UPDATES, MORE_TAX, LATER_FIRST, GRACE)
    assert found.changed > 3
    assert from_plain(json.loads(json.dumps(to_plain(found)))) == found
