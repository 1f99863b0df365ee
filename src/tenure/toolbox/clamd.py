"""A small client of ClamAV's daemon: bytes in, verdict out."""

import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass

PATIENCE_SECONDS = 60


class Unscanned(Exception):
    """The daemon gave no verdict."""


class Unreachable(Unscanned):
    """It cannot be reached, or it does not answer: no file's fault."""


class Unscannable(Unscanned):
    """It answered that it cannot scan these bytes, such as more than its `StreamMaxLength`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """name: of what was found, "" for nothing."""

    name: str

    @property
    def is_clean(self) -> bool:
        return not self.name


def scan(chunks: Iterable[bytes], *, at: str) -> Verdict:
    """Stream the chunks to the daemon by INSTREAM.

    at: "host:port" or the path of a Unix socket.  Raises Unreachable, Unscannable.  Source: ours.
    """
    try:
        with _line(at) as line:
            hung_up = _send(line, chunks)
            said = _answer(line)
    except OSError as error:
        raise Unreachable(str(error)) from error
    if said == "stream: OK":
        return Verdict(name="")
    if said.endswith(" FOUND"):
        return Verdict(name=said.removeprefix("stream: ").removesuffix(" FOUND"))
    if said or hung_up:
        raise Unscannable(said or "the daemon hung up over the stream")
    raise Unreachable("the daemon gave no answer")


def _send(line: socket.socket, chunks: Iterable[bytes]) -> bool:
    """Send the stream; whether the daemon hung up in the middle, as it does over one that is too long."""
    try:
        line.sendall(b"zINSTREAM\0")
        for chunk in filter(None, chunks):  # a length of 0 ends the stream
            line.sendall(struct.pack("!L", len(chunk)) + chunk)
        line.sendall(struct.pack("!L", 0))
    except (BrokenPipeError, ConnectionResetError):
        return True
    return False


def _answer(line: socket.socket) -> str:
    """What the daemon says, as far as it can still be read."""
    try:
        with line.makefile("rb") as said:
            return said.read(4096).rstrip(b"\0\n").decode("utf-8", "replace")
    except ConnectionResetError:
        return ""


def _line(at: str) -> socket.socket:
    if at.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(PATIENCE_SECONDS)
        try:
            line.connect(at)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = at.rpartition(":")
    if not host or not port.isdecimal():
        raise Unreachable(f"{at} is neither host:port nor the path of a socket")
    return socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS)
