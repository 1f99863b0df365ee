"""Assets as the plan of a move reads them: two statements, however many there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tenure.entitlements.words import TermFamily
from tenure.entitlements.words.moving import Bond, Card, HeldTerm, Holding, MovedAsset

# cards: what assets are, whose and where; those that are gone by a join or an undo have no quantity
CARDS = """
SELECT a.id, a.serial_number, a.support_identifier, p.id, p.name, coalesce(r.label, ''), a.meter, a.purpose,
       coalesce(seller.name, ''), c.number, EXISTS (
           SELECT FROM entitlements_registration g WHERE g.asset_id = a.id AND g.withdrawn_at IS NULL),
       a.licence_kind, a.zone, a.organisation_id, a.site_id, s.region, a.quantity
FROM entitlements_asset a
JOIN catalog_product p ON p.id = a.product_id
LEFT JOIN catalog_release r ON r.id = a.release_id
LEFT JOIN accounts_organisation seller ON seller.id = a.reseller_id
JOIN entitlements_certificate c ON c.id = a.certificate_id
JOIN accounts_site s ON s.id = a.site_id
WHERE a.id = ANY(%(assets)s)
"""
# held: their terms, courtesy left out; now, or as known just before an instant
HELD = """
SELECT t.asset_id, t.id, t.family, t.level, lower(t.covers), upper(t.covers), t.quantity, t.certificate_id,
       g.organisation_id, g.level, g.region
FROM entitlements_term t LEFT JOIN entitlements_agreement g ON g.id = t.agreement_id
WHERE t.asset_id = ANY(%(assets)s) AND t.family <> 5
  AND CASE WHEN %(before)s::timestamptz IS NULL THEN upper_inf(t.known)
           ELSE lower(t.known) < %(before)s::timestamptz
                AND (upper_inf(t.known) OR upper(t.known) >= %(before)s::timestamptz) END
ORDER BY t.asset_id, lower(t.covers), t.family
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """An asset with what it is, and what is held of it now; None: it is gone."""

    card: Card
    held: Holding | None

    @property
    def moved(self) -> MovedAsset:
        return MovedAsset(asset=self.card.id, product=self.card.product_id, before=self.held, after=None)


def owned(assets: Iterable[int]) -> dict[int, Owned]:
    """The assets by id, as they stand.  Two queries."""
    values = {"assets": list(assets), "before": None}
    with connection.cursor() as cursor:
        cursor.execute(CARDS, values)
        rows = cursor.fetchall()
        cursor.execute(HELD, values)
        terms = _terms(cursor.fetchall())
    return {row[0]: Owned(card=_card(row), held=_holding(row, terms.get(row[0], ()))) for row in rows}


def terms_before(assets: Iterable[int], before: Any) -> dict[int, tuple[HeldTerm, ...]]:
    """The terms of assets as they were known just before an instant, by asset.  One query."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, {"assets": list(assets), "before": before})
        return {asset: tuple(terms) for asset, terms in _terms(cursor.fetchall()).items()}


def _terms(rows: Iterable[tuple[Any, ...]]) -> Mapping[int, list[HeldTerm]]:
    found: dict[int, list[HeldTerm]] = defaultdict(list)
    for asset, number, family, level, starts, ends, quantity, paper, customer, bonded, region in rows:
        bond = Bond(organisation=customer, level=bonded, region=region) if customer is not None else None
        found[asset].append(HeldTerm(
            id=number, family=TermFamily(family), level=level, starts=starts, ends=ends, quantity=quantity, bond=bond,
            certificate=paper,
        ))  # fmt: skip
    return found


def _card(row: tuple[Any, ...]) -> Card:
    number, serial, support, product_id, product, release, meter, purpose, reseller, paper, registered, kind, zone = (
        row[:13]
    )
    likeness = (
        ("product", product), ("release", release), ("meter", meter), ("purpose", purpose), ("licence_kind", kind),
        ("reseller", reseller), ("zone", zone), ("registered", "yes" if registered else "no"),
    )  # fmt: skip
    return Card(
        id=number, serial=serial, support_identifier=support, product_id=product_id, product=product, release=release,
        meter=meter, purpose=purpose, reseller=reseller, certificate=paper, registered=registered, likeness=likeness,
    )  # fmt: skip


def _holding(row: tuple[Any, ...], terms: Iterable[HeldTerm]) -> Holding | None:
    organisation, site, region, quantity = row[13:]
    if not quantity:
        return None
    return Holding(organisation=organisation, site=site, region=region, quantity=quantity, terms=tuple(terms))
