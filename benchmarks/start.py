"""How long `bin/demo` takes to its first page: from nothing with packages installed, and a second time.

    python benchmarks/start.py [ROUNDS]

ROUNDS (3), each in a folder of its own.  Wall seconds, as a person waits them, and beside them the CPU-seconds of all
that ran until then without the database: on a busy machine the former grow and the latter hardly.
Goals: 6 s and 3 s on the wall.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import ROOT, spent

GOALS = {"from nothing": 6, "second start": 3}
PATIENCE_SECONDS = 60
READY = "Tenure is at"  # said once all is made; the first page can be read before


def main() -> None:
    """Print one line a start."""
    for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 3):
        with tempfile.TemporaryDirectory(prefix="tenure-bench-") as folder:
            Path(folder).chmod(0o711)
            for name, goal in GOALS.items():
                wall, cpu = first_page(Path(folder))
                word = "met" if wall <= goal else "MISSED"
                print(f"{name}: {wall:.1f} s on the wall, {cpu:.1f} CPU-s; goal {goal}: {word}", flush=True)


def first_page(folder: Path) -> tuple[float, float]:
    """Wall and CPU seconds until the page of a start is read; then it is ended."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    environment = {**os.environ, "TENURE_DATA": str(folder)}
    started = time.perf_counter()
    demo = subprocess.Popen(
        [str(ROOT / "bin" / "demo"), "--port", str(port)], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        while not _is_read(port):
            if time.perf_counter() - started > PATIENCE_SECONDS or demo.poll() is not None:
                raise SystemExit("bin/demo did not come up")
            time.sleep(0.02)
        wall, cpu = time.perf_counter() - started, spent(demo.pid)
        assert demo.stdout is not None
        while READY not in demo.stdout.readline():
            assert demo.poll() is None
        return wall, cpu
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.wait(timeout=PATIENCE_SECONDS)


def _is_read(port: int) -> bool:
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        asked.request("GET", "/")
        answer = asked.getresponse()
        answer.read()
    except OSError:
        return False
    else:
        return answer.status == 200
    finally:
        asked.close()


if __name__ == "__main__":
    main()
