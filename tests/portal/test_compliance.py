"""The pages of installed and licensed: what they say, what a form and a file do, and what bad input gets."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tenure.compliance.models import Count
from tenure.compliance.words import Step
from tenure.entitlements.models import Asset
from tenure.portal.compliance import lanes
from tests import cast, estate

TODAY = cast.AT.date()
FILE = "customer,site,product,quantity,counted_on\n"


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages are read on the day of the tests."""
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT)


@pytest.fixture
def owned(db: None) -> Asset:
    """48 at one site, under maintenance until the end of March."""
    estate.policy()
    made = estate.asset(cast.aster(), "M1000000001", quantity=48, reseller=cast.cinder())
    estate.term(made, date(2026, 4, 1), date(2027, 4, 1))
    return made


@pytest.fixture
def owner(owned: Asset, client: Client) -> Client:
    client.force_login(cast.owner())
    return client


def _count(owned: Asset, quantity: int, on: date = date(2026, 11, 3)) -> None:
    Count.objects.create(
        organisation=owned.organisation, site=owned.site, product=owned.product, quantity=quantity, counted_on=on,
        source="entered", kept_at=cast.AT,
    )  # fmt: skip


def _text(answer: object) -> str:
    return " ".join(answer.content.decode().split())


def _position(owned: Asset, query: str = "") -> str:
    return reverse("compliance-position", args=[owned.organisation.number, "quay-vault"]) + query


def test_the_answer_says_what_was_counted_where_and_when_and_under_which_numbers(owner: Client, owned: Asset):
    _count(owned, 60)
    page = _text(owner.get(_position(owned)))
    assert (
        '<p class="answer"><b data-tone="bad">12 more are counted than licensed</b>: 60 counted on 3 November 2026 at'
        " Main works, 48 licensed under M1000000001, all of them covered.</p>"
    ) in page
    assert '<th scope="row">More installed than licensed</th><td>60 − 48</td><td>12</td>' in page
    assert "For 12 installed these benefits are missing since" in page


def test_what_falls_away_follows_from_the_policy_and_the_product(owner: Client, owned: Asset):
    _count(owned, 40)
    assert "What falls away" not in _text(owner.get(_position(owned)))
    page = _text(owner.get(_position(owned, "?on=2027-04-01")))
    assert "40 more are counted than covered" in page
    fallen = page.split('id="lost"')[1].split("</ul>")[0]
    assert [name.split("</li>")[0] for name in fallen.split("<li>")[1:]] == [
        "Technical support", "Version upgrades", "Product updates", "Self-service and learning",
    ]  # fmt: skip
    assert '<time datetime="2027-04-01"><bdi>1 April 2027</bdi></time>' in fallen


def test_without_a_count_nothing_is_said_to_be_missing(owner: Client, owned: Asset):
    page = _text(owner.get(_position(owned)))
    assert '<b data-tone="quiet">Nothing was counted yet</b>: 48 licensed under M1000000001.' in page
    assert "What falls away" not in page


def test_an_old_count_is_shown_and_called_old(owner: Client, owned: Asset):
    _count(owned, 40, date(2026, 3, 3))
    assert "A count here is older than 90 days." in _text(owner.get(_position(owned)))
    assert '</time> <span class="muted">old</span>' in _text(owner.get(reverse("compliance")))


def test_the_list_says_the_state_of_each_product(owner: Client, owned: Asset):
    _count(owned, 60)
    page = _text(owner.get(reverse("compliance")))
    assert '<p class="answer"><b data-tone="bad">One product is short of licences</b>.</p>' in page
    assert page.count("<tr data-row>") == 1
    assert "12 more than licensed" in page
    assert page.count("<tr data-row>") - 1 == _text(owner.get(reverse("compliance") + "?state=within")).count(
        "<tr data-row>"
    )


def test_who_owns_nothing_reads_what_will_be_here(owned: Asset, client: Client):
    client.force_login(cast.stranger())
    page = _text(client.get(reverse("compliance")))
    assert "Licences appear with your paperwork." in page
    assert reverse("link") in page


