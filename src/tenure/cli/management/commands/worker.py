"""`tenure worker`: runs the jobs that wait in the database."""

import os
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException

from tenure.toolbox.queue import SILENT_SECONDS

HEARTBEAT_SECONDS = 10
STOP_SECONDS = 20
SOUND_SECONDS = 1  # who failed sooner than this after its start will fail again


class Command(BaseCommand):
    help = "Runs waiting jobs: mail, the seals of the journal and what is due by the clock."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=os.environ.get("TENURE_JOBS_AT_ONCE", "2"))

    def handle(self, *, concurrency: int, **_: Any) -> None:
        """Work until SIGTERM or Ctrl-C; jobs under way get some seconds to finish.

        In a sandbox that is taken back the tables, and this worker's row in them, are replaced under its feet; it then
        begins anew.
        """
        connector = app.connector
        if not isinstance(connector, DjangoConnector):
            raise CommandError("the worker needs the connector of Django.")
        while True:
            began = time.monotonic()
            try:
                return _work(connector, concurrency)
            except ConnectorException:
                if not settings.SANDBOX or time.monotonic() - began < SOUND_SECONDS:
                    raise
                self.stderr.write("tenure: the database has changed under the worker; it begins anew.")


def _work(connector: DjangoConnector, concurrency: int) -> None:
    with app.replace_connector(connector.get_worker_connector()) as working:
        working.run_worker(
            concurrency=concurrency,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=SILENT_SECONDS,
            shutdown_graceful_timeout=STOP_SECONDS,
        )
