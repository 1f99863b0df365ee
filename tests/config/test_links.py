"""How long the links of letters work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.core import signing
from django.test import Client

from tenure.journal.words import COMMAND
from tenure.policy.actions import ALWAYS, apply_policy
from tenure.policy.models import PolicyVersion
from tests import cast

pytestmark = pytest.mark.django_db
POLICIES = Path(__file__).parents[2] / "policy"
TOO_OLD = "This link does not work any more"
NEW = "seven geese over the marsh"


def in_force(name: str) -> None:
    """The policy of this name, or none at all."""
    if name:
        text = (POLICIES / f"{name}.toml").read_text("utf-8")
        apply_policy(text=text, in_force_from=ALWAYS, at=cast.AT, by=COMMAND, places=[])


def ago(age: timedelta) -> datetime:
    return datetime.now(UTC) - age


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"Accept-Language": "en"})


@pytest.mark.parametrize(
    ("policy", "hours"), [("standard", 72), ("examples/one-level", 48), ("", 72)], ids=["standard", "own", "none yet"]
)
@pytest.mark.parametrize(("spare", "works"), [(timedelta(minutes=1), True), (timedelta(minutes=-1), False)])
def test_a_link_confirms_an_address_for_the_hours_of_the_policy(
    visitor: Client, monkeypatch: pytest.MonkeyPatch, policy: str, hours: int, spare: timedelta, works: bool
):
    person = cast.person("nora@aster.example")
    EmailAddress.objects.filter(user=person).update(verified=False)
    written_at = ago(timedelta(hours=hours) - spare)
    with monkeypatch.context() as then:
        then.setattr(signing.TimestampSigner, "timestamp", lambda _: signing.b62_encode(int(written_at.timestamp())))
        key = EmailConfirmationHMAC(EmailAddress.objects.get(user=person)).key
    in_force(policy)
    page = visitor.get(f"/account/confirm-email/{key}/")
    assert (page.status_code, TOO_OLD in page.content.decode()) == (200, not works)
    assert visitor.post(f"/account/confirm-email/{key}/").status_code == (302 if works else 404)
    assert EmailAddress.objects.get(user=person).verified == works


@pytest.mark.parametrize(
    ("policy", "hours"), [("standard", 2), ("examples/one-level", 1), ("", 72)], ids=["standard", "own", "none yet"]
)
@pytest.mark.parametrize(("spare", "works"), [(timedelta(minutes=1), True), (timedelta(minutes=-1), False)])
def test_a_link_sets_a_password_for_the_hours_of_the_policy(
    visitor: Client, monkeypatch: pytest.MonkeyPatch, policy: str, hours: int, spare: timedelta, works: bool
):
    person = cast.person("nora@aster.example", password=cast.PASSWORD)
    asked_at = ago(timedelta(hours=hours) - spare).replace(tzinfo=None)  # the library counts in the zone of settings
    with monkeypatch.context() as then:
        then.setattr(default_token_generator, "_now", lambda: asked_at, raising=False)
        key = default_token_generator.make_token(person)
    in_force(policy)
    page = visitor.get(f"/account/password/reset/key/{user_pk_to_url_str(person)}-{key}/", follow=True)
    assert TOO_OLD in page.content.decode() or works
    where = page.redirect_chain[-1][0] if page.redirect_chain else page.request["PATH_INFO"]
    visitor.post(where, {"password1": NEW, "password2": NEW})
    person.refresh_from_db()
    assert person.check_password(NEW if works else cast.PASSWORD)


def test_a_new_policy_counts_for_links_that_are_out_already(visitor: Client, monkeypatch: pytest.MonkeyPatch):
    in_force("standard")
    person = cast.person("nora@aster.example", password=cast.PASSWORD)
    with monkeypatch.context() as then:
        asked_at = ago(timedelta(minutes=90)).replace(tzinfo=None)
        then.setattr(default_token_generator, "_now", lambda: asked_at, raising=False)
        key = default_token_generator.make_token(person)
    assert default_token_generator.check_token(person, key)
    today = datetime.now(UTC)
    text = (POLICIES / "examples/one-level.toml").read_text("utf-8")
    apply_policy(text=text, in_force_from=today.date(), at=today, by=COMMAND, places=[])
    assert PolicyVersion.objects.count() == 2
    assert not default_token_generator.check_token(person, key)
