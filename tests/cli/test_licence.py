"""`tenure licence`: files are verified, keys shown and changed, and every mistake has its sentence."""

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tenure.activation import queries
from tenure.activation.models import LicenceFile
from tenure_licence import Keys, verify
from tests import cast
from tests.activation.conftest import activated, licence

pytestmark = pytest.mark.django_db
__all__ = ["licence"]


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenure.cli.management.commands.licence.now", lambda: cast.AT)


def _run(*words: str) -> str:
    out = StringIO()
    call_command("licence", *words, stdout=out)
    return out.getvalue()


def _refused(*words: str) -> tuple[int, str]:
    with pytest.raises(CommandError) as no:
        _run(*words)
    return no.value.returncode, str(no.value)


@pytest.fixture
def file(licence, tmp_path: Path) -> Path:
    path = tmp_path / "a.lic"
    path.write_bytes(activated(cast.owner(), licence, units=3).files[0].content)
    return path


def test_a_file_is_told_and_what_it_gives_today(file: Path):
    facts, sentence = _run("verify", str(file)).splitlines()
    assert json.loads(facts)["host"] == "host-a"
    assert sentence == "M1000000001 on 2026-11-24: covered until 2027-03-31 by essential, 3 machines; use does not end."


def test_what_does_not_hold_ends_with_its_code(file: Path, tmp_path: Path):
    good = file.read_bytes()
    wrong = {"cut_short": good[:-9], "edited": good.replace(b'"quantity":3', b'"quantity":9'), "not_a_licence": b"hello",
             "too_large": b'{"' + b"x" * 70_000}  # fmt: skip
    for code, content in wrong.items():
        (tmp_path / code).write_bytes(content)
        told = _refused("verify", str(tmp_path / code))
        assert (told[0], told[1].startswith(f"{tmp_path / code}: {code}: ")) == (1, True)
    LicenceFile.objects.update(withdrawn_at=cast.AT, why="x")
    assert _refused("verify", str(file))[1].startswith(f"{file}: licence_withdrawn: ")


@pytest.mark.parametrize(("name", "reason"), [("nothing", "No such file or directory"), (".", "Is a directory")])
def test_a_file_that_cannot_be_read_is_said_so(tmp_path: Path, db: None, name: str, reason: str):
    assert _refused("verify", str(tmp_path / name)) == (2, f"{tmp_path / name}: {reason}")


def test_the_keys_are_printed_for_products(file: Path):
    for words in (["keys"], ["keys", "--pem"]):
        assert verify(file.read_bytes(), keys=Keys.read(_run(*words).encode())).ends_on == date(2027, 3, 31)


def test_keys_are_prepared_rotated_and_withdrawn(file: Path):
    [old] = [row.key_id for row in queries.signing_keys()]
    prepared = _run("prepare").split()[2]
    assert _run("rotate", "--why", "yearly") == f"The key {prepared} signs; 1 files were signed anew.\n"
    assert _run("withdraw", old, "--why", "lost") == (
        f"{old} is withdrawn. The key {prepared} signs; 0 files were signed anew.\n"
    )
    assert _refused("verify", str(file))[1].startswith(f"{file}: key_withdrawn: ")
    assert _refused("withdraw", old, "--why", "x") == (1, "Nothing was done: this key was withdrawn already.")
    assert _refused("withdraw", "none", "--why", "x") == (1, "Nothing was done: there is no key with this ID.")
    assert _refused("withdraw", prepared, "--why", " ") == (1, "Nothing was done: --why is empty.")
