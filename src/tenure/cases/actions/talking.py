"""The customer's side: write, close, agree to close or not, open again."""

from datetime import datetime, timedelta

from django.db import transaction

from tenure.accounts.words import Who
from tenure.cases import letters
from tenure.cases.actions.holding import Step, go_on, hold
from tenure.cases.rules.texts import check_body
from tenure.cases.words import CaseRefusal, Happening, Held, Side, State, Story, Upload
from tenure.entitlements.queries.rights import version_on
from tenure.journal.words import Actor
from tenure.toolbox.refused import Refused
from tenure.toolbox.texts import tidy_body


@transaction.atomic
def reply(
    *, who: Who, number: str, body: str, at: datetime, by: Actor, uploads: tuple[Upload, ...] = ()
) -> Story:  # fmt: skip
    """The customer writes; whatever was waited for is over.

    Raises Refused: NOT_FOUND, NOT_ALLOWED, NOT_IN_THIS_STATE for a closed case, and what texts and files are refused
    for.  Source: D8.
    """
    held = hold(who=who, number=number, writing=True)
    text = tidy_body(body) if uploads and not tidy_body(body) else check_body(body)
    return _step(held, who, Happening.CUSTOMER_WROTE, at, by, body=text, uploads=uploads)


@transaction.atomic
def consent(*, who: Who, number: str, at: datetime, by: Actor, body: str = "") -> Story:
    """The customer agrees to close.  Raises Refused: NOT_FOUND, NOT_ALLOWED, NOT_IN_THIS_STATE.  Source: D8."""
    held = hold(who=who, number=number, writing=True)
    return _step(held, who, Happening.CONSENTED, at, by, body=tidy_body(body))


@transaction.atomic
def decline(*, who: Who, number: str, body: str, at: datetime, by: Actor) -> Story:
    """The customer says it is not solved; the proposal is void.  Raises Refused as `consent`.  Source: D8."""
    held = hold(who=who, number=number, writing=True)
    return _step(held, who, Happening.DECLINED, at, by, body=tidy_body(body))


@transaction.atomic
def close(*, who: Who, number: str, at: datetime, by: Actor, body: str = "") -> Story:
    """The customer closes the case without being asked.  Raises Refused as `consent`.  Source: D7."""
    held = hold(who=who, number=number, writing=True)
    return _step(held, who, Happening.CLOSED, at, by, body=tidy_body(body))


@transaction.atomic
def reopen(*, who: Who, number: str, body: str, at: datetime, by: Actor) -> Story:
    """Open a closed case again, within the policy's days of its closing.

    Raises Refused: NOT_FOUND, NOT_ALLOWED, NOT_IN_THIS_STATE, REOPEN_TOO_LATE with the days, TEXT_MISSING.
    Source: D8; the days are ours.
    """
    held = hold(who=who, number=number, writing=not who.is_staff)
    if held.story.state is State.CLOSED and at > reopen_until(held.story, at):
        days = version_on(at.date()).policy.cases.reopen_days
        raise Refused(CaseRefusal.REOPEN_TOO_LATE, number=number, days=days)
    return _step(held, who, Happening.REOPENED, at, by, body=check_body(body))


def reopen_until(story: Story, at: datetime) -> datetime:
    """The last instant at which a closed case may be opened again.  Source: D8."""
    days = version_on(at.date()).policy.cases.reopen_days
    return (story.closed_at or at) + timedelta(days=days)


def _step(
    held: Held, who: Who, kind: Happening, at: datetime, by: Actor, *, body: str, uploads: tuple[Upload, ...] = ()
) -> Story:  # fmt: skip
    side = Side.VENDOR if who.is_staff else Side.CUSTOMER
    step = Step(
        kind=kind, side=side, by=by, author=who.name or who.email, person=who.person_id, body=body, uploads=uploads
    )
    story = go_on(held=held, step=step, at=at)
    if side is Side.CUSTOMER:
        letters.customer_wrote(held=held, story=story, kind=kind, author=step.author, body=body, at=at)
    else:
        letters.vendor_wrote(held=held, story=story, kind=kind, author=step.author, body=body, at=at)
    return story
