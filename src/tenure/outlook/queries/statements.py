"""One statement a kind of what falls due; each says the day, what, for whom, and nothing is changed.

A row falls due from today in its own zone, which is that of `%(at)s` there, to `%(days)s` later, both included; and of
these the statement reads the days from `%(from)s` to `%(to)s`, both included.
"""

from tenure.outlook.words import DueKind
from tenure.renewals.queries.due import DUE
from tenure.renewals.queries.kept import FROM, STATE

LOCAL = "(%(at)s::timestamptz AT TIME ZONE a.zone)::date"
TODAY = "(%(at)s::timestamptz AT TIME ZONE 'UTC')::date"
WINDOW = "BETWEEN %(from)s::date AND %(to)s::date"
# notice: by the schedule that the waves follow, each that was not made yet, on the day on which one will make it (B1).
# Of several versions of the policy that would tell a step, the earliest does.
NOTICE = f"""
SELECT GREATEST(d.told_from, {LOCAL}), 'notice', a.id || ':' || s.step, w.region, o.name, o.number, a.serial_number,
       p.name, s.step::text, NULL::timestamptz, 1::bigint
{DUE} AND a.chain_ends_on = ANY(%(ends)s::date[])
  AND d.due_on BETWEEN %(from)s::date - %(longest)s AND %(to)s::date
  AND GREATEST(d.told_from, {LOCAL}) {WINDOW}
  AND d.told_before > {LOCAL} AND d.told_from <= {LOCAL} + %(days)s
  AND (s.policy = %(earliest)s OR NOT EXISTS (
      SELECT FROM schedule e
      WHERE (e.kind, e.size, e.region, e.step) = (s.kind, s.size, s.region, s.step) AND e.since < s.since
        AND GREATEST(d.due_on, e.since, {LOCAL}) < LEAST(d.due_on + e.lasts, e.until)))
  AND NOT EXISTS (SELECT FROM renewals_notice n
                  WHERE n.asset_id = a.id AND n.ends_on = d.ends_on AND n.step = s.step)
  AND (%(region)s = '' OR w.region = %(region)s) AND (%(customer)s = '' OR o.number = %(customer)s)
"""  # noqa: S608
# term_ends: the last covered day of an asset's last chain of terms (A3)
TERM_ENDS = f"""
SELECT a.chain_ends_on - 1, 'term_ends', a.id::text, w.region, o.name, o.number, a.serial_number, p.name, '',
       NULL::timestamptz, a.quantity
FROM entitlements_asset a
JOIN catalog_product p ON p.id = a.product_id
JOIN accounts_organisation o ON o.id = a.organisation_id
JOIN accounts_site w ON w.id = a.site_id
WHERE a.quantity > 0 AND a.chain_ends_on > %(from)s::date AND a.chain_ends_on <= %(to)s::date + 1
  AND a.chain_ends_on - 1 BETWEEN {LOCAL} AND {LOCAL} + %(days)s
  AND (%(region)s = '' OR w.region = %(region)s) AND (%(customer)s = '' OR o.number = %(customer)s)
"""  # noqa: S608
# support_ends: the last supported day of a release, once for each customer and region that owns it (A10)
SUPPORT_ENDS = f"""
SELECT e.last, 'support_ends', o.id || ':' || r.id || ':' || w.region || ':' || e.which, w.region, o.name, o.number,
       '', p.name || ' ' || r.label, e.which, NULL::timestamptz, count(*)
FROM catalog_release r
CROSS JOIN LATERAL (VALUES ('standard', r.standard_support_ends_from - 1),
                           ('extended', CASE WHEN r.extended_support_offered
                                             THEN r.extended_support_ends_from - 1 END)) e (which, last)
JOIN catalog_product p ON p.id = r.product_id
JOIN entitlements_asset a ON a.release_id = r.id AND a.quantity > 0
JOIN accounts_organisation o ON o.id = a.organisation_id
JOIN accounts_site w ON w.id = a.site_id
WHERE e.last BETWEEN {TODAY} AND {TODAY} + %(days)s AND e.last {WINDOW}
  AND (%(region)s = '' OR w.region = %(region)s) AND (%(customer)s = '' OR o.number = %(customer)s)
GROUP BY e.last, e.which, o.id, r.id, p.id, w.region
"""  # noqa: S608
# courtesy_ends: the last day of a courtesy that holds (A12)
COURTESY_ENDS = f"""
SELECT upper(t.covers) - 1, 'courtesy_ends', c.id::text, w.region, o.name, o.number, a.serial_number, p.name, '',
       NULL::timestamptz, a.quantity
FROM entitlements_courtesy c
JOIN entitlements_term t ON t.id = c.term_id AND upper_inf(t.known)
JOIN entitlements_asset a ON a.id = c.asset_id
JOIN catalog_product p ON p.id = a.product_id
JOIN accounts_organisation o ON o.id = a.organisation_id
JOIN accounts_site w ON w.id = a.site_id
WHERE c.revoked_at IS NULL AND a.quantity > 0 AND upper(t.covers) - 1 BETWEEN {LOCAL} AND {LOCAL} + %(days)s
  AND upper(t.covers) - 1 {WINDOW}
  AND (%(region)s = '' OR w.region = %(region)s) AND (%(customer)s = '' OR o.number = %(customer)s)
"""  # noqa: S608
# quote_expires: the last day of a quote that waits for somebody (B3)
QUOTE_EXPIRES = f"""
SELECT valid_to, 'quote_expires', id::text, region, organisation, organisation_number, number, '', state,
       NULL::timestamptz, lines
FROM (
    SELECT q.id, q.number, q.valid_to, {STATE} AS state, o.name AS organisation, o.number AS organisation_number,
           (%(at)s::timestamptz AT TIME ZONE q.zone)::date AS today, COALESCE(place.region, '') AS region,
           (SELECT count(*) FROM renewals_quoteline l WHERE l.quote_id = q.id AND l.kind <> 'extension') AS lines
    {FROM}
    JOIN accounts_organisation o ON o.id = q.organisation_id
    LEFT JOIN LATERAL (
        SELECT w.region FROM renewals_quoteline l JOIN entitlements_asset a ON a.id = l.asset_id
        JOIN accounts_site w ON w.id = a.site_id WHERE l.quote_id = q.id ORDER BY l.place LIMIT 1
    ) place ON TRUE
    WHERE q.valid_to {WINDOW}
) kept
WHERE state IN ('prepared', 'sent', 'accepted') AND valid_to BETWEEN today AND today + %(days)s
  AND (%(region)s = '' OR region = %(region)s) AND (%(customer)s = '' OR organisation_number = %(customer)s)
"""  # noqa: S608
# reseller_changes: another reseller of record from a day on (B3)
RESELLER_CHANGES = f"""
SELECT GREATEST(c.changed_on, {LOCAL}), 'reseller_changes', c.id::text, w.region, o.name, o.number, a.serial_number,
       p.name, COALESCE(s.name, ''), NULL::timestamptz, a.quantity
FROM renewals_resellerchange c
JOIN entitlements_asset a ON a.id = c.asset_id
JOIN catalog_product p ON p.id = a.product_id
JOIN accounts_organisation o ON o.id = a.organisation_id
JOIN accounts_site w ON w.id = a.site_id
LEFT JOIN accounts_organisation s ON s.id = c.reseller_after_id
WHERE c.applied_at IS NULL AND c.changed_on <= {LOCAL} + %(days)s AND GREATEST(c.changed_on, {LOCAL}) {WINDOW}
  AND (%(region)s = '' OR w.region = %(region)s) AND (%(customer)s = '' OR o.number = %(customer)s)
"""  # noqa: S608
# contact_changes: a granted change of contacts takes effect, on a day of the agreement's region (D3)
CONTACT_CHANGES = f"""
SELECT GREATEST(c.takes_effect_on, z.today), 'contact_changes', c.id::text, g.region, o.name, o.number, c.id::text, '',
       c.wish, NULL::timestamptz, 1::bigint
FROM entitlements_contactrequest c
JOIN entitlements_agreement g ON g.id = c.agreement_id
JOIN accounts_organisation o ON o.id = c.organisation_id
JOIN unnest(%(zoned)s::text[], %(todays)s::date[]) z (region, today) ON z.region = g.region
WHERE c.answer = 'granted' AND c.applied_at IS NULL AND c.takes_effect_on <= z.today + %(days)s
  AND GREATEST(c.takes_effect_on, z.today) {WINDOW}
  AND (%(region)s = '' OR g.region = %(region)s) AND (%(customer)s = '' OR o.number = %(customer)s)
"""  # noqa: S608
# joining_passes: a request to be linked becomes customer care's to answer (C4, D16)
JOINING_PASSES = f"""
SELECT (d.due_at AT TIME ZONE 'UTC')::date, 'joining_passes', j.id::text, '', COALESCE(o.name, ''),
       COALESCE(o.number, ''), j.id::text, '', '', d.due_at, 1::bigint
FROM entitlements_joiningrequest j
LEFT JOIN accounts_organisation o ON o.id = j.organisation_id
CROSS JOIN LATERAL (
    SELECT CASE WHEN EXISTS (SELECT FROM accounts_membership m JOIN accounts_person k ON k.id = m.person_id
                             WHERE m.organisation_id = o.id AND m.role = 'owner' AND m.ended_at IS NULL
                               AND k.is_active)
                THEN GREATEST(j.passes_at, %(at)s::timestamptz) ELSE %(at)s::timestamptz END AS due_at
) d
WHERE j.answered_at IS NULL AND j.passed_at IS NULL AND d.due_at < %(at)s::timestamptz + make_interval(days => %(days)s)
  AND (d.due_at AT TIME ZONE 'UTC')::date {WINDOW}
  AND %(region)s = '' AND (%(customer)s = '' OR o.number = %(customer)s)
"""  # noqa: S608
# case_promise: an open promise of an open case (D6)
CASE_PROMISE = f"""
SELECT (m.due_at AT TIME ZONE c.zone)::date, 'case_promise',
       to_char(m.due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || ':' || m.id,
       COALESCE(w.region, ''), COALESCE(o.name, ''),
       COALESCE(o.number, ''), c.number, COALESCE(p.name, ''), m.name, m.due_at, 1::bigint
FROM cases_case c
JOIN cases_casemilestone m ON m.case_id = c.id
LEFT JOIN accounts_organisation o ON o.id = c.organisation_id
LEFT JOIN accounts_site w ON w.id = c.site_id
LEFT JOIN catalog_product p ON p.id = c.product_id
WHERE c.closed_at IS NULL AND m.met_at IS NULL AND m.breached_at IS NULL AND m.ended_at IS NULL
  AND m.due_at >= %(at)s AND m.due_at < %(at)s::timestamptz + make_interval(days => %(days)s)
  AND (m.due_at AT TIME ZONE c.zone)::date {WINDOW}
  AND (%(region)s = '' OR w.region = %(region)s) AND (%(customer)s = '' OR o.number = %(customer)s)
"""  # noqa: S608
# claim_answer: the last day on which the holder of a claimed serial number is waited for (A8)
CLAIM_ANSWER = f"""
SELECT GREATEST(c.answer_due_on, {TODAY}), 'claim_answer', c.id::text, COALESCE(w.region, ''), o.name, o.number,
       c.serial, COALESCE(p.name, ''), '', NULL::timestamptz, 1::bigint
FROM entitlements_claim c
JOIN accounts_organisation o ON o.id = c.organisation_id
LEFT JOIN entitlements_asset a ON a.id = c.asset_id
LEFT JOIN accounts_site w ON w.id = a.site_id
LEFT JOIN catalog_product p ON p.id = a.product_id
WHERE c.answered_at IS NULL AND c.answer_due_on <= {TODAY} + %(days)s
  AND GREATEST(c.answer_due_on, {TODAY}) {WINDOW}
  AND (%(region)s = '' OR w.region = %(region)s) AND (%(customer)s = '' OR o.number = %(customer)s)
"""  # noqa: S608
PARTS: dict[DueKind, str] = {
    DueKind.NOTICE: NOTICE,
    DueKind.TERM_ENDS: TERM_ENDS,
    DueKind.SUPPORT_ENDS: SUPPORT_ENDS,
    DueKind.COURTESY_ENDS: COURTESY_ENDS,
    DueKind.QUOTE_EXPIRES: QUOTE_EXPIRES,
    DueKind.RESELLER_CHANGES: RESELLER_CHANGES,
    DueKind.CONTACT_CHANGES: CONTACT_CHANGES,
    DueKind.JOINING_PASSES: JOINING_PASSES,
    DueKind.CASE_PROMISE: CASE_PROMISE,
    DueKind.CLAIM_ANSWER: CLAIM_ANSWER,
}
