"""The first page, and what one chooses for oneself."""

import html
import re
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from tenure.accounts.models import Person
from tenure.catalog.words import ProductKind, ReleaseState, SupportedRow
from tenure.journal.models import Entry
from tenure.portal import home

TODAY = date(2026, 11, 24)


def row(slug, release, available, ends, state=ReleaseState.STANDARD):
    return SupportedRow(
        product_slug=slug, product_name=slug.title(), kind=ProductKind(next(iter(ProductKind))), release=release,
        available_from=available, state=state, ends_from=ends,
    )  # fmt: skip


def test_one_release_a_product_the_newest():
    rows = (
        row("vault", "10.0", date(2026, 10, 20), date(2028, 10, 21)),
        row("vault", "9.4", date(2026, 2, 3), date(2028, 2, 4)),
        row("gate", "7.2", date(2025, 5, 6), None),
    )
    assert [(r.product_slug, r.release) for r in home.newest_of_each(rows)] == [("gate", "7.2"), ("vault", "10.0")]


def test_a_lane_says_the_last_day_of_support():
    lanes = home.lanes_of([row("gate", "7.2", date(2025, 5, 6), date(2027, 5, 7))], today=TODAY, soon_days=180)
    assert [(lane.name, lane.note, lane.url) for lane in lanes[1:]] == [("Gate", "7.2", "/lifecycle/gate")]
    assert 'aria-label="Gate: Standard support to 6 May 2027"' in lanes[1].svg


@pytest.mark.parametrize(("days", "tone"), [(180, "soon"), (181, "good")])
def test_a_support_is_called_ending_as_early_as_on_the_product_page(days, tone):
    lanes = home.lanes_of(
        [row("gate", "7.2", date(2025, 5, 6), TODAY + timedelta(days=days))], today=TODAY, soon_days=180
    )
    assert re.findall(r'data-tone="(\w+)"', lanes[1].svg)[0] == tone


def test_a_release_that_came_out_long_ago_and_never_ends_still_has_an_axis():
    assert len(home.lanes_of([row("tide", "online", date(1999, 1, 1), None)], today=TODAY, soon_days=180)) == 2


def test_without_products_there_is_no_line():
    assert home.lanes_of([], today=TODAY, soon_days=180) == []


@pytest.mark.django_db
def test_anyone_may_open_the_first_page():
    response = Client().get("/")
    assert response.status_code == 200
    assert 'action="/lifecycle"' in response.content.decode()


def _foot(client, path="/lifecycle?q=x"):
    """The hidden fields of the foot's form on a page: what a browser sends with a language's button."""
    foot = client.get(path).content.decode().partition('<footer class="foot">')[2]
    return {
        name: html.unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', foot)
    }


def _choose(client, **choice):
    return client.post("/preferences", {"request_key": uuid.uuid4().hex, **choice})


@pytest.mark.django_db
def test_a_button_of_the_foot_sets_a_visitors_language_and_comes_back():
    client = Client(enforce_csrf_checks=True)
    response = client.post("/preferences", _foot(client) | {"language": "de"})
    assert (response.status_code, response["Location"]) == (302, "/lifecycle?q=x")
    assert response.cookies["language"].value == "de"
    assert '<html lang="de"' in client.get("/lifecycle").content.decode()


@pytest.mark.django_db
def test_a_button_of_the_foot_changes_the_profile_of_who_is_signed_in_once():
    person = Person.objects.create(email="mira@aster.example", name="Mira", joined_at=datetime(2026, 1, 1, tzinfo=UTC))
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    sent = _foot(client) | {"language": "ja"}
    first, again = (client.post("/preferences", sent) for _ in range(2))
    assert (first["Location"], again["Location"], again["Idempotent-Replayed"]) == (
        "/lifecycle?q=x",
        "/lifecycle?q=x",
        "true",
    )
    person.refresh_from_db()
    assert (person.language, Entry.objects.filter(verb="accounts.profile_changed").count()) == ("ja", 1)


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["language=de", "zone=Europe/Berlin&next=/", "theme=dark"])
def test_opening_an_address_changes_nothing(query):
    person = Person.objects.create(email="mira@aster.example", name="Mira", joined_at=datetime(2026, 1, 1, tzinfo=UTC))
    client = Client()
    client.force_login(person)
    before = Person.objects.values().get(pk=person.pk)
    response = client.get(f"/preferences?{query}")
    assert (response.status_code, set(response.cookies) - {"csrftoken"}) == (200, set())
    assert (Person.objects.values().get(pk=person.pk), Entry.objects.count()) == (before, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("elsewhere", ["//evil.example/", "https://evil.example/", "javascript:alert(1)"])
def test_one_is_never_sent_to_another_site(elsewhere):
    assert _choose(Client(), language="de", next=elsewhere)["Location"] == "/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "choice", [{"language": "tlh"}, {"zone": "Nowhere"}, {"theme": "pink"}, {"zone": "../../etc/passwd"}]
)
def test_an_unknown_choice_is_refused_and_sets_nothing(choice):
    response = _choose(Client(), **choice)
    assert response.status_code == 400
    assert {"language", "zone", "theme"} & set(response.cookies) == set()


@pytest.mark.django_db
def test_a_persons_choice_is_kept_in_their_profile():
    person = Person.objects.create(email="mira@aster.example", name="Mira", joined_at=datetime(2026, 1, 1, tzinfo=UTC))
    client = Client()
    client.force_login(person)
    _choose(client, zone="Europe/Berlin", next="/")
    person.refresh_from_db()
    assert (person.name, person.language, person.zone) == ("Mira", "en", "Europe/Berlin")


@pytest.mark.django_db
def test_the_form_of_preferences_opens():
    assert '<option value="ja" lang="ja">' in Client().get("/preferences").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "said"), [("de-CH, fr;q=0.5", "de"), ("tlh", "en")])
def test_an_answer_says_its_language_and_that_a_browsers_wish_changes_it(asked, said):
    answer = Client().get("/renewing", headers={"Accept-Language": asked})
    assert (answer["Content-Language"], answer["Vary"]) == (said, "Accept-Language, Cookie")
