"""The list of cases: views, filters, pages, export."""

import html
import re
from datetime import timedelta

import pytest

from tenure.cases import actions
from tests import cast
from tests.cases.conftest import Scene, open_case
from tests.portal.cases.world import AT, MINUTE, listed, queries
from tests.screens import said, text

pytestmark = pytest.mark.django_db


def test_before_the_first_case_the_list_teaches(client) -> None:
    page = client.get("/cases")
    assert said(page) == "No cases yet. When something breaks, this is where you see who works on it and by when."
    assert "You choose from your licences" in text(page)


def test_the_views_hold_what_they_say_with_their_counts(client, scene: Scene) -> None:
    numbers = [open_case(scene.technical, summary=f"Number {n}").number for n in range(5)]
    new, working, asked, proposed, closed = numbers
    for verb, number in ((actions.answer, working), (actions.ask, asked), (actions.propose_close, proposed)):
        verb(number=number, body="Please look.", **cast.asking(scene.engineer, AT + MINUTE))
    actions.close(number=closed, **cast.asking(scene.technical, AT + MINUTE))
    found = {
        view: listed(client.get(f"/cases?view={view}"))
        for view in ("new", "all", "open", "pending_close", "awaiting_review", "closed")
    }
    assert found == {
        "new": [new], "all": numbers[::-1], "open": [proposed, asked, working, new], "pending_close": [proposed],
        "awaiting_review": [asked], "closed": [closed],
    }  # fmt: skip
    assert "New 1 All 5 Open 4 Pending close 1 Awaiting review 1" in text(client.get("/cases"))


def test_each_filter_narrows_the_list(client, scene: Scene) -> None:
    old = open_case(scene.technical, at=AT - timedelta(days=10), summary="Old one").number
    new = open_case(scene.technical, summary="Fresh one").number
    for wanted, numbers in {
        "product=quay-vault": [new, old],
        "product=nothing": [],
        "since=2026-11-20": [new],
        "until=2026-11-20": [old],
        "since=2026-11-14&until=2026-11-14": [old],
        "q=fresh": [new],
        "q=old+one": [old],
        "since=nonsense": [new, old],
        "view=nonsense": [new, old],
    }.items():
        assert (wanted, listed(client.get(f"/cases?{wanted}"))) == (wanted, numbers)
    assert "A day could not be read" in text(client.get("/cases?since=2026-13-01"))
    assert "No case fits this sentence." in text(client.get("/cases?q=nowhere"))


def test_pages_hold_25_and_follow_each_other(client, scene: Scene) -> None:
    numbers = [open_case(scene.technical).number for _ in range(27)]
    first = client.get("/cases?q=import")
    assert listed(first) == numbers[:1:-1]
    older = re.search(r'href="(\?[^"]+)" rel="next"', first.content.decode())
    assert older
    second = client.get("/cases" + html.unescape(older[1]))
    assert listed(second) == numbers[1::-1]
    assert "First page" in text(second)
    for broken in ("x", "-1", "9" * 30, "", "0"):
        assert client.get(f"/cases?after={broken}").status_code == 200


def test_three_rows_and_25_take_equally_many_queries(client, scene: Scene) -> None:
    paths, counts = ("/cases", "/cases?q=import", "/cases?view=all&product=quay-vault"), []
    for more in (3, 22):
        for _ in range(more):
            open_case(scene.technical)
        counts.append([queries(client, path) for path in paths])
    assert [len(listed(client.get(path))) for path in paths] == [25, 25, 25]
    assert counts[0] == counts[1]


def test_the_export_has_the_filtered_rows_and_nothing_that_runs(client, scene: Scene) -> None:
    open_case(scene.technical, summary="=1+1")
    open_case(scene.technical, at=AT - timedelta(days=10), summary="Old one")
    answer = client.get("/cases/export?since=2026-11-20")
    rows = b"".join(answer.streaming_content).decode().splitlines()
    assert answer["Content-Disposition"] == 'attachment; filename="cases-2026-11-24.csv"'
    assert (len(rows), "'=1+1" in rows[1], "Old one" in rows[1]) == (2, True, False)
    assert client.get("/cases/export?since=nonsense")["Location"] == "/cases?since=nonsense"
