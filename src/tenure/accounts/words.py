"""The words of accounts: who someone is, and in which role they look at whose things."""

from dataclasses import dataclass, field
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


class OrganisationKind(StrEnum):
    CUSTOMER = "customer"
    RESELLER = "reseller"


class CustomerSize(StrEnum):
    """B1: small businesses are told and go to a reseller; for enterprises the reseller is told."""

    SMALL = "small"
    ENTERPRISE = "enterprise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """The person asking, as every query and action takes them.

    organisation_ids: where they hold a customer's role; reseller_ids: where they act as a reseller;
    roles: (organisation id, role) pairs of both.  An anonymous visitor is `NOBODY`.
    """

    person_id: int | None = None
    email: str = ""
    name: str = ""
    language: str = "en"
    zone: str = "UTC"
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
