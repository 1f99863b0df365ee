"""Every number of the standard policy."""

from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from tenure.policy.rules import is_part, read_policy, whole
from tenure.policy.words import COUNTRIES, Phone, ResponseForm, Role

ROOT: Final = Path(__file__).parents[2]
POLICY: Final = read_policy((ROOT / "policy" / "standard.toml").read_bytes())
CALL, TRANSFER = ResponseForm.CALL_BACK, ResponseForm.CALL_TRANSFER
SUPPORT = ("technical_support", "version_upgrades", "product_updates", "content_updates", "self_service")
HARDWARE = ("hardware_replacement", "os_releases", "technical_support", "content_updates", "self_service")
CLOUD = ("service_access", "technical_support", "content_updates", "self_service")
LIKE_ESSENTIAL = (
    "essential",
    "business_critical",
    "premium",
    "cloud",
    "hardware_next_business_day",
    "hardware_four_hours",
)


def test_the_levels_are_ranked_and_sold_as_the_page_says() -> None:
    told = {
        key: (level.rank, level.name, level.family.value, level.sold_for, level.benefits)
        for key, level in POLICY.levels.items()
    }
    assert told == {
        "basic": (1, "Basic", "maintenance", ("software",), SUPPORT),
        "essential": (2, "Essential", "maintenance", ("software",), SUPPORT),
        "business_critical": (3, "Business Critical Services", "maintenance", ("software",), SUPPORT),
        "premium": (4, "Premium", "maintenance", ("software",), SUPPORT),
        "cloud": (5, "Cloud Support", "subscription", ("online_service",), CLOUD),
        "hardware_next_business_day": (6, "Hardware Support, next business day", "hardware", ("hardware",), HARDWARE),
        "hardware_four_hours": (7, "Hardware Support, four hours", "hardware", ("hardware",), HARDWARE),
    }


def test_basic_has_2_contacts_and_all_others_have_essentials_6() -> None:
    assert {key: level.contacts for key, level in POLICY.levels.items()} == {
        "basic": 2,
        **dict.fromkeys(LIKE_ESSENTIAL, 6),
    }


def test_only_business_critical_and_premium_have_a_named_expert() -> None:
    assert [key for key, level in POLICY.levels.items() if level.expert] == ["business_critical", "premium"]


def test_basic_works_office_hours_and_all_others_round_the_clock_with_weekdays_for_days() -> None:
    told = {key: (each.service_hours, each.business_days, each.targets) for key, each in POLICY.levels.items()}
    assert told == {
        "basic": ("office", "office", "basic"),
        **dict.fromkeys(LIKE_ESSENTIAL, ("always", "weekdays", "essential")),
    }


def test_office_hours_are_monday_to_friday_8_to_18_less_holidays() -> None:
    office, closed = ((480, 1080),), ()
    hours = POLICY.hours["office"]
    assert hours.week == (office, office, office, office, office, closed, closed)
    assert (hours.closed_on_holidays, hours.worked_weekends, hours.half_days_close_at) == (True, False, None)


def test_always_is_every_minute_and_no_holiday_closes_it() -> None:
    hours = POLICY.hours["always"]
    assert (hours.week, hours.closed_on_holidays) == ((((0, 1440),),) * 7, False)


def test_weekdays_are_whole_days_from_monday_to_friday_less_holidays() -> None:
    hours = POLICY.hours["weekdays"]
    assert (hours.week, hours.closed_on_holidays) == ((((0, 1440),),) * 5 + ((), ()), True)


def test_a_phone_request_is_registered_within_45_minutes_in_basic_and_30_in_essential() -> None:
    assert {key: str(targets.registration) for key, targets in POLICY.targets.items()} == {
        "basic": "45 minutes",
        "essential": "30 minutes",
    }


UPDATE = "next product update"
TABLE = {
    ("basic", 1): ("1 hour", "18 business hours", "10 business days", (CALL,)),
    ("basic", 2): ("4 hours", None, "10 business days", (CALL,)),
    ("basic", 3): ("next business day", None, f"25 business days or {UPDATE}", (CALL,)),
    ("basic", 4): ("2 business days", None, UPDATE, (CALL,)),
    ("essential", 1): ("30 minutes", "8 business hours", "8 business days", (CALL, TRANSFER)),
    ("essential", 2): ("2 hours", None, "10 business days", (CALL, TRANSFER)),
    ("essential", 3): ("24 hours on business days", None, f"20 business days or {UPDATE}", (CALL,)),
    ("essential", 4): ("next business day", None, UPDATE, (CALL,)),
}


def test_the_targets_table_is_the_one_of_the_contracts() -> None:
    told = {
        (key, number): (
            str(row.first_response),
            None if row.restoration is None else str(row.restoration),
            str(row.resolution),
            row.response_forms,
        )
        for key, targets in POLICY.targets.items()
        for number, row in targets.severities.items()
    }
    assert told == TABLE


def test_appliances_are_replaced_by_the_next_business_day_or_within_four_hours() -> None:
    assert {key: str(level.replacement) for key, level in POLICY.levels.items() if level.replacement} == {
        "hardware_next_business_day": "next business day",
        "hardware_four_hours": "4 hours",
    }


