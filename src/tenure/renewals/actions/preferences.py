"""Which notices somebody gets, and the secret address of their calendar."""

import secrets
from datetime import datetime

from django.db import transaction

from tenure.accounts.models import Organisation
from tenure.accounts.rules import digest_of
from tenure.accounts.words import Who
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.renewals.models import CalendarFeed, Unsubscribed
from tenure.renewals.queries.unsubscribing import subscription_of, subscriptions
from tenure.renewals.words import NoticeRefusal
from tenure.toolbox.refused import Refused


@transaction.atomic
def unsubscribe_by_letter(*, token: str, at: datetime) -> bool:
    """End the notices that a letter's signed address is about; was it news.  Asked again, nothing changes.

    Raises Refused(NOT_FOUND) for an address that we did not sign.  Source: RFC 8058.
    """
    about = subscription_of(token)
    if about is None:
        raise Refused(NoticeRefusal.NOT_FOUND)
    by = Actor(kind="letter", name=about.address)
    return _unsubscribe(address=about.address, organisation_id=about.organisation_id, at=at, by=by)


@transaction.atomic
def choose_notices(*, who: Who, organisation_id: int, wanted: bool, at: datetime, by: Actor) -> bool:
    """The reader wants notices about an organisation at their address, or none; did that change.

    Raises Refused(NOT_FOUND) for one that is not among theirs.  Source: ours.
    """
    if who.person_id is None or organisation_id not in {each.organisation_id for each in subscriptions(who=who)}:
        raise Refused(NoticeRefusal.NOT_FOUND)
    if not wanted:
        return _unsubscribe(address=who.email, organisation_id=organisation_id, at=at, by=by)
    ended = Unsubscribed.objects.filter(address__iexact=who.email, organisation_id=organisation_id, ended_at=None)
    if not ended.update(ended_at=at):
        return False
    _journal("renewals.notices_wanted", who.email, organisation_id, at, by)
    return True


@transaction.atomic
def make_feed(*, who: Who, at: datetime, by: Actor) -> str:
    """A new secret address of the reader's calendar, shown this once; the one before stops.  Raises Refused(NOT_FOUND).

    Source: ours.
    """
    if who.person_id is None:
        raise Refused(NoticeRefusal.NOT_FOUND)
    CalendarFeed.objects.filter(person_id=who.person_id, ended_at=None).update(ended_at=at)
    secret = secrets.token_urlsafe(32)
    CalendarFeed.objects.create(person_id=who.person_id, digest=digest_of(secret), made_at=at)
    record(verb="renewals.calendar_made", subject=("person", str(who.person_id)), at=at, by=by)
    return secret


@transaction.atomic
def withdraw_feed(*, who: Who, at: datetime, by: Actor) -> bool:
    """The reader's calendar address stops; was there one.  Source: ours."""
    if who.person_id is None:
        return False
    if not CalendarFeed.objects.filter(person_id=who.person_id, ended_at=None).update(ended_at=at):
        return False
    record(verb="renewals.calendar_withdrawn", subject=("person", str(who.person_id)), at=at, by=by)
    return True


def _unsubscribe(*, address: str, organisation_id: int, at: datetime, by: Actor) -> bool:
    Organisation.objects.select_for_update(no_key=True).get(id=organisation_id)  # two clicks at once: one row
    if Unsubscribed.objects.filter(address__iexact=address, organisation_id=organisation_id, ended_at=None).exists():
        return False
    Unsubscribed.objects.create(address=address, organisation_id=organisation_id, since=at)
    _journal("renewals.unsubscribed", address, organisation_id, at, by)
    return True


def _journal(verb: str, address: str, organisation_id: int, at: datetime, by: Actor) -> None:
    record(
        verb=verb, subject=("organisation", str(organisation_id)), at=at, by=by, facts={"address": address},
        organisation_id=organisation_id,
    )  # fmt: skip
