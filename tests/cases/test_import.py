"""Moving in: every case of the other help desk with its history, once, however often the import is stopped and begun again."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tenure.accounts.models import Contact, Membership, Organisation, Person, StaffMembership
from tenure.accounts.words import Role
from tenure.cases import intake
from tenure.cases.intake.history import STATES, events_of, history_of
from tenure.cases.intake.reading import cases_in
from tenure.cases.intake.words import LONGEST_LINE, Comment, Given
from tenure.cases.models import Case, CaseMilestone, Event, Text, Verdict
from tenure.cases.queries import case, cases
from tenure.cases.rules import fold
from tenure.cases.words import CaseFilters, Happening, State, View
from tenure.journal.models import Entry
from tenure.journal.words import COMMAND
from tenure.outbox.models import Mail
from tests import cast, estate

ROOT = Path(__file__).resolve().parents[2]
AT = cast.AT
LINE = {
    "id": 1, "customer": 7, "email": "c007.1@customer007.example", "subject": "Import stops", "body": "At 01:40.",
    "status": "open", "priority": 2, "agent": 3, "created": "2026-06-01T08:00:00Z", "updated": "2026-06-02T09:00:00Z",
    "comments": [
        {"at": "2026-06-02T09:00:00Z", "by": "contact", "public": True, "body": "Again."},
        {"at": "2026-06-01T09:00:00Z", "by": "agent", "public": True, "body": "Which log?"},
        {"at": "2026-06-01T10:00:00Z", "by": "agent", "public": False, "body": "The cache."},
    ],
}  # fmt: skip


@pytest.fixture
def policy(db: None) -> None:
    estate.policy()


def file_of(tmp_path: Path, *lines: object) -> Path:
    made = tmp_path / "cases.jsonl"
    made.write_bytes(
        b"".join((each if isinstance(each, bytes) else json.dumps(each).encode()) + b"\n" for each in lines)
    )
    return made


def run(path: Path, customers: Path | None = None) -> tuple[int, list[str], list[str]]:
    """The code, the lines said and the lines of complaint."""
    said: list[str] = []
    complained: list[str] = []
    code = intake.run(path, customers=customers, at=AT, by=COMMAND, report=said.append, complain=complained.append)
    return code, said, complained


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """300 cases and the customers, as the generator of the benchmarks writes them."""
    folder = tmp_path_factory.mktemp("generated")
    made = []
    for name, more in (("cases", []), ("customers", ["--customers"])):
        command = [sys.executable, str(ROOT / "benchmarks" / "generate_cases.py"), "-n", "300", *more]
        made.append(folder / f"{name}.jsonl")
        made[-1].write_bytes(subprocess.run(command, check=True, capture_output=True).stdout)
    return made[0], made[1]


def test_a_case_comes_with_its_history_its_people_and_no_clock(policy: None, tmp_path: Path) -> None:
    assert run(file_of(tmp_path, LINE))[:2] == (
        0, ["1 cases: 1 new with 3 comments, 0 held already; 1 customers, 1 contacts and 1 agents new"],
    )  # fmt: skip
    kept = Case.objects.get()
    row = case(who=None, number=kept.number, at=AT)
    assert (row.state, row.severity, row.level, row.policy_version, row.source, row.source_number, row.summary) == (
        State.OPEN, 2, "", None, "import", "1", "Import stops",
    )  # fmt: skip
    assert (row.organisation, row.assignee, row.contact_email) == ("customer007.example 7", "agent 3", LINE["email"])
    assert [(each.kind, each.public, each.author, each.body) for each in row.entries] == [
        (Happening.OPENED, True, "c007.1", "At 01:40."), (Happening.REGISTERED, False, "", ""),
        (Happening.TAKEN, False, "agent 3", ""), (Happening.WROTE, True, "agent 3", "Which log?"),
        (Happening.NOTED, False, "agent 3", "The cache."), (Happening.CUSTOMER_WROTE, True, "c007.1", "Again."),
    ]  # fmt: skip
    assert (CaseMilestone.objects.count(), Verdict.objects.count(), Mail.objects.count()) == (0, 0, 0)


def test_an_agent_is_one_of_the_vendors_people_who_cannot_sign_in(policy: None, tmp_path: Path) -> None:
    run(file_of(tmp_path, LINE))
    agent = Person.objects.get(name="agent 3")
    assert (agent.is_active, agent.has_usable_password()) == (False, False)
    assert [each.role for each in StaffMembership.objects.filter(person=agent)] == ["engineer"]


@pytest.mark.django_db
def test_every_status_comes_out_as_the_state_it_stands_for(policy: None, generated) -> None:
    path, customers = generated
    assert run(path, customers)[0] == 0
    wanted = {str(each.number): STATES[each.status].value for each in cases_in(path)}
    assert dict(Case.objects.values_list("source_number", "state")) == wanted
    severities = {str(each.number): each.severity for each in cases_in(path)}
    assert dict(Case.objects.values_list("source_number", "severity")) == severities
    assert Text.objects.exclude(event__kind="opened").count() == sum(len(each.comments) for each in cases_in(path))
    assert Organisation.objects.filter(kind="customer").count() == 500
    assert Contact.objects.count() == 2000


def test_the_same_file_again_changes_nothing(policy: None, generated) -> None:
    path, customers = generated
    run(path, customers)
    tables = (Case, Event, Text, Person, Organisation, Contact, Entry)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    assert run(path, customers)[1] == [
        "300 cases: 0 new with 0 comments, 300 held already; 0 customers, 0 contacts and 0 agents new"
    ]
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before


def test_lists_and_searches_hold_what_was_imported(policy: None, generated) -> None:
    path, customers = generated
    run(path, customers)
    page = cases(who=None, filters=CaseFilters(view=View.OPEN), limit=100)
    expected = [str(each.number) for each in cases_in(path) if each.status != "closed"]
    numbers = dict(Case.objects.values_list("number", "source_number"))
    assert sorted(numbers[row.number] for row in page.rows) == sorted(sorted(expected, key=int)[-100:])
    phrase = json.loads(path.read_text().splitlines()[0])["phrase"]
    assert "1" in [numbers[row.number] for row in cases(who=None, filters=CaseFilters(text=phrase), limit=100).rows]


def test_a_customer_who_is_there_already_is_found_by_name(policy: None, tmp_path: Path) -> None:
    ours = cast.aster()
    customers = tmp_path / "customers.jsonl"
    customers.write_text(json.dumps({"customer": 7, "name": "aster mills", "contacts": ["olga@aster.example"]}))
    run(file_of(tmp_path, LINE), customers)
    assert (Case.objects.get().organisation_id, Organisation.objects.count()) == (ours.pk, 1)


def test_a_contact_who_has_signed_up_already_joins_and_sees_the_case(policy: None, tmp_path: Path) -> None:
    someone = cast.person(LINE["email"])
    run(file_of(tmp_path, LINE))
    assert [each.role for each in Membership.objects.filter(person=someone)] == [Role.TECHNICAL]
    assert [row.source_number for row in [case(who=cast.who(someone), number=Case.objects.get().number, at=AT)]] == [
        "1"
    ]
    assert Case.objects.get().opened_by_id == someone.pk


def test_numbers_and_ids_follow_the_time_of_opening(policy: None, tmp_path: Path) -> None:
    later = LINE | {"id": "b", "created": "2026-05-01T08:00:00Z"}
    run(file_of(tmp_path, LINE, later))
    assert list(Case.objects.order_by("id").values_list("source_number", flat=True)) == ["b", "1"]


# --- what is wrong with a line -------------------------------------------------------------------------------------


WRONG: list[tuple[object, str]] = [
    (b"{", "line 1: is no JSON: unexpected end of data"),
    (b"[]", "line 1: is no JSON object"),
    (b"\xff\xfe", "line 1: is not UTF-8"),
    (b'{"id": NaN}', "line 1: is no JSON: unexpected character, expected a JSON value"),
    (LINE | {"id": None}, "line 1: id: is missing"),
    (LINE | {"id": True}, "line 1: id: must be a text"),
    (LINE | {"id": " "}, "line 1: id: is empty"),
    (LINE | {"id": "x" * 61}, "line 1: id: has 61 characters; at most 60 are taken"),
    ({key: value for key, value in LINE.items() if key != "subject"}, "line 1: subject: is missing"),
    (LINE | {"subject": "\u200b"}, "line 1: subject: is empty"),
    (LINE | {"subject": "x" * 201}, "line 1: subject: has 201 characters; at most 200 are taken"),
    (LINE | {"body": "a\0b"}, "line 1: body: contains a NUL character"),
    (LINE | {"body": 5}, "line 1: body: must be a text"),
    (LINE | {"status": "lost"}, "line 1: status: 'lost' is none of new, open, waiting, resolved, closed"),
    (LINE | {"priority": 5}, "line 1: priority: must be a number from 1 to 4"),
    (LINE | {"priority": "2"}, "line 1: priority: must be a number from 1 to 4"),
    (LINE | {"priority": True}, "line 1: priority: must be a number from 1 to 4"),
    (LINE | {"agent": "../x"}, "line 1: agent: takes letters, figures, dots and dashes only"),
    (LINE | {"email": "nobody"}, "line 1: email: is no e-mail address"),
    (LINE | {"created": "2026-02-30T08:00:00Z"}, "line 1: created: '2026-02-30T08:00:00Z' is no instant; write it as 2026-06-30T23:00:00Z"),
    (LINE | {"created": "2026-06-01T08:00:00"}, "line 1: created: '2026-06-01T08:00:00' needs an offset, such as Z"),
    (LINE | {"created": "0001-01-01T00:00:00+14:00"}, "line 1: created: lies outside the years 1970 to 9998"),
    (LINE | {"updated": "2026-05-01T08:00:00Z"}, "line 1: updated: is before created"),
    (LINE | {"comments": {}}, "line 1: comments: must be a list of at most 10,000"),
    (LINE | {"comments": [5]}, "line 1: comments[0]: is no JSON object"),
    (LINE | {"comments": [LINE["comments"][0] | {"by": "robot"}]}, "line 1: comments[0].by: must be contact or agent"),
    (LINE | {"comments": [LINE["comments"][0] | {"public": 1}]}, "line 1: comments[0].public: must be true or false"),
    (LINE | {"comments": [LINE["comments"][0] | {"at": "2026-05-01T08:00:00Z"}]}, "line 1: comments[0].at: is before the case was created"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "said"), WRONG, ids=[said for _, said in WRONG])
def test_a_bad_line_is_named_with_its_reason_and_nothing_is_imported(policy: None, tmp_path: Path, line, said) -> None:
    code, reported, complained = run(file_of(tmp_path, line, LINE | {"id": 2}))
    assert (code, reported) == (1, [])
    assert complained == [said, "1 line is wrong. Nothing was imported."]
    assert (Case.objects.count(), Organisation.objects.count(), Person.objects.count()) == (0, 0, 0)


def test_every_bad_line_is_named(policy: None, tmp_path: Path) -> None:
    lines = [
        LINE,
        b"",
        LINE,
        LINE | {"id": 2, "status": "x"},
        b"{" * 100_000,
        b" " * (LONGEST_LINE + 5),
        b"\xef\xbb\xbf{}",
    ]
    code, _, complained = run(file_of(tmp_path, *lines))
    assert (code, [each.split(": ")[0] for each in complained[:-1]]) == (
        1,
        ["line 3", "line 4", "line 5", "line 6", "line 7"],
    )
    assert complained[-1] == "5 lines are wrong. Nothing was imported."


def test_a_byte_order_mark_and_empty_lines_are_passed_over(policy: None, tmp_path: Path) -> None:
    assert run(file_of(tmp_path, b"\xef\xbb\xbf" + json.dumps(LINE).encode(), b"", b"  "))[0] == 0
    assert Case.objects.count() == 1


def test_a_file_that_is_not_there_is_said(policy: None, tmp_path: Path) -> None:
    assert run(tmp_path / "none")[2][0] == "the file cannot be read: No such file or directory"


def test_a_bad_line_of_the_customers_is_named_with_its_file(policy: None, tmp_path: Path) -> None:
    customers = tmp_path / "customers.jsonl"
    customers.write_text(
        '{"customer": 7, "name": "", "contacts": []}\n{"customer": 8, "name": "B", "contacts": ["x"]}\n'
    )
    assert run(file_of(tmp_path, LINE), customers) == (
        1, [], [
            f"{customers}: line 1: name: is empty", f"{customers}: line 2: contacts: is no e-mail address",
            "2 lines are wrong. Nothing was imported.",
        ],
    )  # fmt: skip


# --- the history ---------------------------------------------------------------------------------------------------

START = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
COMMENTS = st.lists(
    st.builds(
        Comment, st.integers(0, 90).map(lambda m: START + timedelta(minutes=m)), st.booleans(), st.booleans(),
        st.sampled_from(["", "words"]),
    ),
    max_size=8,
)  # fmt: skip


@given(COMMENTS, st.sampled_from(sorted(STATES)), st.sampled_from(["", "3"]), st.integers(0, 120))
def test_any_history_folds_to_the_state_it_had_with_every_comment_in_order(comments, status, agent, minutes) -> None:
    ordered = tuple(sorted(comments, key=lambda each: each.at))
    told = history_of(
        Given(
            1, "1", "7", "a@b.example", "s", "b", status, 2, agent, START, START + timedelta(minutes=minutes), ordered
        )
    )
    assert [(each.at, each.body) for each in told if each.by_agent is not None and each.kind not in {
        Happening.OPENED, Happening.TAKEN,
    }][: len(ordered)] == [(each.at, each.body) for each in ordered]  # fmt: skip
    assert [each.at for each in told] == sorted(each.at for each in told)
    story = fold(
        events_of(Given(1, "1", "7", "", "s", "b", status, 2, agent, START, START, ()), told, 9 if agent else None)
    )
    assert (story.state, story.severity) == (STATES[status], 2)
    assert story.assignee == (9 if agent and status != "new" else None)
    shown = Counter((each.by_agent, each.public) for each in told if each.body and each.kind is not Happening.OPENED)
    assert shown == Counter((each.by_agent, each.public) for each in ordered if each.body)


# --- killed --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_is_completed_by_the_same_command(generated, tmp_path: Path) -> None:
    """Batches of ten, killed after the first ones have committed; then whole."""
    estate.policy()
    path, customers = generated
    program = (
        "import django, pathlib, sys; django.setup()\n"
        "from django.conf import settings\n"
        "from tenure.cases import intake; from tenure.journal.words import COMMAND; from datetime import UTC, datetime\n"
        "intake.BATCH = 10\n"
        "intake.run(pathlib.Path(sys.argv[1]), customers=pathlib.Path(sys.argv[2]), at=datetime.now(UTC), by=COMMAND,"
        " report=print, complain=print)\n"
    )
    base = os.environ["DATABASE_URL"].split("?")
    url = "?".join([base[0].rsplit("/", 1)[0] + "/" + settings.DATABASES["default"]["NAME"], *base[1:]])
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "tenure.config.settings",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(path), str(customers)], env=environment, stdout=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while Case.objects.count() < 30 and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    held = Case.objects.count()
    assert 30 <= held < 300
    assert held % 10 == 0
    assert run(path, customers)[0] == 0
    numbers = list(Case.objects.values_list("source_number", flat=True))
    assert sorted(map(int, numbers)) == list(range(1, 301))
    assert Event.objects.count() == sum(len(history_of(each)) for each in cases_in(path))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM cases_text t JOIN cases_event e ON e.id = t.event_id AND e.case_id = t.case_id"
        )
        assert cursor.fetchone()[0] == Text.objects.count()
