"""The words of renewals: what is renewed, what it costs and why, and why something is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

_DAY = timedelta(days=1)


class RenewalRefusal(StrEnum):
    """Why there is no quote, or no price list.  Codes are API; the screen chooses the sentence."""

    UNKNOWN_SERIAL = "unknown_serial"
    SERIAL_TWICE = "serial_twice"
    SEVERAL_CUSTOMERS = "several_customers"
    NO_PRICE = "no_price"
    CURRENCY_UNKNOWN = "currency_unknown"
    LEVEL_UNKNOWN = "level_unknown"
    LEVEL_NOT_SOLD = "level_not_sold"
    LEVEL_NEEDED = "level_needed"
    QUANTITY_OUT_OF_RANGE = "quantity_out_of_range"
    END_IN_PAST = "end_in_past"
    ENDS_LATER = "ends_later"
    NOTHING_TO_RENEW = "nothing_to_renew"
    TERM_TOO_LONG = "term_too_long"
    LAPSED_TOO_LONG = "lapsed_too_long"
    SUPPORT_ENDED = "support_ended"
    FLAT_FEE_MISSING = "flat_fee_missing"
    DAY_OUT_OF_RANGE = "day_out_of_range"
    PROGRAMME_UNKNOWN = "programme_unknown"
    SERVICE_UNKNOWN = "service_unknown"
    SERVICE_NOT_SOLD = "service_not_sold"
    SERVICE_NO_PRICE = "service_no_price"
    SERVICE_OUT_OF_RANGE = "service_out_of_range"
    EXTENSION_NOT_SOLD = "extension_not_sold"
    EXTENSION_NOT_OFFERED = "extension_not_offered"
    NOTHING_TO_EXTEND = "nothing_to_extend"


class LineKind(StrEnum):
    """What a line of a quote is for.  Source: A11, B3, B10."""

    RENEWAL = "renewal"
    LEVEL_CHANGE = "level_change"
    FIRST_TERM = "first_term"
    EXTENSION = "extension"  # support of a release past its standard support


class RecipientKind(StrEnum):
    """Who a notice goes to.  Source: B1."""

    LICENCE_OWNER = "licence_owner"
    RENEWAL_CONTACT = "renewal_contact"
    RESELLER = "reseller"


class TaskKind(StrEnum):
    """What a regional team must do by hand.  Source: B1, B8; the kinds are ours."""

    NOBODY_TO_TELL = "nobody_to_tell"
    BOUNCED = "bounced"
    QUOTE_WANTED = "quote_wanted"
    LEGAL_WINDOW = "legal_window"
    SERVICE_ORDERED = "service_ordered"
    DISPUTED = "disputed"


class NoticeRefusal(StrEnum):
    """Why something about notices and tasks is refused.  Codes are API; the screen chooses the sentence."""

    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"


class LostReason(StrEnum):
    """Why a term is not renewed.  Source: ours."""

    PRICE = "price"
    NO_LONGER_USED = "no_longer_used"
    COMPETITOR = "competitor"
    END_OF_SUPPORT = "end_of_support"
    BOUGHT_ANEW = "bought_anew"
    OTHER = "other"


class LostRefusal(StrEnum):
    """Why a term cannot be said to be lost.  Codes are API; the screen chooses the sentence."""

    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    NOTHING_CHOSEN = "nothing_chosen"
    TOO_MANY = "too_many"
    NOT_LAST_END = "not_last_end"
    WORDS_MISSING = "words_missing"


class StepCode(StrEnum):
    """One step of a line's arithmetic.  Codes are API.  Source: A11, A13, B9, B10, B11."""

    TERM_FEE = "term_fee"
    PROGRAMME = "programme"  # what the customer's programme takes off the step before
    MULTI_YEAR_DISCOUNT = "multi_year_discount"
    BACK_CHARGE = "back_charge"
    SURCHARGE = "surcharge"
    NEW_LEVEL = "new_level"
    OLD_LEVEL = "old_level"
    EXTENSION_FEE = "extension_fee"