@pytest.mark.parametrize("query", ["?on=yesterday", "?on=1900-01-01", "?on=2026-13-01"])
def test_a_day_that_cannot_be_read_is_told_and_today_is_shown(owner: Client, owned: Asset, query: str):
    said = "That day could not be read, so this is today."
    for url in (reverse("compliance"), _position(owned)):
        assert said in _text(owner.get(url + query))
    for name, args in (("compliance-export", []), ("compliance-arithmetic", [owned.organisation.number, "quay-vault"])):
        assert owner.get(reverse(name, args=args) + query).status_code == 302


@pytest.mark.parametrize("query", ["?state=nonsense", "?after=nonsense", "?before=1.2.3.4", "?q=%00", "?product=%00x"])
def test_what_the_address_cannot_mean_breaks_nothing(owner: Client, query: str):
    assert owner.get(reverse("compliance") + query).status_code == 200


def test_another_customers_position_and_one_that_is_nowhere_answer_alike(owner: Client, owned: Asset):
    estate.asset(cast.bellwether(), "M2000000002")
    answers = [
        owner.get(reverse(name, args=[number, "quay-vault"])).status_code
        for name in ("compliance-position", "compliance-arithmetic")
        for number in (cast.bellwether().number, "K-999999")
    ]
    assert answers == [404, 404, 404, 404]
    assert owner.get(reverse("compliance-position", args=[cast.aster().number, "nothing"])).status_code == 404


def _form(owned: Asset, **more: object) -> dict[str, object]:
    return {"site": owned.site_id, "product": "Quay Vault", "quantity": "60", "counted_on": "2026-11-03",
            "request_key": "k", **more}  # fmt: skip


def test_a_count_is_entered_and_the_page_of_the_position_confirms_it(owner: Client, owned: Asset):
    answer = owner.post(reverse("compliance-count"), _form(owned), follow=True)
    assert answer.redirect_chain == [(_position(owned), 302)]
    assert "The count is kept: 60 on 3 Nov 2026." in _text(answer)
    assert list(Count.objects.values_list("quantity", "source")) == [(60, "entered")]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"quantity": "many"}, "Write a whole number, 0 or more."),
        ({"quantity": "-1"}, "Write a whole number, 0 or more."),
        ({"quantity": ""}, "Write a whole number, 0 or more."),
        ({"counted_on": "3.11."}, "Write the day as 2027-03-31."),
        ({"counted_on": "2027-11-03"}, "That day lies ahead."),
        ({"counted_on": "1970-01-01"}, "That day lies before 1980."),
        ({"product": "Nothing"}, "No product is called so."),
        ({"product": ""}, "No product is called so."),
        ({"site": "1000000"}, "Choose a site of the list."),
        ({"serial": "M9999999999"}, "This is no serial number of the customer and product."),
        ({"release": "99"}, "This is no release of the product."),
        ({"host": "x" * 201}, "Shorten the name of the machine to 200 characters."),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_at_its_field_and_what_was_typed_is_kept(
    owner: Client, owned: Asset, wrong: dict[str, str], said: str
):
    page = _text(owner.post(reverse("compliance-count"), _form(owned, **wrong)))
    assert page.count(said) == 2
    assert ('value="60"' in page or "quantity" in wrong, Count.objects.count()) == (True, 0)


def test_the_form_begins_with_what_its_page_was_about(owner: Client, owned: Asset):
    query = f"?customer={owned.organisation.number}&product=quay-vault"
    page = _text(owner.get(reverse("compliance-count") + query))
    assert 'value="Quay Vault"' in page
    assert 'value="2026-11-24"' in page


def test_who_may_not_count_is_told_who_may(owned: Asset, client: Client):
    client.force_login(cast.viewer())
    for name in ("compliance-count", "compliance-import"):
        answer = client.post(reverse(name), _form(owned))
        assert (answer.status_code, Count.objects.count()) == (403, 0)
        assert "because a licence owner or a technical contact of the customer says what is installed." in _text(answer)


def _upload(client: Client, content: str) -> object:
    file = SimpleUploadedFile("installed.csv", content.encode(), content_type="text/csv")
    return client.post(reverse("compliance-import"), {"counts": file, "request_key": uuid4().hex}, follow=True)


def test_a_file_is_taken_in_and_confirmed(owner: Client, owned: Asset):
    answer = _upload(owner, FILE + f"{owned.organisation.number},Main works,Quay Vault,60,2026-11-03\n")
    assert "1 line is kept." in _text(answer)
    assert list(Count.objects.values_list("quantity", "source")) == [(60, "imported")]
    again = _upload(owner, FILE + f"{owned.organisation.number},Main works,Quay Vault,60,2026-11-03\n")
    assert "Everything in the file was known already; nothing changed." in _text(again)
    assert Count.objects.count() == 1


