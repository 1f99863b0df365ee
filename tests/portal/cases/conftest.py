"""Tomas of Aster signed in, at the cast's moment."""

import pytest
from django.test import Client

from tests.cases.conftest import Scene, make_scene
from tests.portal.cases.world import AT
from tests.screens import browser


@pytest.fixture(autouse=True)
def scene(monkeypatch: pytest.MonkeyPatch, settings, tmp_path) -> Scene:
    """Tomas of Aster holds a contact seat; the clock is the cast's, and files go to a folder of the test."""
    monkeypatch.setattr("tenure.config.middleware.now", lambda: AT)
    settings.STORAGES = {**settings.STORAGES, "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"},
    }}  # fmt: skip
    return make_scene()


@pytest.fixture
def client(scene: Scene) -> Client:
    return browser(scene.technical)
