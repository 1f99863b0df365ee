"""Lists that come from standards and from the table of targets, not from any vendor."""

from enum import StrEnum
from typing import Final


class ProductKind(StrEnum):
    """A2: three kinds of product."""

    SOFTWARE = "software"
    ONLINE_SERVICE = "online_service"
    HARDWARE = "hardware"


class Family(StrEnum):
    """The family of the terms that a level is sold as.  Source: A3."""

    MAINTENANCE = "maintenance"
    SUBSCRIPTION = "subscription"
    HARDWARE = "hardware"


class LicencePurpose(StrEnum):
    """What a licence may be used for.  Source: A12; the words are the trade's."""

    PRODUCTION = "production"
    TRIAL = "trial"
    NOT_FOR_RESALE = "not_for_resale"
    TEMPORARY = "temporary"


class FirstStep(StrEnum):
    """A step of a product's public page for those who begin.  Source: A7."""

    DOWNLOAD = "download"
    ACTIVATE = "activate"
    REGISTER = "register"
    CONTACTS = "contacts"


class CustomerSize(StrEnum):
    """Notices go different ways by size.  Source: B1."""

    SMALL = "small"
    ENTERPRISE = "enterprise"


class Unit(StrEnum):
    """What a target counts in.  Source: D6."""

    MINUTES = "minutes"
    HOURS = "hours"
    BUSINESS_HOURS = "business_hours"
    HOURS_ON_BUSINESS_DAYS = "hours_on_business_days"
    BUSINESS_DAYS = "business_days"
    NEXT_BUSINESS_DAY = "next_business_day"
    NEXT_PRODUCT_UPDATE = "next_product_update"


class Milestone(StrEnum):
    """The promises of a case, in the order in which they fall due.  Source: D6; replacement: A14."""

    REGISTRATION = "registration"
    FIRST_RESPONSE = "first_response"
    RESTORATION = "restoration"
    RESOLUTION = "resolution"
    REPLACEMENT = "replacement"


class Origin(StrEnum):
    """The instant that a milestone is counted from.  Source: D6."""

    OPENED = "opened"
    REGISTERED = "registered"


class ResponseForm(StrEnum):
    """How the first response reaches the customer.  Source: D6."""

    CALL_BACK = "call_back"
    CALL_TRANSFER = "call_transfer"


class Phone(StrEnum):
    """What the policy says about the phone for a severity.  Source: D5."""

    REQUIRED = "required"
    ADVISED = "advised"
    ALLOWED = "allowed"


class Recipient(StrEnum):
    """Who a renewal notice goes to.  Source: B1."""

    LICENCE_OWNER = "licence_owner"
    RENEWAL_CONTACT = "renewal_contact"
    RESELLER = "reseller"


class Reminder(StrEnum):
    """Whether the customer is written to as well where the reseller prepares the quote.  Source: B1, B7."""

    ALWAYS = "always"
    BY_PRODUCT = "by_product"
    NEVER = "never"


class BackCharge(StrEnum):
    """What a late renewal pays for the time that was not covered.  Source: B9; the kinds are ours."""

    NONE = "none"
    LAPSED_DAYS = "lapsed_days"
    LAPSED_MONTHS = "lapsed_months"  # a started month counts whole


class PastSupport(StrEnum):
    """What becomes of a term that would outlive the support of its release.  Source: A10; ours."""

    CUT = "cut"
    REFUSE = "refuse"


class BandsBy(StrEnum):
    """Which units reach a quantity band of the price list.  Source: B11."""

    LINE = "line"
    QUOTE = "quote"  # all units of a quote, of whatever product


class TaxKind(StrEnum):
    """How a country's customers are taxed.  Source: ours."""

    RATE = "rate"
    REVERSE_CHARGE = "reverse_charge"
    EXEMPT = "exempt"


class NewTermStarts(StrEnum):
    """Where the term of a late renewal begins.  Source: B9; the kinds are ours."""

    ORDER_DAY = "order_day"
    OLD_END = "old_end"  # the day after the last covered one
    FIRST_OF_MONTH = "first_of_month"  # the order day if it is a first, else the next


class Role(StrEnum):
    """Staff roles that the policy gives rights to."""

    ENGINEER = "engineer"
    CARE_AGENT = "care_agent"
    RENEWALS = "renewals"
    ANALYST = "analyst"
    MANAGER = "manager"
    OPERATOR = "operator"


IDENTIFIER_KINDS: Final = (
    "certificate",
    "sales_order",
    "serial_number",
    "support_identifier",
    "contact_id",
    "organisation",
    "case",
    "notification",
    "quote",
    "proof",
    "licence_file",
    "tracking",
)

SEVERITIES: Final = (1, 2, 3, 4)

# ISO 3166-1 alpha-2, all 249.
_ISO_3166: Final = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY
BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK
FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR
IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK
ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM
PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF
TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
COUNTRIES: Final = frozenset(_ISO_3166.split())

# ISO 639-1; a script or region may follow a hyphen, as in zh-hans.
_ISO_639: Final = """
aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en
eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu
ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my
na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm
sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za
zh zu
"""
LANGUAGES: Final = frozenset(_ISO_639.split())
