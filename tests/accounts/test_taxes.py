"""Tax identifiers are checked by the rules of their country, and a quote counts with them."""

from decimal import Decimal

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tenure.accounts.actions.taxes import set_tax_identifier
from tenure.accounts.models import Organisation
from tenure.accounts.rules import tax_identifier
from tenure.accounts.words import AccountRefusal
from tenure.renewals.models import Quote
from tenure.toolbox.refused import Refused
from tests import cast, estate
from tests.cast import asking
from tests.renewals.world import owned, prepared, prices

GOOD = "DE136695976"


@pytest.mark.parametrize(("country", "text", "kept"), [
    ("DE", " de 136 695 976 ", GOOD), ("DE", "136695976", GOOD), ("AT", "ATU13585627", "ATU13585627"), ("DE", "  ", ""),
    ("GR", "EL 094259216", "EL094259216"),
])  # fmt: skip
def test_a_number_is_kept_in_one_form(country: str, text: str, kept: str):
    assert tax_identifier(country=country, text=text) == kept


@pytest.mark.parametrize(("country", "text", "code"), [
    ("DE", "DE136695975", AccountRefusal.TAX_IDENTIFIER_INVALID), ("DE", "x" * 5000, AccountRefusal.TAX_IDENTIFIER_INVALID),
    ("AT", GOOD, AccountRefusal.TAX_IDENTIFIER_INVALID), ("DE", "١٣٦٦٩٥٩٧٦", AccountRefusal.TAX_IDENTIFIER_INVALID),
    ("US", "12-3456789", AccountRefusal.TAX_COUNTRY_UNKNOWN),
])  # fmt: skip
def test_a_number_that_cannot_be_is_refused(country: str, text: str, code: AccountRefusal):
    with pytest.raises(Refused) as no:
        tax_identifier(country=country, text=text)
    assert no.value.code is code


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "code"), [
    ("purchasing", "not_an_owner"), ("other_owner", "not_found"), ("reseller", "not_found"), ("engineer", "not_found"),
])  # fmt: skip
def test_only_an_owner_or_the_vendors_people_say_it(role: str, code: str):
    aster = cast.aster()
    someone = asking(getattr(cast, role)())
    with pytest.raises(Refused) as no, transaction.atomic():
        set_tax_identifier(organisation_id=aster.pk, text=GOOD, **someone)
    assert (no.value.code.value, Organisation.objects.get(pk=aster.pk).tax_identifier) == (code, "")
    for who in (cast.owner(), cast.renewals()):
        assert set_tax_identifier(organisation_id=aster.pk, text=GOOD, **asking(who)) == GOOD


@pytest.mark.django_db
def test_with_it_a_customer_abroad_owes_the_tax_itself():
    estate.policy()
    prices()
    vienna = cast.organisation("Vienna Works", "AT")
    owned("M3000000003", customer=vienna, direct=True)
    remy = cast.renewals()
    prepared(remy, "M3000000003")
    set_tax_identifier(organisation_id=vienna.pk, text="ATU13585627", **asking(remy))
    prepared(remy, "M3000000003")
    told = list(Quote.objects.order_by("pk").values_list("tax_rule", "tax_percent", "tax"))
    assert told == [("rate", Decimal(19), Decimal(2280)), ("reverse_charge", Decimal(0), Decimal(0))]


@pytest.mark.django_db
def test_the_page_says_what_is_wrong_and_keeps_what_is_right():
    url, client = reverse("tax-identifier", args=[cast.aster().number]), Client()
    client.force_login(cast.owner())
    wrong = client.post(url, {"identifier": "DE136695975", "request_key": "a"})
    assert (wrong.status_code, "This is no tax identifier of Germany" in wrong.content.decode()) == (422, True)
    done = client.post(url, {"identifier": "136 695 976", "request_key": "b"})
    assert (done.status_code, Organisation.objects.get(pk=cast.aster().pk).tax_identifier) == (302, GOOD)
    assert GOOD in client.get(url).content.decode()
