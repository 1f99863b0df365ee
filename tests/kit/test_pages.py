"""The frame of every page, its tags, and the pages that say no."""

import re
from datetime import UTC, date, datetime

import pytest
from django import forms
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import mark_safe

from tenure.accounts.words import NOBODY, StaffRole, Who
from tenure.kit import prepared, refusals
from tenure.kit.context import page_of
from tenure.kit.prepared import Prepared
from tenure.kit.templatetags import kit

PLACES = ("url", "product", "release", "serial", "site", "quantity", "meter", "level", "mini", "last_day", "state")
BARE = '{% extends "kit/base.html" %}{% load kit %}{% block title %}T{% endblock %}'


def asked(path="/licences", who=NOBODY):
    request = RequestFactory().get(path)
    request.who = who
    return request


def printed(source, request=None, **context):
    return engines["django"].from_string(source).render(context, request or asked())


def test_a_page_has_no_inline_script_and_no_inline_style():
    html = printed(BARE)
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:", html) == []
    assert re.findall(r"<script(?![^>]*\ssrc=)", html) == []


def test_htmx_adds_no_style_of_its_own_and_evaluates_nothing():
    assert '{"includeIndicatorStyles": false, "allowEval": false}' in printed(BARE)


def test_every_linked_file_exists():
    links = re.findall(r'(?:href|src)="/static/([^"]+)"', printed(BARE))
    assert len(links) == len(kit.STYLES) + 3
    assert [link for link in links if finders.find(link) is None] == []


def test_the_trail_is_no_landmark_without_rows():
    assert 'class="crumbs"' not in printed(BARE)
    with_trail = printed(BARE + "{% block crumbs %}<li>Munich works</li>{% endblock %}")
    assert '<nav class="crumbs" aria-label="You are here"><ol><li>Munich works</li></ol></nav>' in with_trail


def test_a_visitor_sees_no_licences_and_no_desk():
    assert [row.url for row in page_of(asked()).nav] == ["/lifecycle"]


def test_staff_see_the_desk_and_where_they_are():
    who = Who(person_id=1, email="a@b.example", staff=frozenset({StaffRole.ENGINEER}))
    rows = page_of(asked("/desk/queue", who)).nav
    assert [(row.url, row.current) for row in rows] == [
        ("/desk/cases", False), ("/desk/", True), ("/licences", False), ("/cases", False), ("/renewals", False),
        ("/compliance", False), ("/lifecycle", False),
    ]  # fmt: skip


def test_a_path_that_only_begins_alike_is_not_current():
    assert [row.current for row in page_of(asked("/lifecycles")).nav] == [False]


def test_a_persons_name_is_escaped():
    html = printed(BARE, asked(who=Who(person_id=1, name="<script>x</script>")))
    assert "<script>x" not in html
    assert "&lt;script&gt;x" in html


def test_a_form_with_errors_says_so_in_the_title_and_leads_to_its_fields():
    class Register(forms.Form):
        serial = forms.CharField(help_text="On the certificate.", error_messages={"required": "Enter it"})

    html = printed(
        BARE + '{% block main %}{% include "kit/errors.html" %}'
        '{% include "kit/field.html" with field=form.serial %}{% endblock %}',
        form=Register({"serial": ""}),
    )
    assert "<title>Error: T – " in html
    assert '<li><a href="#id_serial">Enter it</a></li>' in html
    described = re.search(r'aria-describedby="([^"]+)"', html)
    assert described is not None
    assert [f'id="{name}"' in html for name in described[1].split()] == [True, True]
    assert html.index("<label") < html.index('class="help"') < html.index("field-error") < html.index("<input")


def test_a_choice_among_radios_is_a_fieldset_with_a_legend():
    class Ask(forms.Form):
        level = forms.ChoiceField(label="Level", choices=[("a", "A")], widget=forms.RadioSelect)

    html = printed('{% include "kit/errors.html" %}{% include "kit/field.html" with field=form.level %}', form=Ask({}))
    assert '<a href="#id_level_0">' in html
    assert 'id="id_level_0"' in html
    assert re.findall(r"<(/?(?:fieldset|legend))", html) == ["fieldset", "legend", "/legend", "/fieldset"]


def test_a_first_page_has_no_link_back():
    html = printed('{% include "kit/pages.html" with older=older words="25 of 60" %}', older="/x?after=a&b")
    assert "<span>25 of 60</span>" in html
    assert re.findall(r'<a href="([^"]+)" rel="(\w+)"', html) == [("/x?after=a&amp;b", "next")]


def test_an_empty_page_says_what_will_be_here_and_offers_one_action():
    html = printed('{% include "kit/empty.html" with answer="No licences yet." url="/r" action="Register" %}')
    assert '<p class="answer">No licences yet.</p>' in html
    assert re.findall(r'<a class="button" data-kind="(\w+)" href="([^"]+)">([^<]+)<', html) == [
        ("main", "/r", "Register")
    ]


