"""One licence on any day: the answer, the reasons, the line of time, the receipt."""

import html
import re
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenure.catalog.models import Release
from tenure.entitlements import queries
from tenure.entitlements.models import Agreement, Registration, Term
from tenure.entitlements.words import Benefit
from tenure.portal.licences import lanes, sentences
from tests import cast, estate
from tests.portal.licences.world import SERIAL, THEIRS, TODAY, owned
from tests.screens import browser, said, text

pytestmark = pytest.mark.django_db


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
    asset = owned(SERIAL, *SPANS[spans])
    Registration.objects.create(asset=asset, person_id=1, registered_at=cast.AT, registered_on=date(2026, 1, 1))
    answer = client.get(f"/licences/{SERIAL}")
    assert (answer.status_code, said(answer)) == (200, sentence)
    assert reason in text(answer)


def test_the_day_moves_the_answer_back_and_forth(client):
    owned(SERIAL, (-100, 10))
    seen = {}
    for days in (-200, -100, 9, 10):
        seen[days] = said(client.get(f"/licences/{SERIAL}?on={TODAY + timedelta(days=days)}")).partition(".")[0]
    assert seen == {
        -200: "Not covered yet: the next term begins on 16 August 2026",
        -100: "Covered until 3 December 2026 by Essential",
        9: "Covered until 3 December 2026 by Essential",
        10: "Not covered since 3 December 2026 was over",
    }


@pytest.mark.parametrize("spans", SPANS)
@pytest.mark.parametrize("days", [-300, -60, 0, 200, 5000])
def test_the_page_says_what_the_decisions_say(client, spans, days):
    owned(SERIAL, *SPANS[spans])
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
    owned(SERIAL, (-100, 400))
    page = client.get(f"/licences/{SERIAL}/receipt", {"benefit": benefit.value, "on": "2026-12-24"}).content.decode()
    receipt, command = (html.unescape(text) for text in re.findall(r"<code>(.*?)</code>", page, re.S))
    printed = StringIO()
    call_command(*command.split()[1:], stdout=printed)
    assert printed.getvalue() == receipt + "\n"


@pytest.mark.parametrize("query", ["", "?benefit=lunch", "?benefit=self_service&on=soon", "?benefit=%00"])
def test_a_receipt_of_no_question_does_not_exist(client, query):
    owned(SERIAL)
    assert client.get(f"/licences/{SERIAL}/receipt{query}").status_code == 404


@pytest.mark.parametrize("serial", ["M9999999999", THEIRS, "%00", "M1%00", "' OR 1=1 --", "%25", "x" * 3000])
def test_a_serial_that_is_not_ones_own_does_not_exist(client, serial):
    owned(SERIAL)
    owned(THEIRS, organisation=cast.bellwether())
    assert client.get(f"/licences/{serial}").status_code == 404
    assert client.get(f"/licences/{serial}/receipt?benefit=self_service").status_code == 404


def test_an_asset_with_forty_terms_takes_as_many_queries_as_one_and_reads_the_policy_once(client):
    counts = []
    for serial, terms in (("M1000000003", 1), ("M1000000004", 40)):
        owned(serial, *((n * 9, n * 9 + 7) for n in range(terms)))
        client.get(f"/licences/{serial}")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/licences/{serial}")
        counts.append((len(asked), sum("policy_policyversion" in each["sql"] for each in asked.captured_queries)))
    assert counts == [counts[0], (counts[0][0], 1)]


def test_terms_of_two_families_that_lie_over_each_other_have_no_gap(client):
    asset = owned(SERIAL, (-400, 400))
    for starts, ends in ((-300, -200), (-100, -50)):
        estate.term(
            asset, TODAY + timedelta(days=starts), TODAY + timedelta(days=ends), family=lanes.TermFamily.EXTENSION
        )
    row = queries.asset(who=None, serial=SERIAL, at=cast.AT)
    assert [span.kind for span in lanes.spans(row, row.terms, {})] == ["term", "term", "term"]


def test_the_days_of_a_gap_are_counted(client):
    owned(SERIAL, (-100, -50), (50, 400))
    row = queries.asset(who=None, serial=SERIAL, at=cast.AT)
    spans = lanes.spans(row, row.terms, {"essential": "Essential"})
    assert [(span.kind, span.said) for span in spans] == [
        ("term", "Essential to 4 Oct 2026"), ("gap", "a gap of 100 days"), ("next", "Essential to 28 Dec 2027"),
    ]  # fmt: skip


def _lanes(answer) -> list[str]:
    return [html.unescape(said) for said in re.findall(r'role="img" aria-label="([^"]+)"', answer.content.decode())]


def test_the_line_shows_the_support_of_the_release_and_when_the_others_came_out(client):
    asset = owned(SERIAL, (-100, 400))
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
    table = text(answer).partition("Extended until")[2].partition("What it entitles you to")[0]
    assert table.split(" 20 Oct")[0] == " 10.0"
    assert "9.4 the release you have 3 Feb 2026 3 Feb 2028 3 Feb 2029" in table


@pytest.mark.parametrize("known", [False, True])
def test_an_unknown_release_or_day_leaves_the_line_to_the_terms(client, known):
    asset = owned(SERIAL, (-100, 400))
    Release.objects.update(available_from=None)
    if not known:
        asset.release = None
        asset.save()
    answer = client.get(f"/licences/{SERIAL}")
    assert (answer.status_code, len(_lanes(answer)), "New releases" in text(answer)) == (200, 1, False)


def test_who_may_call_stands_on_the_page_by_name_for_the_customer_and_in_figures_for_the_reseller(client):
    asset = owned(SERIAL, reseller=cast.cinder())
    identifier = estate.seat(cast.technical(), asset.organisation)
    Term.objects.create(
        asset=asset, agreement=Agreement.objects.get(), family=1, level="essential", quantity=1, known=(cast.AT, None),
        covers=(TODAY, TODAY + timedelta(days=9)),
    )  # fmt: skip
    ours, theirs = text(client.get(f"/licences/{SERIAL}")), text(browser(cast.reseller()).get(f"/licences/{SERIAL}"))
    figures = "Who may call One of six contact seats is taken. Essential"
    said = f"{figures} {identifier} Tomas Lind , tomas@aster.example since 24 Nov 2026"
    assert (said in ours, theirs.endswith(figures), "Tomas" in theirs, identifier in theirs) == (
        True,
        True,
        False,
        False,
    )
