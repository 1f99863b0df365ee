"""Thirty customers in ten countries, six resellers, and some four hundred assets in every state."""

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tenure.cli.demonstration.products import HARDWARE, PRODUCTS, SERVICE, Made

COLUMNS = [
    "certificate_number",
    "sales_order_number",
    "issued_on",
    "customer",
    "customer_country",
    "site",
    "site_timezone",
    "reseller",
    "owner_name",
    "owner_email",
    "technical_name",
    "technical_email",
    "product",
    "release",
    "serial_number",
    "support_identifier",
    "quantity",
    "meter",
    "licence_kind",
    "level",
    "term_starts_on",
    "term_ends_on",
    "customer_size",
    "customer_language",
    "purpose",
]
PURPOSES = {6: "trial", 9: "not_for_resale", 11: "temporary"}  # of every fourteen licences; all others in production


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    name: str
    country: str
    sites: tuple[tuple[str, str], ...]
    owner: str
    technical: str
    reseller: str
    domain: str
    language: str
    assets: int
    small: bool = False


def _customers(country: str, language: str, reseller: str, *rows: str) -> Iterator[Customer]:
    """Each row: name | domain | owner | technical contact | number of assets | site, zone; site, zone."""
    for row in rows:
        name, domain, owner, technical, assets, sites = (part.strip() for part in row.split("|"))
        pairs = tuple((s.partition(",")[0].strip(), s.partition(",")[2].strip()) for s in sites.split(";"))
        yield Customer(
            name=name, country=country, sites=pairs, owner=owner, technical=technical, reseller=reseller,
            domain=f"{domain}.example", language=language, assets=int(assets), small=int(assets) < 9,
        )  # fmt: skip


CUSTOMERS: tuple[Customer, ...] = (
    *_customers("DE", "de", "Ferrum Licensing",
                "Aster & Pohl GmbH | aster-pohl | Mira Solberg | Jonas Brandt | 14 | Munich works, Europe/Berlin; Dresden office, Europe/Berlin",
                "Nordhafen Spedition | nordhafen | Frauke Petersen | Tarek Lindemann | 18 | Hamburg, Europe/Berlin",
                "Stadtwerke Wolkenstein | wolkenstein | Ute Krahl | Bernd Ziegler | 9 | Wolkenstein, Europe/Berlin",
                "Backhaus Immel | immel | Silke Immel | Silke Immel | 4 | Marburg, Europe/Berlin"),
    *_customers("FR", "fr", "Atelier Licences",
                "Verrerie du Lac | verrerie-du-lac | Claire Fontanel | Hugo Marchand | 16 | Annecy, Europe/Paris",
                "Transports Belloc | belloc | Luc Belloc | Ines Garrigue | 12 | Toulouse, Europe/Paris; Fort-de-France, America/Martinique",
                "Clinique des Tilleuls | tilleuls | Anne Roussel | Marc Delorme | 10 | Lyon, Europe/Paris"),
    *_customers("IT", "it", "Atelier Licences",
                "Officine Valtorta | valtorta | Giulia Valtorta | Paolo Renzi | 13 | Bergamo, Europe/Rome",
                "Cantine Poderi Alti | poderi-alti | Marco Serra | Elena Foschi | 6 | Siena, Europe/Rome"),
    *_customers("GB", "en", "Larkfield Software",
                "Pennine Rail Catering | pennine-catering | Harriet Osgood | Colin Medlock | 17 | Leeds, Europe/London",
                "Thornbury & Vale | thornbury-vale | Edmund Vale | Priya Nair | 11 | Bristol, Europe/London; Leith, Europe/London",
                "St Aldhelm College | st-aldhelm | Ruth Farleigh | Owen Tapsell | 15 | Wells, Europe/London"),
    *_customers("US", "en", "Cascade Maintenance Partners",
                "Juniper Flats Hospital | juniperflats | Dana Whitlock | Miguel Reyes | 24 | Boise, America/Boise; Spokane, America/Los_Angeles",
                "Larch Mountain Outfitters | larchmountain | Toby Renner | Kim Sandoval | 8 | Portland, America/Los_Angeles",
                "Great Basin Freight | greatbasin | Lorna Peck | Andre Dupree | 20 | Elko, America/Los_Angeles; Omaha, America/Chicago",
                "Tidewater Credit Union | tidewater | Gwen Harlan | Samir Aziz | 18 | Norfolk, America/New_York"),
    *_customers("BR", "pt", "Cascade Maintenance Partners",
                "Tecelagem Rio Claro | rioclaro | Beatriz Moura | Caio Antunes | 12 | Campinas, America/Sao_Paulo",
                "Porto Sereno Seguros | portosereno | Renata Lobo | Davi Prates | 14 | Recife, America/Recife; Manaus, America/Manaus"),
    *_customers("JP", "ja", "Hayabusa Trading",
                "Kazehaya Optics | kazehaya | Aya Morikawa | Kenji Tachibana | 19 | Nagano, Asia/Tokyo",
                "Minato Sorting | minato-sorting | Sora Ishiguro | Ren Hoshino | 10 | Kobe, Asia/Tokyo",
                "Shirokuma Dairy | shirokuma | Emi Kudo | Taro Abe | 5 | Obihiro, Asia/Tokyo"),
    *_customers("CN", "zh-hans", "Hayabusa Trading",
                "Lantian Instruments | lantian | Wei Luo | Min Fang | 15 | Suzhou, Asia/Shanghai",
                "Qinghe Logistics | qinghe | Jun Tan | Lan Xu | 11 | Tianjin, Asia/Shanghai"),
    *_customers("AU", "en", "Southern Cross Renewals",
                "Wattle Creek Water | wattlecreek | Bronwyn Tully | Darcy Quill | 13 | Ballarat, Australia/Melbourne",
                "Kimberley Air Charter | kimberleyair | Neil Abbott | Tess Moran | 9 | Broome, Australia/Perth; Adelaide, Australia/Adelaide",
                "Harbourline Ferries | harbourline | Joan Castle | Ravi Menon | 16 | Sydney, Australia/Sydney"),
    *_customers("RU", "ru", "Ferrum Licensing",
                "Severny Mayak | severny-mayak | Vera Gromova | Ilya Sokolov | 14 | Murmansk, Europe/Moscow; Omsk, Asia/Omsk",
                "Zavod Uralmet Demo | uralmet | Oleg Baranov | Nina Petrova | 18 | Perm, Asia/Yekaterinburg"),
    *_customers("DE", "de", "Ferrum Licensing",
                "Lindwurm Verlag | lindwurm | Paul Achtziger | Greta Sommer | 3 | Leipzig, Europe/Berlin"),
    *_customers("GB", "en", "Larkfield Software",
                "Orkney Kelp Works | orkneykelp | Isla Rendall | Magnus Flett | 7 | Kirkwall, Europe/London"),
)  # fmt: skip

