"""Services and extensions are offered where a quote is prepared, and each side reads them in its own price."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse

from tenure.entitlements.models import Asset
from tenure.outbox.models import Mail
from tenure.renewals.models import Quote, QuoteLine, RenewalTask
from tests import cast, estate
from tests.renewals.world import OWN, accepted, ordered, owned, prices, sent
from tests.screens import signed_in, text

pytestmark = pytest.mark.django_db
LISTED, PAID = ("1,450.00", "2,900.00"), ("1,160.00", "2,320.00")


@pytest.fixture(autouse=True)
def market(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT)
    estate.policy()
    prices()
    owned()


@pytest.mark.parametrize(
    ("someone", "price"), [(cast.owner, "€1,450.00"), (cast.reseller, "€1,160.00"), (cast.renewals, "€1,450.00")]
)
def test_services_are_offered_in_the_price_of_who_prepares_the_quote(someone, price: str) -> None:
    page = text(signed_in(someone()).get(f"{reverse('quote-new')}?customer={cast.aster().number}"))
    assert f"Training day A day of training for up to eight people, on your site or online. {price}" in page
    assert ("€1,450.00" in page, "€1,160.00" in page) == (price == "€1,450.00", price == "€1,160.00")


def test_only_services_for_the_kinds_that_the_customer_holds_are_offered() -> None:
    Asset.objects.update(product=estate.product("Quay Box", kind="hardware"))
    page = text(signed_in(cast.owner()).get(reverse("quote-new")))
    assert ("Training day" in page, "Cyber security review" in page) == (True, False)


def form(**more: str) -> dict[str, object]:
    return {
        "customer": cast.aster().number,
        "serials": [OWN],
        "term": "1",
        "level": "",
        "more": "",
        "until": "",
        **more,
    }


def test_a_quote_is_prepared_with_services_and_an_extension() -> None:
    release = estate.product().releases.get()
    release.standard_support_ends_from, release.extended_support_offered = date(2027, 10, 1), True
    release.save()
    olga = cast.owner()
    answer = signed_in(olga).post(reverse("quote-new"), form(service_training="2", service_consulting="0", extend="on"))
    kept = Quote.objects.get()
    assert (answer.status_code, list(kept.services.values_list("service", "quantity"))) == (302, [("training", 2)])
    assert list(QuoteLine.objects.order_by("place").values_list("kind", flat=True)) == ["renewal", "extension"]
    page = text(signed_in(olga).get(reverse("quote", args=[kept.number])))
    assert [
        "renews one licence, services included." in page, "Support of an old release: Quay Vault 9.4" in page,
        "1 October 2027 to 31 March 2028, past the standard support of this release." in page, "2 × Training day" in page,
    ] == [True] * 4  # fmt: skip


@pytest.mark.parametrize(("more", "said"), [
    ({"service_training": "61"}, "less than or equal to 60"), ({"service_training": "-1"}, "greater than or equal to 0"),
    ({"service_training": "two"}, "Enter a whole number."), ({"extend": "on"}, "there is nothing to extend"),
])  # fmt: skip
def test_what_cannot_be_had_is_said_and_nothing_is_kept(more: dict[str, str], said: str) -> None:
    answer = signed_in(cast.owner()).post(reverse("quote-new"), form(**more))
    assert (answer.status_code, said in text(answer), Quote.objects.count()) == (422, True, 0)
    kept = next(iter(more.items()))
    assert f'name="{kept[0]}"' in answer.content.decode()


def test_no_door_shows_the_customer_what_the_reseller_pays_for_a_service() -> None:
    rhys, olga = cast.reseller(), cast.owner()
    number = sent(rhys, services={"training": 2})
    for person, own, others in ((olga, LISTED, PAID), (rhys, ("2,320.00",), ())):
        page = text(signed_in(person).get(reverse("quote", args=[number])))
        letters = " ".join(Mail.objects.filter(recipient=person.email).values_list("text", flat=True))
        shown = page + letters
        assert ([each in shown for each in own], [each in shown for each in others]) == (
            [True] * len(own),
            [False] * len(others),
        )
    assert "2 × Training day" in Mail.objects.get(recipient=olga.email).text


def test_the_file_of_the_list_names_services_and_programme() -> None:
    rhys = cast.reseller()
    sent(rhys, services={"training": 2})
    answer = signed_in(rhys).get(reverse("quotes-export"))
    [row] = csv.DictReader(io.StringIO(b"".join(answer).decode().lstrip("\ufeff")))
    assert (row["services"], row["programme"], row["net"]) == ("2 × Training day", "", "11920.00")


def test_the_team_finds_the_quote_behind_an_ordered_service() -> None:
    rhys, olga = cast.reseller(), cast.owner()
    number = accepted(rhys, olga, services={"training": 2})
    ordered(rhys, number)
    page = signed_in(cast.renewals()).get(reverse("desk-notices"))
    assert [
        "Service ordered" in text(page),
        "2 × Training day" in text(page),
        f'href="/renewals/quotes/{number}"' in page.content.decode(),
    ] == [True] * 3
    assert (
        "writes to you about the days of the services"
        in Mail.objects.get(recipient=olga.email, kind="renewals.quote_ordered").text
    )
    assert RenewalTask.objects.count() == 1
