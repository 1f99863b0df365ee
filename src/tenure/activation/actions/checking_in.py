"""A product reports: one statement keeps the report and reads all that the answer needs."""

import json
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from tenure.accounts.words import LINKERS, Who
from tenure.activation.actions.keys import answer_signed, answer_signed_by
from tenure.activation.queries.seen import ACTORS
from tenure.activation.rules.files import instant_text
from tenure.activation.words import LONGEST_VERSION, MOST_UNITS, ActivationRefusal, CheckedIn, Report
from tenure.entitlements.queries.decisions import span_from, term_from
from tenure.entitlements.queries.rights import rights_of, version_on
from tenure.entitlements.queries.sight import visible_assets
from tenure.entitlements.rules import decide
from tenure.entitlements.words import AssetFacts, Benefit
from tenure.policy.queries import VERSIONS, hold
from tenure.toolbox.refused import Refused

# check_in: keep the report of a live activation that the reader may act on, the last of a day, and read what its
# answer needs: terms, registrations, the policy's versions, the key that signs, the last list of withdrawals (A7, A9)
CHECK_IN = """
WITH found AS (
    SELECT v.id, v.ended_at, a.id AS asset, a.serial_number, p.has_content,
           (%(at)s::timestamptz AT TIME ZONE a.zone)::date AS day,
           (%(all)s::boolean OR a.organisation_id = ANY(%(mine)s::bigint[])) AS may
    FROM activation_activation v
    JOIN entitlements_asset a ON a.id = v.asset_id
    JOIN catalog_product p ON p.id = a.product_id
    WHERE v.id = %(activation)s::bigint AND {seen}
), kept AS (
    INSERT INTO activation_checkin (activation_id, "on", at, installed, version, clock_at)
    SELECT id, day, %(at)s::timestamptz, %(installed)s::bigint, %(version)s::text, %(clock)s::timestamptz
    FROM found WHERE ended_at IS NULL AND may
    ON CONFLICT (activation_id, "on") DO UPDATE
        SET at = excluded.at, installed = excluded.installed, version = excluded.version, clock_at = excluded.clock_at
)
SELECT f.ended_at, f.may, f.serial_number, f.has_content, f.day,
       ARRAY(SELECT t.family || ' ' || lower(t.covers) || ' ' || upper(t.covers) || ' ' || t.level
             FROM entitlements_term t WHERE t.asset_id = f.asset AND upper_inf(t.known)
             ORDER BY lower(t.covers), t.family),
       ARRAY(SELECT g.registered_on || ' ' || COALESCE(((g.withdrawn_at AT TIME ZONE a.zone)::date)::text, '')
             FROM entitlements_registration g JOIN entitlements_asset a ON a.id = g.asset_id
             WHERE g.asset_id = f.asset ORDER BY g.id),
       ({versions}),
       (SELECT k.key_id FROM activation_signingkey k WHERE k.withdrawn_at IS NULL AND k.used_from IS NOT NULL
        ORDER BY k.used_from DESC, k.id DESC LIMIT 1),
       (SELECT max(l.number) FROM activation_revocationlist l)
FROM found f
"""


@transaction.atomic
def check_in(*, who: Who, activation_id: int, report: Report, at: datetime) -> CheckedIn:
    """Keep what a product reports, the last of a day, and say what it is entitled to, signed.  One query.

    The journal is not told: the report is its own record.  Raises Refused: NOT_FOUND also for somebody else's,
    NOT_ALLOWED, ACTIVATION_ENDED, UNITS_INVALID, KEY_UNREADABLE.  Source: A7, A9.
    """
    if not 0 <= report.installed <= MOST_UNITS:
        raise Refused(ActivationRefusal.UNITS_INVALID)
    seen = visible_assets(who)
    mine = [organisation for organisation in who.organisation_ids if who.holds(organisation, *ACTORS)]
    with connection.cursor() as cursor:
        cursor.execute(CHECK_IN.format(seen=seen.sql, versions=VERSIONS), {
            "activation": activation_id if 0 < activation_id < 2**63 else 0, "at": at, "installed": report.installed,
            "version": report.version.replace("\0", "")[:LONGEST_VERSION], "clock": report.clock,
            "all": bool(who.staff & LINKERS), "mine": f"{{{','.join(map(str, mine))}}}", **seen.params,
        })  # fmt: skip
        row = cursor.fetchone()
    if row is None:
        raise Refused(ActivationRefusal.NOT_FOUND)
    ended_at, may, serial, has_content, day, terms, registered, versions, key_id, list_number = row
    if not may:
        raise Refused(ActivationRefusal.NOT_ALLOWED)
    if ended_at is not None:
        raise Refused(ActivationRefusal.ACTIVATION_ENDED)
    hold(versions)
    facts = AssetFacts(serial=serial, has_content=has_content, registered=tuple(map(span_from, registered)))
    version = version_on(day)
    rights = rights_of(number=version.number, policy=version.policy)
    held = tuple(map(term_from, terms))
    decisions = [decide(asset=facts, terms=held, benefit=each, rights=rights, on=day) for each in Benefit]
    numbers = version.policy.activation
    answer: dict[str, object] = {
        "activation": activation_id,
        "serial": serial,
        "on": day.isoformat(),
        "checked_at": instant_text(at),
        **_clock(report.clock, at, numbers.clock_slack_hours),
        "next_check_in_on": _days_later(day, numbers.check_in_days),
        "revocation_list": list_number or 0,
        "decisions": [json.loads(each.as_json()) for each in decisions],
    }
    if key_id is None:  # the very first signature of an installation makes the key
        return CheckedIn(answer=answer_signed(answer=answer, at=at))
    return CheckedIn(answer=answer_signed_by(key_id=key_id, answer=answer))


def _clock(clock: datetime, at: datetime, slack_hours: int) -> dict[str, object]:
    """By how much the product's clock is before ours, and whether that is more than a slip."""
    off = round((clock - at).total_seconds())
    return {"clock_off_seconds": off, "clock_is_off": abs(off) > slack_hours * 3600}


def _days_later(day: date, days: int) -> str:
    return (day + timedelta(days=days)).isoformat()
