"""`tenure demo year`: the demonstration vendor lives through its days."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tenure.accounts.models import Person
from tenure.cli.demonstration import notices
from tenure.clock.models import Moved
from tenure.clock.queries import now, standing
from tenure.outlook.queries import ahead_all
from tenure.outlook.words import AheadFilters
from tenure.renewals.models import Order, Quote
from tenure.toolbox import snapshots
from tests.cli import lived

DAYS = 5


@pytest.fixture
def sandbox(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SANDBOX, settings.DATA = True, tmp_path
    monkeypatch.setattr(snapshots, "take", lambda file: None)  # it needs committed data
    monkeypatch.setattr(notices, "WEEKS", 2)  # what the days before brought is for tests/cli/test_demonstration.py


def lines(*words: str) -> list[str]:
    out = io.StringIO()
    call_command("demo", *words, stdout=out)
    return out.getvalue().splitlines()


def test_in_production_the_clock_stays(db: None, settings: Any) -> None:
    settings.SANDBOX = False
    with pytest.raises(CommandError, match="in production"):
        call_command("demo", "year")
    assert (Moved.objects.count(), Person.objects.count()) == (0, 0)


@pytest.mark.parametrize("given", ["0", "-1", "99999"])
def test_a_number_of_days_that_is_none_is_refused(sandbox: None, given: str) -> None:
    with pytest.raises(CommandError, match="from 1 to"):
        call_command("demo", "year", f"--days={given}")
    assert Moved.objects.count() == 0


def test_some_days_renew_before_ones_eyes_and_what_was_foretold_happens(sandbox: None) -> None:
    call_command("demo", "--quiet")
    since, before = now(), (Quote.objects.count(), Order.objects.count())
    foretold = {
        kind: list(ahead_all(who=None, at=since, days=DAYS, filters=AheadFilters(kind=kind)))
        for kind in ("notice", "term_ends")
    }
    said = [*lines("year", "--days", str(DAYS // 2)), *lines("year", "--days", str(DAYS))]
    until = now()
    assert standing().ahead == timedelta(days=DAYS)
    assert lived.broken() == []
    assert lived.untold(foretold["notice"], since=since, until=until) == []
    assert lived.ended(foretold["term_ends"], until=until) == []
    words = "\n".join(said)
    assert (" quotes QU-" in words, " accepts QU-" in words, ": certificate " in words) == (True, True, True)
    assert (Quote.objects.count() > before[0], Order.objects.count() > before[1]) == (True, True)
    assert lines("year", "--days", str(DAYS))[-1].endswith(": nothing was left to live through.")
    client = Client()
    client.force_login(Person.objects.get(email="otto.prime@halden.example"))
    page = client.get("/desk/clock").content.decode()
    assert "Since it was moved on, 1 day ago" in page
