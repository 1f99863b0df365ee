"""What a request about contacts has to name, and what its identifiers say together.  Pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from tenure.entitlements.words import ContactWish
from tenure.entitlements.words.contact_changes import ContactRefusal, Paper, Standing
from tenure.policy.words import ContactChanges
from tenure.policy.words.identifiers import Identifier

CONTACT_ID = "contact_id"


def needed_kinds(*, wish: ContactWish, changes: ContactChanges) -> tuple[str, ...]:
    """The kinds of identifiers that a wish has to name, by the policy.  Source: D2, D3."""
    return {
        ContactWish.MISSING_CONTACT_ID: changes.missing_contact_id,
        ContactWish.REPLACE: changes.replace,
        ContactWish.ADD: changes.add,
    }[wish]


def missing_kinds(*, needed: Sequence[str], given: Collection[Identifier], has_file: bool) -> tuple[str, ...]:
    """The kinds that are needed and not given, in the order of the policy.

    has_file: the certificate is attached, which stands for everything that is printed on it: all but the contact ID.
    Source: D2, D3; that a file stands for them in a change as well is ours.
    """
    held = {each.kind for each in given}
    return tuple(kind for kind in needed if kind not in held and (kind == CONTACT_ID or not has_file))


def last_day(*, today: date, farthest_days: int) -> date:
    """The farthest day on which a change may take effect.  Source: ours."""
    return today + timedelta(days=min(farthest_days, (date.max - today).days))


def day_fault(day: date, *, today: date, farthest_days: int) -> ContactRefusal | None:
    """What is wrong with the day of a change: DAY_PAST, DAY_TOO_FAR, or nothing.

    today: where who asks is; which day it is in the customer's region decides when it is carried out.  Source: ours.
    """
    if day < today:
        return ContactRefusal.DAY_PAST
    return ContactRefusal.DAY_TOO_FAR if day > last_day(today=today, farthest_days=farthest_days) else None


def standing(*, given: Sequence[Identifier], papers: Mapping[Identifier, Collection[Paper]]) -> Standing:
    """Whether all identifiers belong to one customer and are on one certificate of theirs.

    papers: what bears each; an absent one nothing does.  A contact ID has to be the same customer's.  Without any
    identifier nothing is consistent.  Source: D2, D3.
    """
    unknown = tuple(each for each in given if not papers.get(each))
    touched = {paper.organisation_id for each in given for paper in papers.get(each, ())}
    printed = [{*papers.get(each, ())} for each in given if each.kind != CONTACT_ID]
    shared = set.intersection(*printed) if printed else set()
    for each in given:
        if each.kind == CONTACT_ID:
            owners = {paper.organisation_id for paper in papers.get(each, ())}
            shared = {paper for paper in shared if paper.organisation_id in owners}
    consistent = not unknown and len(shared) == 1
    paper = next(iter(shared)) if consistent else None
    only = next(iter(touched)) if len(touched) == 1 else None
    return Standing(
        unknown=unknown, organisation_id=paper.organisation_id if paper else only,
        certificate_id=paper.certificate_id if paper else None, is_consistent=consistent,
    )  # fmt: skip
