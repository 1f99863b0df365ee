"""The two languages that show what was never translated."""

import re

import pytest
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import gettext, ngettext, npgettext, pgettext

from tenure.accounts.words import Who
from tenure.kit import pseudo, refusals
from tenure.kit.context import page_of


@pytest.fixture
def languages(settings):
    settings.PSEUDO = True
    settings.LANGUAGES = [*settings.LANGUAGES, ("en-xa", "⟦⟧"), ("ar-xb", "⟦⟧")]
    pseudo.install()
    yield
    translation.deactivate()


def test_placeholders_and_markup_stay():
    changed = pseudo.accented('<b class="x">Cover</b> to %(day)s &amp; {name}')
    assert changed.rstrip("~⟧") == '⟦<b class="x">Cövér</b> tö %(day)s &amp; {name}'
    assert pseudo.mirrored("%(day)s no") == "⟦%(day)s نو⟧"


def test_a_text_grows_by_a_third():
    assert len(pseudo.accented("x" * 30)) == 42


def test_the_right_to_left_language_runs_from_right_to_left(languages):
    translation.activate("ar-xb")
    assert translation.get_language_bidi()
    assert gettext("Desk") == "⟦دهسق⟧"
    assert ngettext("%(n)s day", "%(n)s days", 2) % {"n": 2} == "⟦2 دايس⟧"


def test_a_text_in_a_context_changes_as_well_and_its_context_is_not_shown(languages):
    translation.activate("en-xa")
    assert pgettext("a state", "Open") == "⟦Öpéñ~⟧"
    assert npgettext("a state", "%(n)s day", "%(n)s days", 2) % {"n": 2} == "⟦2 dåýš~~~⟧"


def first_page(request):
    return get_template("portal/home.html").render({}, request)


def refusal(request):
    return refusals.forbidden(request).content.decode()


@pytest.mark.parametrize("page", [first_page, refusal])
@pytest.mark.parametrize("code", ["en-xa", "ar-xb"])
def test_every_visible_text_of_a_page_is_translated(languages, settings, code, page):
    settings.VENDOR_NAME = "4711"
    translation.activate(code)
    request = RequestFactory().get("/")
    request.who = Who(person_id=1, name="4712", zone="UTC")
    html = page(request)
    body = re.sub(r"(?s)<nav[^>]*>\s*<form.*?</nav>", "", html.partition("<body")[2].partition(">")[2])
    texts = [text.strip(" ,") for text in re.sub(r"<[^>]+>", "\n", body).split("\n") if text.strip()]
    assert [text for text in texts if not text.startswith("⟦") and re.search("[A-Za-z]", text)] == []
    assert 'lang="' + code in html


def test_they_do_not_exist_unless_asked_for(settings):
    settings.PSEUDO = False
    request = RequestFactory().get("/", headers={"accept-language": "ar-xb"})
    assert "ar-xb" not in page_of(request).language_buttons
