"""Customers are enrolled in a programme of the policy, from a day until a day."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from psycopg import errors

from tenure.accounts.models import Organisation
from tenure.accounts.words import OrganisationKind, Who
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.policy.queries import policy_on_or_first
from tenure.renewals.models import Enrolment
from tenure.renewals.queries.sides import may_sell
from tenure.renewals.words import EnrolmentRefusal
from tenure.toolbox.refused import Refused

_DAY: Final = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 1990, 2200


@transaction.atomic
def enrol(
    *, who: Who, customer: str, programme: str, starts_on: date, last_day: date | None, at: datetime, by: Actor
) -> int:  # fmt: skip
    """The customer is in the programme from `starts_on` to `last_day`, or until somebody ends it; the enrolment's id.

    customer: its number.  Quotes of an order day within have the programme's conditions; those that were kept stay.
    Raises Refused: NOT_FOUND, NOT_ALLOWED, PROGRAMME_UNKNOWN, DAY_OUT_OF_RANGE, ENDS_BEFORE_IT_STARTS,
    ALREADY_ENROLLED where it is in any programme on one of the days.  Source: A13, B11; ours.
    """
    _refuse_others(who)
    found = None if "\0" in customer else Organisation.objects.filter(
        number=customer, kind=OrganisationKind.CUSTOMER.value
    ).first()  # fmt: skip
    if found is None:
        raise Refused(EnrolmentRefusal.NOT_FOUND)
    if programme not in policy_on_or_first(at.date()).policy.programmes:
        raise Refused(EnrolmentRefusal.PROGRAMME_UNKNOWN, programme=programme[:60])
    _refuse_days(starts_on, last_day)
    made = Enrolment(
        organisation=found, programme=programme, starts_on=starts_on, recorded_at=at, recorded_by_id=who.person_id,
        ends_on=last_day + _DAY if last_day else None,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        if not isinstance(error.__cause__, errors.ExclusionViolation):
            raise
        raise Refused(EnrolmentRefusal.ALREADY_ENROLLED, customer=found.name) from None
    _journal("renewals.enrolled", made, at, by)
    return made.pk


@transaction.atomic
def end_enrolment(*, who: Who, customer: str, enrolment_id: int, last_day: date, at: datetime, by: Actor) -> None:
    """The customer is in the programme until `last_day`, and not after it; never longer than was said before.

    Raises Refused: NOT_FOUND, NOT_ALLOWED, ENDS_BEFORE_IT_STARTS, ENDED where it ends as early already.
    Source: A13, B11; ours.
    """
    _refuse_others(who)
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("organisation")
    kept = None if "\0" in customer else rows.filter(pk=enrolment_id, organisation__number=customer).first()
    if kept is None:
        raise Refused(EnrolmentRefusal.NOT_FOUND)
    _refuse_days(kept.starts_on, last_day)
    if kept.ends_on is not None and kept.ends_on <= last_day + _DAY:
        raise Refused(EnrolmentRefusal.ENDED, last_day=(kept.ends_on - _DAY).isoformat())
    kept.ends_on = last_day + _DAY
    kept.save(update_fields=["ends_on"])
    _journal("renewals.enrolment_ended", kept, at, by)


def _refuse_others(who: Who) -> None:
    if not who.is_staff:
        raise Refused(EnrolmentRefusal.NOT_FOUND)
    if not may_sell(who):
        raise Refused(EnrolmentRefusal.NOT_ALLOWED)


def _refuse_days(starts_on: date, last_day: date | None) -> None:
    if not all(FIRST_YEAR <= day.year <= LAST_YEAR for day in (starts_on, last_day or starts_on)):
        raise Refused(EnrolmentRefusal.DAY_OUT_OF_RANGE, first=FIRST_YEAR, last=LAST_YEAR)
    if last_day is not None and last_day < starts_on:
        raise Refused(EnrolmentRefusal.ENDS_BEFORE_IT_STARTS, starts_on=starts_on.isoformat())


def _journal(verb: str, kept: Enrolment, at: datetime, by: Actor) -> None:
    record(
        verb=verb, subject=("organisation", kept.organisation.number), at=at, by=by,
        organisation_id=kept.organisation_id,
        facts={
            "programme": kept.programme, "starts_on": kept.starts_on.isoformat(),
            "last_day": (kept.ends_on - _DAY).isoformat() if kept.ends_on else "",
        },
    )  # fmt: skip
