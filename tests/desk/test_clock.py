"""The clock page: production explains, a sandbox moves."""

import html
import os
import re
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection
from django.test import Client

from tenure.clock import queries
from tenure.clock.actions import snapshot_file
from tenure.clock.models import Moved
from tenure.clock.rules import span_of
from tenure.config.environment import database
from tenure.desk.clock import STEPS
from tenure.journal.models import Entry
from tenure.toolbox.queue import periodic, run_now
from tests import cast, estate
from tests.renewals.test_waves import owned

# owned: who is connected, and how many tables of theirs there are
OWNED = "SELECT current_user, count(*) FROM pg_tables WHERE tableowner = current_user"


def _browser(someone) -> Client:
    client = Client()
    client.force_login(someone)
    return client


def _advance(client: Client, by: str):
    return client.post("/desk/clock/advance", {"by": by, "request_key": uuid.uuid4().hex})


def _reset(client: Client):
    return client.post("/desk/clock/reset", {"request_key": uuid.uuid4().hex})


def _text(answer) -> str:
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def _kept() -> tuple[int, int]:
    return Moved.objects.count(), Entry.objects.count()


@pytest.fixture
def sandbox(settings, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SANDBOX = True
    settings.DATA = tmp_path


@pytest.fixture
def as_app(transactional_db: None) -> Iterator[None]:
    """The test's connection as the role that serves desk, workers and commands; the tables stay the owner's."""
    before = dict(connection.settings_dict)
    connection.close()
    role = database(os.environ["DATABASE_APP_URL"])
    connection.settings_dict.update({name: role[name] for name in ("USER", "PASSWORD")})
    yield
    connection.close()
    connection.settings_dict.update(before)


@pytest.mark.django_db
@pytest.mark.usefixtures("sandbox")
def test_the_page_says_what_has_happened_since_the_clock_was_moved():
    estate.policy()
    then = queries.real_now()
    owned(until=then.date() + timedelta(days=20))
    client = _browser(cast.operator())
    assert "Since it was moved on" not in _text(client.get("/desk/clock"))
    Moved.objects.create(ahead=timedelta(days=30), moved_at=then, moved_by="command")
    assert "1 licence ran out" in _text(client.get("/desk/clock"))
    for name in periodic():
        run_now(name)
    said = _text(client.get("/desk/clock"))
    assert "Since it was moved on, 30 days ago 1 notice was made, to 0 people 1 licence ran out" in said


@pytest.mark.django_db
def test_in_production_the_page_explains_and_nothing_moves():
    client = _browser(cast.operator())
    page = client.get("/desk/clock")
    assert "This installation keeps real time." in _text(page)
    assert "/desk/clock/advance" not in page.content.decode()
    before = _kept()
    assert (_advance(client, "1d").status_code, _kept()) == (404, before)


@pytest.mark.django_db(transaction=True)
def test_in_a_sandbox_an_operator_moves_the_clock_and_it_is_journalled(sandbox):
    client = _browser(cast.operator())
    assert "the real time." in _text(client.get("/desk/clock"))
    answer = _advance(client, "30d")
    assert (answer.status_code, answer["Location"]) == (302, "/desk/clock")
    assert Moved.objects.get().ahead == timedelta(days=30)
    entry = Entry.objects.get()
    assert (entry.verb, entry.facts) == ("clock.advanced", {"hours": 720.0})
    page = _text(client.get("/desk/clock"))
    assert ("The clock has been moved." in page, "in this sandbox." in page) == (True, True)


@pytest.mark.django_db(transaction=True)
def test_the_role_that_serves_people_may_move_the_clock_without_owning_a_table(sandbox, as_app):
    client = _browser(cast.operator())
    with connection.cursor() as cursor:
        cursor.execute(OWNED)
        assert cursor.fetchone() == ("app", 0)
    assert _advance(client, "30d").status_code == 302
    assert "The clock has been moved." in _text(client.get("/desk/clock"))
    assert (Moved.objects.get().ahead, snapshot_file().stat().st_mode & 0o777) == (timedelta(days=30), 0o600)
    with pytest.raises(ProgrammingError, match="must be owner"), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE clock_moved DROP COLUMN moved_by")


@pytest.mark.django_db
@pytest.mark.parametrize(("by", "said"), [
    ("", "write a number and d, h or w"), ("soon", "write a number and d, h or w"), ("\x00", "write a number"),
    ("-3d", "Not moved:"), ("0d", "Not moved:"), ("999999999999999d", "Not moved:"), ("9" * 5000 + "d", "Not moved:"),
    ("40000d", "Not moved:"),
])  # fmt: skip
def test_a_span_that_is_none_moves_nothing(sandbox, by, said):
    client = _browser(cast.operator())
    before = _kept()
    answer = _advance(client, by)
    assert (answer.status_code, _kept()) == (302, before)
    assert said in _text(client.get("/desk/clock"))


@pytest.mark.django_db
def test_without_a_way_back_nothing_moves(sandbox, tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TENURE_POSTGRES_BIN", str(tmp_path))
    client = _browser(cast.operator())
    before = _kept()
    assert (_advance(client, "1d").status_code, _kept()) == (302, before)
    assert "there would be no way back" in _text(client.get("/desk/clock"))


@pytest.mark.django_db(transaction=True)
def test_the_desk_takes_the_sandbox_back_and_says_so_and_nobody_is_signed_out(sandbox, as_app):
    client = _browser(cast.operator())
    assert "Take the sandbox back" not in _text(client.get("/desk/clock"))
    _advance(client, "30d")
    assert "Take the sandbox back" in _text(client.get("/desk/clock"))
    answer = _reset(client)
    assert (answer.status_code, answer["Location"], Moved.objects.count()) == (302, "/desk/clock", 0)
    page = _text(client.get("/desk/clock"))
    assert ("back where it stood before" in page, "the real time." in page) == (True, True)
    entry = Entry.objects.get()
    assert (entry.verb, entry.actor_name) == ("clock.reset", "Operator")


@pytest.mark.django_db(transaction=True)
def test_a_second_time_there_is_nothing_to_take_back(sandbox):
    client = _browser(cast.operator())
    before = _kept()
    assert (_reset(client).status_code, _kept()) == (302, before)
    assert "Nothing to take back" in _text(client.get("/desk/clock"))


@pytest.mark.django_db(transaction=True)
def test_a_lost_snapshot_is_said_and_everything_stays(sandbox):
    client = _browser(cast.operator())
    _advance(client, "30d")
    snapshot_file().unlink()
    before = _kept()
    assert (_reset(client).status_code, _kept()) == (302, before)
    assert "Nothing was taken back: There is no snapshot" in _text(client.get("/desk/clock"))


@pytest.mark.django_db
def test_in_production_nothing_is_taken_back():
    before = _kept()
    assert (_reset(_browser(cast.operator())).status_code, _kept()) == (404, before)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["manager", "engineer", "owner"])
def test_nobody_but_an_operator_moves_it(sandbox, role):
    client = _browser(getattr(cast, role)())
    before = _kept()
    assert (_advance(client, "1d").status_code, _reset(client).status_code, _kept()) == (404, 404, before)


@pytest.mark.django_db
def test_a_manager_sees_the_clock_without_the_form(sandbox):
    page = _browser(cast.manager()).get("/desk/clock")
    assert ("An operator can move it on." in _text(page), "/desk/clock/advance" in page.content.decode()) == (
        True,
        False,
    )


@pytest.mark.django_db
def test_the_steps_begin_with_an_hour_so_that_promises_fall_due_before_ones_eyes(sandbox):
    page = _browser(cast.operator()).get("/desk/clock").content.decode()
    assert [step for step, _words in STEPS] == re.findall(r'<option value="([^"]+)">', page)
    assert STEPS[0][0] == "1h"
    assert [span_of(step) for step, _words in STEPS] == sorted(span_of(step) for step, _words in STEPS)
