"""The sections of the policy file on late renewals, prices and tax."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from types import MappingProxyType

from babel.numbers import list_currencies

from tenure.policy.rules.reading import Table, shown, unknown
from tenure.policy.rules.sections import ALL_OTHERS, MOST_DAYS
from tenure.policy.words import (
    COUNTRIES,
    BackCharge,
    BandsBy,
    Extension,
    LegalWindow,
    MultiYearDiscount,
    NewTermStarts,
    PastSupport,
    Prices,
    ProductKind,
    Programme,
    Reinstatement,
    Renewals,
    Service,
    Surcharge,
    TaxKind,
    TaxRule,
)

MOST_YEARS = 100


def read_reinstatement(table: Table) -> Reinstatement:
    """Source: B9."""
    reinstatement = Reinstatement(
        grace_days=table.number("grace_days", most=MOST_DAYS),
        back_charge=table.choice("back_charge", BackCharge),
        back_charge_percent=table.percent("back_charge_percent"),
        new_term_starts=table.choice("new_term_starts", NewTermStarts),
        cap_days=table.number("cap_days", least=1, most=MOST_DAYS),
        surcharges=tuple(_read_surcharge(row) for row in table.rows("surcharges")),
    )
    if table.sound("grace_days", "cap_days") and reinstatement.cap_days < reinstatement.grace_days:
        table.blame("cap_days", "is less than grace_days")
    paid_twice = reinstatement.new_term_starts is NewTermStarts.OLD_END
    if paid_twice and table.sound("back_charge", "new_term_starts") and reinstatement.back_charge != BackCharge.NONE:
        table.blame("back_charge", "must be none: a term that starts at the old end pays for the lapsed days itself")
    steps = [row.from_days for row in reinstatement.surcharges]
    if table.sound("surcharges") and steps != sorted(set(steps)):
        table.blame("surcharges", "from_days must rise from row to row")
    table.done()
    return reinstatement


def _read_surcharge(table: Table) -> Surcharge:
    shares = {
        key: table.percent(key) if table.has(key) else None for key in ("percent_of_lapsed_fee", "percent_of_renewal")
    }
    surcharge = Surcharge(
        from_days=table.number("from_days", least=1, most=MOST_DAYS),
        percent_of_lapsed_fee=shares["percent_of_lapsed_fee"],
        percent_of_renewal=shares["percent_of_renewal"],
        flat=_amounts(table.table("flat")) if table.has("flat") else MappingProxyType({}),
    )
    if not surcharge.flat and surcharge.percent_of_lapsed_fee is None and surcharge.percent_of_renewal is None:
        table.blame_itself("names no fee: give percent_of_lapsed_fee, percent_of_renewal or flat")
    table.done()
    return surcharge


def _amounts(table: Table) -> Mapping[str, Decimal]:
    found = {}
    for currency in table.values:
        found[currency] = table.amount(currency)
        if currency not in list_currencies():
            table.blame(currency, unknown("currency", currency, list_currencies()))
    return MappingProxyType(found)


def read_prices(table: Table, regions: Collection[str]) -> Prices:
    """Source: A13, B11."""
    named = table.table("currencies")
    currencies = {region: _currency(named, region) for region in regions}
    named.done()
    prices = Prices(
        past_end_of_support=table.choice("past_end_of_support", PastSupport),
        partner_percent=table.percent("partner_percent", most=100),
        multi_year_discounts=tuple(_read_discount(row) for row in table.rows("multi_year_discounts")),
        currencies=MappingProxyType(currencies),
    )
    steps = [row.years for row in prices.multi_year_discounts]
    if table.sound("multi_year_discounts") and steps != sorted(set(steps)):
        table.blame("multi_year_discounts", "years must rise from row to row")
    table.done()
    return prices


def _read_discount(table: Table) -> MultiYearDiscount:
    discount = MultiYearDiscount(
        years=table.number("years", least=2, most=MOST_YEARS), percent=table.percent("percent", most=100)
    )
    table.done()
    return discount


def _currency(table: Table, key: str) -> str:
    text = table.text(key, longest=3)
    if table.sound(key) and text not in list_currencies():
        table.blame(key, unknown("currency", text, list_currencies()))
    return text


def read_renewals(table: Table) -> Renewals:
    """Source: B1."""
    renewals = Renewals(
        catch_up_days=table.number("catch_up_days", most=MOST_DAYS),
        legal_windows=tuple(_read_window(row) for row in table.rows("legal_windows")),
    )
    table.done()
    return renewals


def _read_window(table: Table) -> LegalWindow:
    window = LegalWindow(
        country=table.reference("country", COUNTRIES, "country"),
        subdivision=table.text("subdivision", longest=6) if table.has("subdivision") else "",
        from_days=table.number("from_days", least=1, most=MOST_DAYS),
        to_days=table.number("to_days", least=1, most=MOST_DAYS),
    )
    if table.sound("from_days", "to_days") and window.to_days > window.from_days:
        table.blame("to_days", "is earlier than from_days")
    if table.sound("country", "subdivision") and window.subdivision.partition("-")[0] not in {"", window.country}:
        table.blame("subdivision", f"{shown(window.subdivision)} is not in {window.country}")
    table.done()
    return window


def read_taxes(top: Table) -> tuple[TaxRule, ...]:
    """The tax table with its countries written out: each country stands in exactly one row.  Source: ours."""
    rows = list(top.rows("taxes", least=1))
    named = {country for row in rows for country in _listed(row)}
    return tuple(_read_tax(row, tuple(sorted(COUNTRIES - named))) for row in rows)


def _listed(row: Table) -> list[str]:
    listed = row.values.get("countries")
    return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []


def _read_tax(table: Table, others: tuple[str, ...]) -> TaxRule:
    countries = table.texts("countries", least=1)
    if countries != ALL_OTHERS:
        for place, country in enumerate(countries):
            if country not in COUNTRIES:
                table.reading.blame((*table.path, "countries", place), unknown("country", country, COUNTRIES))
    rule = TaxRule(
        countries=others if countries == ALL_OTHERS else countries,
        rule=table.choice("rule", TaxKind),
        percent=table.percent("percent", most=100),
    )
    if rule.rule is TaxKind.EXEMPT and rule.percent and table.sound("percent"):
        table.blame("percent", f"{shown(str(rule.percent))} is a tax, and the rule is exempt")
    table.done()
    return rule


def read_programme(key: str, table: Table) -> Programme:
    """Source: A13."""
    programme = Programme(
        key=key,
        name=table.text("name"),
        percent_off=table.percent("percent_off", most=100),
        bands_by=table.choice("bands_by", BandsBy),
    )
    table.done()
    return programme


def read_service(key: str, table: Table) -> Service:
    """Source: B10."""
    service = Service(
        key=key,
        name=table.text("name"),
        description=table.text("description"),
        unit=table.text("unit", longest=20),
        sold_for=table.choices("sold_for", ProductKind),
        prices=_amounts(table.table("prices")),
        most=table.number("most", least=1),
    )
    if table.sound("prices") and not service.prices:
        table.blame("prices", "names no currency")
    table.done()
    return service


def read_extension(table: Table) -> Extension:
    """Source: A11."""
    extension = Extension(percent_of_yearly_fee=table.percent("percent_of_yearly_fee"))
    table.done()
    return extension
