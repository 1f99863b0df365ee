"""What the cast owns: a small catalogue, and assets with terms, straight into the tables."""

from datetime import date

from tenure.accounts.models import Contact, Organisation, Person, Site
from tenure.catalog.models import Product, Release
from tenure.entitlements.actions import name_contact
from tenure.entitlements.models import Agreement, Asset, Certificate, Term
from tenure.entitlements.words import TermFamily
from tenure.journal.words import COMMAND
from tenure.policy.actions import ensure_standard
from tests.cast import AT


def policy() -> None:
    """The standard policy, with the calendars of two countries only: quick."""
    ensure_standard(at=AT, places=[])


def product(name: str = "Quay Vault", *, kind: str = "software", content: bool = False) -> Product:
    made, new = Product.objects.get_or_create(
        slug=name.lower().replace(" ", "-"), defaults={"name": name, "kind": kind, "has_content": content}
    )
    if new:
        Release.objects.create(product=made, name="9.4", label="9.4", available_from=date(2026, 2, 3))
    return made


def site(organisation: Organisation, name: str = "Main works", zone: str = "Europe/Berlin") -> Site:
    made, _ = Site.objects.get_or_create(
        organisation=organisation, name=name, defaults={"country": organisation.country, "zone": zone, "region": "EMEA"}
    )
    return made


def asset(
    organisation: Organisation,
    serial: str,
    *,
    reseller: Organisation | None = None,
    of: Product | None = None,
    **more: object,
) -> Asset:
    """An asset without terms."""
    paper, _ = Certificate.objects.get_or_create(
        number=f"{serial[1:9]}-1000001",
        defaults={
            "sales_order_number": serial[1:9], "issued_on": date(2026, 4, 2), "organisation": organisation, "reseller": reseller,
        },
    )  # fmt: skip
    bought = of or product()
    where = site(organisation)
    return Asset.objects.create(**{
        "serial_number": serial, "support_identifier": f"{serial[1:5]}-{serial[5:9]}-0001", "organisation": organisation,
        "site": where, "reseller": reseller, "certificate": paper, "product": bought, "release": bought.releases.first(),
        "licence_kind": "perpetual", "quantity": 10, "meter": "machines", "zone": where.zone, **more,
    })  # fmt: skip


def term(
    owned: Asset, starts: date, ends: date, *, level: str = "essential", family: TermFamily = TermFamily.MAINTENANCE
) -> Term:
    """A term of [starts, ends), known since `AT`."""
    return Term.objects.create(
        asset=owned, family=family, level=level, quantity=owned.quantity, covers=(starts, ends), known=(AT, None)
    )


def seat(someone: Person, organisation: Organisation, *, level: str = "essential") -> str:
    """A contact seat of the person in the organisation's agreement of a level; says the contact ID."""
    contact, _ = Contact.objects.get_or_create(
        organisation=organisation,
        role="technical",
        email=someone.email,
        defaults={"name": someone.name, "person": someone},
    )
    agreement, _ = Agreement.objects.get_or_create(organisation=organisation, level=level, region="EMEA")
    return name_contact(agreement_id=agreement.id, contact_id=contact.id, at=AT, by=COMMAND)
