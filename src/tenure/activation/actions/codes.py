"""Activation codes: one for each term, made for many at once."""

import secrets
from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction

from tenure.activation.models import ActivationCode
from tenure.activation.rules.codes import CAPACITY, made_from
from tenure.activation.words import ActivationRefusal
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.toolbox.refused import Refused

BATCH = 10_000
MOST_TOLD = 50  # assets that the journal names

# terms_without_code: terms as known now, courtesy and extensions left out, and licences without any
# term whose use does not end, that have no code yet (A7)
TERMS_WITHOUT_CODE = """
SELECT t.asset_id, t.family, lower(t.covers)
FROM entitlements_term t
WHERE upper_inf(t.known) AND t.family < 4 {of_term}
  AND NOT EXISTS (SELECT FROM activation_activationcode c WHERE c.asset_id = t.asset_id AND c.family = t.family
                  AND c.starts_on = lower(t.covers) AND c.withdrawn_at IS NULL)
UNION ALL
SELECT a.id, NULL, NULL
FROM entitlements_asset a
WHERE a.chain_ends_on IS NULL AND a.licence_kind <> 'subscription' {of_asset}
  AND a.purpose NOT IN ('trial', 'temporary')
  AND NOT EXISTS (SELECT FROM activation_activationcode c WHERE c.asset_id = a.id AND c.family IS NULL
                  AND c.withdrawn_at IS NULL)
LIMIT %(limit)s
"""
# keep_codes: of two who make a code for one term the second one's is dropped
KEEP_CODES = """
INSERT INTO activation_activationcode (asset_id, family, starts_on, code, issued_at, why)
SELECT made.asset_id, made.family, made.starts_on, made.code, %(at)s, ''
FROM unnest(%(assets)s::bigint[], %(families)s::smallint[], %(days)s::date[], %(codes)s::text[])
     AS made(asset_id, family, starts_on, code)
ON CONFLICT DO NOTHING
"""


def issue_codes(*, at: datetime, by: Actor, asset_ids: Collection[int] | None = None) -> int:
    """Give every term that has no code its own, also before it starts; says how many.

    asset_ids: of these assets alone; None: all there are, in batches that commit.  Again does nothing.  Source: A7, B3.
    """
    ids = None if asset_ids is None else f"{{{','.join(str(int(each)) for each in asset_ids)}}}"
    of_term, of_asset = ("", "") if ids is None else (
        "AND t.asset_id = ANY(%(assets)s::bigint[])", "AND a.id = ANY(%(assets)s::bigint[])",
    )  # fmt: skip
    sql, issued = TERMS_WITHOUT_CODE.format(of_term=of_term, of_asset=of_asset), 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, {"assets": ids, "limit": BATCH})
            lacking = cursor.fetchall()
            kept = _keep(lacking, at) if lacking else 0
            if kept:
                record(
                    verb="activation.codes_issued", subject=("activation_codes", "all" if ids is None else "chosen"),
                    at=at, by=by, facts={"codes": kept, "assets": [*sorted(map(int, asset_ids or ()))[:MOST_TOLD]]},
                )  # fmt: skip
        issued += kept
        if len(lacking) < BATCH or not kept:
            return issued


@transaction.atomic
def withdraw_code(*, serial: str, code: str, why: str, at: datetime, by: Actor) -> None:
    """Take a code of an asset back, such as one that went astray; its term gets another when it is next asked for.

    The caller decides who may do this.  Raises Refused: NOT_FOUND, WHY_MISSING.  Source: ours.
    """
    if not why.strip():
        raise Refused(ActivationRefusal.WHY_MISSING)
    held = ActivationCode.objects.select_related("asset").filter(code=code, withdrawn_at=None)
    row = held.filter(asset__serial_number=serial).first()
    if row is None or not ActivationCode.objects.filter(pk=row.pk, withdrawn_at=None).update(
        withdrawn_at=at, why=why.strip()
    ):
        raise Refused(ActivationRefusal.NOT_FOUND)
    record(
        verb="activation.code_withdrawn",
        subject=("asset", row.asset.serial_number),
        at=at,
        by=by,
        why=why.strip(),
        organisation_id=row.asset.organisation_id,
    )


def _keep(lacking: list[tuple[int, int | None, object]], at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(KEEP_CODES, {
            "at": at, "assets": [row[0] for row in lacking], "families": [row[1] for row in lacking],
            "days": [row[2] for row in lacking],
            "codes": [made_from(number=secrets.randbelow(CAPACITY)) for _ in lacking],
        })  # fmt: skip
        return int(cursor.rowcount)
