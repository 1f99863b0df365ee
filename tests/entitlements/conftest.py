"""A small installed base of its own: two customers, a reseller, three products, and short ways to make a term."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from tenure.accounts.models import Contact, Organisation, Site
from tenure.catalog.models import Product, Release
from tenure.entitlements.models import Agreement, Asset, Certificate, Term
from tenure.entitlements.words import TermFamily
from tenure.journal.words import COMMAND
from tenure.policy.actions import apply_policy
from tests import cast

AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
_serials = iter(range(1, 10**9))


@pytest.fixture
def policy(db: None) -> None:
    """The standard policy, in force always; nobody's calendars are frozen, none is asked for here."""
    apply_standard()


def apply_standard() -> None:
    apply_policy(text=settings.POLICY_FILE.read_text(), in_force_from=date(1970, 1, 1), at=AT, by=COMMAND, places=[])


@pytest.fixture
def products(policy: None) -> dict[str, Product]:
    made = {}
    for slug, kind, content in (("wall", "software", True), ("vault", "software", False), ("mail", "online_service", True),
                                ("box", "hardware", False)):  # fmt: skip
        made[slug] = Product.objects.create(slug=slug, name=slug.title(), kind=kind, has_content=content)
        Release.objects.create(product=made[slug], name="9.4", label="9.4")
    return made


@pytest.fixture
def asset_of(products: dict[str, Product]) -> Callable[..., Asset]:
    """Makes an asset of a customer by name, in a zone, with terms as (family, level, starts, ends)."""
    return make_asset


def make_asset(
    *terms: tuple[TermFamily, str, date, date],
    customer: str = "Aurora Mills",
    zone: str = "Europe/Berlin",
    product: str = "wall",
    reseller: Organisation | None = None,
    **fields: Any,
) -> Asset:
    organisation = cast.organisation(customer)
    site, _ = Site.objects.get_or_create(
        organisation=organisation, name=f"Plant {zone}", country="DE", zone=zone, region="EMEA"
    )
    number = next(_serials)
    certificate = Certificate.objects.create(
        number=f"{number:08d}-0000001", sales_order_number=f"{number:08d}", issued_on=date(2025, 1, 1),
        organisation=organisation,
    )  # fmt: skip
    asset = Asset.objects.create(
        serial_number=f"M{number:010d}", support_identifier=f"{number:04d}-0000-0000", organisation=organisation,
        site=site, certificate=certificate, product=Product.objects.get(slug=product), licence_kind="perpetual",
        quantity=10, meter="users", zone=zone, reseller=reseller, **fields,
    )  # fmt: skip
    for family, level, starts, ends in terms:
        make_term(asset, family, level, starts, ends)
    return asset


def make_term(
    asset: Asset, family: TermFamily, level: str, starts: date, ends: date, known: datetime | None = None
) -> Term:
    return Term.objects.create(
        asset=asset, certificate=asset.certificate, family=family.value, level=level, quantity=10,
        covers=DateRange(starts, ends), known=DateTimeTZRange(known or datetime(2025, 1, 1, tzinfo=UTC), None),
    )  # fmt: skip


@pytest.fixture
def agreement(policy: None) -> Agreement:
    organisation = cast.organisation("Aurora Mills")
    for place in range(8):
        Contact.objects.create(
            organisation=organisation, role="technical", name=f"Tech {place}", email=f"tech{place}@aurora.example"
        )
    return Agreement.objects.create(organisation=organisation, level="basic", region="EMEA")
