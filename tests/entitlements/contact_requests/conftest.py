"""Two customers with a licence each."""

from datetime import date

import pytest

from tenure.entitlements.models import Agreement, Term
from tenure.entitlements.words import TermFamily
from tests import cast, estate
from tests.cast import AT
from tests.entitlements.contact_requests.world import FOREIGN, OWN


@pytest.fixture(autouse=True)
def world(db: None) -> None:
    """Aster owns one serial under a Basic agreement, sold by Cinder; Bellwether owns another."""
    estate.policy()
    for customer, number in ((cast.aster(), OWN), (cast.bellwether(), FOREIGN)):
        owned = estate.asset(customer, number, reseller=cast.cinder() if number == OWN else None)
        agreement = Agreement.objects.create(organisation=customer, level="basic", region="EMEA")
        Term.objects.create(
            asset=owned, agreement=agreement, family=TermFamily.MAINTENANCE, level="basic", quantity=10,
            covers=(date(2026, 4, 1), date(2027, 4, 1)), known=(AT, None),
        )  # fmt: skip
