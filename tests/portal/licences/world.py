"""Aster's licences in every state."""

import re
from datetime import timedelta

from tests import cast, estate

TODAY = cast.AT.date()
SERIAL, THEIRS = "M1000000001", "M2000000002"


def owned(serial: str, *spans: tuple[int, int], **more):
    """Aster's asset with terms, in days from today, half-open."""
    asset = estate.asset(more.pop("organisation", None) or cast.aster(), serial, **more)
    for starts, ends in spans:
        estate.term(asset, TODAY + timedelta(days=starts), TODAY + timedelta(days=ends))
    return asset


def every_state() -> None:
    owned("M1000000001", (-400, 400))
    owned("M1000000002", (-400, 20))
    owned("M1000000003", (-400, -30))
    owned("M1000000004")
    owned("M1000000005", (10, 300))


def listed(answer) -> list[str]:
    return re.findall(r'<tr data-row><th scope="row"><a href="/licences/([^"]+)"', answer.content.decode())
