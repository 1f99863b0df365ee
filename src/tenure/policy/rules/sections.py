"""One function a section of the policy file, each from its table to its frozen value."""

from collections.abc import Collection
from functools import lru_cache
from types import MappingProxyType
from typing import Final
from zoneinfo import available_timezones

from tenure.policy.rules.reading import Table, shown, unknown
from tenure.policy.rules.shapes import read_target
from tenure.policy.words import (
    COUNTRIES,
    IDENTIFIER_KINDS,
    LANGUAGES,
    SEVERITIES,
    Accounts,
    Benefit,
    Cases,
    ContactChanges,
    Courtesy,
    CustomerSize,
    EscalationStep,
    Family,
    Fulfilment,
    Languages,
    Level,
    LocalLanguage,
    NoticeSchedule,
    Phone,
    PhoneNumber,
    ProductKind,
    Recipient,
    Region,
    Reminder,
    Role,
    SampleTier,
    Severity,
    Terms,
)

ALL_OTHERS: Final = ("*",)
MOST_DAYS: Final = 3_660  # ten years: longer is a slip of the pen


def read_benefit(key: str, table: Table) -> Benefit:
    """Source: A4."""
    benefit = Benefit(
        key=key,
        name=table.text("name"),
        kinds=table.choices("kinds", ProductKind),
        needs_registration=table.flag("needs_registration", default=False),
        needs_content=table.flag("needs_content", default=False),
    )
    table.done()
    return benefit


def read_severity(number: int, table: Table) -> Severity:
    """Source: D4, D5."""
    severity = Severity(
        number=number,
        name=table.text("name"),
        definition=table.text("definition"),
        web=table.flag("web"),
        phone=table.choice("phone", Phone),
    )
    table.done()
    return severity


def read_sample_tier(key: str, table: Table, hours: Collection[str]) -> SampleTier:
    """Source: E1, E6."""
    tier = SampleTier(
        key=key,
        name=table.text("name"),
        rank=table.number("rank", least=1),
        needs_contact_id=table.flag("needs_contact_id"),
        hours=table.reference("hours", hours, "hours"),
        verdict=read_target(table, "verdict_within"),
        weight=table.number("weight", least=1),
        files_a_day=table.number("files_a_day", least=1),
        largest_mebibytes=table.number("largest_mebibytes", least=1),
        most_members=table.number("most_members", least=1),
        urgent_a_day=table.number("urgent_a_day"),
    )
    table.done()
    return tier


def read_level(
    key: str, table: Table, *, hours: Collection[str], benefits: Collection[str], targets: Collection[str],
    tiers: Collection[str],
) -> Level:  # fmt: skip
    """Source: D1, A13, A14."""
    level = Level(
        key=key,
        name=table.text("name"),
        purpose=table.text("purpose"),
        rank=table.number("rank", least=1),
        family=table.choice("family", Family),
        sold_for=table.choices("sold_for", ProductKind),
        benefits=table.references("benefits", benefits, "benefit"),
        service_hours=table.reference("service_hours", hours, "hours"),
        business_days=table.reference("business_days", hours, "hours"),
        targets=table.reference("targets", targets, "targets"),
        contacts=table.number("contacts", least=1, most=1_000),
        expert=table.flag("expert"),
        sample_tier=table.reference("sample_tier", tiers, "sample tier"),
        replacement=read_target(table, "replacement") if table.has("replacement") else None,
        yearly_percent_of_list_price=table.percent("yearly_percent_of_list_price"),
    )
    table.done()
    return level


def read_region(key: str, table: Table, others: tuple[str, ...]) -> Region:
    """A region; others: the countries that no region names, for the one that says "*".  Source: B8, D17."""
    name = table.text("name")
    address = table.lines("address")
    zone = read_zone(table, "zone")
    emails = [read_email(table, f"{team}_email") for team in ("renewals", "support_contracts", "customer_care")]
    countries = table.texts("countries", least=1)
    if countries != ALL_OTHERS:
        for place, country in enumerate(countries):
            if country not in COUNTRIES:
                table.reading.blame((*table.path, "countries", place), unknown("country", country, COUNTRIES))
    phones = tuple(_read_phone(row) for row in table.rows("phones"))
    table.done()
    return Region(
        key=key,
        name=name,
        address=address,
        zone=zone,
        renewals_email=emails[0],
        support_contracts_email=emails[1],
        customer_care_email=emails[2],
        countries=others if countries == ALL_OTHERS else countries,
        phones=phones,
    )


