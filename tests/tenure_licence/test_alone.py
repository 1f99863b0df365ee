"""The package alone: no Tenure, no Django, its command, and the same check by OpenSSL."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tenure_licence
from tenure_licence import pem_of
from tests.tenure_licence import files

PACKAGE = Path(tenure_licence.__file__).parent
ALONE = """
import sys
sys.path.insert(0, sys.argv[1])
import tenure_licence, tenure_licence.__main__ as command
foreign = {name.split(".")[0] for name in sys.modules} & {"tenure", "django", "psycopg", "orjson", "procrastinate"}
assert not foreign, foreign
sys.exit(command.main(sys.argv[2:]))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the package, a file, keys and a list, and nothing of Tenure."""
    shutil.copytree(PACKAGE, tmp_path / "alone" / "tenure_licence", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "a.lic").write_bytes(files.file())
    (tmp_path / "keys.pem").write_text(pem_of(files.public()))
    (tmp_path / "withdrawn.txt").write_bytes(files.withdrawals(licences=[{"number": "LF-10000001"}]))
    return tmp_path


def _alone(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-c", ALONE, str(folder / "alone"), *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_package_needs_nothing_of_tenure(folder: Path):
    done = _alone(folder, "a.lic", "--keys", "keys.pem", "--on", "2027-03-31")
    facts, told = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(facts)["serial"] == "M1000000001"
    assert told == "M1000000001 on 2027-03-31: covered until 2027-03-31 by essential, 5 machines; use does not end."


def test_the_command_runs_as_a_module(folder: Path):
    command = [sys.executable, "-m", "tenure_licence", "a.lic", "--keys", "keys.pem", "--on", "2027-04-01"]
    done = subprocess.run(command, cwd=folder, env={"PYTHONPATH": str(folder / "alone"), "PATH": os.environ["PATH"]},
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert (done.returncode, done.stdout.splitlines()[1]) == (
        1, "M1000000001 on 2027-04-01: not covered (ended); use does not end.",
    )  # fmt: skip


@pytest.mark.parametrize(("name", "words", "code", "said"), [
    ("cut.lic", [], 1, "cut.lic: cut_short: "), ("edited.lic", [], 1, "edited.lic: edited: "),
    ("a.lic", ["--list", "withdrawn.txt"], 1, "a.lic: licence_withdrawn: "),
    ("bound.lic", ["--host", "here"], 1, "bound.lic: other_host: "), ("none.lic", [], 2, "none.lic: No such file"),
    ("huge.lic", [], 1, "huge.lic: too_large: "), ("a.lic", ["--list", "a.lic"], 1, "not_a_licence: "),
])  # fmt: skip
def test_the_command_says_what_is_wrong_with_which_file(
    folder: Path, name: str, words: list[str], code: int, said: str
):
    (folder / "cut.lic").write_bytes(files.file()[:100])
    (folder / "edited.lic").write_bytes(files.file().replace(b"Quay", b"Quai"))
    (folder / "bound.lic").write_bytes(files.file(host="there"))
    with (folder / "huge.lic").open("wb") as huge:
        huge.truncate(10_000_000_000)
    done = _alone(folder, name, "--keys", "keys.pem", *words)
    assert (done.returncode, done.stdout, done.stderr[: len(said)]) == (code, "", said)


def _openssl(folder: Path) -> subprocess.CompletedProcess[str]:
    script = (
        "head -n 1 a.lic | tr -d '\\n' > said && sed -n 2p a.lic | base64 -d > signature &&"
        " openssl pkeyutl -verify -rawin -pubin -inkey keys.pem -in said -sigfile signature"
    )
    return subprocess.run(["sh", "-c", script], cwd=folder, capture_output=True, text=True, check=False)


def test_openssl_says_the_same(folder: Path):
    assert (_openssl(folder).returncode, _openssl(folder).stdout.strip()) == (0, "Signature Verified Successfully")
    (folder / "a.lic").write_bytes(files.file().replace(b'"quantity":5', b'"quantity":9'))
    assert _openssl(folder).returncode == 1


def test_the_guide_shows_the_same_commands():
    guide = (Path(__file__).resolve().parents[2] / "docs" / "guide" / "licence-files.md").read_text()
    for line in ("head -n 1 a.lic | tr -d '\\n' > said", "sed -n 2p a.lic | base64 -d > signature",
                 "openssl pkeyutl -verify -rawin -pubin -inkey key.pem -in said -sigfile signature"):  # fmt: skip
        assert line in guide
