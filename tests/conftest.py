"""One throw-away PostgreSQL a run, shared by all workers; the database user of the tests may create databases."""

import pytest

from tests import cluster


def pytest_configure(config: pytest.Config) -> None:
    cluster.configure(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    cluster.unconfigure(config)
