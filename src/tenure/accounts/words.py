"""The words of accounts: who someone is, and in which role they look at whose things."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person is to an organisation.  Source: MISSION's people, D2."""

    OWNER = "owner"
    TECHNICAL = "technical"
    PURCHASING = "purchasing"
    VIEWER = "viewer"
    RESELLER = "reseller"


class StaffRole(StrEnum):
    """What a person is to the vendor.  Source: MISSION's people."""

    ENGINEER = "engineer"
    CARE_AGENT = "care_agent"
    RENEWALS = "renewals"
    ANALYST = "analyst"
    MANAGER = "manager"
    OPERATOR = "operator"


LINKERS = frozenset({StaffRole.CARE_AGENT, StaffRole.OPERATOR})
"""The staff who link people to organisations and decide on contact seats in an owner's place.  Source: C4."""


class OrganisationKind(StrEnum):
    CUSTOMER = "customer"
    RESELLER = "reseller"


class TeamTopic(StrEnum):
    """What a team works on.  Source: D10, B8, E3."""

    TECHNICAL = "technical"
    LICENCES = "licences"
    SUPPORT_CONTRACT = "support_contract"
    ACCOUNT = "account"
    RENEWALS = "renewals"
    SAMPLES = "samples"
    OTHER = "other"


class CustomerSize(StrEnum):
    """B1: small businesses are told and go to a reseller; for enterprises the reseller is told."""

    SMALL = "small"
    ENTERPRISE = "enterprise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """The person asking, as every query and action takes them.

    organisation_ids: where they hold a customer's role; reseller_ids: where they act as a reseller;
    roles: (organisation id, role) pairs of both; organisation: what the page's head names.
    An anonymous visitor is `NOBODY`.
    """

    person_id: int | None = None
    email: str = ""
    name: str = ""
    language: str = "en"
    zone: str = "UTC"
    theme: str = ""
    organisation: str = ""
    roles: frozenset[tuple[int, Role]] = field(default_factory=frozenset)
    staff: frozenset[StaffRole] = field(default_factory=frozenset)

    @property
    def organisation_ids(self) -> list[int]:
        """Organisations whose own things this person may see, in ascending order."""
        return sorted({organisation for organisation, role in self.roles if role is not Role.RESELLER})

    @property
    def reseller_ids(self) -> list[int]:
        """Resellers this person acts for, in ascending order."""
        return sorted({organisation for organisation, role in self.roles if role is Role.RESELLER})

    @property
    def is_staff(self) -> bool:
        return bool(self.staff)

    def holds(self, organisation_id: int, *roles: Role) -> bool:
        """Whether the person holds one of `roles` in the organisation."""
        return any((organisation_id, role) in self.roles for role in roles)


NOBODY = Who()


class Scope(StrEnum):
    """What a token may be used for; it never gives more than its person may do.  Codes are API.  Source: ours."""

    ENTITLEMENTS_READ = "entitlements:read"
    ENTITLEMENTS_WRITE = "entitlements:write"
    ACTIVATIONS_WRITE = "activations:write"
    CASES_READ = "cases:read"
    CASES_WRITE = "cases:write"


class AccountRefusal(StrEnum):
    """Why accounts says no.  Codes are API; the screen chooses the sentence."""

    NOT_FOUND = "not_found"
    NOT_AN_OWNER = "not_an_owner"
    LAST_OWNER = "last_owner"
    ALREADY_MEMBER = "already_member"
    ALREADY_INVITED = "already_invited"
    INVITATION_ENDED = "invitation_ended"
    INVITATION_FOR_ANOTHER_ADDRESS = "invitation_for_another_address"
    ROLE_NOT_HERE = "role_not_here"
    HANDOVER_OPEN = "handover_open"
    HANDOVER_TO_AN_OWNER = "handover_to_an_owner"
    HANDOVER_ENDED = "handover_ended"
    NAME_MISSING = "name_missing"
    NAME_NOT_LATIN = "name_not_latin"
    NAME_TOO_LONG = "name_too_long"
    LANGUAGE_UNKNOWN = "language_unknown"
    ZONE_UNKNOWN = "zone_unknown"
    THEME_UNKNOWN = "theme_unknown"
    ADDRESS_INVALID = "address_invalid"
    SCOPE_MISSING = "scope_missing"
    TOKEN_NAME_MISSING = "token_name_missing"  # noqa: S105
    TOO_MANY_TOKENS = "too_many_tokens"
    PERSON_UNKNOWN = "person_unknown"
    ORGANISATION_UNKNOWN = "organisation_unknown"
    ORGANISATION_NEEDED = "organisation_needed"
    ORGANISATION_AMBIGUOUS = "organisation_ambiguous"
    TEAM_EXISTS = "team_exists"
    TEAM_ARCHIVED = "team_archived"
    REGION_UNKNOWN = "region_unknown"
    NO_POLICY = "no_policy"
    NUMBERS_USED_UP = "numbers_used_up"
    TAX_IDENTIFIER_INVALID = "tax_identifier_invalid"
    TAX_COUNTRY_UNKNOWN = "tax_country_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationRow:
    """An organisation as one of its people sees it; `roles` are the reader's own there, in the order of `Role`."""

    id: int
    number: str
    name: str
    country: str
    kind: OrganisationKind
    roles: tuple[Role, ...]

    @property
    def is_managed(self) -> bool:
        return Role.OWNER in self.roles


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDetails:
    """How a contact is reached beside their address.  Empty: not known.  Source: D3."""

    company: str = ""
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """One open role of one person in an organisation."""

    membership_id: int
    person_id: int
    name: str
    email: str
    role: Role
    began_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRow:
    """An invitation that waits; `is_expired` at the instant that was asked about."""

    id: int
    email: str
    role: Role
    invited_by: str
    invited_at: datetime
    expires_at: datetime
    is_expired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationOffer:
    """What who opens an invitation's link reads.  `is_for_me`: one of their verified addresses is invited."""

    organisation: str
    role: Role
    invited_by: str
    expires_at: datetime
    is_for_me: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverRow:
    """An offer of ownership that waits."""

    id: int
    giver_id: int
    giver: str
    taker_id: int
    taker: str
    offered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRow:
    """An API token of the reader that was not revoked; the secret itself is kept nowhere."""

    id: int
    name: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRow:
    """A team of the vendor's.  region: a key of the policy, or "" for everywhere.  people: who work in it now."""

    id: int
    slug: str
    name: str
    topic: TeamTopic
    region: str
    email: str
    people: int
    is_archived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRow:
    """One of the vendor's people.  roles: in the order of `StaffRole`; none for who has left and is still in a team."""

    person_id: int
    name: str
    email: str
    roles: tuple[StaffRole, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamChange:
    """One line of a team's history.  person: whom it concerned, or "".  before, after: its names when renamed."""

    verb: str
    at: datetime
    by: str
    person: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a person says about themselves.  theme: empty follows the device."""

    name: str
    language: str
    zone: str
    theme: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """Somebody the operator lets in.  organisation: a number or a name; needed for a customer's or reseller's role."""

    email: str
    role: Role | StaffRole
    organisation: str = ""
    name: str = ""
    language: str = "en"
