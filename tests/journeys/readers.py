"""Browsers in which somebody has signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

from tenure.accounts.models import Person
from tests.journeys.test_licences import _sign_in

DESKTOP = {"width": 1280, "height": 900}


@contextmanager
def as_(browser: Browser, base: str, person: Person, **looks: Any) -> Iterator[Page]:
    context = browser.new_context(**{"viewport": DESKTOP, "locale": "en-GB"} | looks)
    try:
        page = context.new_page()
        _sign_in(page, base, person.email)
        yield page
    finally:
        context.close()
