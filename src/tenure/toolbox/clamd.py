"""A small client of ClamAV's daemon: bytes in, verdict out."""

import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass

PATIENCE_SECONDS = 60


class Unscanned(Exception):
    """The daemon gave no verdict: it cannot be reached, or it refused the stream."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """name: of what was found, "" for nothing."""

    name: str

    @property
    def is_clean(self) -> bool:
        return not self.name


def scan(chunks: Iterable[bytes], *, at: str) -> Verdict:
    """Stream the chunks to the daemon by INSTREAM.

    at: "host:port" or the path of a Unix socket.  Raises Unscanned.  Source: ours.
    """
    try:
        with _line(at) as line:
            line.sendall(b"zINSTREAM\0")
            for chunk in chunks:
                line.sendall(struct.pack("!L", len(chunk)) + chunk)
            line.sendall(struct.pack("!L", 0))
            said = line.makefile("rb").read(4096).rstrip(b"\0\n").decode("utf-8", "replace")
    except OSError as error:
        raise Unscanned(str(error)) from error
    if said.endswith(" OK"):
        return Verdict(name="")
    if said.endswith(" FOUND"):
        return Verdict(name=said.removeprefix("stream: ").removesuffix(" FOUND"))
    raise Unscanned(said)


def _line(at: str) -> socket.socket:
    if at.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(PATIENCE_SECONDS)
        line.connect(at)
        return line
    host, _, port = at.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS)
