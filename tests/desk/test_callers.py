"""A case for a caller: whoever is named by whatever they say, with the registration clock from the call on."""

from datetime import timedelta

import pytest

from tenure.accounts.models import Contact
from tenure.cases.models import Case, CaseMilestone
from tenure.outbox.models import Mail
from tests import cast, estate
from tests.cases.conftest import SERIAL, Scene
from tests.desk.test_cases import browser, send, text, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
AT = cast.AT
MINUTE = timedelta(minutes=1)


def technical(scene: Scene, **more: object) -> dict[str, object]:
    return {
        "customer": cast.aster().number, "asked_at": AT.isoformat(), "caller": scene.contact_id, "serial": SERIAL,
        "minutes": "20", "severity": "1", "summary": "Nothing runs", "details": "Since nine.", "release": "9.4",
        "platform": "Debian 12", **more,
    }  # fmt: skip


def care(**more: object) -> dict[str, object]:
    return {
        "kind": "care", "caller": "Olga Aster", "address": "olga@aster.example", "topic": "licences", "region": "EMEA",
        "summary": "Old name", "details": "It says KG.", **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    "said", [SERIAL, "the serial is m1000000001, sir", "M100-000-0001 no, M1000000001", "1000-0000-0001", "Aster Mills"]
)
def test_the_customer_is_found_by_whatever_the_caller_says(scene: Scene, said: str) -> None:
    page = text(browser(scene.engineer).get("/desk/cases/new", {"q": said}))
    assert "A technical case of Aster Mills ." in page


def test_a_contact_id_and_a_serial_number_fill_the_form_and_the_clock_names_the_minute(scene: Scene) -> None:
    client = browser(scene.engineer)
    by_contact = client.get("/desk/cases/new", {"q": f"I am {scene.contact_id}"}).content.decode()
    assert f'name="caller" value="{scene.contact_id}"' in by_contact
    by_serial = client.get("/desk/cases/new", {"q": SERIAL, "asked_at": (AT - 10 * MINUTE).isoformat()})
    assert f'name="serial" value="{SERIAL}"' in by_serial.content.decode()
    assert "The call began at 11:50 . Essential: it has to be written down by 12:20 ." in text(by_serial)
    late = client.get("/desk/cases/new", {"q": SERIAL, "asked_at": (AT - 31 * MINUTE).isoformat()})
    assert "by 12:12" not in text(late)
    assert "That has passed." in text(late)


def test_several_customers_are_listed_and_nobody_at_all_is_said(scene: Scene) -> None:
    cast.organisation("Aster Ferries", "NO")
    client = browser(scene.engineer)
    page = text(client.get("/desk/cases/new?q=aster"))
    assert ("Which of them?" in page, "Aster Ferries" in page, "Aster Mills" in page) == (True, True, True)
    assert "Nothing is named “zebra”." in text(client.get("/desk/cases/new?q=zebra"))


@pytest.mark.parametrize(
    "query", ["q=%00", "customer=%00", "customer=K-999999", "asked_at=yesterday", "asked_at=2026-11-24", "asked_at=2999-01-01T00:00:00Z",
              "kind=x&unknown=x", "q=" + "x" * 3000]
)  # fmt: skip
def test_an_address_that_makes_no_sense_asks_who_is_calling(scene: Scene, query: str) -> None:
    answer = browser(scene.engineer).get(f"/desk/cases/new?{query}")
    assert (answer.status_code, "Who is calling?" in text(answer)) == (200, True)