class NoteCode(StrEnum):
    """What a reader of a line must be told beside its arithmetic."""

    CUT_AT_END_OF_SUPPORT = "cut_at_end_of_support"
    OTHER_CURRENCY = "other_currency"
    ONE_CERTIFICATE = "one_certificate"  # licences of several certificates will stand on one


Fact: TypeAlias = "str | int | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A row of a price list.  Amounts are of one unit; None: not in the list.  band_from: for so many units and more.

    valid_from: names the edition of the list; a later one takes its place as a whole.  Source: A13.
    """

    band_from: int
    unit_list_price: Decimal | None
    unit_maintenance_per_year: Decimal | None
    valid_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """An asset as a quote looks at it.

    level: of its last term, "" where it never had one.  chain_starts, chain_ends: its last unbroken chain of terms,
    half-open, courtesy and extensions left out; None: never covered.  supported_to: the first day on which its release
    has no support of any kind; standard_to: no standard support; None: no end is known.  extended_offered: whether
    support of the release can be had after its standard support.
    """

    serial: str
    product: str
    kind: str
    release: str
    quantity: int
    level: str
    chain_starts: date | None
    chain_ends: date | None
    supported_to: date | None = None
    standard_to: date | None = None
    extended_offered: bool = False

    @property
    def last_day(self) -> date | None:
        """The last covered day."""
        return None if self.chain_ends is None else self.chain_ends - _DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for.

    on: the order day.  years: whole ones; until: the common last covered day; at most one of them, none: the policy's
    usual term.  level: "" keeps each asset's own.  quantities: of a partial renewal, by serial.  services: units by the
    policy's key.  extend: support of old releases too, for the days past their standard support.
    """

    on: date
    years: int | None = None
    until: date | None = None
    level: str = ""
    quantities: Mapping[str, int] = field(default_factory=dict)
    services: Mapping[str, int] = field(default_factory=dict)
    extend: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Years:
    """A stretch of time as years: whole ones, and days over the days of the year they lie in.  Source: ours."""

    whole: int
    days: int
    of: int

    @property
    def exact(self) -> Fraction:
        return self.whole + Fraction(self.days, self.of)

    def __str__(self) -> str:
        part = f"{self.days}/{self.of}" if self.days else ""
        return " + ".join(each for each in (str(self.whole) if self.whole or not part else "", part) if each)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a line.  amount: its part of the rounded line; the parts of a line add up to it.  Source: A13."""

    code: StepCode
    amount: Decimal
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    code: NoteCode
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one asset costs.

    starts_on, ends_on: the first and the last day that is bought.  lapsed_days: without cover before.  amount: rounded
    once, net of tax.  Source: B3, B9.
    """

    kind: LineKind
    serial: str
    product: str
    level: str
    quantity: int
    starts_on: date
    ends_on: date
    lapsed_days: int
    amount: Decimal
    steps: tuple[Step, ...]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLine:
    """A service beside the renewal.  amount: of all its units, rounded once, net of tax.  Source: B10."""

    service: str
    name: str
    unit: str
    quantity: int
    unit_price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """What is added to the total, and by which rule.  reverse_charge: the customer owes it.  Source: ours."""

    rule: str
    percent: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What renewing costs on a day.

    total: net, services too; left_out: serials that lie on the common end already; programme: whose conditions it has,
    or "".  Source: B3, B10, B11.
    """

    on: date
    currency: str
    policy: str
    lines: tuple[Line, ...]
    left_out: tuple[str, ...]
    total: Decimal
    tax: Tax
    notes: tuple[Note, ...] = ()
    services: tuple[ServiceLine, ...] = ()
    programme: str = ""

    @property
    def gross(self) -> Decimal:
        return self.total + self.tax.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What the same renewal costs when it is ordered on a day.  total: None where it is refused, because of `code`.

    buy_again: the licences and a first term at list price, where the list has them.  Source: B9; ours.
    """

    on: date
    total: Decimal | None
    code: str
    buy_again: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Whose quote it is, as far as tax and conditions go.

    tax_identifier: checked, or "".  programme: a key of the policy, or "".
    """

    country: str
    tax_identifier: str = ""
    programme: str = ""


PriceBook: TypeAlias = "Mapping[tuple[str, str], tuple[Price, ...]]"
"""The rows of one currency's list that are valid on the order day, by product and level, bands rising."""


