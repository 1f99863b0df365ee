"""What a policy says of licences in use, of how to begin, and of whom to reach."""

from dataclasses import dataclass

from tenure.policy.words.known import FirstStep, LicencePurpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """Licences in use.  most_moves_a_year: of one activation to another machine, by the customer.

    clock_slack_hours: by how much a product's clock may be off.  revocation_list_days: how long a list is fresh.
    Source: A7; the numbers are ours.
    """

    most_moves_a_year: int
    check_in_days: int
    clock_slack_hours: int
    revocation_list_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Compliance:
    """What counts as licensed, and for how long a count of the installed is fresh.  Source: A9; ours."""

    counted_purposes: tuple[LicencePurpose, ...]
    fresh_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceCare:
    """Claims and moves of licences.  Source: A8; the numbers are ours."""

    claim_answer_days: int
    undo_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GettingStarted:
    """The steps of the public page of a product, by its kind.  Source: A7; the order is ours."""

    software: tuple[FirstStep, ...]
    online_service: tuple[FirstStep, ...]
    hardware: tuple[FirstStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """How the public pages of products speak of days: which ends are near, named, recent.  Source: A10; ours."""

    soon_days: int
    named_days: int
    recent_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A page elsewhere that the operator names.  Source: D13, D17."""

    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPage:
    """Who can be reached beside the regions' teams.  Source: D17."""

    security_response_email: str
    links: tuple[Link, ...]