def test_the_web_takes_severity_4_to_2_and_the_phone_is_required_for_1_and_advised_for_2() -> None:
    assert {number: (each.web, each.phone, each.name) for number, each in POLICY.severities.items()} == {
        1: (False, Phone.REQUIRED, "Outage"),
        2: (True, Phone.ADVISED, "Critical"),
        3: (True, Phone.ALLOWED, "Major"),
        4: (True, Phone.ALLOWED, "Minor"),
    }


def test_only_upgrades_need_registration_and_only_content_needs_a_product_with_content() -> None:
    everything = ("software", "online_service", "hardware")
    told = {key: (each.kinds, each.needs_registration, each.needs_content) for key, each in POLICY.benefits.items()}
    assert told == {
        "technical_support": (everything, False, False),
        "version_upgrades": (("software",), True, False),
        "product_updates": (("software",), False, False),
        "content_updates": (everything, False, True),
        "service_access": (("online_service",), False, False),
        "hardware_replacement": (("hardware",), False, False),
        "os_releases": (("hardware",), False, False),
        "self_service": (everything, False, False),
    }


def test_every_country_belongs_to_exactly_one_of_the_five_regions() -> None:
    assert list(POLICY.regions) == ["EMEA", "AMS", "JP", "CN", "SG"]
    listed = sorted(country for region in POLICY.regions.values() for country in region.countries)
    assert listed == sorted(COUNTRIES)
    assert len(listed) == 249


@pytest.mark.parametrize(
    ("country", "region"),
    [("DE", "EMEA"), ("ZA", "EMEA"), ("BR", "AMS"), ("JP", "JP"), ("CN", "CN"), ("AU", "SG"), ("KR", "SG")],
)
def test_a_country_finds_its_regional_team(country, region) -> None:
    assert POLICY.region_of(country=country).key == region


def test_each_region_has_its_own_renewals_address_and_a_phone_in_one_of_its_countries() -> None:
    assert {key: region.renewals_email for key, region in POLICY.regions.items()} == {
        "EMEA": "emea.renewals@halden.example",
        "AMS": "ams.renewals@halden.example",
        "JP": "jp.renewals@halden.example",
        "CN": "cn.renewals@halden.example",
        "SG": "sg.renewals@halden.example",
    }
    for region in POLICY.regions.values():
        assert {phone.country for phone in region.phones} - set(region.countries) == set()
        assert region.phones != ()


def test_the_portal_speaks_ten_languages_documents_four_more_and_cases_english() -> None:
    languages = POLICY.languages
    assert languages.portal == ("en", "de", "fr", "it", "es", "zh-hans", "ja", "pt", "ko", "ru")
    assert languages.documents_only == ("he", "id", "th", "tr")
    assert languages.work == "en"


def test_the_portals_languages_are_the_ones_of_the_settings() -> None:
    from django.conf import settings

    assert [code for code, _ in settings.LANGUAGES] == list(POLICY.languages.portal)


def test_local_language_engineers_are_offered_by_language_region_and_hours() -> None:
    rows = [(each.language, each.region, each.hours, each.zone) for each in POLICY.languages.local]
    assert rows == [
        ("de", "EMEA", "language_desk", "Europe/Berlin"),
        ("fr", "EMEA", "language_desk", "Europe/Paris"),
        ("it", "EMEA", "language_desk", "Europe/Rome"),
        ("es", "EMEA", "language_desk", "Europe/Madrid"),
        ("ru", "EMEA", "language_desk", "Europe/Moscow"),
        ("pt", "AMS", "language_desk", "America/Sao_Paulo"),
        ("es", "AMS", "language_desk", "America/Mexico_City"),
        ("ja", "JP", "language_desk", "Asia/Tokyo"),
        ("zh-hans", "CN", "language_desk", "Asia/Shanghai"),
        ("ko", "SG", "language_desk", "Asia/Seoul"),
    ]


def test_the_identifiers_look_as_on_a_certificate() -> None:
    assert {key: each.example for key, each in POLICY.identifiers.items()} == {
        "certificate": "12345678-1234567",
        "sales_order": "12345678",
        "serial_number": "M1234567890",
        "support_identifier": "1234-5678-1234",
        "contact_id": "C12345678",
        "organisation": "K-123456",
        "case": "CS-12345678",
        "notification": "VU-12345678",
        "quote": "QU-12345678",
        "proof": "PE-12345678",
        "licence_file": "LF-12345678",
        "tracking": "SF-12345678",
    }


def test_the_lanes_for_suspicious_files_follow_the_contract() -> None:
    told = {
        key: (each.rank, each.needs_contact_id, str(each.verdict), each.weight, each.files_a_day, each.hours)
        for key, each in POLICY.sample_tiers.items()
    }
    assert told == {
        "slow": (1, False, "5 business days", 1, 5, "weekdays"),
        "fast": (2, True, "1 business day", 3, 50, "office"),
        "very_fast": (3, True, "4 hours", 8, 500, "always"),
    }
    assert {key: level.sample_tier for key, level in POLICY.levels.items()} == {
        "basic": "fast",
        **dict.fromkeys(LIKE_ESSENTIAL, "very_fast"),
    }


