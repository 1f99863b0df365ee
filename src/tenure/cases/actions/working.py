"""The vendor's side: take, give, answer, ask, note, call, restore, propose to close, change the severity."""

from datetime import datetime

from django.db import transaction

from tenure.accounts.models import StaffMembership
from tenure.accounts.words import Who
from tenure.cases import letters
from tenure.cases.actions.holding import Step, go_on, hold
from tenure.cases.queries.cover import is_entitled_contact
from tenure.cases.rules import may_work
from tenure.cases.rules.steps import WORKS
from tenure.cases.rules.texts import check_body
from tenure.cases.words import CaseRefusal, Happening, Held, Kind, Side, Story, Upload
from tenure.journal.words import JSON, Actor
from tenure.policy.queries import policy_numbered
from tenure.policy.words import SEVERITIES, ResponseForm, Unit
from tenure.toolbox.refused import Refused
from tenure.toolbox.texts import tidy_body, tidy_line


@transaction.atomic
def take(*, who: Who, number: str, at: datetime, by: Actor) -> Story:
    """Make the case one's own; one's own already changes nothing.

    Raises Refused: NOT_FOUND, NOT_ALLOWED, ALREADY_TAKEN with whose it is (it may still be given), NOT_IN_THIS_STATE.
    Two people who take at once: the second is refused.  Source: D8.
    """
    held = _held(who, number)
    if held.story.assignee == who.person_id:
        return held.story
    if held.story.assignee is not None:
        raise Refused(CaseRefusal.ALREADY_TAKEN, number=number, person_id=held.story.assignee)
    return go_on(held=held, step=_step(Happening.TAKEN, who, by, public=False), at=at)


@transaction.atomic
def give(*, who: Who, number: str, to: int | None, at: datetime, by: Actor) -> Story:
    """Give the case to a colleague, or back to the queue (None).

    to: a person's id.  Raises Refused: NOT_FOUND, NOT_ALLOWED, NOT_AN_ENGINEER for somebody who may not work on it,
    NOT_IN_THIS_STATE.  Source: D8.
    """
    held = _held(who, number)
    if to is None:
        return go_on(held=held, step=_step(Happening.GIVEN_BACK, who, by, public=False), at=at)
    roles = [role.value for role in WORKS[held.kind]]
    works = StaffMembership.objects.filter(person_id=to, role__in=roles, ended_at=None, person__is_active=True)
    colleague = works.select_related("person").first()
    if colleague is None:
        raise Refused(CaseRefusal.NOT_AN_ENGINEER, person_id=to)
    step = Step(
        kind=Happening.TAKEN, side=Side.VENDOR, by=by, author=who.name or who.email, person=to, public=False,
        facts={"given_by": who.person_id, "to": colleague.person.name or colleague.person.email},
    )  # fmt: skip
    story = go_on(held=held, step=step, at=at)
    if to != who.person_id:
        letters.case_given(held=held, to=to, author=step.author, at=at)
    return story


@transaction.atomic
def answer(
    *, who: Who, number: str, body: str, at: datetime, by: Actor, uploads: tuple[Upload, ...] = ()
) -> Story:  # fmt: skip
    """Write to the contact: a response.  Raises Refused as all of this room, and what texts and files are refused for.

    Source: D6, D8.
    """
    return _say(Happening.WROTE, who, number, body, at, by, uploads)


@transaction.atomic
def ask(
    *, who: Who, number: str, body: str, at: datetime, by: Actor, uploads: tuple[Upload, ...] = ()
) -> Story:  # fmt: skip
    """Ask the contact for something: a response, and restoration and resolution pause until they write.

    Source: D6, D8.
    """
    return _say(Happening.ASKED, who, number, body, at, by, uploads)


@transaction.atomic
def propose_close(
    *, who: Who, number: str, body: str, at: datetime, by: Actor, uploads: tuple[Upload, ...] = ()
) -> Story:  # fmt: skip
    """Say how it was solved and ask for the customer's consent to close.  Source: D8."""
    return _say(Happening.CLOSE_PROPOSED, who, number, body, at, by, uploads)


@transaction.atomic
def note(
    *, who: Who, number: str, body: str, at: datetime, by: Actor, uploads: tuple[Upload, ...] = ()
) -> Story:  # fmt: skip
    """Leave a note that the customer never sees; no response.  Source: D8."""
    held = _held(who, number)
    step = _step(Happening.NOTED, who, by, body=check_body(body), public=False, uploads=uploads)
    return go_on(held=held, step=step, at=at)


