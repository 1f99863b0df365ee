"""Registering serial numbers."""

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client

from tenure.entitlements.models import Registration
from tenure.journal.models import Entry
from tests import cast
from tests.portal.licences.world import SERIAL, THEIRS, TODAY, owned
from tests.screens import browser, post, text

pytestmark = pytest.mark.django_db


def _kept() -> tuple[list[tuple[str, int, date]], int]:
    rows = Registration.objects.order_by("id").values_list("asset__serial_number", "person_id", "registered_on")
    return list(rows), Entry.objects.count()


def test_the_button_registers_from_today_on(client):
    owned(SERIAL, (-100, 400))
    assert "Register this serial number" in text(client.get(f"/licences/{SERIAL}"))
    answer = post(client, f"/licences/{SERIAL}/register")
    assert (answer.status_code, answer["Location"]) == (302, f"/licences/{SERIAL}")
    page = client.get(answer["Location"])
    assert f"{SERIAL} is registered." in text(page)
    assert "Register this serial number" not in text(page)
    assert [(serial, on) for serial, _, on in _kept()[0]] == [(SERIAL, TODAY)]


def test_the_button_is_not_offered_for_a_day_that_is_over(client):
    owned(SERIAL, (-100, 400))
    yesterday, tomorrow = (client.get(f"/licences/{SERIAL}?on={TODAY + timedelta(days=n)}") for n in (-1, 1))
    assert ("Register this serial number" in text(yesterday), "Register this serial number" in text(tomorrow)) == (
        False, True,
    )  # fmt: skip


@pytest.mark.parametrize("typed", [SERIAL, "m1000000001", " M100 000 0001 ", "m1000\t000001\n", "M1000000001"])
def test_a_typed_number_forgives_spaces_and_small_letters(client, typed):
    owned(SERIAL, (-100, 400))
    answer = post(client, "/licences/register", serial=typed)
    assert (answer.status_code, answer["Location"]) == (302, f"/licences/{SERIAL}")
    assert [serial for serial, _, _ in _kept()[0]] == [SERIAL]


def test_somebody_elses_number_answers_as_an_unknown_one_and_nothing_changes(client):
    owned(SERIAL, (-100, 400))
    owned(THEIRS, (-100, 400), organisation=cast.bellwether())
    before, pages = _kept(), []
    for typed in (THEIRS, "M9999999999", "M1OOOOOOOO1"):
        answer = post(client, "/licences/register", serial=typed)
        assert answer.status_code == 422
        assert "Look for O typed as 0" in text(answer)
        pages.append(text(answer).replace(typed, ""))
    assert (pages[0], pages[1], _kept()) == (pages[1], pages[2], before)
    assert post(client, f"/licences/{THEIRS}/register").status_code == 404
    assert _kept() == before


@pytest.mark.parametrize("typed", ["", " ", "M\x00", "x" * 61, "' OR 1=1 --", "%"])
def test_a_number_that_is_none_is_refused_with_a_sentence(client, typed):
    owned(SERIAL)
    before = _kept()
    answer = post(client, "/licences/register", serial=typed)
    assert (answer.status_code, 'role="alert"' in answer.content.decode(), _kept()) == (422, True, before)


def test_registering_twice_keeps_one_row(client):
    owned(SERIAL, (-100, 400))
    post(client, f"/licences/{SERIAL}/register")
    before = _kept()
    assert post(client, f"/licences/{SERIAL}/register").status_code == 302
    assert post(client, "/licences/register", serial=SERIAL).status_code == 302
    assert (_kept(), len(before[0])) == (before, 1)


@pytest.mark.parametrize("role", ["viewer", "purchasing"])
def test_who_may_only_look_is_refused_and_offered_no_button(role):
    owned(SERIAL, (-100, 400))
    client = browser(getattr(cast, role)())
    before = _kept()
    assert "Register this serial number" not in text(client.get(f"/licences/{SERIAL}"))
    answer = post(client, f"/licences/{SERIAL}/register")
    assert "Not registered: only the licence owner or a technical contact" in text(client.get(answer["Location"]))
    typed = post(client, "/licences/register", serial=SERIAL)
    assert (typed.status_code, _kept()) == (422, before)
    assert "Only the licence owner or a technical contact can register it." in text(typed)


def test_a_visitor_is_sent_to_sign_in_and_comes_back():
    answer = Client().get("/licences?" + urlencode({"q": "a&b"}))
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/?next=/licences%3Fq%3Da%2526b")
