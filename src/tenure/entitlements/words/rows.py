"""What rules and queries of entitlements hand out: frozen rows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeAlias

from tenure.entitlements.words.kinds import Benefit, CoverState, LicenceKind, LicencePurpose, TermFamily, Why

Fact: TypeAlias = "str | int | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRow:
    """A span of days that a level covers.  Half-open: `ends` is the first day that is not covered.  Source: A3."""

    family: TermFamily
    level: str
    starts: date
    ends: date

    @property
    def last_day(self) -> date:
        return self.ends - timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredSpan:
    """The days on which a serial was registered; `ends` is the first on which it was not, or None.  Source: A6."""

    starts: date
    ends: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the serial was registered on the day."""
        return self.starts <= day and (self.ends is None or day < self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetFacts:
    """What a decision must know of an asset beside its terms."""

    serial: str
    has_content: bool
    registered: tuple[RegisteredSpan, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRights:
    """What a level gives.  rank: the higher of two wins.  Source: D1."""

    rank: int
    benefits: frozenset[Benefit]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What a version of the policy says of levels and benefits.

    policy: the version's number.  courtesy: the benefits that a courtesy term may give at all, whatever its level.
    Source: A4, A12, D1.
    """

    policy: int
    levels: Mapping[str, LevelRights]
    needs_registration: frozenset[Benefit]
    needs_content: frozenset[Benefit]
    courtesy: frozenset[Benefit]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason of an answer; days in facts are ISO dates."""

    code: Why
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer of every gate, kept as its receipt.  until: the last covered day, inclusive.  Source: A5."""

    granted: bool
    benefit: Benefit
    serial: str
    on: date
    level: str | None
    until: date | None
    because: tuple[Reason, ...]

    @property
    def why(self) -> Why:
        """The code that decided."""
        return self.because[0].code

    def as_json(self) -> str:
        """The receipt: the same decision gives the same bytes.  Source: A5."""
        answer = {
            "granted": self.granted,
            "benefit": self.benefit.value,
            "serial": self.serial,
            "on": self.on.isoformat(),
            "level": self.level,
            "until": self.until.isoformat() if self.until else None,
            "because": [
                {"code": reason.code.value, "facts": dict(sorted(reason.facts.items()))} for reason in self.because
            ],
        }
        return json.dumps(answer, ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """An asset's state on a day.  days: until the last covered day, or since it, or until the first; 0 for never."""

    state: CoverState
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetRow:
    """An asset with everything that a line of the list shows, on one day.

    day: the day asked about, or today in the asset's zone.  cover, last_day: of the chain of terms that matters on
    that day (courtesy left out).  level: of the term in force, by latest end, or "".  terms: all known now, by start.
    registered: the serial's registrations, the first made first.
    """

    id: int
    serial: str
    support_identifier: str
    product_id: int
    product: str
    product_slug: str
    product_kind: str
    has_content: bool
    release_id: int | None
    release: str
    organisation_id: int
    organisation: str
    organisation_number: str
    reseller: str
    site_id: int
    site: str
    site_country: str
    zone: str
    certificate: str
    sales_order: str
    issued_on: date
    quantity: int
    meter: str
    licence_kind: LicenceKind
    purpose: LicencePurpose
    day: date
    level: str
    cover: Cover
    last_day: date | None
    terms: tuple[TermRow, ...]
    registered: tuple[RegisteredSpan, ...]

    @property
    def registered_on(self) -> date | None:
        """The first day of the registration that holds on the row's day."""
        return next((span.starts for span in reversed(self.registered) if span.holds(self.day)), None)

    @property
    def courtesy_until(self) -> date | None:
        """The last day of the courtesy that holds on the row's day; None where none does.  Source: A12."""
        held = (each for each in self.terms if each.family is TermFamily.COURTESY)
        return next((each.last_day for each in held if each.starts <= self.day < each.ends), None)

    @property
    def by_courtesy(self) -> bool:
        """Whether the row's level is that of a courtesy: nothing else covers the day.  Source: A12."""
        live = [each for each in self.terms if each.starts <= self.day < each.ends]
        return bool(live) and all(each.family is TermFamily.COURTESY for each in live)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRow:
    """A person who may call, and the contact ID they quote.  named_at: aware.  Source: D2."""

    identifier: str
    name: str
    email: str
    named_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementFacts:
    """What must be known of an agreement to count its seats.

    family, rank: of its level, "" and 0 for one that the policy does not know.  ended: it had terms, and all of them
    are over.
    """

    id: int
    level: str
    region: str
    family: str
    rank: int
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenSeat:
    """A seat as an owner sees it.  agreement_id, level: where it was taken, which may have ended since.  Source: D2."""

    identifier: str
    contact_id: int
    name: str
    email: str
    named_at: datetime
    agreement_id: int
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatGroup:
    """An agreement with all seats that count with it: its own, and those of ended agreements that it follows.

    allowed: by the policy of the day; None for a level that it does not know.  Source: D1, D2, D3.
    """

    agreement_id: int
    level: str
    region: str
    allowed: int | None
    seats: tuple[TakenSeat, ...]

    @property
    def taken(self) -> int:
        """How many people hold a seat here; who holds one in both agreements counts once."""
        return len({seat.contact_id for seat in self.seats})

    @property
    def free(self) -> int:
        return max(0, (self.allowed or 0) - self.taken)

    @property
    def is_over(self) -> bool:
        """More are seated than the level allows: all keep working, and somebody has to choose."""
        return self.allowed is not None and self.taken > self.allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSeat:
    """A contact seat of the person asking.  level, region: of the agreement that it counts with.  Source: D2, D9."""

    identifier: str
    agreement_id: int
    level: str
    region: str
    named_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatsRow:
    """The contact seats of one agreement on a day: taken out of allowed.

    allowed: by the policy of the day; None for a level that it does not know.  people: empty for a reader who may not
    see the customer's people.  Source: D1, D2.
    """

    level: str
    region: str
    allowed: int | None
    taken: int
    people: tuple[SeatRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceFilters:
    """What narrows the list.

    product: a slug; site: an id; state, purpose None: any; on None: today in each asset's zone.
    """

    product: str = ""
    site: int | None = None
    state: CoverState | None = None
    purpose: LicencePurpose | None = None
    on: date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LicencePage:
    """A page of the list.  next, previous: cursors to hand back as `after` and `before`; "" where there is none."""

    rows: tuple[AssetRow, ...]
    next: str
    previous: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceCounts:
    """How many assets stand in each state; they add up to `total`."""

    covered: int
    ending: int
    lapsed: int
    never: int
    not_started: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One line of a filter: its value and its name."""

    value: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceChoices:
    products: tuple[Choice, ...]
    sites: tuple[Choice, ...]
    purposes: tuple[LicencePurpose, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceOverview:
    """What stands above the list.  counts: None for a reader of more than `most_counted` assets."""

    counts: LicenceCounts | None
    most_counted: int
    choices: LicenceChoices
