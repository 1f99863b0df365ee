"""The contact page: everybody of the policy, the reader's own country first."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests import cast, estate


def _text(answer: object) -> str:
    return " ".join(answer.content.decode().split())


def _answer(page: str) -> str:
    return page.split('<p class="answer">')[1].split("</p>")[0].strip()


@pytest.fixture
def policy(db: None) -> None:
    estate.policy()


def test_every_team_number_level_and_link_of_the_policy_is_there(policy: None, client: Client):
    page = _text(client.get(reverse("contact")))
    for shown in (
        "emea.renewals@halden.example", "ams.contracts@halden.example", "jp.care@halden.example", "Hafenstrasse 12",
        'href="tel:+493023125014"', "free from Moscow, else a national call", "Monday to Friday, 08:00 to 18:00",
        "mailto:security@halden.example", 'href="https://forum.halden.example/"',
        "Severity 1, Outage, is opened by phone.",
    ):  # fmt: skip
        assert (shown, shown in page) == (shown, True)
    assert page.count('href="tel:') == settings.POLICY_FILE.read_text().count('costs = "')


def test_a_visitor_chooses_a_country_and_its_team_and_number_stand_first(policy: None, client: Client):
    assert (
        _answer(_text(client.get(reverse("contact")))) == "Choose your country, and your team and number stand first."
    )
    page = _text(client.get(reverse("contact") + "?country=jp"))
    assert _answer(page) == (
        'For Japan the team of <b>Japan</b> answers. Call <a href="tel:+81355500142"><bdi>+81 3 5550 0142</bdi></a>'
        " (free within Japan)."
    )
    assert page.split("<h3>")[1].split("</h3>")[0] == "Japan"


def test_a_country_without_a_number_of_its_own_has_its_team(policy: None, client: Client):
    page = _text(client.get(reverse("contact") + "?country=NO"))
    assert _answer(page) == "For Norway the team of <b>Europe, Middle East and Africa</b> answers."


def test_a_customers_own_country_stands_first_unless_another_is_chosen(policy: None, client: Client):
    client.force_login(cast.other_owner())
    assert _answer(_text(client.get(reverse("contact")))).startswith("For Norway ")
    assert _answer(_text(client.get(reverse("contact") + "?country=BR"))).startswith("For Brazil ")


@pytest.mark.parametrize("given", ["XX", "%00", "Germany"])
def test_a_country_that_is_none_is_told(policy: None, client: Client, given: str):
    page = _text(client.get(reverse("contact") + f"?country={given}"))
    assert "That country is not known here, so none is chosen." in page


def test_without_a_policy_the_page_says_so(db: None, client: Client):
    assert "the operator has put no business policy in force" in _text(client.get(reverse("contact")))
