"""Which language, zone and theme a request gets."""

import pytest
from django.test import RequestFactory
from django.utils import translation

from tenure.accounts.words import NOBODY, Who
from tenure.kit import language


@pytest.fixture(autouse=True)
def _english_again():
    yield
    translation.deactivate()


def asked(who=NOBODY, cookies=None, **headers):
    request = RequestFactory().get("/", headers=headers)
    request.COOKIES.update(cookies or {})
    request.who = who
    return request


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("de", "de"), ("de-AT", "de"), ("DE", "de"), ("zh-CN", "zh-hans"), ("zh-Hant", ""), ("zh-TW", ""), ("tlh", ""),
     ("", ""), ("pt-BR", "pt"), ("x" * 9000, "")],
)  # fmt: skip
def test_a_wanted_tag_finds_the_offered_language(wanted, found):
    assert language.supported_language(wanted) == found


def test_a_persons_language_stands_before_cookie_and_browser():
    who = Who(person_id=1, language="ja")
    assert language.activate_for(asked(who, {"language": "de"}, accept_language="fr")) == "ja"
    assert translation.get_language() == "ja"


def test_a_visitors_cookie_stands_before_the_browser():
    assert language.activate_for(asked(cookies={"language": "de"}, accept_language="fr")) == "de"


def test_the_browsers_first_offered_language_is_taken():
    assert language.activate_for(asked(accept_language="tlh, fr;q=0.8, de;q=0.9")) == "de"


def test_nonsense_falls_to_the_language_of_the_installation():
    assert language.activate_for(asked(cookies={"language": "../etc"}, accept_language=";;;q=x")) == "en"


def test_a_request_that_failed_early_is_a_visitors():
    assert language.activate_for(RequestFactory().get("/")) == "en"


@pytest.mark.parametrize(
    ("zone", "shown"),
    [("Europe/Berlin", "Europe/Berlin"), ("Nowhere", "UTC"), ("../../etc/passwd", "UTC"), ("", "UTC")],
)
def test_a_zone_nobody_knows_is_utc(zone, shown):
    assert language.chosen_zone(asked(cookies={"zone": zone})) == shown


def test_a_theme_is_light_or_dark_or_the_devices():
    assert [language.chosen_theme(asked(cookies={"theme": t})) for t in ("light", "dark", "pink")] == [
        "light",
        "dark",
        "",
    ]
