"""A case number links like the numbers of the paperwork."""

import pytest
from django.test import Client

from tenure.cases.queries.bearers import organisations_of_cases
from tenure.entitlements.models import JoiningRequest
from tenure.outbox.models import Mail
from tests import cast
from tests.cases.conftest import Scene, open_case

pytestmark = pytest.mark.django_db


def test_a_case_number_names_its_organisation_and_an_unknown_one_nobody(scene: Scene):
    number = open_case(scene.technical).number
    assert organisations_of_cases([number, "CS-99999999"]) == {number: cast.aster().pk}


def test_who_gives_a_case_number_is_told_nothing_and_the_owner_is_asked(scene: Scene):
    olga, number = cast.owner(), open_case(scene.technical).number
    client = Client()
    client.force_login(cast.stranger())
    answer = client.post("/account/link", {"text": f"about {number}", "request_key": "once"}, follow=True)
    assert "Aster" not in answer.content.decode()
    asked = JoiningRequest.objects.values_list("organisation__name", "numbers")
    assert list(asked) == [("Aster Mills", [f"case {number}"])]
    assert number in Mail.objects.get(kind="entitlements.joining_asked", recipient=olga.email).text
