"""Aster, whose licences go through Cinder, with a price list; and short ways along a quote."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from tenure.accounts.models import Contact, Organisation, Person
from tenure.entitlements.models import Agreement, Asset, Term
from tenure.renewals.actions.orders import Ordered, order_quote
from tenure.renewals.actions.quotes import QuoteWanted, accept_quote, prepare_quote, send_quote
from tenure.renewals.models import Price
from tests import cast, estate
from tests.cast import AT, asking

TODAY = date(2026, 11, 24)
OWN, SECOND, FOREIGN = "M1000000001", "M1000000002", "M2000000002"
LATER = timedelta(minutes=1)


def prices(product: str = "Quay Vault", *, currency: str = "EUR") -> None:
    """1,200 a year and a unit for Essential, 900 for Basic, 2,000 for Premium; a new licence is 5,000."""
    of = estate.product(product)
    for level, per_year in (("essential", "1200"), ("basic", "900"), ("premium", "2000")):
        Price.objects.get_or_create(
            product=of, level=level, currency=currency, valid_from=date(2020, 1, 1), band_from=1,
            defaults={"unit_list_price": Decimal(5000), "unit_maintenance_per_year": Decimal(per_year), "recorded_at": AT},
        )  # fmt: skip


def owned(
    serial: str = OWN, *, ends: date = date(2027, 4, 1), level: str = "essential", quantity: int = 10,
    customer: Organisation | None = None, reseller: Organisation | None = None, direct: bool = False,
) -> Asset:  # fmt: skip
    """An asset of Aster's through Cinder, covered from a year before `ends`, half-open, with its agreement."""
    of = customer or cast.aster()
    made = estate.asset(of, serial, reseller=None if direct else reseller or cast.cinder(), quantity=quantity)
    agreement, _ = Agreement.objects.get_or_create(organisation=of, level=level, region="EMEA")
    Term.objects.create(
        asset=made, certificate=made.certificate, agreement=agreement, family=1, level=level, quantity=quantity,
        covers=(ends.replace(year=ends.year - 1), ends), known=(AT - timedelta(days=200), None),
    )  # fmt: skip
    contact, _ = Contact.objects.get_or_create(
        organisation=of,
        role="owner",
        email=f"owner@{of.name.split()[0].lower()}.example",
        defaults={"name": "Olga Aster"},
    )
    made.certificate.owner = contact
    made.certificate.save()
    made.refresh_from_db()
    return made


def prepared(someone: Person, *serials: str, at: datetime = AT, **wanted: object) -> str:
    """The number of a quote that somebody prepares."""
    return prepare_quote(wanted=QuoteWanted(serials=serials or (OWN,), **wanted), **asking(someone, at))


def sent(seller: Person, *serials: str, at: datetime = AT, **wanted: object) -> str:
    number = prepared(seller, *serials, at=at, **wanted)
    send_quote(number=number, **asking(seller, at))
    return number


def accepted(
    seller: Person, buyer: Person, *serials: str, at: datetime = AT, is_own: bool = False, **wanted: object
) -> str:  # fmt: skip
    """is_own: the buyer's own quote, which nobody has to send."""
    number = (prepared if is_own else sent)(seller, *serials, at=at, **wanted)
    accept_quote(number=number, **asking(buyer, at))
    return number


def ordered(seller: Person, number: str, at: datetime = AT + LATER) -> Ordered:
    return order_quote(number=number, **asking(seller, at))


def terms(serial: str = OWN) -> list[tuple[str, int, date, date]]:
    """(level, quantity, first day, last day) of what is known of an asset now."""
    rows = Term.objects.filter(asset__serial_number=serial, known__endswith=None).order_by("covers")
    return [(row.level, row.quantity, row.covers.lower, row.covers.upper - timedelta(days=1)) for row in rows]
