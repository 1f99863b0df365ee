"""Licences through HTTP: the list, one asset on any day, its receipts, registration and the export."""

import csv
import html
import io
import re
import uuid
from datetime import date, timedelta
from io import StringIO
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenure.accounts.models import Site
from tenure.catalog.models import Release
from tenure.entitlements import queries
from tenure.entitlements.models import Agreement, Registration, Term
from tenure.entitlements.words import Benefit
from tenure.journal.models import Entry
from tenure.portal.licences import export, lanes, sentences
from tests import cast, estate

pytestmark = pytest.mark.django_db

TODAY = cast.AT.date()
SERIAL, THEIRS = "M1000000001", "M2000000002"


@pytest.fixture(autouse=True)
def house(monkeypatch: pytest.MonkeyPatch) -> None:
    """The policy, and the clock of the cast."""
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT)
    estate.policy()


@pytest.fixture
def client() -> Client:
    """Aster's owner."""
    return _browser(cast.owner())


def _browser(someone) -> Client:
    client = Client()
    client.force_login(someone)
    return client


def _post(client: Client, path: str, **data: str):
    return client.post(path, {"request_key": uuid.uuid4().hex, **data})


def _owned(serial: str, *spans: tuple[int, int], **more):
    """Aster's asset with terms, in days from today, half-open."""
    asset = estate.asset(more.pop("organisation", None) or cast.aster(), serial, **more)
    for starts, ends in spans:
        estate.term(asset, TODAY + timedelta(days=starts), TODAY + timedelta(days=ends))
    return asset


def _every_state() -> None:
    _owned("M1000000001", (-400, 400))
    _owned("M1000000002", (-400, 20))
    _owned("M1000000003", (-400, -30))
    _owned("M1000000004")
    _owned("M1000000005", (10, 300))


def _text(answer) -> str:
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def _said(answer) -> str:
    found = re.search(r'(?s)<p class="answer">(.*?)</p>', answer.content.decode())
    return html.unescape(re.sub(r"<[^>]+>", "", found[1]))


def _serials(answer) -> list[str]:
    return re.findall(r'<tr data-row><th scope="row"><a href="/licences/([^"]+)"', answer.content.decode())


# --- the list -----------------------------------------------------------------------------------------------------


def test_without_licences_the_list_teaches(client):
    answer = client.get("/licences")
    assert _said(answer) == "No licences yet. Here you will see what you own, until when it is covered, and why."
    assert "Licences appear by themselves" in _text(answer)


def test_one_covered_licence_is_summed_up_in_one_sentence(client):
    _owned(SERIAL, (-400, 400))
    assert _said(client.get("/licences")) == "One of your 1 licence is covered today."


def test_many_licences_are_summed_up_by_what_is_wrong_first(client):
    _every_state()
    assert _said(client.get("/licences")) == (
        "Two of your 5 licences are covered today. One ends within 90 days; one has lapsed, one has still to begin,"
        " and one was never covered."
    )
    day = (TODAY + timedelta(days=1000)).isoformat()
    assert _said(client.get(f"/licences?on={day}")) == (
        "None of your 5 licences are covered on 20 August 2029. Four have lapsed; one was never covered."
    )


def test_the_first_to_end_stands_above_and_the_never_covered_below(client):
    _every_state()
    assert _serials(client.get("/licences")) == [f"M100000000{n}" for n in (3, 2, 5, 1, 4)]


def test_each_filter_narrows_the_list(client):
    _every_state()
    other = estate.site(cast.aster(), "Quiet yard")
    _owned("M1000000006", (-10, 500), of=estate.product("Tide Gate"), site=other)
    for wanted, serials in {
        "product=tide-gate": ["M1000000006"],
        f"site={other.pk}": ["M1000000006"],
        "state=covered": ["M1000000001", "M1000000006"],
        "state=ending": ["M1000000002"],
        "state=lapsed": ["M1000000003"],
        "state=never": ["M1000000004"],
        "state=not_started": ["M1000000005"],
        "q=quiet": ["M1000000006"],
        "q=m1000000003": ["M1000000003"],
        "state=lapsed&q=tide": [],
        f"state=lapsed&on={TODAY - timedelta(days=60)}": [],
        f"state=ending&on={TODAY - timedelta(days=60)}": ["M1000000003", "M1000000002"],
    }.items():
        assert (wanted, _serials(client.get(f"/licences?{wanted}"))) == (wanted, serials)


