"""An empty queue: Django's flush leaves the tables of the queue alone."""

import pytest
from django.db import connection


@pytest.fixture
def empty_queue(db):
    """No job and no worker, whatever an earlier test has committed."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
