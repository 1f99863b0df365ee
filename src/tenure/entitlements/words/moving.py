"""What customer care can do with assets: the words, and the values that the plan of a move is made of."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from tenure.entitlements.words.kinds import MoveKind, TermFamily

MOST_MOVED = 5_000
MOST_PARTS = 50


class MoveRefusal(StrEnum):
    """Why a move is refused.  Codes are API; the screen chooses the sentence."""

    NOT_FOUND = "not_found"
    NOTHING_CHOSEN = "nothing_chosen"
    TOO_MANY_ASSETS = "too_many_assets"
    SEVERAL_CUSTOMERS = "several_customers"
    TARGET_UNKNOWN = "target_unknown"
    TARGET_NOT_CUSTOMER = "target_not_customer"
    SITE_UNKNOWN = "site_unknown"
    SAME_PLACE = "same_place"
    SAME_CUSTOMER = "same_customer"
    NOTHING_OWNED = "nothing_owned"
    PARTS_UNREADABLE = "parts_unreadable"
    PARTS_TOO_FEW = "parts_too_few"
    PARTS_TOO_MANY = "parts_too_many"
    PART_NOT_POSITIVE = "part_not_positive"
    PARTS_DO_NOT_ADD_UP = "parts_do_not_add_up"
    JOIN_TOO_FEW = "join_too_few"
    JOIN_DIFFERS = "join_differs"
    TERMS_DIFFER = "terms_differ"
    COURTESY_RUNS = "courtesy_runs"
    OBJECTED = "objected"
    PREVIEW_STALE = "preview_stale"
    WHY_MISSING = "why_missing"
    PEOPLE_UNDECIDED = "people_undecided"
    CHANGED_A_MOMENT_AGO = "changed_a_moment_ago"
    ALREADY_UNDONE = "already_undone"
    UNDO_OF_UNDO = "undo_of_undo"
    UNDO_TOO_LATE = "undo_too_late"
    LATER_MOVE = "later_move"
    LATER_TERM = "later_term"
    LATER_REGISTRATION = "later_registration"
    LATER_SEAT = "later_seat"
    LATER_CERTIFICATE = "later_certificate"
    NUMBERS_USED_UP = "numbers_used_up"


class MoveRemark(StrEnum):
    """What a preview points out.  Rooms above add codes of their own."""

    SITE_ADDED = "site_added"
    REGISTRATION_ENDS = "registration_ends"
    RESELLER_STAYS = "reseller_stays"
    SEATS_WITHOUT_COVER = "seats_without_cover"
    NO_SEAT_THERE = "no_seat_there"
    SEATS_FOLLOW = "seats_follow"
    SEATS_OVER = "seats_over"
    SEAT_ENDS = "seat_ends"
    CLAIM_OPEN = "claim_open"
    CERTIFICATE_EMPTY = "certificate_empty"
    CERTIFICATES_FOLLOW = "certificates_follow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something to know before a move.  forbids: the move is refused for it.  facts: plain values for the sentence."""

    code: StrEnum
    facts: Mapping[str, object] = field(default_factory=dict)
    forbids: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Bond:
    """The agreement that a term hangs on, by what it is."""

    organisation: int
    level: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldTerm:
    """A term as known now; half-open.  id: its row, which says nothing of what it is."""

    family: TermFamily
    level: str
    starts: date
    ends: date
    quantity: int
    bond: Bond | None = None
    certificate: int | None = None
    id: int = field(default=0, compare=False)

    @property
    def days(self) -> int:
        return (self.ends - self.starts).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Whose an asset is, where, how many of it, and under which terms.  region: the site's."""

    organisation: int
    site: int
    region: str
    quantity: int
    terms: tuple[HeldTerm, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where assets go.  site: its id, or the negative id of a site that is copied for it."""

    organisation: int
    site: int
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedAsset:
    """One asset of a plan.  asset: its id, or 0 for one that a split makes.  None: it is not there."""

    asset: int
    product: int
    before: Holding | None
    after: Holding | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What an asset is, beside whose; likeness: what must be equal for two to be joined, by name."""

    id: int
    serial: str
    support_identifier: str
    product_id: int
    product: str
    release: str
    meter: str
    purpose: str
    reseller: str
    certificate: str
    registered: bool
    likeness: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be done.  to: a customer's number, or "".  site: of that customer; None: sites follow.

    serials: of a join, the first is kept.  customer: of a merge, the one that is emptied.
    """

    kind: MoveKind
    serials: tuple[str, ...] = ()
    customer: str = ""
    to: str = ""
    site: int | None = None
    parts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a line of a preview, in words.  site_is_new: it is copied for this."""

    organisation: str
    organisation_number: str
    site: str
    quantity: int
    term_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewLine:
    """card: None for an asset that a split makes."""

    card: Card | None
    before: Side | None
    after: Side | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonToAsk:
    """A role in the customer that a merge empties, about which somebody must decide.  held: already held there."""

    membership: int
    name: str
    email: str
    role: str
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a move will do, line by line; nothing is done.  digest: of all that; the act asks for it back.

    days_before, days_after: sums of quantity x covered days, which are equal.
    """

    wish: Wish
    lines: tuple[PreviewLine, ...]
    remarks: tuple[Remark, ...]
    people: tuple[PersonToAsk, ...]
    days_before: int
    days_after: int
    digest: str

    @property
    def objection(self) -> Remark | None:
        return next((remark for remark in self.remarks if remark.forbids), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """What rooms above are asked about before assets move.  since: the instant of the move that an undo takes back."""

    kind: MoveKind
    assets: tuple[tuple[int, str, "Holding | None", "Holding | None"], ...]
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSite:
    """A site of another customer that is copied for what moves.  id: negative, as the plan names it until then."""

    id: int
    source: int
    organisation: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is going to be done.  cards: of assets that are there, by id.  remarks: all of them."""

    wish: Wish
    assets: tuple[MovedAsset, ...]
    cards: dict[int, Card]
    new_sites: tuple[NewSite, ...]
    source: int
    target: int
    people: tuple[PersonToAsk, ...]
    remarks: tuple[Remark, ...]

    @property
    def digest(self) -> str:
        """Equal where everything that is going to happen is equal."""
        people = sorted((each.membership, each.held) for each in self.people)
        said = repr((self.wish, self.assets, self.new_sites, people))
        return hashlib.sha256(said.encode()).hexdigest()

    @property
    def objection(self) -> Remark | None:
        return next((remark for remark in self.remarks if remark.forbids), None)
