"""Customer care: for everyone who is signed in."""

import pytest

from tenure.cases.models import Case
from tests import cast
from tests.cases.conftest import SERIAL, Scene, open_case
from tests.portal.cases.world import listed, written
from tests.screens import browser, post, said, text

pytestmark = pytest.mark.django_db


CARE = {"company": "other", "other": "Nowhere & Co", "address": "1 Road\nTown", "region": "EMEA", "topic": "account",
        "summary": "Wrong address", "details": "The certificate names the old one."}  # fmt: skip


def test_customer_care_answers_everyone_who_is_signed_in() -> None:
    someone = cast.stranger()
    client = browser(someone)
    sent = post(client, "/cases/new/care", **{k: v for k, v in CARE.items() if k != "company"})
    [kept] = Case.objects.all()
    assert (sent["Location"], kept.kind, kept.company, kept.address, kept.region, kept.topic, kept.organisation_id) == (
        f"/cases/{kept.number}", "care", "Nowhere & Co", "1 Road\nTown", "EMEA", "account", None,
    )  # fmt: skip
    page = client.get(sent["Location"])
    assert said(page) == "We have your case, and answer here and by e-mail."
    assert "What we promised" not in text(page)


def test_customer_care_for_ones_own_company_knows_its_name() -> None:
    client = browser(cast.purchasing())
    page = client.get("/cases/new/care").content.decode()
    assert 'value="EMEA" selected' in page
    post(client, "/cases/new/care", **{**CARE, "company": str(cast.aster().pk)})
    assert Case.objects.get().company == "Aster Mills"


def test_a_reseller_reads_the_case_they_opened_and_none_of_a_customers(scene: Scene) -> None:
    rhys = cast.reseller()
    theirs, client = open_case(scene.technical).number, browser(rhys)
    sent = post(client, "/cases/new/care", **{**CARE, "company": str(cast.cinder().pk)})
    assert (client.get(sent["Location"]).status_code, client.get(f"/cases/{theirs}").status_code) == (200, 404)
    assert listed(client.get("/cases")) == [sent["Location"].removeprefix("/cases/")]


def test_a_customer_care_form_that_cannot_be_taken_is_explained_and_kept() -> None:
    client, before = browser(cast.owner()), written()
    for wrong in ({"company": str(cast.bellwether().pk)}, {"company": "x"}, {"region": "XX"}, {"topic": "technical"},
                  {"topic": ""}, {"summary": ""}, {"details": ""}, {"other": "x" * 201}, {"address": "x" * 1001}):  # fmt: skip
        answer = post(client, "/cases/new/care", **{**CARE, **wrong})
        assert (wrong, answer.status_code) == (wrong, 422)
    assert "Town" in text(post(client, "/cases/new/care", **{**CARE, "summary": ""}))
    assert written() == before


def test_a_refusal_leads_to_customer_care_with_its_words(client) -> None:
    page = client.get(f"/cases/new/care?about={SERIAL}").content.decode()
    assert f"About Quay Vault 9.4, serial number {SERIAL}" in page
    foreign = client.get("/cases/new/care?about=M2000000002").content.decode()
    assert "About " not in foreign.partition("<main")[2].partition("<textarea")[2].partition("</textarea>")[0]