def test_a_filter_that_fits_nothing_says_so(client):
    _owned(SERIAL)
    assert "No licence fits this sentence." in _text(client.get("/licences?q=nowhere"))


@pytest.mark.parametrize("day", ["2026-02-30", "tomorrow", "1' OR '1'='1", "99999-01-01", "0001-01-01", "\x00"])
def test_a_day_that_cannot_be_read_is_named_and_today_shown(client, day):
    _owned(SERIAL, (-1, 400))
    for path in ("/licences", f"/licences/{SERIAL}"):
        answer = client.get(path, {"on": day})
        assert answer.status_code == 200
        assert "That day could not be read, so this is today. Write it as 2027-03-31." in _text(answer)
        assert f'value="{TODAY.isoformat()}"' in answer.content.decode()


HOSTILE = ["\x00", "a\x00b", "9" * 40, "9223372036854775808", "-1", "' OR 1=1 --", "%", "_", "%s%(x)s{}", "²", "١٢",
           "2026-01-01." + "9" * 5000, "2026-01-01.1; DROP TABLE entitlements_asset", "never.\x00", "<script>", "\ud7ff",
           "2026-01-01.99999999999999999999", "x" * 5000]  # fmt: skip


@pytest.mark.parametrize("field", ["after", "before", "site", "q", "product", "state"])
def test_hostile_values_narrow_at_most_and_break_nothing(client, field):
    _owned(SERIAL, (-1, 400))
    _owned(THEIRS, (-1, 400), organisation=cast.bellwether())
    for value in HOSTILE:
        answer = client.get("/licences", {field: value})
        assert (value, answer.status_code) == (value, 200)
        assert set(_serials(answer)) <= {SERIAL}
        assert "<script>" not in answer.content.decode().partition("<main")[2]
    assert _serials(client.get("/licences", {"q": "%"})) == []
    assert _serials(client.get("/licences")) == [SERIAL]


