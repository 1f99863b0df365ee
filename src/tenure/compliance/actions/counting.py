"""Saying what is installed."""

from datetime import date, datetime, timedelta

from django.db import transaction

from tenure.accounts.models import Site
from tenure.accounts.words import Who
from tenure.catalog.models import Product
from tenure.compliance.models import Count
from tenure.compliance.queries.counting import may_count
from tenure.compliance.words import (
    EARLIEST,
    LONGEST_HOST,
    MOST_COUNTED,
    ComplianceRefusal,
    CountSource,
    NewCount,
)
from tenure.entitlements.models import Asset
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.toolbox.refused import Refused

_AHEAD = timedelta(days=1)  # somewhere on earth it is tomorrow already


@transaction.atomic
def count_installed(*, who: Who, counted: NewCount, at: datetime, by: Actor) -> None:
    """Keep what somebody found installed at a site; the same again changes nothing.

    Lines of one site, product and day are one count and add up; the same line given anew replaces what was said.
    who: an owner or technical contact of the site's customer.  Raises Refused: NOT_FOUND for a site, product,
    release or serial number that is not there or not theirs; QUANTITY_WRONG, DAY_AHEAD, DAY_TOO_EARLY, HOST_TOO_LONG.
    Source: A9; who may, is ours.
    """
    _check(counted, at.date())
    site = _site(who, counted.site_id)
    product = Product.objects.filter(slug=counted.product_slug).first()
    if product is None:
        raise Refused(ComplianceRefusal.NOT_FOUND, what="product")
    line = {
        "organisation_id": site.organisation_id, "site_id": site.pk, "product_id": product.pk,
        "release_id": _release(product, counted.release), "host": counted.host.strip(),
        "asset_id": _asset(site.organisation_id, product, counted.serial), "counted_on": counted.counted_on,
    }  # fmt: skip
    held = Count.objects.filter(**line).order_by("-id").values_list("quantity", flat=True).first()
    if held == counted.quantity:
        return
    Count.objects.create(
        **line, quantity=counted.quantity, source=CountSource.ENTERED.value, kept_at=at, kept_by_id=who.person_id
    )
    record(
        verb="compliance.installed_counted",
        subject=("product", product.slug),
        at=at,
        by=by,
        facts={
            "site": site.name, "counted_on": counted.counted_on.isoformat(), "quantity": counted.quantity,
            "before": held,
        },
        organisation_id=site.organisation_id,
    )  # fmt: skip


def _check(counted: NewCount, today: date) -> None:
    if not 0 <= counted.quantity <= MOST_COUNTED:
        raise Refused(ComplianceRefusal.QUANTITY_WRONG)
    if counted.counted_on > today + _AHEAD:
        raise Refused(ComplianceRefusal.DAY_AHEAD)
    if counted.counted_on < EARLIEST:
        raise Refused(ComplianceRefusal.DAY_TOO_EARLY)
    if len(counted.host.strip()) > LONGEST_HOST or "\0" in counted.host:
        raise Refused(ComplianceRefusal.HOST_TOO_LONG, most=LONGEST_HOST)


def _site(who: Who, site_id: int) -> Site:
    """The site, locked so that two counts of the same place come after each other."""
    site = Site.objects.select_for_update(no_key=True).filter(pk=site_id).first()
    if site is None or not may_count(who, site.organisation_id):
        raise Refused(ComplianceRefusal.NOT_FOUND, what="site")
    return site


def _release(product: Product, name: str) -> int | None:
    """The release by its name or label."""
    wanted = name.strip().lower()
    if not wanted:
        return None
    for release in product.releases.order_by("id"):
        if wanted in {release.name.lower(), release.label.lower()}:
            return release.pk
    raise Refused(ComplianceRefusal.NOT_FOUND, what="release")


def _asset(organisation_id: int, product: Product, serial: str) -> int | None:
    wanted = "".join(serial.split()).upper()
    if not wanted:
        return None
    if "\0" not in wanted:
        found = Asset.objects.filter(serial_number=wanted, organisation_id=organisation_id, product=product).first()
        if found is not None:
            return found.pk
    raise Refused(ComplianceRefusal.NOT_FOUND, what="serial")
