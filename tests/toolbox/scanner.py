"""A small real server for the tests that speaks ClamAV's INSTREAM: it finds a mark, and hangs up over too much."""

import socketserver
import struct
import threading
from dataclasses import dataclass, field

HARM = b"made-up harm"
MOST_BYTES = 1024 * 1024


@dataclass
class Scanner:
    """What came, one entry a stream; `at` is its address.  With `is_silent` it hangs up before it answers."""

    at: str = ""
    streams: list[bytes] = field(default_factory=list)
    is_silent: bool = False

    def __enter__(self) -> "Scanner":
        scanner = self

        class Door(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                answer = scanner.serve(self.rfile)
                if not scanner.is_silent:
                    self.wfile.write(answer + b"\0")

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Door)
        self.server.daemon_threads = True
        self.at = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=[0.02], daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def serve(self, rfile) -> bytes:
        command = b"zINSTREAM\0"
        if rfile.read(len(command)) != command:
            return b"UNKNOWN COMMAND"
        content = b""
        while size := struct.unpack("!L", rfile.read(4))[0]:
            if len(content) + size > MOST_BYTES:
                return b"INSTREAM size limit exceeded. ERROR"
            content += rfile.read(size)
        self.streams.append(content)
        return b"stream: Made.Up.Harm FOUND" if HARM in content else b"stream: OK"
