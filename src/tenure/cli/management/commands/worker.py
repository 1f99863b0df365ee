"""`tenure worker`: runs the jobs that wait in the database."""

import asyncio
import contextlib
import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

SWEEP_SECONDS = 15
HEARTBEAT_SECONDS = 10
STALLED_SECONDS = 30
STOP_SECONDS = 20


class Command(BaseCommand):
    help = "Runs waiting jobs: mail, webhooks, notices and the nightly work."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=os.environ.get("TENURE_JOBS_AT_ONCE", "2"))

    def handle(self, *, concurrency: int, **_: Any) -> None:
        """Work until SIGTERM or Ctrl-C; jobs under way get some seconds to finish."""
        connector = app.connector
        if not isinstance(connector, DjangoConnector):
            raise CommandError("the worker needs the connector of Django.")
        with app.replace_connector(connector.get_worker_connector()) as working:
            asyncio.run(_work(working, concurrency))


async def _work(working: App, concurrency: int) -> None:
    async with working.open_async():
        sweeping = asyncio.create_task(_sweep(working))
        try:
            await working.run_worker_async(
                concurrency=concurrency,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=STALLED_SECONDS,
                shutdown_graceful_timeout=STOP_SECONDS,
            )
        finally:
            sweeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sweeping


async def _sweep(working: App) -> None:
    while True:
        await give_back(working)
        await asyncio.sleep(SWEEP_SECONDS)


async def give_back(working: App) -> None:
    """Let the jobs of killed workers run again: Procrastinate leaves them in the state `doing` for ever."""
    for job in await working.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        await working.job_manager.retry_job(job)
