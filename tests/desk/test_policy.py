"""The policy at the desk: versions, drafts that are simulated, and putting one in force."""

import html
import re
import uuid
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenure.accounts.models import Person
from tenure.journal.models import Entry
from tenure.journal.words import COMMAND
from tenure.outlook.actions import simulate_draft
from tenure.outlook.rules import from_plain
from tenure.policy import actions
from tenure.policy.models import PolicyDraft, PolicyVersion
from tenure.policy.queries import policy_numbered
from tests import cast, estate
from tests.outlook.simulation.suppositions import TODAY, days, edited, inside
from tests.renewals.books import STANDARD
from tests.renewals.test_waves import owned

NO_UPDATES = inside("levels.essential", '"product_updates", ', "")


@pytest.fixture(autouse=True)
def house(db: None, clock: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The standard policy; what is applied later freezes one place instead of the world."""
    estate.policy()
    monkeypatch.setattr(actions, "every_subdivision", lambda: (("FR", ""),))
    monkeypatch.setattr(actions, "every_zone", lambda: ("Europe/Paris",))


@pytest.fixture
def operator() -> Client:
    return browser(cast.operator())


def browser(someone: Person) -> Client:
    client = Client()
    client.force_login(someone)
    return client


def put(client: Client, text: str = "", on: date = TODAY, **more: object) -> HttpResponse:
    data = {"text": text, "in_force_from": on.isoformat(), "request_key": uuid.uuid4().hex, **more}
    return client.post("/desk/policy/drafts", data)


def press(client: Client, number: int, step: str, key: str = "") -> HttpResponse:
    return client.post(f"/desk/policy/drafts/{number}/{step}", {"request_key": key or uuid.uuid4().hex})


def said(answer: HttpResponse) -> str:
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def kept() -> tuple[int, int, int]:
    return PolicyVersion.objects.count(), PolicyDraft.objects.count(), Entry.objects.count()


def drafted(client: Client, *edits: tuple[str, str], on: date = TODAY) -> int:
    assert put(client, edited(*edits), on).status_code == 302
    number = PolicyDraft.objects.latest("id").pk
    simulate_draft(number=number, at=cast.AT)
    return int(number)


def test_the_page_says_which_version_is_in_force_since_when_and_from_whom(operator: Client) -> None:
    text = said(operator.get("/desk/policy"))
    assert "Version 1 is in force , edition 2026.1." in text
    assert "Version 1 2026.1 the beginning open 24 Nov 2026, 12:00 the command line In force" in text


def test_a_file_with_mistakes_lists_them_with_their_lines_and_keeps_its_text(operator: Client) -> None:
    before, bad = kept(), STANDARD.replace("contacts = 2\n", "contacts = -2\n")
    line = bad[: bad.index("contacts = -2\n")].count("\n") + 1
    answer = put(operator, file=SimpleUploadedFile("mine.toml", bad.encode()))
    assert answer.status_code == 422
    assert f"Line {line}: levels.basic.contacts: -2 is negative" in said(answer)
    assert "contacts = -2" in answer.content.decode()
    assert kept() == before


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({}, "Paste a policy, or choose a file."),
        ({"in_force_from": ""}, "Choose a day."),
        ({"in_force_from": "2026-02-30"}, "Write a day that exists."),
        ({"file": SimpleUploadedFile("x.toml", b"\xff\xfe")}, "This is no text in UTF-8."),
        ({"text": edited(NO_UPDATES), "in_force_from": "2026-11-23"}, "A policy never changes what was"),
        ({"text": edited(NO_UPDATES), "in_force_from": "9901-01-01"}, "That is too far ahead: the last year is 9900."),
        ({"text": STANDARD, "in_force_from": "2027-01-01"}, "This very file is version 1 already"),
        ({"text": "levels = 3"}, "Line 1"),
        ({"text": "\0"}, "Null characters are not allowed."),
    ],
)
def test_what_cannot_be_looked_at_says_why_and_keeps_nothing(operator: Client, more: dict, why: str) -> None:
    before = kept()
    answer = put(operator, **{"text": "", **more})
    assert (answer.status_code, kept()) == (422, before)
    assert why in said(answer)


def test_a_draft_shows_what_it_says_otherwise_and_what_that_would_change_for_whom(operator: Client) -> None:
    made = owned(until=days(40))
    number = drafted(operator, NO_UPDATES)
    text = said(operator.get(f"/desk/policy/drafts/{number}"))
    assert "1 thing comes out otherwise from 24 November 2026 on than by version 1." in text
    assert "Essential, benefits loses product_updates." in text
    assert f"{made.serial_number} Product updates: patches and fixes, on 24 Nov 2026 Aster Mills" in text
    assert "Essential, until 3 Jan 2027 not in the level lost" in text


def test_a_draft_that_changes_nothing_says_so(operator: Client) -> None:
    owned(until=days(40))
    number = drafted(operator)
    assert "Nothing would change." in said(operator.get(f"/desk/policy/drafts/{number}"))


def test_a_draft_is_put_with_a_part_on_top_of_the_version_of_its_day(operator: Client) -> None:
    put(operator, "[terms]\nminimum_months = 12\nusual_months = 24\nmaximum_months = 60\nending_days = 90\n", days(9))
    row = PolicyDraft.objects.get()
    assert row.source.startswith("[terms]")
    assert "[levels.essential]" in row.source
    assert row.in_force_from == days(9)


def test_while_it_is_simulated_the_page_says_so_and_asks_again_by_itself(operator: Client) -> None:
    put(operator, edited(NO_UPDATES))
    number = PolicyDraft.objects.get().pk
    answer = operator.get(f"/desk/policy/drafts/{number}")
    assert "It is being laid against everything that is held." in said(answer)
    assert f'hx-get="/desk/policy/drafts/{number}" hx-trigger="every 2s"' in answer.content.decode()


def test_an_operator_puts_a_draft_in_force_once_and_it_is_journalled(operator: Client) -> None:
    number, key = drafted(operator, NO_UPDATES, on=days(9)), uuid.uuid4().hex
    for _ in range(2):
        assert press(operator, number, "apply", key).status_code == 302
    assert (policy_numbered(2).in_force_from, policy_numbered(2).policy.edition) == (days(9), "2026.2")
    assert PolicyVersion.objects.count() == 2
    assert Entry.objects.filter(verb="policy.applied").latest("id").actor_name == "Operator"
    assert "Applied: it is version 2, from 3 Dec 2026." in said(operator.get(f"/desk/policy/drafts/{number}"))
    text = said(operator.get("/desk/policy"))
    assert "Version 2 2026.2 3 Dec 2026 open 24 Nov 2026, 12:00 Operator To come" in text
    assert "Version 1 2026.1 the beginning 2 Dec 2026" in text


def test_a_version_to_come_is_corrected_by_another_from_the_same_day(operator: Client) -> None:
    press(operator, drafted(operator, NO_UPDATES, on=days(9)), "apply")
    assert put(operator, edited().replace("2026.2", "2026.3"), days(9)).status_code == 302
    press(operator, PolicyDraft.objects.latest("id").pk, "apply")
    assert "Version 2 2026.2 3 Dec 2026 open 24 Nov 2026, 12:00 Operator Replaced before it began" in said(
        operator.get("/desk/policy")
    )


def test_a_manager_looks_and_puts_but_does_not_apply() -> None:
    manager = browser(cast.manager())
    number, before = drafted(manager, NO_UPDATES), kept()
    assert press(manager, number, "apply").status_code == 404
    assert kept() == before
    assert "An operator can put it in force." in said(manager.get(f"/desk/policy/drafts/{number}"))


def test_a_draft_whose_day_has_passed_is_not_applied(operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    number = drafted(operator, NO_UPDATES)
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT.replace(day=26))
    before = kept()
    press(operator, number, "apply")
    assert kept() == before
    assert "A policy never changes what was" in said(operator.get(f"/desk/policy/drafts/{number}"))


def test_a_draft_that_was_put_away_is_in_no_list_and_cannot_be_applied(operator: Client) -> None:
    number = drafted(operator, NO_UPDATES)
    press(operator, number, "drop")
    assert f"Draft {number}" not in said(operator.get("/desk/policy"))
    before = kept()
    for step in ("apply", "drop", "again"):
        press(operator, number, step)
    assert kept() == before
    assert "Put away." in said(operator.get(f"/desk/policy/drafts/{number}"))


def test_simulating_again_takes_the_place_of_what_was_found(operator: Client) -> None:
    number = drafted(operator, NO_UPDATES)
    assert from_plain(PolicyDraft.objects.get().found).changed == 0
    owned(until=days(40))
    press(operator, number, "again")
    assert PolicyDraft.objects.get().found is None
    simulate_draft(number=number, at=cast.AT)
    assert from_plain(PolicyDraft.objects.get().found).changed == 1


def test_a_draft_that_was_applied_by_another_way_says_why_it_cannot_be_simulated(operator: Client) -> None:
    put(operator, edited(NO_UPDATES), days(9))
    actions.apply_policy(text=edited(NO_UPDATES), in_force_from=days(20), at=cast.AT, by=COMMAND, places=[])
    number = PolicyDraft.objects.get().pk
    simulate_draft(number=number, at=cast.AT)
    assert "It could not be simulated. This very file is a version already." in said(
        operator.get(f"/desk/policy/drafts/{number}")
    )


def test_two_versions_are_compared_in_words(operator: Client) -> None:
    actions.apply_policy(text=edited(NO_UPDATES), in_force_from=days(9), at=cast.AT, by=COMMAND, places=[])
    text = said(operator.get("/desk/policy/compare?old=1&new=2"))
    assert "From version 1 to version 2 2 things change." in text
    assert "Essential, benefits loses product_updates." in text
    assert "both say the same." in said(operator.get("/desk/policy/compare?old=2&new=2"))


@pytest.mark.parametrize("query", ["", "?old=1&new=9", "?old=x&new=1", "?old=-1&new=1", "?old=99999999999999&new=1"])
def test_comparing_what_is_not_there_is_not_found(operator: Client, query: str) -> None:
    assert operator.get(f"/desk/policy/compare{query}").status_code == 404


def test_a_version_is_taken_down_as_the_file_it_was(operator: Client) -> None:
    answer = operator.get("/desk/policy/versions/1")
    assert answer.content.decode() == STANDARD
    assert answer["Content-Disposition"] == 'attachment; filename="policy-1.toml"'
    assert operator.get("/desk/policy/versions/2").status_code == 404


def test_the_page_asks_as_often_however_many_versions_and_drafts_there_are(operator: Client) -> None:
    operator.get("/desk/policy")
    with CaptureQueriesContext(connection) as few:
        operator.get("/desk/policy")
    for n in range(3):
        put(operator, edited(NO_UPDATES).replace("2026.2", f"2026.{n + 3}"))
    actions.apply_policy(text=edited(NO_UPDATES), in_force_from=days(9), at=cast.AT, by=COMMAND, places=[])
    operator.get("/desk/policy")  # which shows the messages
    with CaptureQueriesContext(connection) as many:
        operator.get("/desk/policy")
    assert len(many) == len(few)
