"""A small real SMTP server for the tests: it speaks enough of RFC 5321 to accept, refuse and hang up."""

import socketserver
import threading
from dataclasses import dataclass, field


@dataclass
class PostOffice:
    """What arrived, and how to answer whom: `replies` by recipient, to RCPT; "hang up" closes the connection.

    held: whose letter is read to its end and neither taken nor answered, until the sender is gone; `reached` says so.
    """

    port: int = 0
    connections: int = 0
    letters: list[tuple[str, bytes]] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)
    held: str = ""
    reached: threading.Event = field(default_factory=threading.Event)

    def __enter__(self):
        office = self

        class Clerk(socketserver.StreamRequestHandler):
            def handle(self):
                office.connections += 1
                serve(office, self.rfile, self.wfile)

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clerk)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=[0.02], daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def serve(office: PostOffice, rfile, wfile) -> None:
    def say(line: str) -> None:
        wfile.write(line.encode() + b"\r\n")

    say("220 post office")
    recipient = ""
    while line := rfile.readline().decode().strip():
        verb = line[:4].upper()
        if verb == "RCPT":
            recipient = line.partition("<")[2].partition(">")[0]
            reply = office.replies.get(recipient, "250 ok")
            if reply == "hang up":
                return
            say(reply)
        elif verb == "DATA":
            say("354 go on")
            lines = list(iter(rfile.readline, b".\r\n"))
            if recipient == office.held:
                office.reached.set()
                rfile.read()
                return
            office.letters.append(
                (recipient, b"".join(line.removeprefix(b".") if line[:2] == b".." else line for line in lines))
            )
            say("250 taken")
        elif verb == "QUIT":
            say("221 bye")
            return
        else:
            say("250 ok")
