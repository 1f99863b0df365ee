"""Who wants no notices, and the signed address that says so without signing in (RFC 8058)."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core import signing

from tenure.accounts.models import Organisation
from tenure.accounts.words import Who
from tenure.renewals.models import Unsubscribed

_SALT = "tenure.renewals.unsubscribe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Notices about an organisation, to an address.  ended_at: since when the reader wants none; None: they come."""

    organisation_id: int
    number: str
    organisation: str
    address: str
    ended_at: datetime | None

    @property
    def comes(self) -> bool:
        return self.ended_at is None


def unsubscribe_url(*, address: str, organisation_id: int) -> str:
    """The address in a letter where notices about a customer end for the address it was sent to."""
    token = signing.dumps([address, organisation_id], salt=_SALT)
    return f"{settings.SITE_URL}/renewals/unsubscribe/{token}"


def subscription_of(token: str) -> Subscription | None:
    """What a signed address is about; None for one that we did not sign.  It holds for ever: it only ends letters."""
    try:
        address, organisation_id = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    place = Organisation.objects.filter(id=organisation_id).first()
    return None if place is None else _subscription(place, address)


def subscriptions(*, who: Who) -> list[Subscription]:
    """Where notices may come from to the reader: their own organisations, and customers they have unsubscribed from."""
    own = {place for place, _ in who.roles}
    ended = Unsubscribed.objects.filter(address__iexact=who.email, ended_at=None)
    since = dict(ended.values_list("organisation_id", "since"))
    places = Organisation.objects.filter(id__in=own | set(since)).order_by("name", "id")
    return [
        Subscription(
            organisation_id=place.id, number=place.number, organisation=place.name, address=who.email,
            ended_at=since.get(place.id),
        )
        for place in places
    ]  # fmt: skip


def _subscription(place: Organisation, address: str) -> Subscription:
    open_one = Unsubscribed.objects.filter(address__iexact=address, organisation=place, ended_at=None).first()
    return Subscription(
        organisation_id=place.id, number=place.number, organisation=place.name, address=address,
        ended_at=open_one.since if open_one else None,
    )  # fmt: skip
