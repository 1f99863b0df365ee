"""A year of renewals for the board: terms renewed on time and late, terms lost for every reason, quotes on their way."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import connection

from tenure.accounts.queries import who_is
from tenure.cli.demonstration.cast import VENDOR_DOMAIN
from tenure.entitlements.models import Asset
from tenure.journal.words import Actor
from tenure.renewals.actions.losing import Ending, say_lost
from tenure.renewals.actions.quotes import QuoteWanted, prepare_quote, send_quote
from tenure.renewals.models import Lost
from tenure.renewals.words import LostReason
from tenure.toolbox.refused import Refused

REMY = f"remy.novak@{VENDOR_DOMAIN}"
BUT = ("Aster & Pohl GmbH", "Juniper Flats Hospital")  # of those who sign in: their tales are told elsewhere
QUOTED_REGIONS = ("AMS", "JP", "SG", "CN", "EMEA")
LOST = (
    (LostReason.PRICE, "A cheaper bid, they said; ours came three weeks later.", 3),
    (LostReason.NO_LONGER_USED, "The servers were switched off in spring.", 4),
    (LostReason.COMPETITOR, "The group standardised on another vendor.", 2),
    (LostReason.END_OF_SUPPORT, "", 1),
    (LostReason.BOUGHT_ANEW, "Bought anew with the appliance.", 1),
    (LostReason.OTHER, "The site was closed.", 1),
)
# earlier: a term before the only one of an asset; every seventh ended weeks before the next began
EARLIER = """
INSERT INTO entitlements_term (asset_id, certificate_id, agreement_id, family, level, quantity, covers, known)
SELECT t.asset_id, t.certificate_id, t.agreement_id, t.family, t.level, t.quantity,
       daterange((e.ends - interval '1 year')::date, e.ends), tstzrange(%(at)s, NULL)
FROM entitlements_term t JOIN entitlements_asset a ON a.id = t.asset_id
JOIN accounts_organisation o ON o.id = a.organisation_id
CROSS JOIN LATERAL (
    SELECT lower(t.covers) - CASE WHEN a.id %% 7 = 0 THEN 9 + (a.id * 13 %% 60)::int ELSE 0 END AS ends
) e
WHERE upper_inf(t.known) AND t.family < 4 AND a.id %% 6 <> 5 AND o.name <> ALL(%(but)s)
  AND NOT EXISTS (SELECT FROM entitlements_term x WHERE x.asset_id = t.asset_id AND x.id <> t.id)
"""


def make_board(*, at: datetime) -> None:
    """Make it unless somebody has said that a term is lost.  Source: ours."""
    if Lost.objects.exists():
        return
    with connection.cursor() as cursor:
        cursor.execute(EARLIER, {"at": at, "but": list(BUT)})
    _lose(at)
    _quote(at)


def _lose(at: datetime) -> None:
    lapsed = Asset.objects.filter(
        quantity__gt=0, chain_ends_on__range=(at.date() - timedelta(days=300), at.date() - timedelta(days=15))
    )
    ends = iter(
        lapsed.exclude(organisation__name__in=BUT).exclude(purpose="trial").order_by("id").values_list(
            "serial_number", "chain_ends_on"
        )
    )  # fmt: skip
    for reason, words, count in LOST:
        terms = [_ending(serial, ends_on) for (serial, ends_on), _ in zip(ends, range(count), strict=False)]
        if terms:
            say_lost(terms=terms, reason=reason, words=words, **_as_remy(at))


def _quote(at: datetime) -> None:
    """Remy's quotes: of each region the first two to end, the second of them sent."""
    asked = _as_remy(at - timedelta(days=2))
    soon = Asset.objects.filter(quantity__gt=0, chain_ends_on__gt=at.date(), purpose="production")
    soon = soon.exclude(organisation__name__in=BUT).order_by("chain_ends_on", "id")
    for region in QUOTED_REGIONS:
        for place, serial in enumerate(soon.filter(site__region=region).values_list("serial_number", flat=True)[:2]):
            with suppress(Refused):
                number = prepare_quote(wanted=QuoteWanted(serials=(serial,)), **asked)
                if place:
                    send_quote(number=number, **asked)


def _ending(serial: str, ends: date | None) -> Ending:
    assert ends is not None  # noqa: S101  chosen by it
    return Ending(serial=serial, ends_on=ends - timedelta(days=1))


def _as_remy(at: datetime) -> dict[str, Any]:
    who = who_is(EmailAddress.objects.get(email=REMY).user_id)
    return {"who": who, "at": at, "by": Actor(kind="person", id=str(who.person_id), name=who.name)}