def test_the_faults_of_a_file_are_listed_and_nothing_is_kept(owner: Client, owned: Asset):
    answer = _upload(
        owner, FILE + "Aster Mills,Main works,Quay Vault,60,2026-11-03\nAster Mills,Elsewhere,x,1,2026-1-1\n"
    )
    page = _text(answer)
    assert (answer.status_code, Count.objects.count()) == (422, 0)
    assert "3 faults are listed below." in page
    assert "“Elsewhere” is no site of this customer" in page


@pytest.mark.parametrize("sent", [{}, {"counts": "text"}])
def test_without_a_file_the_page_asks_for_one(owner: Client, sent: dict[str, str]):
    answer = owner.post(reverse("compliance-import"), sent | {"request_key": "k"})
    assert answer.status_code == 422
    assert "Choose one file, saved as CSV." in _text(answer)


def test_a_file_that_is_too_large_is_cut_and_told(owner: Client, owned: Asset):
    answer = _upload(owner, FILE + "x" * (26 * 1024 * 1024))
    assert (answer.status_code, Count.objects.count()) == (422, 0)
    assert "The file has more than 25 MiB." in _text(answer)


def test_the_export_has_the_rows_of_the_list_and_no_formula(owned: Asset, client: Client):
    owned.product.name = "=HYPERLINK(1)"
    owned.product.save()
    _count(owned, 60)
    client.force_login(cast.owner())
    lines = b"".join(client.get(reverse("compliance-export"))).decode().splitlines()
    assert lines[1:] == [
        f"{owned.organisation.number},Aster Mills,DE,quay-vault,'=HYPERLINK(1),2026-11-24,short,48,48,0,60,12,12,"
        "2026-11-03,2026-11-03,no"
    ]


def test_the_arithmetic_as_a_file_has_every_line_of_the_sums(owner: Client, owned: Asset):
    _count(owned, 60)
    lines = b"".join(
        owner.get(reverse("compliance-arithmetic", args=[owned.organisation.number, "quay-vault"]))
    ).decode().splitlines()  # fmt: skip
    assert lines[1:] == [
        "owned,M1000000001,,production,48,48,48,,2027-03-31", "installed,,Main works,entered,60,,,,2026-11-03",
    ]  # fmt: skip


def test_a_trial_stands_apart_in_the_answer(owner: Client, owned: Asset):
    Asset.objects.update(purpose="trial")
    _count(owned, 1)
    assert (
        '<b data-tone="bad">1 more is counted than licensed</b>: 1 counted on 3 November 2026 at Main works, none licensed.'
        " 48 more are owned apart (Trial) and do not count as licensed.</p>"
    ) in _text(owner.get(_position(owned)))


def test_days_that_are_past_and_alike_are_one_span_whatever_they_lacked():
    def step(first: date, last: date, covered: int) -> Step:
        return Step(starts=first, ends=last, licensed=20, covered=covered, installed=6)

    steps = [
        step(date(2025, 1, 1), date(2025, 7, 1), 20), step(date(2025, 7, 1), date(2026, 1, 1), 0),
        step(date(2026, 1, 1), date(2026, 2, 1), 20), step(date(2026, 2, 1), date(2027, 1, 1), 0),
        step(date(2027, 1, 1), date(2028, 1, 1), 20),
    ]  # fmt: skip
    drawn = lanes.spans(steps, TODAY, TODAY, lambda each: each.installed, lanes.tone_of)
    assert [(span.starts, span.ends, span.kind, span.tone) for span in drawn] == [
        (date(2025, 1, 1), date(2026, 2, 1), "term", "quiet"), (date(2026, 2, 1), date(2027, 1, 1), "term", "soon"),
        (date(2027, 1, 1), date(2028, 1, 1), "next", "good"),
    ]  # fmt: skip


@pytest.mark.parametrize("day", ["1980-01-01", "2200-12-31"])
def test_a_day_far_away_is_answered_without_drawing_the_centuries(owner: Client, owned: Asset, day: str):
    answer = owner.get(_position(owned, f"?on={day}"))
    assert (answer.status_code, ">2050<" in _text(answer)) == (200, False)
