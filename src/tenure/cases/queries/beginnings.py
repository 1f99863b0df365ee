"""What somebody can open a technical case on: their sites, the products there, the licences, and what is promised."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from tenure.accounts.words import Who
from tenure.cases.queries.case import judge_of
from tenure.cases.queries.cover import Ground
from tenure.cases.rules import fold
from tenure.cases.words import Event, Happening, PromiseRow
from tenure.entitlements.queries import decide_many
from tenure.entitlements.queries.bulk import Answer
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.queries.sight import visible_assets
from tenure.entitlements.words import Benefit
from tenure.policy.words import Phone, PhoneNumber

MOST_JUDGED = 300

# seated: the organisations in which the person holds a live contact seat (D2, D9)
SEATED = """
a.organisation_id IN (
    SELECT g.organisation_id FROM entitlements_contactseat s
    JOIN entitlements_agreement g ON g.id = s.agreement_id
    JOIN accounts_contact k ON k.id = s.contact_id
    WHERE k.person_id = %(person)s AND s.ended_at IS NULL)
"""
# case_sites: the addresses at which the person may open cases, by customer and name (D7)
CASE_SITES = """
SELECT site.id, o.id, o.name, site.name, site.address, site.country
FROM accounts_site site JOIN accounts_organisation o ON o.id = site.organisation_id
WHERE EXISTS (SELECT FROM entitlements_asset a WHERE a.site_id = site.id AND {seen} AND {seated})
ORDER BY o.name, o.id, site.name, site.id LIMIT %(limit)s
"""
# case_products: what runs at an address, by family, with some of the assets of each product (D7)
CASE_PRODUCTS = """
SELECT p.id, p.name, COALESCE(f.name, ''), count(*),
       (array_agg(a.id ORDER BY a.chain_ends_on DESC NULLS LAST, a.id))[1:20], min(a.zone)
FROM entitlements_asset a JOIN catalog_product p ON p.id = a.product_id
LEFT JOIN catalog_family f ON f.id = p.family_id
WHERE a.site_id = %(site)s AND {seen} AND {seated}
GROUP BY p.id, p.name, f.name ORDER BY COALESCE(f.name, ''), p.name, p.id LIMIT %(limit)s
"""
# case_licences: the serial numbers of a product at an address, those that are covered longest first (D7)
CASE_LICENCES = """
SELECT a.id, a.serial_number, COALESCE(r.label, ''), a.quantity, a.meter, a.zone, a.chain_ends_on,
       a.purpose
FROM entitlements_asset a LEFT JOIN catalog_release r ON r.id = a.release_id
WHERE a.site_id = %(site)s AND a.product_id = %(product)s AND {seen} AND {seated}
ORDER BY a.chain_ends_on DESC NULLS LAST, a.id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSite:
    id: int
    organisation_id: int
    organisation: str
    name: str
    address: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseProduct:
    """A product at a site.  licences: how many assets; is_covered: technical support holds today for one of those
    that were looked at, the longest covered first.
    """

    id: int
    name: str
    family: str
    licences: int
    is_covered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLicence:
    """An asset of a product at a site.  answer: about technical support today.  purpose: what it may be used for."""

    serial: str
    release: str
    quantity: int
    meter: str
    answer: Answer
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityOffer:
    """A severity as somebody can choose it now.  needs_phone: it is taken by phone alone.  rows: what is promised."""

    number: int
    name: str
    definition: str
    needs_phone: bool
    phone_is_advised: bool
    rows: tuple[PromiseRow, ...]


def case_sites(*, who: Who, limit: int = 100) -> tuple[CaseSite, ...]:
    """The sites with assets at which the person may open technical cases; none without a contact seat.  One query.

    Source: D7, D9.
    """
    rows = _rows(CASE_SITES, who, limit=limit)
    return tuple(
        CaseSite(id=row[0], organisation_id=row[1], organisation=row[2], name=row[3], address=row[4], country=row[5])
        for row in rows
    )


