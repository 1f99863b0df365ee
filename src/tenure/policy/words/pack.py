"""What a policy is made of: frozen values, one class a kind of table in the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from tenure.policy.words.identifiers import IdentifierFormat
from tenure.policy.words.known import (
    CustomerSize,
    Family,
    Phone,
    ProductKind,
    Recipient,
    Reminder,
    ResponseForm,
    Role,
    Unit,
)
from tenure.policy.words.licensing import Activation, Compliance, ContactPage, GettingStarted, LicenceCare, Lifecycle
from tenure.policy.words.pricing import Extension, Prices, Programme, Reinstatement, Renewals, Service, TaxRule

Windows = tuple[tuple[int, int], ...]
"""Opening and closing minutes of the day, 0 to 1440; a close at or before its opening lies past midnight."""

_UNIT_TEXTS: Final = {
    Unit.MINUTES: ("minute", "minutes"),
    Unit.HOURS: ("hour", "hours"),
    Unit.BUSINESS_HOURS: ("business hour", "business hours"),
    Unit.HOURS_ON_BUSINESS_DAYS: ("hour on business days", "hours on business days"),
    Unit.BUSINESS_DAYS: ("business day", "business days"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Weekly opening hours, Monday first, in the zone of whoever uses them.

    closed_on_holidays: of the site's country and subdivision.  worked_weekends: whether a weekend day that a country
    works in exchange for a bridge day is open.  half_days_close_at: minute of the day, or None for whole days only.
    Source: D1.
    """

    key: str
    name: str
    week: tuple[Windows, ...]
    closed_on_holidays: bool
    worked_weekends: bool
    half_days_close_at: int | None

    @property
    def days_key(self) -> str:
        """Which expansion of the public holidays these hours use; plain whole days are shared by all hours."""
        if not self.closed_on_holidays:
            return ""
        return self.key if self.worked_weekends or self.half_days_close_at is not None else "holidays"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One promise: so many of a unit, or an event; `alternative` is the event that may stand for it.  Source: D6."""

    unit: Unit
    amount: int | None = None
    alternative: Unit | None = None

    def __str__(self) -> str:
        return self._text() + (f" or {_EVENT_TEXTS[self.alternative]}" if self.alternative else "")

    def _text(self) -> str:
        if self.amount is None:
            return _EVENT_TEXTS[self.unit]
        one, many = _UNIT_TEXTS[self.unit]
        return f"{self.amount} {one if self.amount == 1 else many}"


_EVENT_TEXTS: Final = {Unit.NEXT_BUSINESS_DAY: "next business day", Unit.NEXT_PRODUCT_UPDATE: "next product update"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityTargets:
    """A level's promises for one severity; `restoration` None: none is made.  Source: D6."""

    first_response: Target
    response_forms: tuple[ResponseForm, ...]
    restoration: Target | None
    resolution: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """One column of the targets table; several levels may share it.  Source: D6."""

    key: str
    registration: Target
    severities: Mapping[int, SeverityTargets]


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """Something a term can give.  kinds: of product that it exists for.  Source: A4."""

    key: str
    name: str
    kinds: tuple[ProductKind, ...]
    needs_registration: bool
    needs_content: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A support level.

    rank: the higher of two wins.  contacts: named technical contacts, at most.  service_hours, business_days: keys of
    hours; the first count minutes and hours, the second days.  replacement: of a faulty appliance, or None.
    yearly_percent_of_list_price: the value of one year of maintenance; 0: included in the price.
    Source: D1, A13, A14.
    """

    key: str
    name: str
    purpose: str
    rank: int
    family: Family
    sold_for: tuple[ProductKind, ...]
    benefits: tuple[str, ...]
    service_hours: str
    business_days: str
    targets: str
    contacts: int
    expert: bool
    sample_tier: str
    replacement: Target | None
    yearly_percent_of_list_price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Severity:
    """How bad it is.  web: may be opened on the web; phone: required, advised or allowed.  Source: D4, D5, D7."""

    number: int
    name: str
    definition: str
    web: bool
    phone: Phone


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneNumber:
    """A support number for a country, and what the call costs in words.  Source: D5, D17."""

    country: str
    number: str
    costs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A regional team.  countries: ISO 3166-1 alpha-2, written out.  zone: of the team.  Source: B8, D17."""

    key: str
    name: str
    address: tuple[str, ...]
    zone: str
    renewals_email: str
    support_contracts_email: str
    customer_care_email: str
    countries: tuple[str, ...]
    phones: tuple[PhoneNumber, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalLanguage:
    """Engineers who speak a language, for a region's customers.  hours hold in `zone`, less `country`'s holidays.

    Source: D10.
    """

    language: str
    region: str
    hours: str
    zone: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Languages:
    """portal: of the screens.  documents_only: in the library beside those.  work: of cases.  Source: D10, D14."""

    portal: tuple[str, ...]
    documents_only: tuple[str, ...]
    work: str
    local: tuple[LocalLanguage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSchedule:
    """When who hears that a term ends.  Days before and after the last covered day.  Source: B1, B7.

    quote_by_reseller: whether the reseller prepares a quote unasked.  remind_customer: beside `recipients`.
    """

    kinds: tuple[ProductKind, ...]
    sizes: tuple[CustomerSize, ...]
    regions: tuple[str, ...]
    days_before: tuple[int, ...]
    days_after: tuple[int, ...]
    recipients: tuple[Recipient, ...]
    quote_by_reseller: bool
    remind_customer: Reminder


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long a term may be, in calendar months.  ending_days: before its last covered day it counts as ending.

    Source: A3; ending_days is ours.
    """

    minimum_months: int
    usual_months: int
    maximum_months: int
    ending_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Courtesy:
    """Limits of a time-boxed entitlement given while paperwork is on its way.

    second_approver_above_days: longer ones need two people.  most_cases: opened under one.  Source: A12; numbers ours.
    """

    longest_days: int
    second_approver_above_days: int
    most_cases: int
    most_per_asset_a_year: int
    most_per_customer_a_year: int
    most_per_approver_a_month: int
    given_by: tuple[Role, ...]
    benefits: tuple[str, ...]
    targets_apply: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleTier:
    """A lane for suspicious files.  weight: its share of the turns.  hours: a key of hours, in the site's zone.

    Source: E1, E6.
    """

    key: str
    name: str
    rank: int
    needs_contact_id: bool
    hours: str
    verdict: Target
    weight: int
    files_a_day: int
    largest_mebibytes: int
    most_members: int
    urgent_a_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationStep:
    """Who is told when so many per cent of a target's time are used up.  Source: D11."""

    at_percent: int
    tell: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """How cases go on and end.  accepted_identifiers: any one opens technical cases.  most_files: with one message.

    Source: D7, D8, D9, D11, D12.
    """

    accepted_identifiers: tuple[str, ...]
    reopen_days: int
    remind_waiting_customer_days: tuple[int, ...]
    close_waiting_days: int
    escalation: tuple[EscalationStep, ...]
    escalation_update_hours: Mapping[int, int]
    remote_access_consent_days: int
    most_files: int
    largest_file_mebibytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactChanges:
    """The identifiers that each request about technical contacts must name, and how such requests go on.

    farthest_days_ahead: of the day on which one takes effect.  requests_a_person: open at a time.  Source: D2, D3; the
    numbers are ours.
    """

    answer_days: int
    farthest_days_ahead: int
    requests_a_person: int
    missing_contact_id: tuple[str, ...]
    replace: tuple[str, ...]
    add: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """How long links and requests live, and how many API tokens a person has.

    joining_requests_a_person: open at a time.  identifiers_a_request: that one of them may name.
    token_days: the lives that are offered for a token, beside one without an end.
    Source: D16; the numbers are ours.
    """

    activation_link_hours: int
    password_link_hours: int
    invitation_days: int
    joining_request_days: int
    joining_requests_a_person: int
    identifiers_a_request: int
    tokens_a_person: int
    token_days: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fulfilment:
    """Downloads, quotes and replacements.  Source: C6, B3, A14; the numbers are ours."""

    download_link_minutes: int
    quote_valid_days: int
    return_due_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The whole business on one page, read and checked: every reference in it resolves.  Source: DESIGN 1."""

    name: str
    edition: str
    edited_on: date
    hours: Mapping[str, Hours]
    benefits: Mapping[str, Benefit]
    targets: Mapping[str, Targets]
    severities: Mapping[int, Severity]
    sample_tiers: Mapping[str, SampleTier]
    levels: Mapping[str, Level]
    regions: Mapping[str, Region]
    languages: Languages
    identifiers: Mapping[str, IdentifierFormat]
    activation: Activation
    compliance: Compliance
    licence_care: LicenceCare
    getting_started: GettingStarted
    lifecycle: Lifecycle
    contact: ContactPage
    notices: tuple[NoticeSchedule, ...]
    renewals: Renewals
    terms: Terms
    reinstatement: Reinstatement
    prices: Prices
    taxes: tuple[TaxRule, ...]
    programmes: Mapping[str, Programme]
    services: Mapping[str, Service]
    extension: Extension | None
    courtesy: Courtesy
    cases: Cases
    contact_changes: ContactChanges
    accounts: Accounts
    fulfilment: Fulfilment

    def region_of(self, *, country: str) -> Region:
        """The one region that an ISO 3166-1 alpha-2 country belongs to.  Raises KeyError.  Source: B8."""
        for region in self.regions.values():
            if country in region.countries:
                return region
        raise KeyError(country)

    def levels_sold_for(self, *, kind: str) -> tuple[Level, ...]:
        """The levels that may be sold for a kind of product, lowest rank first.  Source: D1."""
        fitting = [level for level in self.levels.values() if kind in level.sold_for]
        return tuple(sorted(fitting, key=lambda level: level.rank))

    def tax_of(self, *, country: str) -> TaxRule:
        """The one row of the tax table that holds for a country.  Raises KeyError.  Source: ours."""
        for rule in self.taxes:
            if country in rule.countries:
                return rule
        raise KeyError(country)

    def notices_for(self, *, kind: str, size: str, region: str) -> NoticeSchedule:
        """The one schedule of renewal notices for such a term.  Raises KeyError.  Source: B1."""
        for schedule in self.notices:
            if kind in schedule.kinds and size in schedule.sizes and region in schedule.regions:
                return schedule
        raise KeyError((kind, size, region))
