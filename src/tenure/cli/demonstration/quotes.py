"""Price lists in four currencies, the resellers of the finder, quotes in every state, an order of last week."""

import csv
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress

from tenure.accounts.models import Organisation
from tenure.accounts.queries import who_is
from tenure.accounts.words import Who
from tenure.cli.demonstration.customers import LEVELS
from tenure.cli.demonstration.products import HARDWARE, PRODUCTS, SERVICE, Made
from tenure.entitlements.models import Asset
from tenure.journal.words import COMMAND, Actor
from tenure.renewals.actions import quotes as actions
from tenure.renewals.actions.orders import order_quote
from tenure.renewals.actions.quotes import QuoteWanted
from tenure.renewals.actions.resellers import Profile, ask_reseller, change_reseller, give_consent, keep_profile
from tenure.renewals.intake import run
from tenure.renewals.models import Price, Quote, ResellerProfile
from tenure.renewals.queries import quote_for
from tenure.renewals.words import ResellerWish, Wish
from tenure.toolbox.refused import Refused

COLUMNS = (
    "product",
    "level",
    "currency",
    "unit_list_price",
    "unit_maintenance_per_year",
    "band_from",
    "valid_from",
    "valid_to",
)
CURRENCIES = {"EUR": Decimal(1), "USD": Decimal("1.1"), "JPY": Decimal(160), "CNY": Decimal("7.8")}
SHARES = {
    "basic": "0.15", "essential": "0.20", "business_critical": "0.28", "premium": "0.34", "cloud": "1",
    "hardware_next_business_day": "0.12", "hardware_four_hours": "0.19",
}  # fmt: skip
BANDS = ((1, "1"), (50, "0.92"), (250, "0.84"))
PROFILES = {
    "Ferrum Licensing": Profile(countries=("DE", "AT", "CH", "RU"), languages=("de", "en", "ru"), address="Hafenstrasse 12\n20457 Hamburg\nGermany", email="angebote@ferrum.example", phone="+49 40 5550 0177", website="ferrum.example"),
    "Atelier Licences": Profile(countries=("FR", "IT", "BE"), languages=("fr", "it", "en"), address="4 rue des Tanneurs\n69002 Lyon\nFrance", email="devis@atelier-licences.example", phone="+33 4 5550 0177"),
    "Larkfield Software": Profile(countries=("GB", "IE", "DE"), languages=("en",), families=("backup-and-archive", "protection"), address="2 Larkfield Lane\nLeeds LS1 1AA\nUnited Kingdom", email="renewals@larkfield.example"),
    "Cascade Maintenance Partners": Profile(countries=("US", "CA", "BR", "MX"), languages=("en", "es", "pt"), address="900 Cascade Avenue\nPortland, OR 97201\nUnited States", email="quotes@cascade.example", phone="+1 503 555 0177"),
    "Hayabusa Trading": Profile(countries=("JP", "CN", "KR"), languages=("ja", "zh-hans", "ko", "en"), address="3-4-5 Example, Naka-ku\nNagoya 460-0001\nJapan", email="koushin@hayabusa.example"),
    "Southern Cross Renewals": Profile(countries=("AU", "NZ", "SG"), languages=("en",), address="17 Example Quay\nSydney NSW 2000\nAustralia", email="renew@southerncross.example"),
}  # fmt: skip


class Unpriceable(Exception):
    """The made-up price list was refused: a mistake of ours, told with the importer's own lines."""


def make_quotes(*, at: datetime) -> None:
    """Prices, profiles, and quotes in every state between Rolf and Mira; nothing where there are some.  Source: ours."""
    if not Price.objects.exists():
        import_list(COLUMNS, _prices(at.date()), at)
    if not ResellerProfile.objects.exists():
        for name, number in Organisation.objects.filter(kind="reseller").values_list("name", "number"):
            if name in PROFILES:
                keep_profile(who=None, reseller=number, profile=PROFILES[name], at=at, by=COMMAND)
    if not Quote.objects.exists():
        _quote(at)


def import_list(columns: Iterable[str], rows: Iterable[Iterable[object]], at: datetime) -> None:
    """Take a made-up price list in, as a vendor does."""
    said: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "prices.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(columns)
            writer.writerows(rows)
        code = run(path, at=at, by=COMMAND, report=said.append)
    if code:
        raise Unpriceable("\n".join(said))


def _prices(today: date) -> Iterator[tuple[object, ...]]:
    """This edition, and the next one, which is four per cent dearer."""
    for starts, rise in ((date(today.year - 1, 1, 1), Decimal(1)), (date(today.year + 1, 1, 1), Decimal("1.04"))):
        for product in PRODUCTS:
            for level in dict.fromkeys(LEVELS[product.kind]):
                for currency, rate in CURRENCIES.items():
                    for band, share in BANDS:
                        yield price_row(product, level, currency, rate * rise * Decimal(share), band, starts)


def price_row(
    product: Made, level: str, currency: str, rate: Decimal, band: int, starts: date
) -> tuple[object, ...]:  # fmt: skip
    base = Decimal(40 + zlib.crc32(product.slug.encode()) % 180) * (30 if product.kind == HARDWARE else 1)
    unit = Decimal(1) if currency == "JPY" else Decimal("0.01")
    listed = "" if product.kind == SERVICE else (base * rate).quantize(unit)
    yearly = (base * rate * Decimal(SHARES[level])).quantize(unit)
    return product.slug, level, currency, listed, yearly, band, starts.isoformat(), ""