def test_severity_1_is_opened_for_the_caller_and_registration_counts_from_the_call(scene: Scene) -> None:
    answer = send(browser(scene.engineer), "/desk/cases/new", **technical(scene))
    case = Case.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/desk/cases/{case.number}")
    assert (case.channel, case.severity, case.contact_id, case.opened_by_id) == (
        "phone",
        1,
        scene.contact_id,
        scene.technical.pk,
    )
    registration = CaseMilestone.objects.get(name="registration")
    assert (case.opened_at, registration.due_at, registration.met_at) == (AT - 20 * MINUTE, AT + 10 * MINUTE, AT)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"caller": "C99999999"}, "No contact of the serial number's customer holds this contact ID."),
        ({"caller": ""}, "This field is required."),
        ({"serial": "M9999999999"}, "Technical support is not covered for this serial number."),
        ({"serial": "M1\0"}, "Null characters are not allowed."),
        ({"minutes": "-1"}, "greater than or equal to 0"),
        ({"minutes": "1441"}, "less than or equal to 1440"),
        ({"severity": "5"}, "Select a valid choice."),
        ({"release": "1.0"}, "1.0 is no release of this product. There are: 9.4."),
        ({"summary": ""}, "Say in one or two sentences what happens."),
        ({"summary": "x" * 201}, "The summary has 201 characters"),
        ({"details": ""}, "Describe what happens, and since when."),
    ],
)  # fmt: skip
def test_a_mistake_is_named_what_was_typed_stays_and_no_case_is_opened(scene: Scene, wrong, said: str) -> None:
    before = written()
    answer = send(browser(scene.engineer), "/desk/cases/new", **technical(scene, **wrong))
    assert (answer.status_code, said in text(answer), written()) == (200, True, before)
    assert "Debian 12" in answer.content.decode()


def test_an_asset_without_cover_is_refused_and_the_page_shows_why(scene: Scene) -> None:
    lapsed = estate.asset(cast.aster(), "M1000000002")
    before = written()
    answer = send(browser(scene.engineer), "/desk/cases/new", **technical(scene, serial=lapsed.serial_number))
    page = text(answer)
    assert "Technical support is not covered for this serial number today. See why" in page
    assert written() == before


def test_customer_care_is_opened_for_a_contact_of_a_customer_who_then_sees_it(scene: Scene) -> None:
    olga = cast.owner()
    Contact.objects.create(organisation=cast.aster(), role="owner", name="Olga Aster", email=olga.email, person=olga)
    agent = browser(cast.care_agent())
    answer = send(agent, "/desk/cases/new", **care(customer=cast.aster().number))
    case = Case.objects.get()
    assert answer.url == f"/desk/cases/{case.number}"
    assert (case.kind, case.channel, case.organisation, case.opened_by_id, case.contact_name) == (
        "care", "phone", cast.aster(), olga.pk, "Olga Aster",
    )  # fmt: skip
    assert [mail.recipient for mail in Mail.objects.filter(kind="cases.opened")] == [olga.email]
    assert browser(olga).get(f"/cases/{case.number}").status_code == 200


def test_customer_care_is_opened_for_somebody_who_is_no_customer_and_no_stranger_sees_it(scene: Scene) -> None:
    answer = send(
        browser(cast.care_agent()),
        "/desk/cases/new",
        **care(unknown="1", caller="Zora Blank", address="", company="Blank & Co"),
    )
    case = Case.objects.get()
    assert answer.url == f"/desk/cases/{case.number}"
    assert (case.organisation_id, case.company, case.contact_name, case.contact_email, case.opened_by_id) == (
        None, "Blank & Co", "Zora Blank", "", None,
    )  # fmt: skip
    assert browser(cast.stranger()).get(f"/cases/{case.number}").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"caller": ""}, "Say who is calling."), ({"address": "x"}, "Enter a valid email address."), ({"topic": "technical"}, "Select a valid choice."),
     ({"region": "XX"}, "Select a valid choice.")],
)  # fmt: skip
def test_a_mistake_in_customer_care_is_named_and_no_case_is_opened(scene: Scene, wrong, said: str) -> None:
    before = written()
    answer = send(browser(scene.engineer), "/desk/cases/new", **care(unknown="1", **wrong))
    assert (answer.status_code, said in text(answer), written()) == (200, True, before)


def test_a_form_without_a_customer_is_no_page(scene: Scene) -> None:
    before = written()
    assert send(browser(scene.engineer), "/desk/cases/new", **technical(scene, customer="K-999999")).status_code == 404
    assert written() == before
