"""The small catalogue of these tests, and who brings it in when."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tenure.catalog.actions import import_catalog
from tenure.journal.words import COMMAND

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def small() -> dict[str, object]:
    """The file as objects, to be changed by a test."""
    return json.loads(Path(__file__).with_name("lifecycles.json").read_text("utf-8"))


@pytest.fixture
def take():
    """Import the objects of a file."""

    def act(file, at=AT):
        return import_catalog(content=json.dumps(file).encode(), at=at, by=COMMAND)

    return act
