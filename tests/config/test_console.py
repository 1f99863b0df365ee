"""The `tenure` command: which database it takes, and how it says no."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tenure.config import console, embedded
from tests.config.houses import House, until

GIVEN = "postgresql://someone@db.example/tenure"
OWNER = "postgresql://boss@db.example/tenure"
DIRECT = "postgresql://someone@direct.example/tenure"


CONSOLE = ["-m", "tenure.config.console"]


def tenure(data: Path, *words: str, database_url: str = "", program: list[str] = CONSOLE) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    environment |= {"TENURE_DATA": str(data), "DATABASE_URL": database_url}
    return subprocess.Popen(
        [sys.executable, *program, *words],
        env={**environment, "PYTHONPATH": str(Path(console.__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def answer(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


@pytest.mark.parametrize(
    ("words", "url"),
    [
        (["import", "catalog", "file"], GIVEN),
        (["clock", "show"], GIVEN),
        (["serve"], GIVEN),
        (["migrate"], OWNER),
        (["clock", "advance", "30d"], OWNER),
        (["clock", "reset"], OWNER),
        (["restore", "folder"], OWNER),
        (["worker"], DIRECT),
    ],
)
def test_only_commands_that_change_tables_work_as_owner(tmp_path: Path, words: list[str], url: str):
    environment = {"DATABASE_URL": GIVEN, "DATABASE_OWNER_URL": OWNER, "DATABASE_DIRECT_URL": DIRECT}
    assert not console.choose_database(words, environment, tmp_path)
    serving = {"DATABASE_APP_URL": GIVEN} if url == OWNER else {}  # who serves stays known
    assert environment == {"DATABASE_URL": url, "DATABASE_OWNER_URL": OWNER, "DATABASE_DIRECT_URL": DIRECT, **serving}


def test_the_owner_is_the_given_user_unless_another_is_named(tmp_path: Path):
    environment = {"DATABASE_URL": GIVEN}
    assert not console.choose_database(["migrate"], environment, tmp_path)
    assert environment == {"DATABASE_URL": GIVEN, "DATABASE_OWNER_URL": GIVEN, "DATABASE_APP_URL": GIVEN}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("words", "role"), [(["serve"], "app"), (["migrate"], "owner")])
def test_without_an_address_the_embedded_database_serves(my_house: House, words: list[str], role: str):
    data = my_house.folder()
    environment: dict[str, str] = {"DATABASE_URL": ""}
    assert console.choose_database(words, environment, data)
    assert urlsplit(environment["DATABASE_URL"]).username == role
    assert urlsplit(environment["DATABASE_OWNER_URL"]).username == "owner"
    embedded.release(data)


@pytest.mark.parametrize(
    "words",
    [
        ["worktime", "file"],
        ["policy", "check", "file"],
        ["policy", "diff", "a", "b"],
        ["import", "--help"],
        ["check"],
    ],
)
def test_commands_that_only_compute_start_no_database(tmp_path: Path, words: list[str]):
    environment: dict[str, str] = {}
    assert not console.choose_database(words, environment, tmp_path)
    assert environment == {}
    assert list(tmp_path.iterdir()) == []


def test_help_lists_each_command_of_ours_with_a_line(capsys: pytest.CaptureFixture[str]):
    assert console.main(["--help"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  tenure ")]
    names = {file.stem for file in console.COMMANDS.glob("[a-z]*.py")} | {"migrate"}
    assert [line.split()[1] for line in lines] == sorted(names)
    assert [line for line in lines if len(line.split()) < 4] == []


def test_a_command_starts_the_database_and_leaves_none_behind(my_house: House):
    data = my_house.folder()
    code, out, err = answer(tenure(data, "showmigrations", "sessions"))
    assert (code, out, err) == (0, "sessions\n [ ] 0001_initial\n", "")
    assert not embedded.status(data).running


def test_an_unknown_command_is_wrong_usage(tmp_path: Path):
    code, out, err = answer(tenure(tmp_path, "worktme", database_url=GIVEN))
    assert (code, out) == (2, "")
    assert err.startswith("tenure: there is no command 'worktme'.")
    assert len(err.splitlines()) == 1


def test_a_wrong_option_is_wrong_usage(tmp_path: Path):
    code, out, err = answer(tenure(tmp_path, "serve", "--port", "many", database_url=GIVEN))
    assert (code, out) == (2, "")
    assert err.splitlines()[-1] == "tenure serve: error: argument --port: invalid int value: 'many'"


def test_a_database_that_does_not_serve_is_one_line(tmp_path: Path):
    code, out, err = answer(tenure(tmp_path, "showmigrations", database_url="postgresql://x@127.0.0.1:1/x"))
    assert (code, out) == (1, "")
    assert err.startswith("tenure: the database does not serve: ")
    assert len(err.splitlines()) == 1


def test_a_damaged_data_folder_is_one_line(my_house: House):
    data = my_house.folder()
    my_house.hold(data).end(signal.SIGTERM)
    until(lambda: not embedded.status(data).running)
    (data / "postgres" / "passwords.json").write_text("{")
    code, out, err = answer(tenure(data, "showmigrations"))
    assert (code, out) == (1, "")
    assert err == (f"tenure: the file with the database's passwords is damaged: {data}/postgres/passwords.json.\n")


SLOW_COMMAND = """
import signal, sys, time
from tenure.config import console
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
console._run = lambda words: (print("under way", flush=True), time.sleep(60))
sys.exit(console.main(["slow"]))
"""


def test_ctrl_c_is_quiet_and_stops_the_database(my_house: House):
    data = my_house.folder()
    process = tenure(data, program=["-c", SLOW_COMMAND])
    assert process.stdout.readline() == "under way\n"
    assert embedded.status(data).running
    process.send_signal(signal.SIGINT)
    assert answer(process) == (130, "", "")
    assert not embedded.status(data).running
