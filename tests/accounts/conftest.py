"""The policy that accounts asks for the numbers of its links and tokens."""

import pytest

from tests import estate


@pytest.fixture
def without_policy() -> None:
    """Named by tests of an installation that has no policy yet."""


@pytest.fixture(autouse=True)
def policy(request: pytest.FixtureRequest) -> None:
    """The standard policy wherever a test has a database."""
    if request.node.get_closest_marker("django_db") and "without_policy" not in request.fixturenames:
        request.getfixturevalue("transactional_db" if _is_transactional(request) else "db")
        estate.policy()


def _is_transactional(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))