def _read_phone(table: Table) -> PhoneNumber:
    number = PhoneNumber(
        country=table.reference("country", COUNTRIES, "country"),
        number=table.text("number", longest=40),
        costs=table.text("costs"),
    )
    if table.sound("number") and not set(number.number) <= set("+0123456789 ()-./"):
        table.blame("number", f"{shown(number.number)} is no phone number")
    table.done()
    return number


def read_zone(table: Table, key: str) -> str:
    """The name of an IANA time zone."""
    return table.reference(key, _zones(), "time zone")


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())  # walks the whole zone folder each time it is called


def read_email(table: Table, key: str) -> str:
    """An e-mail address, looked at only as far as a slip of the pen goes."""
    text = table.text(key, longest=254)
    local, at, domain = text.partition("@")
    if not (local and at and "." in domain.strip(".") and " " not in text and "@" not in domain):
        table.blame(key, f"{shown(text)} is no e-mail address")
    return text


def read_languages(table: Table, regions: Collection[str], hours: Collection[str]) -> Languages:
    """Source: D10, D14."""
    languages = Languages(
        portal=_languages(table, "portal", least=1),
        documents_only=_languages(table, "documents_only", least=0),
        work=_language(table, "work"),
        local=tuple(_read_local_language(row, regions, hours) for row in table.rows("local")),
    )
    table.done()
    return languages


def _read_local_language(table: Table, regions: Collection[str], hours: Collection[str]) -> LocalLanguage:
    local = LocalLanguage(
        language=_language(table, "language"),
        region=table.reference("region", regions, "region"),
        hours=table.reference("hours", hours, "hours"),
        zone=read_zone(table, "zone"),
        country=table.reference("country", COUNTRIES, "country"),
    )
    table.done()
    return local


def _language(table: Table, key: str) -> str:
    text = table.text(key)
    if not _is_language(text):
        table.blame(key, f"unknown language {shown(text)}")
    return text


def _languages(table: Table, key: str, *, least: int) -> tuple[str, ...]:
    found = table.texts(key, least=least)
    for place, text in enumerate(found):
        if not _is_language(text):
            table.reading.blame((*table.path, key, place), f"unknown language {shown(text)}")
    return found


def _is_language(text: str) -> bool:
    primary, *rest = text.split("-")
    return primary in LANGUAGES and all(2 <= len(part) <= 4 and part.isascii() and part.islower() for part in rest)


def read_notices(top: Table, regions: Collection[str]) -> tuple[NoticeSchedule, ...]:
    """Source: B1, B7."""
    return tuple(_read_notice(row, regions) for row in top.rows("notices", least=1))


def _read_notice(table: Table, regions: Collection[str]) -> NoticeSchedule:
    schedule = NoticeSchedule(
        kinds=table.choices("kinds", ProductKind),
        sizes=table.choices("sizes", CustomerSize),
        regions=table.references("regions", regions, "region"),
        days_before=table.numbers("days_before", falling=True),
        days_after=table.numbers("days_after"),
        recipients=table.choices("recipients", Recipient),
        quote_by_reseller=table.flag("quote_by_reseller"),
        remind_customer=table.choice("remind_customer", Reminder),
    )
    table.done()
    return schedule


def read_terms(table: Table) -> Terms:
    """Source: A3."""
    terms = Terms(
        minimum_months=table.number("minimum_months", least=1, most=1_200),
        usual_months=table.number("usual_months", least=1, most=1_200),
        maximum_months=table.number("maximum_months", least=1, most=1_200),
        ending_days=table.number("ending_days", least=1, most=MOST_DAYS),
    )
    if table.sound("minimum_months", "usual_months", "maximum_months"):
        if terms.maximum_months < terms.minimum_months:
            table.blame("maximum_months", "is less than minimum_months")
        elif not terms.minimum_months <= terms.usual_months <= terms.maximum_months:
            table.blame("usual_months", "must lie between minimum_months and maximum_months")
    table.done()
    return terms


