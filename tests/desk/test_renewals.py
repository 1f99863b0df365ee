"""The renewal board at the desk, and saying there that terms are lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenure.accounts.models import Person
from tenure.renewals.actions.quotes import decline_quote
from tenure.renewals.models import Lost
from tests import cast, estate
from tests.renewals import world
from tests.renewals.world import OWN, SECOND

TODAY = cast.AT.date()
ENDS = TODAY + timedelta(days=20)
TERM = f"{OWN}~{ENDS.isoformat()}~"


@pytest.fixture(autouse=True)
def now(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT)
    estate.policy()
    world.prices()


def entered(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().replace("\u00a0", "~").split())


def owned(serial: str = OWN, **more: Any) -> None:
    world.owned(serial, ends=ENDS + timedelta(days=1), **more)


def lost() -> list[tuple[str, str, str, bool]]:
    found = Lost.objects.order_by("id")
    return [(row.asset.serial_number, row.reason, row.words, row.taken_back_at is None) for row in found]


def test_the_answer_says_how_many_what_they_are_worth_and_which_have_no_quote() -> None:
    owned()
    owned(SECOND, quantity=1)
    world.sent(cast.reseller(), SECOND)
    page = text(entered(cast.renewals()).get(reverse("desk-renewals")))
    assert '<b data-tone="soon">2 terms worth 13,200~EUR end by 31 May 2027;</b> 1 has no quote.' in page
    assert "Prepare a quote" in page and "Remind the customer" in page


def test_each_step_leads_straight_there_with_the_licence_chosen() -> None:
    owned()
    client = entered(cast.renewals())
    page = client.get(reverse("desk-renewals")).content.decode()
    leads = f"{reverse('quote-new')}?customer={cast.aster().number}&amp;serial={OWN}"
    assert leads in page
    chosen = client.get(leads.replace("&amp;", "&")).content.decode()
    assert f'name="serials" value="{OWN}" checked' in chosen


def test_a_declined_quote_becomes_a_lost_term_with_one_button() -> None:
    owned()
    number = world.sent(cast.reseller())
    decline_quote(number=number, why="We replace it.", **cast.asking(cast.owner()))
    client = entered(cast.renewals())
    page = text(client.get(reverse("desk-renewals")))
    assert "They declined: <bdi>We replace it.</bdi>" in page
    told = {"term": TERM + cast.aster().number, "words": "We replace it.", "reason": "other", "request_key": "a"}
    answer = client.post(reverse("desk-renewals-lost"), told)
    assert (answer.status_code, answer["Location"]) == (302, reverse("desk-renewals"))
    assert lost() == [(OWN, "other", "We replace it.", True)]
    assert "1 term is lost." in text(client.get(reverse("desk-renewals")))


def test_several_are_lost_together_and_one_is_taken_back() -> None:
    owned()
    owned(SECOND)
    client = entered(cast.manager())
    terms = [TERM, f"{SECOND}~{ENDS.isoformat()}~K1"]
    page = text(client.get(reverse("desk-renewals-lost"), {"term": terms}))
    assert "2 terms will be told of no more." in page
    client.post(reverse("desk-renewals-lost"), {"term": terms, "reason": "price", "request_key": "a"})
    assert lost() == [(OWN, "price", "", True), (SECOND, "price", "", True)]
    page = text(client.get(reverse("desk-renewals"), {"state": "lost", "when": "all"}))
    assert page.count("Take back") == 2
    client.post(reverse("desk-renewals-back"), {"term": TERM, "request_key": "b"})
    assert lost() == [(OWN, "price", "", False), (SECOND, "price", "", True)]


def test_open_quotes_of_a_lost_term_are_named() -> None:
    owned()
    number = world.sent(cast.reseller())
    client = entered(cast.renewals())
    client.post(reverse("desk-renewals-lost"), {"term": TERM, "reason": "price", "request_key": "a"})
    assert f"Quotes of them still wait for somebody: {number}." in text(client.get(reverse("desk-renewals")))


def test_another_reason_needs_words_and_what_was_typed_stays() -> None:
    owned()
    client = entered(cast.renewals())
    answer = client.post(reverse("desk-renewals-lost"), {"term": TERM, "reason": "other", "request_key": "a"})
    assert (answer.status_code, lost()) == (422, [])
    assert "Say in a few words what the other reason is." in text(answer)
    assert f'value="{OWN}~{ENDS.isoformat()}"' in text(answer)
    answer = client.post(
        reverse("desk-renewals-lost"), {"term": f"{OWN}~2026-01-01", "reason": "price", "request_key": "b"}
    )
    assert (answer.status_code, lost()) == (422, [])
    assert f"The term of {OWN} does not end on this day any more" in text(answer)


def test_one_quote_is_for_one_customer() -> None:
    client = entered(cast.renewals())
    day = ENDS.isoformat()
    answer = client.get(reverse("desk-renewals-quote"), {"term": [f"M1~{day}~K1", f"M2~{day}~K1"]})
    assert answer["Location"] == f"{reverse('quote-new')}?customer=K1&serial=M1&serial=M2"
    for terms in ([], [f"M1~{day}~K1", f"M2~{day}~K2"], ["x"]):
        assert client.get(reverse("desk-renewals-quote"), {"term": terms})["Location"] == reverse("desk-renewals")


def test_customer_care_reads_the_board_and_has_no_button() -> None:
    owned()
    page = text(entered(cast.care_agent()).get(reverse("desk-renewals")))
    assert OWN in page and "Prepare a quote" in page
    assert "Say lost" not in page and reverse("quote-new") not in page


def test_the_files_have_the_rows_of_the_page() -> None:
    owned()
    client = entered(cast.renewals())
    [head, line] = _lines(client.get(reverse("desk-renewals-export")))
    row = dict(zip(head, line, strict=True))
    assert [row[name] for name in ("serial_number", "state", "currency", "worth", "next_step")] == [
        OWN, "open", "EUR", "12000.00", "prepare",
    ]  # fmt: skip
    found = _lines(client.get(reverse("desk-renewals-pipeline")))
    assert [line[:2] for line in found[1:]] == [
        ["month", f"{ENDS:%Y-%m}-01"], ["region", "EMEA"], ["reseller", cast.cinder().number], ["kind", "software"],
    ]  # fmt: skip


def _lines(answer: Any) -> list[list[str]]:
    return [line.split(",") for line in b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()]


def test_pages_of_many_rows_ask_as_little_as_those_of_one() -> None:
    owned()
    client = entered(cast.renewals())
    client.get(reverse("desk-renewals"))
    counted = []
    for serials in ((), tuple(f"M20000{n:05}" for n in range(40))):
        for serial in serials:
            owned(serial)
        with CaptureQueriesContext(connection) as asked:
            page = text(client.get(reverse("desk-renewals")))
        counted.append(len(asked))
    assert counted[0] == counted[1]
    assert "after=" in page


def test_an_empty_board_teaches() -> None:
    page = text(entered(cast.renewals()).get(reverse("desk-renewals")))
    assert "No term ends soon. Terms stand here from the first notice" in page
    assert "Nobody has said that a term is lost." in page


@pytest.mark.parametrize(
    "query",
    ["?after=x", "?after=2026-01-01~1~EUR~x&sort=worth", "?after=~~~NaN&sort=worth", "?region=%00", "?kind=x&state=on_time",
     "?q=%25%00", "?when=9999-99", "?when=all&reseller=%00", "?after=2026-01-01~99999999999999999999"],
)  # fmt: skip
def test_what_cannot_be_read_is_no_error(query: str) -> None:
    client = entered(cast.renewals())
    for name in ("desk-renewals", "desk-renewals-export", "desk-renewals-lost", "desk-renewals-quote"):
        assert client.get(reverse(name) + query).status_code in {200, 302}


@pytest.mark.parametrize("term", ["", "x", "M1~9999", f"{OWN}~2026-01-01", "\0~2026-01-01"])
def test_a_term_that_is_not_there_is_no_error(term: str) -> None:
    client = entered(cast.renewals())
    assert client.post(reverse("desk-renewals-back"), {"term": term, "request_key": "a"}).status_code == 302
    told = {"term": term, "reason": "price", "request_key": "b"}
    assert client.post(reverse("desk-renewals-lost"), told).status_code == 422
    assert lost() == []
