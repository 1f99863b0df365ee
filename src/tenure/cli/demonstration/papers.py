"""Acceptances on paper: one that is to be ordered, and one that its customer objects to."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import QuerySet

from tenure.accounts.models import Membership
from tenure.accounts.queries import who_is
from tenure.accounts.words import Who
from tenure.cli.demonstration.cast import CAST, VENDOR_DOMAIN
from tenure.entitlements.models import Asset
from tenure.journal.words import Actor
from tenure.renewals.actions.papers import dispute_signature, record_signature
from tenure.renewals.actions.quotes import QuoteWanted, prepare_quote, send_quote
from tenure.renewals.models import QuoteLine, SignedPaper
from tenure.toolbox.refused import Refused
from tenure.toolbox.upload import Upload

SCAN = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
trailer<</Root 1 0 R>>
"""
DAY = timedelta(days=1)


def make_papers(*, at: datetime) -> None:
    """Make them unless there are some, on licences that no other quote is about."""
    if SignedPaper.objects.exists():
        return
    dana = _who("dana.whitlock@juniperflats.example")
    cast = Membership.objects.filter(person__email__in=[player.email for player in CAST]).values("organisation")
    others = Asset.objects.exclude(organisation__in=cast)
    number = quote_sent(others, at=at - 3 * DAY)
    if number:
        sign(number, "Berit Aas, head of purchasing", at=at - DAY)
    number = quote_sent(Asset.objects.filter(organisation_id__in=dana.organisation_ids), at=at - 3 * DAY)
    if number:
        sign(number, "M. Ruhl", at=at - DAY)
        dispute_signature(
            number=number, why="Nobody of this name works here.", **_as(dana, at - timedelta(hours=6))
        )  # fmt: skip


def quote_sent(assets: "QuerySet[Asset]", *, at: datetime, until: date | None = None) -> str:
    """The number of a quote that the vendor sends for the first of these assets that can be renewed; "" for none."""
    remy = _who(f"remy.novak@{VENDOR_DOMAIN}")
    owned = assets.filter(quantity__gt=0, chain_ends_on__gt=at.date()).exclude(pk__in=QuoteLine.objects.values("asset"))
    for serial in owned.order_by("chain_ends_on", "id").values_list("serial_number", flat=True):
        with suppress(Refused):
            number = prepare_quote(wanted=QuoteWanted(serials=(serial,), until=until), **_as(remy, at))
            send_quote(number=number, **_as(remy, at))
            return number
    return ""


def sign(number: str, name: str, *, at: datetime) -> None:
    """The representative records that somebody signed it the day before."""
    record_signature(
        number=number, signed_by=name, signed_on=(at - DAY).date(),
        uploads=[Upload(name=f"{number} signed.pdf", chunks=[SCAN])], **_as(_who(f"remy.novak@{VENDOR_DOMAIN}"), at),
    )  # fmt: skip


def _who(email: str) -> Who:
    return who_is(EmailAddress.objects.get(email=email).user_id)


def _as(who: Who, at: datetime) -> dict[str, Any]:
    return {"who": who, "at": at, "by": Actor(kind="person", id=str(who.person_id), name=who.name)}
