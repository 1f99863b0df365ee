"""What one letter of notices is about, as the reader who follows its link may see it."""

from tenure.accounts.words import Who
from tenure.entitlements.queries.sight import visible_assets
from tenure.renewals.queries.telling import NOTICES, NoticeRow, notice_rows

# together: a notice, and those that stood with it in the letters of the reader's side, as far as they see them (B1)
TOGETHER = """(n.id = %(notice)s OR n.id IN (
    SELECT l.notice_id FROM renewals_noticeletter l WHERE l.mail_id IN (
        SELECT m.mail_id FROM renewals_noticeletter m
        WHERE m.notice_id = %(notice)s AND (m.recipient = 'reseller') = ANY(%(sides)s::boolean[]))))
  AND a.organisation_id = n.organisation_id AND {seen}"""


def told_together(*, who: Who, notice_id: int) -> tuple[NoticeRow, ...]:
    """The terms that a letter named, the most urgent first; empty where the reader sees none of them.

    A customer's people are shown their own letters, a reseller's people theirs, the vendor's people both.  `stands`
    says which of them still end so.  One query.  Source: B1; ours.
    """
    if not 0 < notice_id < 2**63:
        return ()
    seen = visible_assets(who)
    sides = {False, True} if who.is_staff else {bool(who.reseller_ids), not who.organisation_ids}
    statement = NOTICES.format(which=TOGETHER.format(seen=seen.sql))
    return tuple(notice_rows(statement, {"notice": notice_id, "sides": sorted(sides), **seen.params}))