METERS = {"software": ("machines", "seats", "servers", "mailboxes"), SERVICE: ("people",), HARDWARE: ("appliances",)}
LEVELS = {
    "software": ("essential", "essential", "essential", "basic", "basic", "business_critical", "premium"),
    SERVICE: ("cloud",),
    HARDWARE: ("hardware_next_business_day", "hardware_four_hours"),
}
KINDS = {"software": "perpetual", SERVICE: "subscription", HARDWARE: "hardware"}


def certificates(today: date) -> str:
    """The installed base as the text of a certificates file.  The same `today` gives the same text."""
    draw = random.Random(20260401)  # noqa: S311  (made-up data, not a secret)
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=COLUMNS, lineterminator="\n")
    writer.writeheader()
    numbers = iter(range(1, 100000))
    for customer in CUSTOMERS:
        for position in range(customer.assets):
            writer.writerows(_asset(customer, position, today, draw, next(numbers)))
    return out.getvalue()


def _asset(
    customer: Customer, position: int, today: date, draw: random.Random, number: int
) -> Iterator[dict[str, object]]:
    product = draw.choice(PRODUCTS) if position else PRODUCTS[0]
    site, zone = customer.sites[position % len(customer.sites)]
    serial = f"M26{number:08d}"[:11]
    shared: dict[str, object] = {
        "customer": customer.name, "customer_country": customer.country, "site": site, "site_timezone": zone,
        "reseller": customer.reseller, "owner_name": customer.owner, "owner_email": _address(customer.owner, customer),
        "technical_name": customer.technical, "technical_email": _address(customer.technical, customer),
        "product": product.slug, "release": draw.choice(product.releases[-3:]), "serial_number": serial,
        "support_identifier": f"{4000 + number % 997:04d}-{number:04d}-{(number * 7919) % 10000:04d}",
        "quantity": 1 if product.kind == HARDWARE else draw.choice((1, 2, 5, 6, 12, 20, 40, 120, 250, 400)),
        "meter": draw.choice(METERS[product.kind]), "licence_kind": KINDS[product.kind],
        "customer_size": "small" if customer.small else "enterprise", "customer_language": customer.language,
        "purpose": PURPOSES.get(position % 14, "production"),
    }  # fmt: skip
    for turn, (level, starts, last) in enumerate(_terms(product, position, today, draw)):
        order = f"{26000000 + number * 10 + turn}"
        issued = (starts or today - timedelta(days=500)) + timedelta(days=1)
        yield shared | {
            "certificate_number": f"{order}-{1180000 + number:07d}", "sales_order_number": order,
            "issued_on": min(issued, today).isoformat(), "level": level if starts else "",
            "term_starts_on": starts.isoformat() if starts else "", "term_ends_on": last.isoformat() if last else "",
        }  # fmt: skip


def _terms(
    product: Made, position: int, today: date, draw: random.Random
) -> list[tuple[str, date | None, date | None]]:
    """One of the states an asset can be in: (level, first day, last covered day), oldest first."""
    level = draw.choice(LEVELS[product.kind])
    if position % 14 == 13:
        return [("", None, None)]
    ends = {
        1: today - timedelta(days=draw.randint(20, 300)),
        2: today + timedelta(days=draw.randint(5, 80)),
        3: today + timedelta(days=37),
        5: today + timedelta(days=draw.randint(600, 1000)),
    }.get(position % 14, today + timedelta(days=draw.randint(95, 360)))
    years = 3 if position % 14 == 5 else 1
    last = [(level, _years_before(ends, years), ends)]
    if position % 3 == 0:
        before = last[0][1] - timedelta(days=1 if position % 2 else 62)
        last.insert(
            0,
            (
                LEVELS[product.kind][-1] if product.kind == SERVICE else draw.choice(LEVELS[product.kind]),
                _years_before(before, 1),
                before,
            ),
        )
    return [(name, starts, end) for name, starts, end in last]


def _years_before(last_day: date, years: int) -> date:
    """The first day of a term of whole years whose last covered day is given; leap days end on the 28th."""
    first = last_day + timedelta(days=1)
    if (first.month, first.day) == (2, 29):
        return date(first.year - years, 3, 1)
    return first.replace(year=first.year - years)


def _address(name: str, customer: Customer) -> str:
    return f"{name.lower().replace(' ', '.')}@{customer.domain}"