def case_products(*, who: Who, site_id: int, at: datetime, limit: int = 200) -> tuple[CaseProduct, ...]:
    """The products at a site by family and name, with whether one of their assets is covered.  Source: D7."""
    rows = _rows(CASE_PRODUCTS, who, limit=limit, site=site_id)
    answers = _answers([(ident, row[5]) for row in rows for ident in row[4]][:MOST_JUDGED], at)
    return tuple(
        CaseProduct(
            id=row[0], name=row[1], family=row[2], licences=row[3],
            is_covered=any(answers[ident].granted for ident in row[4] if ident in answers),
        )
        for row in rows
    )  # fmt: skip


def case_licences(
    *, who: Who, site_id: int, product_id: int, at: datetime, limit: int = 26
) -> tuple[CaseLicence, ...]:  # fmt: skip
    """The assets of a product at a site, the longest covered first, each with its decision.  Source: A5, D7."""
    rows = _rows(CASE_LICENCES, who, limit=limit, site=site_id, product=product_id)
    answers = _answers([(row[0], row[5]) for row in rows], at)
    return tuple(
        CaseLicence(
            serial=row[1], release=row[2], quantity=row[3], meter=row[4], answer=answers[row[0]], purpose=row[7]
        )
        for row in rows
    )


def severity_offers(*, ground: Ground, level: str, at: datetime) -> tuple[SeverityOffer, ...]:
    """Every severity with what a case of the level at the site would be promised if it were opened now.

    level: "" where nothing is promised.  Source: D4, D5, D6.
    """
    version = version_on(at.date())
    judge = level and judge_of(
        version=version.number, level=level, zone=ground.zone, country=ground.country, subdivision=ground.subdivision
    )
    offers = []
    for number, severity in sorted(version.policy.severities.items(), reverse=True):
        events = (Event(1, at, Happening.OPENED, number), Event(2, at, Happening.REGISTERED))
        offers.append(
            SeverityOffer(
                number=number,
                name=severity.name,
                definition=severity.definition,
                needs_phone=not severity.web or severity.phone is Phone.REQUIRED,
                phone_is_advised=severity.phone is Phone.ADVISED,
                rows=judge.rows(fold(events), at) if judge else (),
            )
        )
    return tuple(offers)


def phones_of(*, region: str, country: str, at: datetime) -> tuple[PhoneNumber, ...]:
    """The support numbers of a region, the country's own first.  Source: D5, D17."""
    found = version_on(at.date()).policy.regions.get(region)
    return tuple(sorted(found.phones, key=lambda phone: phone.country != country)) if found else ()


def _rows(sql: str, who: Who, *, limit: int, **more: int) -> list[tuple[Any, ...]]:
    seen = visible_assets(who)
    if any(not 0 < value < 2**63 for value in more.values()):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            sql.format(seen=seen.sql, seated=SEATED),
            {"person": who.person_id, "limit": limit, **more, **seen.params},
        )
        return list(cursor.fetchall())


def _answers(assets: list[tuple[int, str]], at: datetime) -> Mapping[int, Answer]:
    """Today's decision for each asset, asked a zone at a time: a day is one at the site."""
    by_zone: dict[str, list[int]] = {}
    for ident, zone in assets:
        by_zone.setdefault(zone, []).append(ident)
    found: dict[int, Answer] = {}
    for zone, ids in by_zone.items():
        day = at.astimezone(ZoneInfo(zone)).date()
        found |= decide_many(asset_ids=ids, benefit=Benefit.TECHNICAL_SUPPORT, on=day)
    return found


def platforms_of(*, product_id: int) -> tuple[str, ...]:
    """What a product runs on, by the catalogue.  Source: D7."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.name FROM catalog_product_platforms o JOIN catalog_platform t ON t.id = o.platform_id"
            " WHERE o.product_id = %s ORDER BY t.name",
            [product_id],
        )
        return tuple(name for (name,) in cursor.fetchall())
