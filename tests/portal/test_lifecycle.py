"""`/lifecycle` through HTTP, as a visitor: A10."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenure.catalog.actions import import_catalog
from tenure.catalog.models import Family, Product, Release
from tenure.journal.words import COMMAND
from tests import estate

pytestmark = pytest.mark.django_db
FILE = Path(__file__).parents[1] / "catalog" / "lifecycles.json"
AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ON = "2026-11-24"


@pytest.fixture
def catalogue():
    estate.policy()
    import_catalog(content=FILE.read_bytes(), at=AT, by=COMMAND)


def text_of(client: Client, url: str, **asked: str) -> str:
    answer = client.get(url, asked)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def listed(client: Client, **asked: str) -> list[str]:
    return [row.slug for row in client.get("/lifecycle", asked).context["rows"]]


def test_anyone_finds_a_product(client, catalogue):
    assert listed(client) == ["brook", "crate-10", "millrace", "tidepool"]
    assert listed(client, q="broo") == ["brook"]
    assert listed(client, kind="hardware") == ["crate-10"]


def test_the_list_leads_to_the_product_and_keeps_the_day(client, catalogue):
    assert '<a href="/lifecycle/brook?on=2024-06-01">' in text_of(client, "/lifecycle", on="2024-06-01")


def test_pages_of_the_list_follow_each_other(client):
    family = Family.objects.create(slug="many", name="Many")
    Product.objects.bulk_create(
        Product(slug=f"p-{n:02}", name=f"P {n:02}", kind="software", family=family) for n in range(30)
    )
    first = client.get("/lifecycle", {"q": "p"})
    assert first.context["older"] == "?q=p&after=p-24"
    second = client.get("/lifecycle" + first.context["older"])
    assert [row.slug for row in second.context["rows"]] == [f"p-{n}" for n in range(25, 30)]
    assert (second.context["older"], second.context["newer"]) == ("", "?q=p")


def test_an_empty_catalogue_says_what_will_be_here(client):
    assert "No product is known here yet." in text_of(client, "/lifecycle")


def test_a_search_without_a_result_offers_the_next_step(client, catalogue):
    assert "No product fits this sentence." in text_of(client, "/lifecycle", q="zzz")


def test_the_answer_comes_first(client, catalogue):
    assert (
        '<p class="answer">The latest release is 4 (Otter) of 1 February 2026. '
        '<b data-tone="good">Three releases are supported.</b> 3 leaves standard support in 7 days.</p>'
    ) in text_of(client, "/lifecycle/brook", on=ON)


def test_before_a_policy_was_applied_no_end_is_called_near_or_recent(client):
    import_catalog(content=FILE.read_bytes(), at=AT, by=COMMAND)
    answer = client.get("/lifecycle/brook", {"on": ON})
    assert answer.context["answer"].after == ""
    assert [str(each.state.word) for each in answer.context["lines"]] == [
        "Latest",
        "Supported",
        "Extended only",
        "Ended",
    ]


def test_another_day_moves_the_answer_and_every_state(client, catalogue):
    answer = client.get("/lifecycle/brook", {"on": "2024-12-01"})
    assert answer.context["answer"].before == "The latest release is 3 of 1 February 2024."
    assert [(each.row.name, str(each.state.word)) for each in answer.context["lines"]] == [
        ("4", "Announced"),
        ("3", "Latest"),
        ("2", "Extended only"),
        ("1", "Not known for this day"),
    ]


def test_each_release_says_the_last_day_of_its_support(client, catalogue):
    lines = client.get("/lifecycle/brook", {"on": ON}).context["lines"]
    said = [tuple(str(until.day or until.words) for until in (each.standard, each.extended)) for each in lines]
    assert said == [
        ("no end set", "no end set"),
        ("2026-11-30", "2027-11-30"),
        ("2024-11-30", "2026-11-30"),
        ("ended, day unknown", "ended, day unknown"),
    ]  # fmt: skip


def test_a_state_narrows_the_releases(client, catalogue):
    answer = client.get("/lifecycle/brook", {"on": ON, "state": "extended"})
    assert [each.row.name for each in answer.context["lines"]] == ["2"]


def test_a_product_without_a_release_says_so(client, catalogue):
    assert "No release was available on this day." in text_of(client, "/lifecycle/millrace")


def test_markup_in_a_label_is_text(client, catalogue):
    Release.objects.filter(name="4").update(label="<script>alert(1)</script>")
    page = text_of(client, "/lifecycle/brook")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("slug", ["unknown", "Ж", "a" * 3000, "brook%00", "..%2F..%2Fetc", "brook'--", "b rook"])
def test_an_unknown_product_is_not_found(client, catalogue, slug):
    assert client.get(f"/lifecycle/{slug}").status_code == 404
    assert client.get(f"/lifecycle/{slug}.json").status_code == 404


HOSTILE = [
    "\0", "x" * 5000, "' OR 1=1 --", "9999-99-99", "2026-02-30", "0001-01-01", "9999-12-31", "-1",
    "<b>", "٢٠٢٦-٠١-٠١", "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("name", ["on", "q", "kind", "after", "state"])
def test_whatever_is_in_the_address_the_page_answers(client, catalogue, name, value):
    sent = value.encode("utf-8", "surrogatepass")
    for url in ("/lifecycle", "/lifecycle/brook"):
        assert client.get(url, {name: sent}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"on": "2026-02-30"}, "That day could not be read, so this is today."),
        ({"q": "x" * 201}, "That cannot be the name of a product, so all are shown."),
        ({"kind": "toys"}, "One choice in the address is not known here, so it was left out."),
        ({"after": "nobody"}, "Nothing comes after that place in the list, so this is its beginning."),
    ],
)
def test_what_cannot_be_used_is_said_and_the_list_is_shown(client, catalogue, asked, said):
    assert said in text_of(client, "/lifecycle", **asked)
    assert listed(client, **asked) == ["brook", "crate-10", "millrace", "tidepool"]


def test_long_histories_come_in_pages(client):
    made = Product.objects.create(
        slug="old", name="Old", kind="software", family=Family.objects.create(slug="f", name="F")
    )
    Release.objects.bulk_create(
        Release(
            product=made,
            name=f"r{n}",
            label=f"r{n}",
            position=n,
            available_from=datetime(2020, 1, 1, tzinfo=UTC).date(),
        )
        for n in range(70)
    )
    first = client.get("/lifecycle/old")
    assert (len(first.context["lines"]), first.context["older"]) == (60, "?after=r10")
    assert [each.row.name for each in client.get("/lifecycle/old?after=r10").context["lines"]] == [
        f"r{n}" for n in range(9, -1, -1)
    ]


def selects_of_the_catalogue(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return sum("catalog_product" in query["sql"] for query in asked)


def test_the_pages_ask_the_database_as_often_for_one_release_as_for_many(client, catalogue):
    assert selects_of_the_catalogue(client, "/lifecycle") == 1
    assert selects_of_the_catalogue(client, "/lifecycle/brook") == 2
    brook = Product.objects.get(slug="brook")
    Release.objects.bulk_create(
        Release(product=brook, name=f"x{n}", label="x", available_from=AT.date()) for n in range(50)
    )
    assert selects_of_the_catalogue(client, "/lifecycle") == 1
    assert selects_of_the_catalogue(client, "/lifecycle/brook") == 2


def test_a_product_as_json_can_be_imported_again_and_changes_nothing(client, catalogue):
    for slug in ("brook", "crate-10", "tidepool", "millrace"):
        answer = client.get(f"/lifecycle/{slug}.json")
        assert answer["Content-Type"] == "application/json; charset=utf-8"
        assert json.loads(answer.content)["result"][0]["name"] == slug
        done = import_catalog(content=answer.content, at=AT, by=COMMAND)
        assert (done.new, done.changed, done.products_changed) == (0, 0, 0)
