"""Special price lists, a school in a programme, quotes with services and with an old release that stays supported."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal

from tenure.accounts.models import Organisation
from tenure.accounts.words import Who
from tenure.cli.demonstration.customers import LEVELS
from tenure.cli.demonstration.products import PRODUCTS
from tenure.cli.demonstration.quotes import BANDS, COLUMNS, acting, go, import_list, price_row, who_of
from tenure.entitlements.models import Asset
from tenure.policy.queries import policy_on_or_first
from tenure.renewals.actions.enrolments import end_enrolment, enrol
from tenure.renewals.models import Enrolment, QuoteLine
from tenure.toolbox.refused import Refused

SCHOOL, TOWN = "St Aldhelm College", "Stadtwerke Wolkenstein"


def make_beside(*, at: datetime) -> None:
    """Make it once; nothing where the policy lacks the programme, or a customer is enrolled.  Source: ours."""
    if Enrolment.objects.exists() or "education" not in policy_on_or_first(at.date()).policy.programmes:
        return
    import_list((*COLUMNS, "region", "programme"), _special(at.date()), at)
    remy, rolf, mira = (
        who_of(f"{name}.example") for name in ("remy.novak@halden", "rolf.eisen@ferrum", "mira.solberg@aster-pohl")
    )
    numbers = dict(Organisation.objects.filter(kind="customer").values_list("name", "number"))
    new_year = date(at.year, 1, 1)
    enrol(
        customer=numbers[SCHOOL], programme="education", starts_on=new_year, last_day=None,
        **acting(remy, at - timedelta(days=40)),
    )  # fmt: skip
    town = {"customer": numbers[TOWN], **acting(remy, at - timedelta(days=39))}
    ended = enrol(programme="public_sector", starts_on=new_year.replace(year=at.year - 2), last_day=None, **town)
    end_enrolment(enrolment_id=ended, last_day=new_year - timedelta(days=1), **town)
    _quote(at, remy, rolf, mira, numbers[SCHOOL])
    dana = who_of("dana.whitlock@juniperflats.example")
    abroad = _running(at, organisation_id__in=dana.organisation_ids)
    _first(
        remy, dana, [asset.serial_number for asset in abroad], at - timedelta(days=6), "send accept order", extend=True
    )


def _special(today: date) -> Iterator[tuple[object, ...]]:
    """Cheaper for everybody in Japan, and one product for schools, besides the general list."""
    starts = date(today.year - 1, 1, 1)
    lists = (("halden-vault", "JPY", "144", "JP", ""), ("halden-ward", "EUR", "0.8", "", "education"))
    for slug, currency, rate, region, programme in lists:
        product = next(each for each in PRODUCTS if each.slug == slug)
        for level in dict.fromkeys(LEVELS[product.kind]):
            for band, share in BANDS:
                row = price_row(product, level, currency, Decimal(rate) * Decimal(share), band, starts)
                yield (*row, region, programme)


def _quote(at: datetime, remy: Who, rolf: Who, mira: Who, school: str) -> None:
    """A school's quote with training; one of Rolf's with a service, ordered; one with an old release kept supported."""
    theirs = [asset.serial_number for asset in _running(at, organisation__number=school)]
    _first(remy, mira, theirs, at - timedelta(days=1), "send", services={"training": 2})
    ours = [
        asset.serial_number
        for asset in _running(at, organisation_id__in=mira.organisation_ids, reseller_id__in=rolf.reseller_ids)
    ]
    _first(rolf, mira, ours, at - timedelta(days=8), "send accept order", services={"consulting": 3, "training": 1})
    _first(rolf, mira, ours, at - timedelta(days=1), "send", extend=True)


def _running(at: datetime, **of: object) -> list[Asset]:
    """Licences that no quote names yet, the first to end above."""
    quoted = QuoteLine.objects.values("asset_id")
    found = Asset.objects.filter(**of, quantity__gt=0, chain_ends_on__gt=at.date(), purpose="production")
    return [*found.exclude(pk__in=quoted).order_by("chain_ends_on", "id")]


def _first(seller: Who, buyer: Who, serials: list[str], at: datetime, way: str, **more: object) -> None:
    """The first licence of which such a quote can be made; it is not tried again."""
    for serial in list(serials):
        with suppress(Refused):
            go(seller, buyer, (serial,), at, way, **more)  # type: ignore[arg-type]
            serials.remove(serial)
            return
