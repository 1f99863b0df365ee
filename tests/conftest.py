"""One throw-away PostgreSQL a run, shared by all workers; the database user of the tests may create databases."""

import pytest
from django.db import connection

from tests import cluster


def pytest_configure(config: pytest.Config) -> None:
    cluster.configure(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    cluster.unconfigure(config)


@pytest.fixture
def empty_queue(db: None) -> None:
    """No job and no worker, whatever an earlier test has committed: Django's flush leaves these tables alone."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
