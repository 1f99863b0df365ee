"""Another address for a contact whom mail does not reach; and owners asked for one, once."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower

from tenure.accounts.actions.invitations import tidy_address
from tenure.accounts.models import Contact
from tenure.accounts.words import Who
from tenure.entitlements import contact_letters as letters
from tenure.entitlements.actions.seats import may_decide
from tenure.entitlements.queries.joining import owners_of
from tenure.entitlements.words import EntitlementRefusal
from tenure.entitlements.words.contact_changes import ContactRefusal
from tenure.journal.actions import record
from tenure.journal.words import JOB, Actor
from tenure.outbox.actions import settle
from tenure.outbox.models import Bounce
from tenure.outbox.queries import bounced
from tenure.toolbox.refused import Refused


@transaction.atomic
def change_address(
    *, who: Who, organisation_id: int, contact_id: int, email: str, at: datetime, by: Actor
) -> str:  # fmt: skip
    """An owner, or customer care, gives a contact another address; the address as it is kept.

    It lets nobody in: who sees what follows from addresses that people have verified, and roles they hold.  All
    contacts of the organisation under the old address change with it.  A bounce of the old one settles when nobody
    is reached by it any more.  Raises Refused: not_found, not_an_owner, address_invalid, ADDRESS_TAKEN by another
    contact of the same role, ADDRESS_BOUNCES for one that takes no mail either.  Source: C5.
    """
    may_decide(who, organisation_id)
    found = Contact.objects.filter(pk=contact_id, organisation_id=organisation_id).first()
    if found is None:
        raise Refused(EntitlementRefusal.NOT_FOUND)
    address = tidy_address(email)
    if bounced([address]):
        raise Refused(ContactRefusal.ADDRESS_BOUNCES, address=address)
    old = found.email
    same = Contact.objects.filter(organisation_id=organisation_id, email__iexact=old)
    numbers = sorted(same.values_list("pk", flat=True))
    try:
        with transaction.atomic():
            same.update(email=address)
    except IntegrityError:
        raise Refused(ContactRefusal.ADDRESS_TAKEN, address=address)
    record(
        verb="entitlements.contact_address_changed", subject=("contact", str(contact_id)), at=at, by=by,
        facts={"from": old, "to": address, "contacts": [*numbers]}, organisation_id=organisation_id,
    )  # fmt: skip
    if not _contacts_at(old).exists():
        settle(address=old, at=at, by=by, why="another address was given")
    return address


def tell_of_bounces(*, at: datetime, by: Actor = JOB) -> int:
    """Ask the owners of those whom mail does not reach for another address, and say how many letters were written.

    One letter an owner, organisation and bounce, never to the address that bounced; who has no other owner is on the
    desk's list alone.  Source: C5.
    """
    written = 0
    while (told := _tell_next(at, by)) is not None:
        written += told
    return written


def _contacts_at(address: str) -> QuerySet[Contact]:
    """Everybody's contacts of an address, by its index."""
    return Contact.objects.alias(lower=Lower("email")).filter(lower=address.lower())


@transaction.atomic
def _tell_next(at: datetime, by: Actor) -> int | None:
    waiting = Bounce.objects.select_for_update(skip_locked=True).filter(settled_at=None, told_at=None)
    bounce = waiting.order_by("id").first()
    if bounce is None:
        return None
    bounce.told_at = at
    bounce.save(update_fields=["told_at"])
    named = _contacts_at(bounce.address).select_related("organisation")
    written, seen = 0, set()
    for contact in named.order_by("organisation", "pk"):
        if contact.organisation_id in seen:
            continue
        seen.add(contact.organisation_id)
        owners = owners_of(organisation_id=contact.organisation_id)
        reached = [owner for owner in owners if owner.email.lower() != bounce.address.lower()]
        silent = bounced(owner.email for owner in reached)
        for owner in reached:
            if owner.email.lower() in silent:
                continue
            letters.address_wanted(
                owner=owner, organisation=contact.organisation, contact=(contact.pk, contact.name, bounce.address),
                said=bounce.said, at=at,
            )  # fmt: skip
            written += 1
    record(
        verb="entitlements.address_wanted", subject=("bounce", str(bounce.pk)), at=at, by=by,
        facts={"address": bounce.address, "letters": written},
    )  # fmt: skip
    return written
