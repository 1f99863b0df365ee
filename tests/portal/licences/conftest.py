"""Aster's owner signed in, at the cast's moment."""

import pytest
from django.test import Client

from tests import cast, estate
from tests.screens import browser


@pytest.fixture(autouse=True)
def house(monkeypatch: pytest.MonkeyPatch) -> None:
    """The policy, and the clock of the cast."""
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT)
    estate.policy()


@pytest.fixture
def client() -> Client:
    """Aster's owner."""
    return browser(cast.owner())
