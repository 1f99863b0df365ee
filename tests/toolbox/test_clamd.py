"""The client of ClamAV's daemon against a server that speaks its protocol, and against the daemon itself."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tenure.toolbox import clamd
from tests.toolbox.scanner import HARM, MOST_BYTES, Scanner


@pytest.fixture
def scanner() -> Iterator[Scanner]:
    with Scanner() as scanner:
        yield scanner


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """ClamAV's own daemon on a socket, which knows one signature; the path of the socket."""
    program = shutil.which("clamd") or "/usr/sbin/clamd"
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "own.ndb").write_text(f"Made.Up.Harm:0:*:{HARM.hex()}\n")
    conf = folder / "clamd.conf"
    conf.write_text(
        f"LocalSocket {folder}/socket\nDatabaseDirectory {folder}\nTemporaryDirectory {folder}\n"
        f"StreamMaxLength {MOST_BYTES}\nForeground yes\n"
    )
    process = subprocess.Popen([program, "-c", str(conf)], stdout=subprocess.DEVNULL)
    try:
        _until_it_answers(folder / "socket", process)
        yield str(folder / "socket")
    finally:
        process.kill()
        process.wait()


def _until_it_answers(path: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "clamd did not start"
        with socket.socket(socket.AF_UNIX) as line:
            if line.connect_ex(str(path)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("clamd did not answer")


@pytest.mark.parametrize(
    ("chunks", "name"),
    [([b"quiet"], ""), ([b"x made-", b"", b"up harm y"], "Made.Up.Harm"), ([], ""), ([b"x" * 65_536] * 16, "")],
)
def test_the_bytes_arrive_whole_and_the_verdict_comes_back(scanner: Scanner, chunks, name) -> None:
    assert clamd.scan(iter(chunks), at=scanner.at) == clamd.Verdict(name=name)
    assert scanner.streams == [b"".join(chunks)]


def test_a_stream_that_is_too_long_is_unscannable_and_no_fault_of_the_line(scanner: Scanner) -> None:
    for chunks in ([b"x" * 65_536] * 40, [b"x" * (3 * MOST_BYTES)]):
        with pytest.raises(clamd.Unscannable):
            clamd.scan(chunks, at=scanner.at)


def test_no_daemon_no_answer_and_no_address_are_unreachable(scanner: Scanner, tmp_path: Path) -> None:
    scanner.is_silent = True
    for at in (scanner.at, "127.0.0.1:1", str(tmp_path / "nothing"), "localhost", ""):
        with pytest.raises(clamd.Unreachable):
            clamd.scan([b"quiet"], at=at)


def test_the_daemon_itself_finds_what_it_knows_and_refuses_what_is_too_long(daemon: str) -> None:
    assert clamd.scan([b"quiet"], at=daemon) == clamd.Verdict(name="")
    assert clamd.scan([b"x made-", b"", b"up harm y"], at=daemon) == clamd.Verdict(name="Made.Up.Harm.UNOFFICIAL")
    with pytest.raises(clamd.Unscannable):
        clamd.scan([b"x" * 65_536] * 40, at=daemon)
