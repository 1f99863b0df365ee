"""The tax identifier of an organisation: its owner says it, or the vendor's people for them."""

from datetime import datetime

from django.db import transaction

from tenure.accounts.actions.locks import lock, lock_as_owner
from tenure.accounts.models import Organisation
from tenure.accounts.rules import tax_identifier
from tenure.accounts.words import StaffRole, Who
from tenure.journal.actions import record
from tenure.journal.words import Actor

KEEPERS = frozenset({StaffRole.CARE_AGENT, StaffRole.RENEWALS, StaffRole.MANAGER, StaffRole.OPERATOR})


@transaction.atomic
def set_tax_identifier(*, who: Who, organisation_id: int, text: str, at: datetime, by: Actor) -> str:
    """Keep an organisation's tax identifier, or forget it where the text is empty; as it is stored.

    Raises Refused: not_found, not_an_owner, tax_country_unknown, tax_identifier_invalid.  Source: ours.
    """
    place = lock(organisation_id) if who.staff & KEEPERS else lock_as_owner(who, organisation_id)
    number = tax_identifier(country=place.country, text=text.replace("\0", ""))
    if number == place.tax_identifier:
        return number
    Organisation.objects.filter(pk=place.pk).update(tax_identifier=number)
    record(
        verb="accounts.tax_identifier_kept", subject=("organisation", place.number), at=at, by=by,
        facts={"before": place.tax_identifier, "after": number}, organisation_id=place.pk,
    )  # fmt: skip
    return number
