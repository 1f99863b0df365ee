"""A real browser against a real server on the loopback.  Every page it opens is examined by axe as well."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from playwright.sync_api import Browser, Error, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in the thread of the tests


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:  # its loop ends with the module: other tests run loops of their own
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(autouse=True)
def forgotten() -> None:
    """The limits on letters to one address are kept in a cache that outlives a test."""
    cache.clear()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    yield context.new_page()
    context.close()


def _found(page: Page) -> Any:
    """What axe finds.  A click just before may put another page in the place of this one meanwhile: then of that one."""
    page.wait_for_load_state()
    try:
        return Axe().run(page, options=RULES).response["violations"]
    except Error:
        page.wait_for_load_state()
        return Axe().run(page, options=RULES).response["violations"]


def examine(page: Page) -> None:
    """Nothing that axe finds, and nothing that runs over the edge of the screen."""
    assert [(each["id"], each["nodes"][0]["html"]) for each in _found(page)] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
