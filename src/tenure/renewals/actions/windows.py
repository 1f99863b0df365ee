"""The team is warned when a legal window is open and nobody of the customer has been told in it."""

from datetime import datetime

from django.db import connection, transaction

from tenure.journal.actions import record
from tenure.journal.words import JOB, Actor
from tenure.policy.queries import policy_on_or_first
from tenure.renewals.words import TaskKind

# warn_of_window: a task for each term whose window is open on its own day, of which no letter went to the customer
# since it opened, and no task was made; words: the window's first and last day (B1)
WARN = """
INSERT INTO renewals_renewaltask (kind, region, organisation_id, asset_id, words, made_at)
SELECT %(kind)s, w.region, a.organisation_id, a.id, d.opens || ' ' || d.closes, %(at)s
FROM entitlements_asset a
JOIN accounts_site w ON w.id = a.site_id
CROSS JOIN LATERAL (
    SELECT a.chain_ends_on - 1 AS ends_on, a.chain_ends_on - 1 - %(from_days)s AS opens,
           a.chain_ends_on - 1 - %(to_days)s AS closes, (%(at)s::timestamptz AT TIME ZONE a.zone)::date AS today
) d
WHERE a.chain_ends_on BETWEEN %(day)s::date + %(to_days)s AND %(day)s::date + %(from_days)s + 2
  AND w.country = %(country)s AND %(subdivision)s IN ('', w.subdivision)
  AND d.today BETWEEN d.opens AND d.closes AND a.quantity > 0 AND a.purpose <> 'trial'
  AND NOT EXISTS (
      SELECT FROM renewals_notice n JOIN renewals_noticeletter l ON l.notice_id = n.id
      JOIN outbox_mail m ON m.id = l.mail_id
      WHERE n.asset_id = a.id AND n.ends_on = d.ends_on AND l.bounced_at IS NULL AND l.recipient <> 'reseller'
        AND (m.written_at AT TIME ZONE a.zone)::date >= d.opens)
  AND NOT EXISTS (
      SELECT FROM renewals_renewaltask t
      WHERE t.asset_id = a.id AND t.kind = %(kind)s AND t.words = d.opens || ' ' || d.closes)
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def warn_of_windows(*, at: datetime, by: Actor = JOB) -> int:
    """A task for each term whose legal window is open while nobody was told in it; says how many were made.

    Once a window, also after the task was done.  Source: B1; ours.
    """
    made = 0
    for window in policy_on_or_first(at.date()).policy.renewals.legal_windows:
        with connection.cursor() as cursor:
            cursor.execute(WARN, {
                "kind": TaskKind.LEGAL_WINDOW.value, "at": at, "day": at.date(), "from_days": window.from_days,
                "to_days": window.to_days, "country": window.country, "subdivision": window.subdivision,
            })  # fmt: skip
            made += cursor.rowcount
    if made:
        record(
            verb="renewals.windows_warned", subject=("wave", at.date().isoformat()), at=at, by=by, facts={"tasks": made}
        )
    return made
