"""`tenure worker`: runs the jobs that wait in the database."""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from tenure.toolbox.queue import SILENT_SECONDS

HEARTBEAT_SECONDS = 10
STOP_SECONDS = 20


class Command(BaseCommand):
    help = "Runs waiting jobs: mail, the seals of the journal and what is due by the clock."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=os.environ.get("TENURE_JOBS_AT_ONCE", "2"))

    def handle(self, *, concurrency: int, **_: Any) -> None:
        """Work until SIGTERM or Ctrl-C; jobs under way get some seconds to finish."""
        connector = app.connector
        if not isinstance(connector, DjangoConnector):
            raise CommandError("the worker needs the connector of Django.")
        with app.replace_connector(connector.get_worker_connector()) as working:
            working.run_worker(
                concurrency=concurrency,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=SILENT_SECONDS,
                shutdown_graceful_timeout=STOP_SECONDS,
            )
