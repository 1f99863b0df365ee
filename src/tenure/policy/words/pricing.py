"""What a policy says of prices, late renewals and tax."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tenure.policy.words.known import BackCharge, BandsBy, NewTermStarts, PastSupport, ProductKind, TaxKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Surcharge:
    """The reinstatement fee from so many lapsed days on: the greatest of what is named, a line.

    percent_of_lapsed_fee: of the plain fee for the days without cover.  percent_of_renewal: of the new term's whole
    fee.  flat: by currency.  None or empty: not named.  Source: B9.
    """

    from_days: int
    percent_of_lapsed_fee: Decimal | None
    percent_of_renewal: Decimal | None
    flat: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reinstatement:
    """What a late renewal costs.  surcharges: by rising from_days.  cap_days: longer lapsed, buy again.  Source: B9."""

    grace_days: int
    back_charge: BackCharge
    back_charge_percent: Decimal
    new_term_starts: NewTermStarts
    cap_days: int
    surcharges: tuple[Surcharge, ...]

    def surcharge_after(self, *, days: int) -> Surcharge | None:
        """The row that so many lapsed days have reached; None before the first.  Source: B9."""
        return next((row for row in reversed(self.surcharges) if row.from_days <= days), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiYearDiscount:
    """Off the whole fee of a term of so many years or more.  Source: B11."""

    years: int
    percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """How prices are used.  currencies: ISO 4217, of the price list of each region's customers.

    partner_percent: off the list price, for the reseller.  Source: A13, B3, B11.
    """

    past_end_of_support: PastSupport
    partner_percent: Decimal
    multi_year_discounts: tuple[MultiYearDiscount, ...]
    currencies: Mapping[str, str]

    def discount_for(self, *, years: int) -> MultiYearDiscount | None:
        """The discount of the most years that a term of `years` whole ones reaches.  Source: B11."""
        return next((row for row in reversed(self.multi_year_discounts) if row.years <= years), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRule:
    """How customers of some countries are taxed.  countries: ISO 3166-1 alpha-2, written out.  Source: ours."""

    countries: tuple[str, ...]
    rule: TaxKind
    percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalWindow:
    """Days before the last covered day in which written notice must reach a customer there.  Source: B1; ours.

    from_days: the earlier, so the larger.  subdivision: ISO 3166-2, or "" for the whole country.
    """

    country: str
    subdivision: str
    from_days: int
    to_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewals:
    """How notices go on.  catch_up_days: one that was missed for longer is passed over.  Source: B1; ours."""

    catch_up_days: int
    legal_windows: tuple[LegalWindow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """Conditions for some customers, such as schools.

    percent_off: of every price.  bands_by: whose units reach a band.  A price list may hold rows of its own for it.
    Source: A13; the conditions are ours.
    """

    key: str
    name: str
    percent_off: Decimal
    bands_by: BandsBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Work that is sold beside a renewal: training, consulting, security.  prices: of one unit, net, by currency.

    unit: what one is, such as "day".  most: units a quote.  Source: B10; what there is and what it costs is ours.
    """

    key: str
    name: str
    description: str
    unit: str
    sold_for: tuple[ProductKind, ...]
    prices: Mapping[str, Decimal]
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """Support of a release past its standard support, where the vendor offers it.

    percent_of_yearly_fee: a year of it costs so much of a year's maintenance, on top.  Source: A11; the share is ours.
    """

    percent_of_yearly_fee: Decimal