class EnrolmentRefusal(StrEnum):
    """Why a customer cannot be enrolled in a programme.  Codes are API; the screen chooses the sentence."""

    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    PROGRAMME_UNKNOWN = "programme_unknown"
    ALREADY_ENROLLED = "already_enrolled"
    DAY_OUT_OF_RANGE = "day_out_of_range"
    ENDS_BEFORE_IT_STARTS = "ends_before_it_starts"
    ENDED = "ended"


class QuoteState(StrEnum):
    """How a kept quote stands on a day; every one is in exactly one.  Source: B3; the words are ours."""

    PREPARED = "prepared"  # its customer has not been shown it
    SENT = "sent"
    ACCEPTED = "accepted"
    ORDERED = "ordered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REVISED = "revised"  # a later quote stands in its place
    EXPIRED = "expired"


class QuoteSide(StrEnum):
    """From which side somebody looks at a quote, which decides whose price they are shown.  Source: B3."""

    CUSTOMER = "customer"
    RESELLER = "reseller"
    VENDOR = "vendor"


class QuoteRefusal(StrEnum):
    """Why a quote cannot be kept, answered or ordered.  Codes are API; the screen chooses the sentence."""

    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    NOTHING_CHOSEN = "nothing_chosen"
    TOO_MANY_LINES = "too_many_lines"
    OTHER_CUSTOMER = "other_customer"
    SEVERAL_RESELLERS = "several_resellers"
    STATE = "quote_state"
    NOT_ACCEPTED = "not_accepted"
    EXPIRED = "quote_expired"
    ASSET_CHANGED = "asset_changed"
    IN_USE = "in_use"
    WHY_MISSING = "why_missing"
    CHANGED_A_MOMENT_AGO = "changed_a_moment_ago"
    SIGNER_MISSING = "signer_missing"
    SIGNED_IN_FUTURE = "signed_in_future"
    SIGNED_BEFORE_SENT = "signed_before_sent"
    PAPER_MISSING = "paper_missing"
    DISPUTED = "disputed"
    WRITTEN_TODAY = "written_today"


class Changed(StrEnum):
    """What is not as it was when a quote was prepared.  Codes are API.  Source: ours."""

    GONE = "gone"
    CUSTOMER = "customer"
    SITE = "site"
    RESELLER = "reseller"
    QUANTITY = "quantity"
    LEVEL = "level"
    COVER = "cover"


class ResellerWish(StrEnum):
    """What a customer asks of a reseller.  Source: B2, B3."""

    QUOTE = "quote"
    OF_RECORD = "of_record"


class ResellerRefusal(StrEnum):
    """Why something about resellers is refused.  Codes are API; the screen chooses the sentence."""

    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    ALREADY_ASKED = "already_asked"
    ALREADY_ANSWERED = "already_answered"
    NOTHING_CHOSEN = "nothing_chosen"
    NOT_YOURS = "not_yours"
    DAY_PAST = "day_past"
    SAME_RESELLER = "same_reseller"
    WHY_MISSING = "why_missing"
    ALREADY_GIVEN = "already_given"
    COUNTRY_UNKNOWN = "country_unknown"
    LANGUAGE_UNKNOWN = "language_unknown"
    FAMILY_UNKNOWN = "family_unknown"
    REACH_MISSING = "reach_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An asset as it stood when it was quoted; what an order compares with.  ids of customer, site and reseller.

    ends: the first day after its last chain, or None.  Source: ours.
    """

    organisation: int
    site: int
    reseller: int | None
    quantity: int
    level: str
    ends: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptInstants:
    """What is stored of a quote's way, beside the day that is asked about: its state follows."""

    valid_to: date
    sent: bool
    accepted: bool
    declined: bool
    withdrawn: bool
    revised: bool
    ordered: bool