def test_pages_forward_and_back_show_every_row_once(client):
    for n in range(60):
        _owned(f"M10000001{n:02}", *([(-400, n // 3)] if n < 50 else []))
    seen, pages, url = [], [], "/licences"
    while url:
        answer = client.get(url)
        pages.append(_serials(answer))
        seen += pages[-1]
        url = _link(answer, "next")
        last = answer
    assert [len(page) for page in pages] == [25, 25, 10]
    assert seen == [f"M10000001{n:02}" for n in range(60)]
    back = client.get(_link(last, "prev"))
    assert _serials(back) == pages[1]
    assert _serials(client.get(_link(back, "prev"))) == pages[0]
    assert _link(client.get(_link(back, "prev")), "prev") == ""


def test_the_links_of_the_pages_keep_the_filters(client):
    for n in range(30):
        _owned(f"M10000001{n:02}", (-400, -5))
    url = _link(client.get("/licences?state=lapsed&q=M1&nonsense=1"), "next")
    assert "state=lapsed&q=M1&after=" in url
    assert "nonsense" not in url
    assert len(_serials(client.get(url))) == 5


def _link(answer, rel: str) -> str:
    found = re.search(rf'<a href="([^"]+)" rel="{rel}"', answer.content.decode())
    return "/licences" + html.unescape(found[1]) if found else ""


def test_forty_rows_take_as_many_queries_as_one(client):
    counts = []
    for first, many in ((0, 1), (1, 40)):
        for n in range(first, many):
            asset = _owned(f"M10000001{n:02}", (-400, -100), (-50, 400))
            Registration.objects.create(asset=asset, person_id=1, registered_at=cast.AT, registered_on=TODAY)
        client.get("/licences")
        with CaptureQueriesContext(
            connection,
        ) as listed:
            client.get("/licences")
        with CaptureQueriesContext(connection) as exported:
            b"".join(client.get("/licences/export").streaming_content)
        counts.append((len(listed), len(exported)))
    assert counts[0] == counts[1]


# --- the export ---------------------------------------------------------------------------------------------------


def _rows(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/licences/export{query}")
    assert answer["Content-Disposition"] == f'attachment; filename="licences-{TODAY}.csv"'
    raw = b"".join(answer.streaming_content)
    assert raw.startswith(b"\xef\xbb\xbfserial_number,")
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))


def test_the_export_has_the_rows_of_the_list_and_nobody_elses(client):
    _every_state()
    _owned(THEIRS, (-1, 400), organisation=cast.bellwether())
    assert [row["serial_number"] for row in _rows(client)] == _serials(client.get("/licences"))
    assert [(row["serial_number"], row["state"], row["days"]) for row in _rows(client, "?state=lapsed")] == [
        ("M1000000003", "lapsed", "31")
    ]
    assert [row["serial_number"] for row in _rows(_browser(cast.other_owner()))] == [THEIRS]
    assert _rows(_browser(cast.stranger())) == []


def test_a_visitor_gets_no_file():
    assert Client().get("/licences/export").status_code == 302


def test_cells_that_a_spreadsheet_would_run_are_text(client):
    site = Site.objects.create(
        organisation=cast.aster(), name='=HYPERLINK("x")', country="DE", zone="UTC", region="emea"
    )
    _owned(SERIAL, site=site, meter="@SUM(1)")
    row = _rows(client)[0]
    assert (row["site"], row["meter"], row["serial_number"]) == ('\'=HYPERLINK("x")', "'@SUM(1)", SERIAL)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_a_formula_of_any_kind_is_neutralised(start):
    assert export.harmless(f"{start}1+1") == f"'{start}1+1"
    assert (export.harmless("a=1"), export.harmless(None), export.harmless(7)) == ("a=1", "", "7")


def test_a_day_that_cannot_be_read_makes_no_file_but_leads_to_the_list(client):
    _owned(SERIAL)
    answer = client.get("/licences/export?on=soon&q=a%26b")
    assert (answer.status_code, answer["Location"]) == (302, "/licences?on=soon&q=a%26b")


# --- one asset ----------------------------------------------------------------------------------------------------

SPANS = {"covered": [(-100, 400)], "ending": [(-100, 11)], "lapsed": [(-100, -9)], "never": [], "not started": [(8, 400)],
         "between": [(-100, -50), (50, 400)]}  # fmt: skip


@pytest.mark.parametrize(("spans", "sentence", "reason"), [
    ("covered", "Covered until 28 December 2027 by Essential.",
     "Essential includes it; its terms follow each other without a gap until then."),
    ("ending", "Covered until 4 December 2026 by Essential.",
     "Essential includes it; its terms follow each other without a gap until then."),
    ("lapsed", "Not covered since 14 November 2026 was over. What it entitled you to has ended.",
     "Essential ended with 14 Nov 2026, and no later term was ordered."),
    ("never", "Never covered: no maintenance was ordered for this serial number.",
     "No term was ever ordered for this serial number."),
    ("not started", "Not covered yet: the next term begins on 2 December 2026.", "Essential begins on 2 Dec 2026."),
    ("between", "Not covered since 4 October 2026 was over. The next term begins on 13 January 2027.",
     "A gap: Essential ended with 4 Oct 2026, Essential begins on 13 Jan 2027."),
])  # fmt: skip
def test_an_asset_answers_first_in_a_sentence_and_gives_the_reason(client, spans, sentence, reason):
    asset = _owned(SERIAL, *SPANS[spans])
    Registration.objects.create(asset=asset, person_id=1, registered_at=cast.AT, registered_on=date(2026, 1, 1))
    answer = client.get(f"/licences/{SERIAL}")
    assert (answer.status_code, _said(answer)) == (200, sentence)
    assert reason in _text(answer)


def test_the_day_moves_the_answer_back_and_forth(client):
    _owned(SERIAL, (-100, 10))
    seen = {}
    for days in (-200, -100, 9, 10):
        seen[days] = _said(client.get(f"/licences/{SERIAL}?on={TODAY + timedelta(days=days)}")).partition(".")[0]
    assert seen == {
        -200: "Not covered yet: the next term begins on 16 August 2026",
        -100: "Covered until 3 December 2026 by Essential",
        9: "Covered until 3 December 2026 by Essential",
        10: "Not covered since 3 December 2026 was over",
    }


@pytest.mark.parametrize("spans", SPANS)
@pytest.mark.parametrize("days", [-300, -60, 0, 200, 5000])
def test_the_page_says_what_the_decisions_say(client, spans, days):
    _owned(SERIAL, *SPANS[spans])
    on = TODAY + timedelta(days=days)
    answer = client.get(f"/licences/{SERIAL}?on={on}")
    shown = re.findall(
        r"benefit=(\w+)&amp;.*?</svg>([^<]+)</span>.*?<td data-wide>([^<]+)<", answer.content.decode(), re.S
    )
    levels = {"essential": "Essential"}
    found = queries.decisions_for_asset(who=None, serial=SERIAL, on=on)
    assert [(benefit, word, html.unescape(why)) for benefit, word, why in shown] == [
        (each.benefit.value, sentences.verdict_word(each).word,
         sentences.because(each, product="Quay Vault", levels=levels))
        for each in found
        if each.benefit.value in {"technical_support", "version_upgrades", "product_updates", "content_updates", "self_service"}
    ]  # fmt: skip


@pytest.mark.parametrize("benefit", Benefit)
def test_a_receipt_is_what_the_command_prints_to_the_byte(client, benefit):
    _owned(SERIAL, (-100, 400))
    page = client.get(f"/licences/{SERIAL}/receipt", {"benefit": benefit.value, "on": "2026-12-24"}).content.decode()
    receipt, command = (html.unescape(text) for text in re.findall(r"<code>(.*?)</code>", page, re.S))
    printed = StringIO()
    call_command(*command.split()[1:], stdout=printed)
    assert printed.getvalue() == receipt + "\n"


@pytest.mark.parametrize("query", ["", "?benefit=lunch", "?benefit=self_service&on=soon", "?benefit=%00"])
def test_a_receipt_of_no_question_does_not_exist(client, query):
    _owned(SERIAL)
    assert client.get(f"/licences/{SERIAL}/receipt{query}").status_code == 404


@pytest.mark.parametrize("serial", ["M9999999999", THEIRS, "%00", "M1%00", "' OR 1=1 --", "%25", "x" * 3000])
def test_a_serial_that_is_not_ones_own_does_not_exist(client, serial):
    _owned(SERIAL)
    _owned(THEIRS, organisation=cast.bellwether())
    assert client.get(f"/licences/{serial}").status_code == 404
    assert client.get(f"/licences/{serial}/receipt?benefit=self_service").status_code == 404


def test_an_asset_with_forty_terms_takes_as_many_queries_as_one_and_reads_the_policy_once(client):
    counts = []
    for serial, terms in (("M1000000003", 1), ("M1000000004", 40)):
        _owned(serial, *((n * 9, n * 9 + 7) for n in range(terms)))
        client.get(f"/licences/{serial}")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/licences/{serial}")
        counts.append((len(asked), sum("policy_policyversion" in each["sql"] for each in asked.captured_queries)))
    assert counts == [counts[0], (counts[0][0], 1)]


def test_terms_of_two_families_that_lie_over_each_other_have_no_gap(client):
    asset = _owned(SERIAL, (-400, 400))
    for starts, ends in ((-300, -200), (-100, -50)):
        estate.term(
            asset, TODAY + timedelta(days=starts), TODAY + timedelta(days=ends), family=lanes.TermFamily.EXTENSION
        )
    row = queries.asset(who=None, serial=SERIAL, at=cast.AT)
    assert [span.kind for span in lanes.spans(row, row.terms, {})] == ["term", "term", "term"]


def test_the_days_of_a_gap_are_counted(client):
    _owned(SERIAL, (-100, -50), (50, 400))
    row = queries.asset(who=None, serial=SERIAL, at=cast.AT)
    spans = lanes.spans(row, row.terms, {"essential": "Essential"})
    assert [(span.kind, span.said) for span in spans] == [
        ("term", "Essential to 4 Oct 2026"), ("gap", "a gap of 100 days"), ("next", "Essential to 28 Dec 2027"),
    ]  # fmt: skip


def _lanes(answer) -> list[str]:
    return [html.unescape(said) for said in re.findall(r'role="img" aria-label="([^"]+)"', answer.content.decode())]


def test_the_line_shows_the_support_of_the_release_and_when_the_others_came_out(client):
    asset = _owned(SERIAL, (-100, 400))
    release = asset.release
    release.standard_support_ends_from, release.extended_support_ends_from = date(2028, 2, 4), date(2029, 2, 4)
    release.extended_support_offered = True
    release.save()
    Release.objects.create(product=asset.product, name="10.0", label="10.0", available_from=date(2026, 10, 20))
    Release.objects.create(product=asset.product, name="1.0", label="1.0", available_from=date(2001, 1, 1))
    answer = client.get(f"/licences/{SERIAL}")
    assert _lanes(answer)[1:] == [
        "Release 9.4: standard support to 3 February 2028, extended support to 3 February 2029",
        "New releases: 9.4 on 3 February 2026, 10.0 on 20 October 2026",
    ]
    kinds = re.findall(r'class="point" data-kind="(\w+)" cx="[\d.]+%" cy="50%" r="5"', answer.content.decode())
    assert kinds == ["held", "open"]
    table = _text(answer).partition("Extended until")[2].partition("What it entitles you to")[0]
    assert table.split(" 20 Oct")[0] == " 10.0"
    assert "9.4 the release you have 3 Feb 2026 3 Feb 2028 3 Feb 2029" in table


@pytest.mark.parametrize("known", [False, True])
def test_an_unknown_release_or_day_leaves_the_line_to_the_terms(client, known):
    asset = _owned(SERIAL, (-100, 400))
    Release.objects.update(available_from=None)
    if not known:
        asset.release = None
        asset.save()
    answer = client.get(f"/licences/{SERIAL}")
    assert (answer.status_code, len(_lanes(answer)), "New releases" in _text(answer)) == (200, 1, False)


def test_who_may_call_stands_on_the_page_by_name_for_the_customer_and_in_figures_for_the_reseller(client):
    asset = _owned(SERIAL, reseller=cast.cinder())
    identifier = estate.seat(cast.technical(), asset.organisation)
    Term.objects.create(
        asset=asset, agreement=Agreement.objects.get(), family=1, level="essential", quantity=1, known=(cast.AT, None),
        covers=(TODAY, TODAY + timedelta(days=9)),
    )  # fmt: skip
    ours, theirs = _text(client.get(f"/licences/{SERIAL}")), _text(_browser(cast.reseller()).get(f"/licences/{SERIAL}"))
    figures = "Who may call One of six contact seats is taken. Essential"
    said = f"{figures} {identifier} Tomas Lind , tomas@aster.example since 24 Nov 2026"
    assert (said in ours, theirs.endswith(figures), "Tomas" in theirs, identifier in theirs) == (
        True,
        True,
        False,
        False,
    )


def test_a_reader_of_very_many_licences_gets_no_count(client, monkeypatch):
    monkeypatch.setattr("tenure.entitlements.queries.overview.MOST_COUNTED", 2)
    _every_state()
    answer = client.get("/licences")
    assert _said(answer) == "You see more than 2 licences. Those that end first stand above."
    assert ('name="site"' in answer.content.decode(), len(_serials(answer))) == (False, 5)


# --- registration -------------------------------------------------------------------------------------------------


def _kept() -> tuple[list[tuple[str, int, date]], int]:
    rows = Registration.objects.order_by("id").values_list("asset__serial_number", "person_id", "registered_on")
    return list(rows), Entry.objects.count()


def test_the_button_registers_from_today_on(client):
    _owned(SERIAL, (-100, 400))
    assert "Register this serial number" in _text(client.get(f"/licences/{SERIAL}"))
    answer = _post(client, f"/licences/{SERIAL}/register")
    assert (answer.status_code, answer["Location"]) == (302, f"/licences/{SERIAL}")
    page = client.get(answer["Location"])
    assert f"{SERIAL} is registered." in _text(page)
    assert "Register this serial number" not in _text(page)
    assert [(serial, on) for serial, _, on in _kept()[0]] == [(SERIAL, TODAY)]


def test_the_button_is_not_offered_for_a_day_that_is_over(client):
    _owned(SERIAL, (-100, 400))
    yesterday, tomorrow = (client.get(f"/licences/{SERIAL}?on={TODAY + timedelta(days=n)}") for n in (-1, 1))
    assert ("Register this serial number" in _text(yesterday), "Register this serial number" in _text(tomorrow)) == (
        False, True,
    )  # fmt: skip


@pytest.mark.parametrize("typed", [SERIAL, "m1000000001", " M100 000 0001 ", "m1000\t000001\n", "M1000000001"])
def test_a_typed_number_forgives_spaces_and_small_letters(client, typed):
    _owned(SERIAL, (-100, 400))
    answer = _post(client, "/licences/register", serial=typed)
    assert (answer.status_code, answer["Location"]) == (302, f"/licences/{SERIAL}")
    assert [serial for serial, _, _ in _kept()[0]] == [SERIAL]


def test_somebody_elses_number_answers_as_an_unknown_one_and_nothing_changes(client):
    _owned(SERIAL, (-100, 400))
    _owned(THEIRS, (-100, 400), organisation=cast.bellwether())
    before, pages = _kept(), []
    for typed in (THEIRS, "M9999999999", "M1OOOOOOOO1"):
        answer = _post(client, "/licences/register", serial=typed)
        assert answer.status_code == 422
        assert "Look for O typed as 0" in _text(answer)
        pages.append(_text(answer).replace(typed, ""))
    assert (pages[0], pages[1], _kept()) == (pages[1], pages[2], before)
    assert _post(client, f"/licences/{THEIRS}/register").status_code == 404
    assert _kept() == before


@pytest.mark.parametrize("typed", ["", " ", "M\x00", "x" * 61, "' OR 1=1 --", "%"])
def test_a_number_that_is_none_is_refused_with_a_sentence(client, typed):
    _owned(SERIAL)
    before = _kept()
    answer = _post(client, "/licences/register", serial=typed)
    assert (answer.status_code, 'role="alert"' in answer.content.decode(), _kept()) == (422, True, before)


def test_registering_twice_keeps_one_row(client):
    _owned(SERIAL, (-100, 400))
    _post(client, f"/licences/{SERIAL}/register")
    before = _kept()
    assert _post(client, f"/licences/{SERIAL}/register").status_code == 302
    assert _post(client, "/licences/register", serial=SERIAL).status_code == 302
    assert (_kept(), len(before[0])) == (before, 1)


@pytest.mark.parametrize("role", ["viewer", "purchasing"])
def test_who_may_only_look_is_refused_and_offered_no_button(role):
    _owned(SERIAL, (-100, 400))
    client = _browser(getattr(cast, role)())
    before = _kept()
    assert "Register this serial number" not in _text(client.get(f"/licences/{SERIAL}"))
    answer = _post(client, f"/licences/{SERIAL}/register")
    assert "Not registered: only the licence owner or a technical contact" in _text(client.get(answer["Location"]))
    typed = _post(client, "/licences/register", serial=SERIAL)
    assert (typed.status_code, _kept()) == (422, before)
    assert "Only the licence owner or a technical contact can register it." in _text(typed)


def test_a_visitor_is_sent_to_sign_in_and_comes_back():
    answer = Client().get("/licences?" + urlencode({"q": "a&b"}))
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/?next=/licences%3Fq%3Da%2526b")
