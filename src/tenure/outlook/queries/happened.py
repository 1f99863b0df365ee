"""What fell due between two instants and has happened: what a moved clock brought about."""

from datetime import datetime

from django.db import connection

from tenure.accounts.words import Who
from tenure.outlook.queries.ahead import kinds_for
from tenure.outlook.words import DueKind, Happened

BEFORE, NOW = "%(since)s::timestamptz", "%(at)s::timestamptz"
# a last day is over when the day after it has begun there
OVER = f"> ({BEFORE} AT TIME ZONE {{zone}})::date AND {{day}} <= ({NOW} AT TIME ZONE {{zone}})::date"
WITHIN = f"> {BEFORE} AND {{instant}} <= {NOW}"


def _over(day: str, zone: str) -> str:
    return f"{day} {OVER.format(day=day, zone=zone)}"


def _within(instant: str) -> str:
    return f"{instant} {WITHIN.format(instant=instant)}"


UTC = "'UTC'"
# happened: of each kind where to look and in what time, by the same days and instants as `ahead` foretells (B1, B3, D6)
LOOKED: dict[DueKind, tuple[str, str]] = {
    DueKind.NOTICE: ("renewals_notice n WHERE", _within("n.run_at")),
    DueKind.TERM_ENDS: (
        f"entitlements_asset WHERE quantity > 0 AND chain_ends_on BETWEEN {BEFORE}::date - 1 AND {NOW}::date + 1 AND",
        _over("chain_ends_on", "zone"),
    ),
    DueKind.SUPPORT_ENDS: (
        """catalog_release r CROSS JOIN LATERAL (VALUES (r.standard_support_ends_from),
           (CASE WHEN r.extended_support_offered THEN r.extended_support_ends_from END)) e (ends) WHERE""",
        _over("e.ends", UTC),
    ),
    DueKind.COURTESY_ENDS: (
        """entitlements_courtesy c JOIN entitlements_asset a ON a.id = c.asset_id
           JOIN entitlements_term t ON t.id = c.term_id AND upper_inf(t.known) WHERE c.revoked_at IS NULL AND""",
        _over("upper(t.covers)", "a.zone"),
    ),
    DueKind.QUOTE_EXPIRES: (
        """renewals_quote q LEFT JOIN renewals_order d ON d.quote_id = q.id
           LEFT JOIN renewals_quote n ON n.revises_id = q.id
           WHERE d.id IS NULL AND n.id IS NULL AND q.withdrawn_at IS NULL AND q.declined_at IS NULL AND""",
        _over("q.valid_to + 1", "q.zone"),
    ),
    DueKind.RESELLER_CHANGES: ("renewals_resellerchange WHERE", _within("applied_at")),
    DueKind.CONTACT_CHANGES: ("entitlements_contactrequest WHERE", _within("applied_at")),
    DueKind.JOINING_PASSES: ("entitlements_joiningrequest WHERE", _within("passed_at")),
    DueKind.CASE_PROMISE: (
        """cases_casemilestone m JOIN cases_case c ON c.id = m.case_id
           WHERE c.closed_at IS NULL AND m.met_at IS NULL AND m.ended_at IS NULL AND""",
        _within("m.due_at"),
    ),
    DueKind.CLAIM_ANSWER: ("entitlements_claim WHERE answered_at IS NULL AND", _over("answer_due_on + 1", UTC)),
}
# told: how many addresses the notices of the time went to
TOLD = f"""
SELECT count(DISTINCT lower(l.address)) FROM renewals_notice n JOIN renewals_noticeletter l ON l.notice_id = n.id
WHERE {_within("n.run_at")}
"""  # noqa: S608


def happened(*, who: Who | None, since: datetime, at: datetime) -> Happened:
    """What has happened after `since`, up to `at`: kinds of which nothing did are left out.

    Only what the reader may see ahead.  Two instants of one clock; one statement.  Source: ours.
    """
    kinds = kinds_for(who)
    if not kinds:
        return Happened(counts={}, told=0)
    parts = [f"SELECT '{kind.value}', (SELECT count(*) FROM {' '.join(LOOKED[kind])})" for kind in kinds]  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([*parts, f"SELECT 'told', ({TOLD})"]), {"since": since, "at": at})
        found = dict(cursor.fetchall())
    return Happened(
        counts={kind: found[kind.value] for kind in kinds if found[kind.value]}, told=found["told"]
    )  # fmt: skip