def read_courtesy(table: Table, benefits: Collection[str]) -> Courtesy:
    """Source: A12."""
    courtesy = Courtesy(
        longest_days=table.number("longest_days", least=1, most=MOST_DAYS),
        second_approver_above_days=table.number("second_approver_above_days", most=MOST_DAYS),
        most_cases=table.number("most_cases", least=1, most=1_000),
        most_per_asset_a_year=table.number("most_per_asset_a_year"),
        most_per_customer_a_year=table.number("most_per_customer_a_year"),
        most_per_approver_a_month=table.number("most_per_approver_a_month"),
        given_by=table.choices("given_by", Role),
        benefits=table.references("benefits", benefits, "benefit"),
        targets_apply=table.flag("targets_apply"),
    )
    table.done()
    return courtesy


def read_cases(table: Table) -> Cases:
    """Source: D8, D9, D11, D12."""
    updates = table.table("escalation_update_hours")
    cases = Cases(
        accepted_identifiers=_identifier_kinds(table, "accepted_identifiers"),
        reopen_days=table.number("reopen_days", most=MOST_DAYS),
        remind_waiting_customer_days=table.numbers("remind_waiting_customer_days"),
        close_waiting_days=table.number("close_waiting_days", least=1, most=MOST_DAYS),
        escalation=tuple(_read_escalation(row) for row in table.rows("escalation")),
        escalation_update_hours=MappingProxyType(
            {number: updates.number(str(number), least=1) for number in SEVERITIES}
        ),
        remote_access_consent_days=table.number("remote_access_consent_days", least=1, most=MOST_DAYS),
        most_files=table.number("most_files", most=100),
        largest_file_mebibytes=table.number("largest_file_mebibytes", least=1, most=1024),
    )
    if table.sound("remind_waiting_customer_days", "close_waiting_days") and any(
        day >= cases.close_waiting_days for day in cases.remind_waiting_customer_days
    ):
        table.blame("remind_waiting_customer_days", "the last reminder must come before close_waiting_days")
    updates.done()
    table.done()
    return cases


def _read_escalation(table: Table) -> EscalationStep:
    step = EscalationStep(at_percent=table.number("at_percent", least=1, most=100), tell=table.choice("tell", Role))
    table.done()
    return step


def read_contact_changes(table: Table) -> ContactChanges:
    """Source: D2, D3."""
    changes = ContactChanges(
        answer_days=table.number("answer_days", least=1, most=MOST_DAYS),
        farthest_days_ahead=table.number("farthest_days_ahead", most=MOST_DAYS),
        requests_a_person=table.number("requests_a_person", least=1, most=1_000),
        missing_contact_id=_identifier_kinds(table, "missing_contact_id"),
        replace=_identifier_kinds(table, "replace"),
        add=_identifier_kinds(table, "add"),
    )
    table.done()
    return changes


def _identifier_kinds(table: Table, key: str) -> tuple[str, ...]:
    return table.references(key, IDENTIFIER_KINDS, "identifier")


def read_accounts(table: Table) -> Accounts:
    """Source: D16; the numbers are ours."""
    accounts = Accounts(
        activation_link_hours=table.number("activation_link_hours", least=1),
        password_link_hours=table.number("password_link_hours", least=1),
        invitation_days=table.number("invitation_days", least=1, most=MOST_DAYS),
        joining_request_days=table.number("joining_request_days", least=1, most=MOST_DAYS),
        joining_requests_a_person=table.number("joining_requests_a_person", least=1, most=1_000),
        identifiers_a_request=table.number("identifiers_a_request", least=1, most=1_000),
        tokens_a_person=table.number("tokens_a_person", most=1_000),
        token_days=table.numbers("token_days", most=MOST_DAYS),
    )
    table.done()
    return accounts


def read_fulfilment(table: Table) -> Fulfilment:
    """Source: C6, B3, A14; the numbers are ours."""
    fulfilment = Fulfilment(
        download_link_minutes=table.number("download_link_minutes", least=1),
        quote_valid_days=table.number("quote_valid_days", least=1, most=MOST_DAYS),
        return_due_days=table.number("return_due_days", least=1, most=MOST_DAYS),
    )
    table.done()
    return fulfilment
