"""`tenure serve`: the web server."""

import gc
import os
from argparse import SUPPRESS, ArgumentParser
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections


class Command(BaseCommand):
    help = "Serves the portal, the desk and the API (--address, --port)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--address", default=os.environ.get("TENURE_ADDRESS", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=os.environ.get("TENURE_PORT", "8000"))
        parser.add_argument("--workers", type=int, default=os.environ.get("TENURE_WEB_WORKERS", "2"))

        parser.add_argument("--after", type=int, metavar="FD", help=SUPPRESS)

    def handle(self, *, address: str, port: int, workers: int, after: int | None, **_: Any) -> None:
        """Serve until SIGTERM or Ctrl-C; requests under way are finished first.

        after: a file descriptor on which somebody says that the tables are ready; without their word nothing is served.
        """
        from granian.constants import Interfaces
        from granian.log import LogLevels
        from granian.server import Server

        import_module(settings.ROOT_URLCONF)  # all screens, once for all workers
        connections.close_all()  # the workers are forks and must open their own
        if after is not None and not os.read(after, 1):
            raise CommandError("nothing is served, as the tables could not be made ready.")
        gc.collect()
        gc.freeze()  # what is here by now is shared: a collection in a worker would write to its every page
        Server(
            "tenure.config.wsgi:application",
            address=address,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=2,
            respawn_failed_workers=True,
            workers_kill_timeout=20,
            log_level=LogLevels.warning,
        ).serve()
