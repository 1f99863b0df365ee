"""The public page of renewing: the policy's schedule, its figures on an example, its teams."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tenure.journal.words import COMMAND
from tenure.policy.actions import apply_policy
from tests import cast, estate
from tests.renewals.books import STANDARD

LATER = cast.AT + timedelta(days=1)


@pytest.fixture(autouse=True)
def now(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenure.config.middleware.now", lambda: LATER)


def page(client: Client) -> str:
    return " ".join(client.get(reverse("renewing")).content.decode().split())


def test_schedules_figures_and_teams_are_those_of_the_policy(client: Client) -> None:
    estate.policy()
    told = page(client)
    for shown in (
        "120, 60, 30, 7", "150, 90, 60, 30, 7", "The reseller of record prepares the quote unasked.",
        "€1,200.00", "After 365 days without cover the licence has to be bought again.",
        "No: every day without cover counts.", "emea.renewals@halden.example", "jp.contracts@halden.example",
    ):  # fmt: skip
        assert (shown, shown in told) == (shown, True)


def test_the_example_is_counted_as_a_quote_is(client: Client) -> None:
    estate.policy()
    # 89 days without cover, back-charged whole, and a quarter of that as the fee: 292.60 + 73.15, rounded once
    told = page(client)
    assert "€1,565.75" in told
    assert told.count(">bought again</td>") == 1


def test_another_policy_says_other_figures(client: Client) -> None:
    estate.policy()
    text = STANDARD.replace("grace_days = 0", "grace_days = 14", 1).replace("2026.1", "2026.2", 1)
    apply_policy(text=text, in_force_from=cast.AT.date(), at=cast.AT, by=COMMAND)
    told = page(client)
    assert "Yes: until 14 days after the last covered day a renewal is on time." in told
    assert "14 days after it" in told


def test_without_a_policy_it_says_so(client: Client) -> None:
    assert "the operator has put no business policy in force" in page(client)
