"""The list of licences: its sentence, filters, pages."""

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenure.entitlements.models import Registration
from tests import cast, estate
from tests.portal.licences.world import SERIAL, THEIRS, TODAY, every_state, listed, owned
from tests.screens import said, text

pytestmark = pytest.mark.django_db


def test_without_licences_the_list_teaches(client):
    answer = client.get("/licences")
    assert said(answer) == "No licences yet. Here you will see what you own, until when it is covered, and why."
    assert "Licences appear by themselves" in text(answer)


def test_one_covered_licence_is_summed_up_in_one_sentence(client):
    owned(SERIAL, (-400, 400))
    assert said(client.get("/licences")) == "One of your 1 licence is covered today."


def test_many_licences_are_summed_up_by_what_is_wrong_first(client):
    every_state()
    assert said(client.get("/licences")) == (
        "Two of your 5 licences are covered today. One ends within 90 days; one has lapsed, one has still to begin,"
        " and one was never covered."
    )
    day = (TODAY + timedelta(days=1000)).isoformat()
    assert said(client.get(f"/licences?on={day}")) == (
        "None of your 5 licences are covered on 20 August 2029. Four have lapsed; one was never covered."
    )


def test_the_first_to_end_stands_above_and_the_never_covered_below(client):
    every_state()
    assert listed(client.get("/licences")) == [f"M100000000{n}" for n in (3, 2, 5, 1, 4)]


def test_each_filter_narrows_the_list(client):
    every_state()
    other = estate.site(cast.aster(), "Quiet yard")
    owned("M1000000006", (-10, 500), of=estate.product("Tide Gate"), site=other)
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
        assert (wanted, listed(client.get(f"/licences?{wanted}"))) == (wanted, serials)


def test_a_filter_that_fits_nothing_says_so(client):
    owned(SERIAL)
    assert "No licence fits this sentence." in text(client.get("/licences?q=nowhere"))


@pytest.mark.parametrize("day", ["2026-02-30", "tomorrow", "1' OR '1'='1", "99999-01-01", "0001-01-01", "\x00"])
def test_a_day_that_cannot_be_read_is_named_and_today_shown(client, day):
    owned(SERIAL, (-1, 400))
    for path in ("/licences", f"/licences/{SERIAL}"):
        answer = client.get(path, {"on": day})
        assert answer.status_code == 200
        assert "That day could not be read, so this is today. Write it as 2027-03-31." in text(answer)
        assert f'value="{TODAY.isoformat()}"' in answer.content.decode()


HOSTILE = ["\x00", "a\x00b", "9" * 40, "9223372036854775808", "-1", "' OR 1=1 --", "%", "_", "%s%(x)s{}", "²", "١٢",
           "2026-01-01." + "9" * 5000, "2026-01-01.1; DROP TABLE entitlements_asset", "never.\x00", "<script>", "\ud7ff",
           "2026-01-01.99999999999999999999", "x" * 5000]  # fmt: skip


@pytest.mark.parametrize("field", ["after", "before", "site", "q", "product", "state"])
def test_hostile_values_narrow_at_most_and_break_nothing(client, field):
    owned(SERIAL, (-1, 400))
    owned(THEIRS, (-1, 400), organisation=cast.bellwether())
    for value in HOSTILE:
        answer = client.get("/licences", {field: value})
        assert (value, answer.status_code) == (value, 200)
        assert set(listed(answer)) <= {SERIAL}
        assert "<script>" not in answer.content.decode().partition("<main")[2]
    assert listed(client.get("/licences", {"q": "%"})) == []
    assert listed(client.get("/licences")) == [SERIAL]


def test_pages_forward_and_back_show_every_row_once(client):
    for n in range(60):
        owned(f"M10000001{n:02}", *([(-400, n // 3)] if n < 50 else []))
    seen, pages, url = [], [], "/licences"
    while url:
        answer = client.get(url)
        pages.append(listed(answer))
        seen += pages[-1]
        url = _link(answer, "next")
        last = answer
    assert [len(page) for page in pages] == [25, 25, 10]
    assert seen == [f"M10000001{n:02}" for n in range(60)]
    back = client.get(_link(last, "prev"))
    assert listed(back) == pages[1]
    assert listed(client.get(_link(back, "prev"))) == pages[0]
    assert _link(client.get(_link(back, "prev")), "prev") == ""


def test_the_links_of_the_pages_keep_the_filters(client):
    for n in range(30):
        owned(f"M10000001{n:02}", (-400, -5))
    url = _link(client.get("/licences?state=lapsed&q=M1&nonsense=1"), "next")
    assert "state=lapsed&q=M1&after=" in url
    assert "nonsense" not in url
    assert len(listed(client.get(url))) == 5


def _link(answer, rel: str) -> str:
    found = re.search(rf'<a href="([^"]+)" rel="{rel}"', answer.content.decode())
    return "/licences" + html.unescape(found[1]) if found else ""


def test_forty_rows_take_as_many_queries_as_one(client):
    counts = []
    for first, many in ((0, 1), (1, 40)):
        for n in range(first, many):
            asset = owned(f"M10000001{n:02}", (-400, -100), (-50, 400))
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


def test_a_reader_of_very_many_licences_gets_no_count(client, monkeypatch):
    monkeypatch.setattr("tenure.entitlements.queries.overview.MOST_COUNTED", 2)
    every_state()
    answer = client.get("/licences")
    assert said(answer) == "You see more than 2 licences. Those that end first stand above."
    assert ('name="site"' in answer.content.decode(), len(listed(answer))) == (False, 5)