def _quote(at: datetime) -> None:
    mira, rolf, dana = who_of("mira.solberg@aster-pohl.example"), who_of("rolf.eisen@ferrum.example"), who_of("dana.whitlock@juniperflats.example")  # fmt: skip
    remy = who_of("remy.novak@halden.example")
    owned = Asset.objects.filter(organisation_id__in=mira.organisation_ids, reseller_id__in=rolf.reseller_ids)
    running = [*owned.filter(quantity__gt=0, chain_ends_on__gt=at.date()).order_by("chain_ends_on", "id")]
    lapsed = [*owned.filter(quantity__gt=0, chain_ends_on__lte=at.date()).order_by("-chain_ends_on", "id")]
    running, lapsed = _quotable(running, at), _quotable(lapsed, at)
    serials = iter(asset.serial_number for asset in running)
    day = timedelta(days=1)
    go(rolf, mira, (next(serials),), at - 9 * day, "send accept order")
    go(rolf, mira, (next(serials), next(serials)), at - 2 * day, "send accept", years=2)
    for asset in lapsed[:1]:
        go(rolf, mira, (asset.serial_number,), at - day, "send")
    go(rolf, mira, (next(serials),), at - timedelta(hours=3), "")
    go(rolf, mira, (next(serials),), at - 20 * day, "send decline", why="We replace this product next year.")
    go(rolf, mira, (next(serials),), at - 14 * day, "send withdraw", why="The quantity was counted anew.")
    old = go(rolf, mira, (next(serials),), at - 6 * day, "send")
    actions.revise_quote(number=old, **acting(rolf, at - 5 * day))
    go(rolf, mira, (next(serials),), at - 45 * day, "send", years=3)
    theirs = Asset.objects.filter(
        organisation_id__in=dana.organisation_ids, quantity__gt=0, chain_ends_on__gt=at.date()
    )
    abroad = _quotable([*theirs.order_by("chain_ends_on", "id")], at)
    go(dana, dana, (abroad[0].serial_number,), at - 3 * day, "accept")
    go(remy, dana, (abroad[1].serial_number,), at - 4 * day, "send")
    _resellers(mira, dana, remy, abroad, next(serials), at)


def _resellers(mira: Who, dana: Who, remy: Who, abroad: list[Asset], serial: str, at: datetime) -> None:
    """A request for a quote that waits for Rolf, one for a change of record that waits for the desk, a consent."""
    numbers = dict(Organisation.objects.filter(kind="reseller").values_list("name", "number"))
    ferrum = numbers["Ferrum Licensing"]
    ask_reseller(
        reseller=ferrum, wish=ResellerWish.QUOTE, serials=[serial], words="For three years, please.",
        **acting(mira, at - timedelta(hours=20)),
    )  # fmt: skip
    ask_reseller(
        reseller=numbers["Southern Cross Renewals"], wish=ResellerWish.OF_RECORD, serials=[abroad[2].serial_number],
        words="Our new office in Sydney buys this one.", **acting(dana, at - timedelta(hours=9)),
    )  # fmt: skip
    (customer,) = Organisation.objects.filter(pk__in=mira.organisation_ids).values_list("number", flat=True)[:1]
    give_consent(customer=customer, reseller=ferrum, **acting(mira, at - timedelta(days=30)))
    (other,) = Organisation.objects.filter(pk__in=dana.organisation_ids).values_list("number", flat=True)[:1]
    change_reseller(
        customer=other, serials=[abroad[3].serial_number], reseller=numbers["Larkfield Software"],
        starts_on=at.date() + timedelta(days=21), why="By letter of the purchasing department", **acting(remy, at),
    )  # fmt: skip


def _quotable(assets: list[Asset], at: datetime) -> list[Asset]:
    """Those that can be renewed: the support of some old releases has ended."""
    found = []
    for asset in assets:
        with suppress(Refused):
            for years in (1, 3):
                wish = Wish(on=at.date() - timedelta(days=45), years=years)
                quote_for(who=None, serials=[asset.serial_number], wish=wish)
            found.append(asset)
    return found


def go(seller: Who, buyer: Who, serials: tuple[str, ...], at: datetime, way: str, why: str = "", **more: object) -> str:
    """Prepare a quote and send it along its way, some hours a step; its number."""
    number = actions.prepare_quote(wanted=QuoteWanted(serials=serials, **more), **acting(seller, at))  # type: ignore[arg-type]
    for place, step in enumerate(way.split(), start=1):
        when = at + timedelta(hours=5 * place)
        if step == "send":
            actions.send_quote(number=number, **acting(seller, when))
        elif step == "accept":
            actions.accept_quote(number=number, **acting(buyer, when))
        elif step == "decline":
            actions.decline_quote(number=number, why=why, **acting(buyer, when))
        elif step == "withdraw":
            actions.withdraw_quote(number=number, why=why, **acting(seller, when))
        else:
            order_quote(number=number, **acting(seller, when + timedelta(days=1)))
    return number


def who_of(email: str) -> Who:
    return who_is(EmailAddress.objects.get(email=email).user_id)


def acting(who: Who, at: datetime) -> dict[str, Any]:
    return {"who": who, "at": at, "by": Actor(kind="person", id=str(who.person_id), name=who.name)}