def test_a_change_of_language_comes_back_to_the_whole_address_or_to_the_page_of_the_form():
    page = page_of(asked("/lifecycle?q=a&on=2026-01-01"))
    assert page.back == "/lifecycle?q=a&on=2026-01-01"
    assert page.change_url == "/preferences?next=/lifecycle%3Fq%3Da%26on%3D2026-01-01"
    sent = asked("/account/tokens")
    sent.method, sent.META["HTTP_REFERER"] = "POST", "http://testserver/account"
    assert page_of(sent).back == "http://testserver/account"


def test_the_foot_has_a_button_for_each_language_and_marks_the_one_that_is_read():
    with translation.override("de"):
        buttons = page_of(asked("/")).language_buttons
    assert re.findall(r'value="([^"]+)" lang="([^"]+)"', buttons) == [(code, code) for code, _ in settings.LANGUAGES]
    assert re.findall(r'aria-current="true">([^<]+)', buttons) == ["Deutsch"]


def test_each_form_gets_a_key_of_its_own():
    one, other = kit.request_key(), kit.request_key()
    assert re.fullmatch(r'<input type="hidden" name="request_key" value="[0-9a-f]{32}">', one)
    assert one != other


def test_a_state_is_tone_icon_and_word():
    html = kit.state("bad", "circle-x", "<Lapsed>", kind="tag")
    assert html.startswith('<span class="state" data-kind="tag" data-tone="bad"><svg class="icon"')
    assert html.endswith("</svg>&lt;Lapsed&gt;</span>")


def test_a_sixth_tone_is_a_fault():
    with pytest.raises(ValueError, match="no such tone"):
        kit.state("pink", "circle-x", "Lapsed")


def test_icons_that_the_look_did_not_draw_come_from_the_set():
    assert kit.icon("bell").startswith('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path')
    assert kit.icon("bell").endswith("</svg>")


def test_days_are_isolated_and_machine_readable():
    assert kit.day(date(2027, 3, 31)) == '<time datetime="2027-03-31"><bdi>31 Mar 2027</bdi></time>'
    assert kit.day(None) == ""


def test_an_instant_is_shown_in_the_zone_of_the_page():
    who = Who(person_id=1, name="M", zone="Asia/Tokyo")
    html = printed("{% load kit %}{% instant at %}", asked(who=who), at=datetime(2026, 11, 24, 23, tzinfo=UTC))
    assert html == '<time datetime="2026-11-24T23:00:00+00:00"><bdi>25 Nov 2026, 08:00</bdi></time>'


@pytest.mark.parametrize(
    ("page", "status"),
    [(refusals.bad_request, 400), (refusals.forbidden, 403), (refusals.not_found, 404), (refusals.stale_form, 403)],
)
def test_a_refusal_says_no_because_and_what_next(page, status):
    response = page(asked())
    html = response.content.decode()
    assert response.status_code == status
    assert re.search(r'<p class="answer"><b data-tone="bad">[^<]+</b>, because [^<]+\.</p>', html)
    assert html.count('data-kind="main"') <= 1
    assert html.count("<h3>") >= 1


def test_the_page_for_our_own_fault_needs_no_database_and_no_middleware():
    response = refusals.server_error(RequestFactory().get("/"))  # the data base is blocked for this test
    assert response.status_code == 500
    assert "because something failed on our side" in response.content.decode()


def test_a_prepared_piece_is_the_template_with_its_values_escaped_unless_they_are_markup():
    row = Prepared("portal/licences/row.html", *PLACES)
    values = {**dict.fromkeys(PLACES, "x"), "product": '<b>"M&M\'s"</b>', "state": mark_safe("<i>fine</i>")}
    assert row(**values) == render_to_string("portal/licences/row.html", values)


def test_a_prepared_piece_without_one_of_its_values_is_refused():
    with pytest.raises(KeyError):
        Prepared("portal/licences/row.html", *PLACES)(product="x")


def test_a_prepared_piece_is_read_once_a_language():
    prepared._read.cache_clear()  # other tests bring and take the test languages' texts
    row, values = Prepared("portal/licences/row.html", *PLACES), dict.fromkeys(PLACES, "x")
    with translation.override("de"):
        german = row(**values)
    with translation.override("en-xa"):
        assert row(**values) == render_to_string("portal/licences/row.html", values)
    with translation.override("de"):
        assert row(**values) == german


def test_the_options_of_a_select_are_escaped_and_one_is_chosen():
    assert kit.options([("1", "a&b"), ("2", "c")], 2) == (
        '<option value="1">a&amp;b</option><option value="2" selected>c</option>'
    )
