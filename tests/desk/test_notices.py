"""The desk of notices: tasks, a customer's notices, the proof."""

import html
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tenure.accounts.models import Contact, Person, Site
from tenure.journal.words import COMMAND
from tenure.renewals.actions.letters import write_notices
from tenure.renewals.actions.waves import run_wave
from tenure.renewals.actions.windows import warn_of_windows
from tenure.renewals.models import RenewalTask
from tests import cast, estate
from tests.renewals.test_waves import SERIAL, owned
from tests.renewals.world import prices, sent

TODAY = cast.AT.date()


@pytest.fixture(autouse=True)
def now(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    estate.policy()
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT)


def text(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]


def entered(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def told(days: int = 30) -> None:
    owned(until=TODAY + timedelta(days=days))
    run_wave(on=TODAY, at=cast.AT, by=COMMAND)
    write_notices(at=cast.AT)


def test_a_task_is_taken_and_done_and_leaves_the_list() -> None:
    told()
    client, task = entered(cast.renewals()), RenewalTask.objects.get()
    page = text(client.get(reverse("desk-notices")))
    assert "1 task waits; 1 of them nobody has taken." in page
    assert "No address is known, or none takes mail." in page
    for verb, words in (("take", ""), ("done", "Called them")):
        answer = client.post(reverse(f"desk-notice-{verb}", args=[task.pk]), {"words": words, "request_key": verb})
        assert (answer.status_code, answer["Location"]) == (302, reverse("desk-notices"))
    assert "Nothing waits" in text(client.get(reverse("desk-notices")))
    assert SERIAL in text(client.get(reverse("desk-notices"), {"show": "done"}))


@pytest.mark.parametrize(("kind", "who", "link", "there"), [
    ("quote_wanted", "renewals", "Prepare the quote", f'value="{SERIAL}" checked'),
    ("quote_wanted", "care_agent", "Find somebody at the customer", "Aster Mills"),
    ("nobody_to_tell", "renewals", "Find somebody at the customer", "Aster Mills"),
    ("bounced", "care_agent", "Give another address", "old@aster.example"),
    ("bounced", "renewals", "See the address", 'value="old@aster.example"'),
    ("legal_window", "renewals", "See what was sent", f'value="{SERIAL}"'),
    ("disputed", "renewals", "Open the quote", "Quote"),
    ("disputed", "engineer", "Find somebody at the customer", "Aster Mills"),
])  # fmt: skip
def test_every_task_leads_to_where_it_is_worked_on(kind: str, who: str, link: str, there: str) -> None:
    prices()
    asset = owned(reseller=cast.cinder())
    Contact.objects.create(organisation=cast.aster(), role="owner", name="Old Owner", email="old@aster.example")
    words = "old@aster.example" if kind == "bounced" else ""
    RenewalTask.objects.create(
        kind=kind, region="EMEA", organisation=cast.aster(), asset=asset, words=words, made_at=cast.AT,
        subject=sent(cast.reseller(), SERIAL) if kind == "disputed" else "",
    )  # fmt: skip
    client = entered(getattr(cast, who)())
    found = re.search(rf'href="([^"]+)">{link}<', text(client.get(reverse("desk-notices"))))
    assert found
    answer = client.get(html.unescape(found[1]))
    assert (answer.status_code, there in text(answer)) == (200, True)


def test_an_engineer_reads_and_has_no_button() -> None:
    told()
    page = text(entered(cast.engineer()).get(reverse("desk-notices")))
    assert SERIAL in page and "Take<" not in page


def test_one_is_never_sent_elsewhere_after_a_task() -> None:
    told()
    client, task = entered(cast.renewals()), RenewalTask.objects.get()
    sent = {"next": "https://elsewhere.example/", "request_key": "a"}
    assert client.post(reverse("desk-notice-take", args=[task.pk]), sent)["Location"] == reverse("desk-notices")


def test_a_legal_window_says_its_days() -> None:
    asset = owned(until=TODAY + timedelta(days=80))
    Site.objects.filter(id=asset.site_id).update(country="US", subdivision="US-NY")
    warn_of_windows(at=cast.AT)
    page = text(entered(cast.renewals()).get(reverse("desk-notices"), {"kind": "legal_window"}))
    assert "Legal notice" in page and "14 Nov 2026 to 29 Nov 2026" in page


def test_a_customers_notices_name_everybody_they_went_to() -> None:
    owner = cast.owner()
    told()
    page = text(entered(cast.engineer()).get(reverse("desk-notices-customer", args=[cast.aster().number])))
    assert "30 days before the end" in page and owner.email in page


def test_the_proof_and_its_file_say_channel_address_instant_and_mail() -> None:
    cast.owner()
    asset = owned(until=TODAY + timedelta(days=80))
    Site.objects.filter(id=asset.site_id).update(country="US", subdivision="US-NY")
    run_wave(on=TODAY + timedelta(days=20), at=cast.AT, by=COMMAND)
    write_notices(at=cast.AT)
    client = entered(cast.manager())
    assert "olga@aster.example" in text(client.get(reverse("desk-notices-proof")))
    head, line = b"".join(client.get(reverse("desk-notices-proof-export"))).decode().splitlines()  # type: ignore[arg-type]
    row = dict(zip(head.removeprefix("\ufeff").split(","), line.split(","), strict=True))
    assert (row["channel"], row["address"], row["written_at"], row["subdivision"]) == (
        "e-mail", "olga@aster.example", "2026-11-24T12:00:00+00:00", "US-NY",
    )  # fmt: skip
    assert row["mail"].isdecimal() and "@" in row["message_id"]


@pytest.mark.parametrize(
    "query", ["?after=x", "?region=%00", "?kind=x", "?q=%25", "?show=x", "?after=99999999999999999999"]
)
def test_what_cannot_be_read_is_no_error(query: str) -> None:
    client = entered(cast.renewals())
    assert client.get(reverse("desk-notices") + query).status_code == 200
    assert client.get(reverse("desk-notices-proof") + query.replace("after", "before")).status_code == 200
