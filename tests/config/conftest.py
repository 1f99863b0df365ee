"""The users under which the embedded database is tried."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator

import pytest

from tenure.config.embedded.account import Account
from tests.config.houses import House, accounts, build


@pytest.fixture(params=accounts())
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    """The tests' own user, and under root also a plain one."""
    uid, gid = os.geteuid(), os.getegid()
    if request.param == "nobody":
        entry = pwd.getpwnam("nobody")
        uid, gid = entry.pw_uid, entry.pw_gid
    made = build(Account(uid=uid, gid=gid))
    yield made
    made.clear()


@pytest.fixture
def my_house() -> Iterator[House]:
    """The tests' own user alone, where the user makes no difference."""
    made = build(Account(uid=os.geteuid(), gid=os.getegid()))
    yield made
    made.clear()
