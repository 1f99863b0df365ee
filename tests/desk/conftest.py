"""A customer with a named contact, and a desk whose clock stands at the cast's instant."""

import pytest

from tests import cast
from tests.cases.conftest import Scene, make_scene


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The screens' clock stands at the cast's instant."""
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT)
