"""What waits for somebody of the vendor's people, counted: the desk's front page."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection

from tenure.accounts.words import LINKERS, StaffRole, Who
from tenure.papers.words import MOST_TRIES
from tenure.renewals.queries.kept import FROM, STATE


class Waits(StrEnum):
    """What waits.  Source: ours."""

    MY_CASES = "my_cases"
    CASES = "cases"
    MY_TASKS = "my_tasks"
    TASKS = "tasks"
    NO_READER = "no_reader"
    TO_ORDER = "to_order"
    RECORD_CHANGES = "record_changes"
    JOININGS = "joinings"
    CLAIMS = "claims"
    CONTACT_REQUESTS = "contact_requests"
    COURTESIES = "courtesies"
    ADDRESSES = "addresses"
    PAPERS = "papers"


EVERYBODY = frozenset(StaffRole)
SUPPORT = frozenset({StaffRole.ENGINEER, StaffRole.CARE_AGENT, StaffRole.MANAGER, StaffRole.OPERATOR})
SALES = frozenset({StaffRole.RENEWALS, StaffRole.CARE_AGENT, StaffRole.MANAGER, StaffRole.OPERATOR})
RUNNERS = frozenset({StaffRole.MANAGER, StaffRole.OPERATOR})
# what: for whom it waits, and how it is counted; each along an index of what is open
PARTS: dict[Waits, tuple[Collection[StaffRole], str]] = {
    Waits.MY_CASES: (EVERYBODY, """SELECT count(*) FROM cases_case
        WHERE closed_at IS NULL AND assignee_id = %(me)s AND next_due_at < %(until)s"""),
    Waits.CASES: (SUPPORT, "SELECT count(*) FROM cases_case WHERE closed_at IS NULL AND next_due_at < %(until)s"),
    Waits.MY_TASKS: (SALES, """SELECT count(*) FROM renewals_renewaltask
        WHERE done_at IS NULL AND taken_by_id = %(me)s"""),
    Waits.TASKS: (SALES, """SELECT count(*) FROM renewals_renewaltask
        WHERE done_at IS NULL AND taken_by_id IS NULL AND kind <> 'nobody_to_tell'"""),
    Waits.NO_READER: (SALES, """SELECT count(*) FROM renewals_renewaltask
        WHERE done_at IS NULL AND taken_by_id IS NULL AND kind = 'nobody_to_tell'"""),
    Waits.TO_ORDER: (SALES, f"""SELECT count(*) {FROM}
        WHERE q.accepted_at IS NOT NULL AND d.id IS NULL AND {STATE} = 'accepted'"""),
    Waits.RECORD_CHANGES: (SALES, """SELECT count(*) FROM renewals_resellerrequest
        WHERE answered_at IS NULL AND wish = 'of_record'"""),
    Waits.JOININGS: (LINKERS, """SELECT count(*) FROM entitlements_joiningrequest j WHERE j.answered_at IS NULL AND (
        j.organisation_id IS NULL OR j.passes_at <= %(at)s OR NOT EXISTS (
            SELECT FROM accounts_membership m JOIN accounts_person p ON p.id = m.person_id
            WHERE m.organisation_id = j.organisation_id AND m.role = 'owner' AND m.ended_at IS NULL
              AND p.is_active))"""),
    Waits.CLAIMS: (LINKERS, "SELECT count(*) FROM entitlements_claim WHERE answered_at IS NULL"),
    Waits.CONTACT_REQUESTS: (LINKERS, "SELECT count(*) FROM entitlements_contactrequest WHERE answered_at IS NULL"),
    Waits.COURTESIES: ((), "SELECT count(*) FROM entitlements_courtesy WHERE answered_at IS NULL"),
    Waits.ADDRESSES: (LINKERS | SALES, "SELECT count(*) FROM outbox_bounce WHERE settled_at IS NULL"),
    Waits.PAPERS: (RUNNERS, "SELECT count(*) FROM papers_paper WHERE printed_at IS NULL AND tries >= %(tries)s"),
}  # fmt: skip


def waiting(*, who: Who, at: datetime, until: datetime, gives_courtesies: bool) -> dict[Waits, int]:
    """How many of each kind wait for the reader in their roles; those of which none does are left out.  One statement.

    until: the end of the reader's day; cases count whose next promise is due by then, or overdue.  gives_courtesies:
    whether the policy lets the reader give them.  Source: D6, B1, B3; what counts is ours.
    """
    kinds = [
        kind for kind, (roles, _sql) in PARTS.items()
        if who.staff & frozenset(roles) or (kind is Waits.COURTESIES and gives_courtesies and who.is_staff)
    ]  # fmt: skip
    if not kinds:
        return {}
    values: dict[str, Any] = {"me": who.person_id, "at": at, "until": until, "tries": MOST_TRIES}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(f'({PARTS[kind][1]})' for kind in kinds)}", values)
        counts = dict(zip(kinds, cursor.fetchone(), strict=True))
    return {kind: count for kind, count in counts.items() if count}
