"""What products reported: the latest of each activation at or before a day, for compliance."""

from datetime import date

from django.db import connection

from tenure.accounts.words import Who
from tenure.activation.words import ReportedRow
from tenure.entitlements.queries.sight import visible_assets

# reported: the last check-in of each activation at or before %(on)s, of activations that were live on that day; a
# statement for a WITH, over all assets.  Columns: activation_id, asset_id, host, on, installed, version (A9)
REPORTED = """
SELECT DISTINCT ON (c.activation_id) c.activation_id, v.asset_id, v.host, c."on", c.installed, c.version
FROM activation_checkin c
JOIN activation_activation v ON v.id = c.activation_id
JOIN entitlements_asset counted ON counted.id = v.asset_id
WHERE c."on" <= %(on)s::date
  AND (v.ended_at IS NULL OR (v.ended_at AT TIME ZONE counted.zone)::date > %(on)s::date)
ORDER BY c.activation_id, c."on" DESC
"""
OF_READER = f"""
WITH reported AS ({REPORTED})
SELECT r.activation_id, r.asset_id, a.organisation_id, a.product_id, r.host, r."on", r.installed, r.version
FROM reported r JOIN entitlements_asset a ON a.id = r.asset_id
WHERE {{seen}} ORDER BY r.activation_id
"""  # noqa: S608


def reported(*, who: Who | None, on: date) -> tuple[ReportedRow, ...]:
    """The latest report of each activation at or before a day, of assets that the reader may see.  One query.

    on: a day of each asset's zone.  An activation that had ended by then counts no more.  Source: A9.
    """
    seen = visible_assets(who)
    with connection.cursor() as cursor:
        cursor.execute(OF_READER.format(seen=seen.sql), {"on": on, **seen.params})
        return tuple(
            ReportedRow(
                activation_id=row[0],
                asset_id=row[1],
                organisation_id=row[2],
                product_id=row[3],
                host=row[4],
                on=row[5],
                installed=row[6],
                version=row[7],
            )
            for row in cursor.fetchall()
        )