@pytest.mark.parametrize(
    ("kind", "size", "region", "before", "after", "quoted", "reminded"),
    [
        ("software", "small", "EMEA", (120, 60, 30, 7), (5, 30), False, "always"),
        ("software", "small", "JP", (150, 90, 60, 30, 7), (5, 30), False, "always"),
        ("software", "enterprise", "AMS", (120, 90, 60, 30), (5, 30), True, "by_product"),
        ("software", "enterprise", "CN", (180, 120, 90, 60, 30), (5, 30), True, "by_product"),
        ("online_service", "small", "SG", (90, 60, 30, 14, 7, 1), (1,), False, "always"),
        ("hardware", "small", "EMEA", (120, 90, 60, 30), (5, 30), True, "by_product"),
    ],
)
def test_renewal_notices_vary_by_kind_size_and_region(kind, size, region, before, after, quoted, reminded) -> None:
    schedule = POLICY.notices_for(kind=kind, size=size, region=region)
    assert (schedule.days_before, schedule.days_after) == (before, after)
    assert (schedule.quote_by_reseller, schedule.remind_customer) == (quoted, reminded)


def test_a_term_lasts_a_year_at_least() -> None:
    terms = POLICY.terms
    assert (terms.minimum_months, terms.usual_months, terms.maximum_months) == (12, 12, 60)
    assert terms.ending_days == 90


def test_a_late_renewal_pays_the_lapsed_days_and_a_quarter_of_them_more() -> None:
    late = POLICY.reinstatement
    assert (late.grace_days, late.back_charge, late.back_charge_percent) == (0, "lapsed_days", Decimal(100))
    shares = [
        (row.from_days, row.percent_of_lapsed_fee, row.percent_of_renewal, dict(row.flat)) for row in late.surcharges
    ]
    assert shares == [(1, Decimal(25), None, {})]
    assert (late.new_term_starts, late.cap_days) == ("order_day", 365)


def test_a_courtesy_lasts_30_days_and_comes_twice_a_year_at_most() -> None:
    courtesy = POLICY.courtesy
    assert (courtesy.longest_days, courtesy.most_per_asset_a_year, courtesy.targets_apply) == (30, 2, False)
    assert courtesy.given_by == (Role.CARE_AGENT, Role.RENEWALS, Role.MANAGER)


def test_requests_about_contacts_name_the_identifiers_of_the_certificate() -> None:
    certificate = ("certificate", "sales_order", "serial_number", "support_identifier")
    changes = POLICY.contact_changes
    assert (changes.missing_contact_id, changes.add) == (certificate, certificate)
    assert changes.replace == ("contact_id", "certificate", "serial_number")
    assert POLICY.cases.accepted_identifiers == ("support_identifier", "contact_id", "case")


def test_the_value_of_a_year_is_a_percentage_of_the_list_price_by_level() -> None:
    assert {key: str(level.yearly_percent_of_list_price) for key, level in POLICY.levels.items()} == {
        "basic": "15",
        "essential": "20",
        "business_critical": "28",
        "premium": "35",
        "cloud": "0",
        "hardware_next_business_day": "12",
        "hardware_four_hours": "18",
    }


def test_cases_accounts_and_links_live_as_long_as_the_page_says() -> None:
    cases, accounts, fulfilment = POLICY.cases, POLICY.accounts, POLICY.fulfilment
    assert (cases.reopen_days, cases.remind_waiting_customer_days, cases.close_waiting_days) == (14, (3, 7), 14)
    assert [(step.at_percent, step.tell.value) for step in cases.escalation] == [
        (50, "engineer"),
        (75, "manager"),
        (90, "operator"),
    ]
    assert dict(cases.escalation_update_hours) == {1: 4, 2: 8, 3: 24, 4: 48}
    assert (accounts.invitation_days, accounts.joining_request_days) == (14, 14)
    assert (accounts.joining_requests_a_person, accounts.identifiers_a_request) == (5, 20)
    assert (accounts.tokens_a_person, accounts.token_days) == (20, (90, 365))
    assert (accounts.activation_link_hours, accounts.password_link_hours) == (72, 2)
    assert (fulfilment.download_link_minutes, fulfilment.quote_valid_days, fulfilment.return_due_days) == (60, 30, 10)


def test_levels_sold_for_a_kind_come_lowest_first() -> None:
    assert [level.key for level in POLICY.levels_sold_for(kind="software")] == [
        "basic",
        "essential",
        "business_critical",
        "premium",
    ]
    assert [level.key for level in POLICY.levels_sold_for(kind="online_service")] == ["cloud"]


@pytest.mark.parametrize("file", sorted((ROOT / "policy" / "examples").glob("*.toml")), ids=lambda file: file.name)
def test_every_example_is_sound(file) -> None:
    text = file.read_text("utf-8")
    standard = (ROOT / "policy" / "standard.toml").read_text("utf-8")
    assert read_policy(whole(part=text, base=standard) if is_part(text) else text).name != ""
