"""One throw-away PostgreSQL a run, shared by all workers; the database user of the tests may create databases."""

from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings

from tenure.kit.catalogues import files
from tests import cluster

# a machine that is busy with something else is no fault of an example
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    files.compile_stale()
    cluster.configure(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    cluster.unconfigure(config)


@pytest.fixture
def empty_queue(db: None) -> None:
    """No job and no worker, whatever an earlier test has committed: Django's flush leaves these tables alone."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


@pytest.fixture(scope="session")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(autouse=True)
def licence_keys_of_this_run(keys_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever signs a licence file keeps its key in a folder of this run, and not in the checkout's."""
    monkeypatch.setattr("tenure.activation.actions.keys.folder", lambda: keys_folder)