@transaction.atomic
def log_call(
    *, who: Who, number: str, spoke_with: str, form: ResponseForm, body: str, at: datetime, by: Actor
) -> Story:  # fmt: skip
    """Write a call down.  spoke_with: the contact ID of whoever was reached, or "" where nobody was.

    Only a call that reached an entitled contact is a response; in customer care, one that reached anybody.
    Source: D6.
    """
    held = _held(who, number)
    reached = bool(spoke_with) and (
        held.kind is Kind.CARE or is_entitled_contact(organisation_id=held.organisation_id, contact_id=spoke_with)
    )
    kind = Happening.CALLED if reached else Happening.CALL_FAILED
    facts: dict[str, JSON] = {"form": form.value, "spoke_with": tidy_line(spoke_with)[:60]}
    return go_on(held=held, step=_step(kind, who, by, body=tidy_body(body), facts=facts), at=at)


@transaction.atomic
def restore(
    *, who: Who, number: str, body: str, at: datetime, by: Actor, uploads: tuple[Upload, ...] = ()
) -> Story:  # fmt: skip
    """Service is back: the restoration is met; the customer is told how.  Source: D6."""
    return _say(Happening.RESTORED, who, number, body, at, by, uploads)


@transaction.atomic
def leave_to_update(
    *, who: Who, number: str, body: str, at: datetime, by: Actor, uploads: tuple[Upload, ...] = ()
) -> Story:  # fmt: skip
    """The resolution comes with the next product update, where the target allows that; the customer is told.

    Raises Refused: TARGET_HAS_NO_UPDATE and as all of this room.  Source: D6.
    """
    held = _held(who, number)
    target = None
    if held.version is not None and held.story.severity is not None:
        policy = policy_numbered(held.version).policy
        target = policy.targets[policy.levels[held.level].targets].severities[held.story.severity].resolution
    if target is None or target.alternative is not Unit.NEXT_PRODUCT_UPDATE:
        raise Refused(CaseRefusal.TARGET_HAS_NO_UPDATE, number=number)
    return _say(Happening.LEFT_TO_UPDATE, who, number, body, at, by, uploads)


@transaction.atomic
def change_severity(
    *, who: Who, number: str, severity: int, reason: str, at: datetime, by: Actor
) -> Story:  # fmt: skip
    """Put the case under another severity; its promises are counted anew from registration.

    reason: shown to the customer.  Raises Refused: SEVERITY_UNKNOWN, SEVERITY_SAME, REASON_MISSING.  Source: D4, D8.
    """
    held = _held(who, number)
    if held.story.severity is None or severity not in SEVERITIES:
        raise Refused(CaseRefusal.SEVERITY_UNKNOWN, severity=severity)
    if severity == held.story.severity:
        raise Refused(CaseRefusal.SEVERITY_SAME, severity=severity)
    body = check_body(reason, missing=CaseRefusal.REASON_MISSING)
    step = _step(
        Happening.SEVERITY_CHANGED, who, by, body=body, severity=severity, facts={"before": held.story.severity}
    )
    story = go_on(held=held, step=step, at=at)
    letters.vendor_wrote(held=held, story=story, kind=step.kind, author=step.author, body=body, at=at)
    return story


def _say(
    kind: Happening, who: Who, number: str, body: str, at: datetime, by: Actor, uploads: tuple[Upload, ...]
) -> Story:  # fmt: skip
    held = _held(who, number)
    step = _step(kind, who, by, body=check_body(body), uploads=uploads)
    story = go_on(held=held, step=step, at=at)
    letters.vendor_wrote(held=held, story=story, kind=kind, author=step.author, body=step.body, at=at)
    return story


def _held(who: Who, number: str) -> Held:
    held = hold(who=who, number=number, writing=False)
    if not may_work(who=who, kind=held.kind):
        raise Refused(CaseRefusal.NOT_ALLOWED, number=number)
    return held


def _step(
    kind: Happening, who: Who, by: Actor, *, body: str = "", public: bool = True, severity: int | None = None,
    facts: dict[str, JSON] | None = None, uploads: tuple[Upload, ...] = (),
) -> Step:  # fmt: skip
    return Step(
        kind=kind, side=Side.VENDOR, by=by, author=who.name or who.email, person=who.person_id, body=body,
        public=public, severity=severity, facts=facts or {}, uploads=uploads,
    )  # fmt: skip
