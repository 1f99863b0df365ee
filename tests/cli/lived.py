"""What has to hold after days were lived through: asked of the tables, by the drill `year` and by its short test."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection

from tenure.entitlements.models import Asset
from tenure.outlook.words import DueRow
from tenure.renewals.models import Lost, Notice, QuoteLine

# each names rows that must not be
NEVER = {
    "a term overlaps another of its family": """
        SELECT a.id, b.id FROM entitlements_term a JOIN entitlements_term b
          ON b.asset_id = a.asset_id AND b.family = a.family AND b.id > a.id AND b.covers && a.covers
        WHERE upper_inf(a.known) AND upper_inf(b.known)""",
    "a step of a term was told twice": """
        SELECT asset_id, ends_on, step FROM renewals_notice GROUP BY 1, 2, 3 HAVING count(*) > 1""",
    "somebody was told of a notice twice": """
        SELECT notice_id, lower(address) FROM renewals_noticeletter GROUP BY 1, 2 HAVING count(*) > 1""",
    "a notice has no letter that was written": """
        SELECT id FROM renewals_notice WHERE written_at IS NULL""",
    "a line of an order has not the days and the quantity that it bought": """
        SELECT l.id FROM renewals_order d JOIN renewals_quoteline l ON l.quote_id = d.quote_id
        WHERE l.kind = 'renewal' AND l.quantity * (l.ends_on - l.starts_on + 1) <> (
            SELECT COALESCE(sum(t.quantity * (upper(t.covers) - lower(t.covers))), 0) FROM entitlements_term t
            WHERE t.asset_id = l.asset_id AND t.certificate_id = d.certificate_id
              AND t.family <> 4 AND t.known @> d.ordered_at  -- an extension lies beside its term
              AND t.covers && daterange(l.starts_on, l.ends_on + 1))""",
    "a term of an order has no activation code though its kind has one": """
        SELECT t.id FROM renewals_order d JOIN entitlements_term t ON t.certificate_id = d.certificate_id
        JOIN entitlements_asset a ON a.id = t.asset_id JOIN catalog_product p ON p.id = a.product_id
        WHERE upper_inf(t.known) AND p.kind = 'software' AND NOT EXISTS (
            SELECT FROM activation_activationcode c
            WHERE c.asset_id = a.id AND c.family = t.family AND c.starts_on = lower(t.covers))""",
}


def broken() -> list[str]:
    """What does not hold, with the first rows that say so."""
    found = []
    with connection.cursor() as cursor:
        for words, sql in NEVER.items():
            cursor.execute(sql)
            if rows := cursor.fetchmany(3):
                found.append(f"{words}: {rows}")
    return found


def untold(foretold: Iterable[DueRow], *, since: datetime, until: datetime) -> list[str]:
    """Notices that were foretold and not made on their day, though nothing was done about their term in between."""
    found = []
    touched = set(Lost.objects.values_list("asset__serial_number", flat=True))
    touched |= set(
        QuoteLine.objects.filter(quote__order__isnull=False).values_list("asset__serial_number", flat=True)
    )  # fmt: skip
    made = {
        (serial, str(step)): at.astimezone(ZoneInfo(zone)).date()
        for serial, step, at, zone in Notice.objects.filter(run_at__gt=since).values_list(
            "asset__serial_number", "step", "run_at", "asset__zone"
        )
    }
    for row in foretold:
        if row.on >= until.date() or row.subject in touched:
            continue
        told_on = made.get((row.subject, row.detail))
        if told_on is None or abs((told_on - row.on).days) > 1:  # the day's jobs run once a day, at any hour
            found.append(f"{row.subject} {row.detail} foretold for {row.on}, told {told_on}")
    return found


def ended(foretold: Iterable[DueRow], *, until: datetime) -> list[str]:
    """Terms that were foretold to end by then and go on without an order, or the other way round."""
    ordered = set(
        QuoteLine.objects.filter(quote__order__isnull=False).values_list("asset__serial_number", flat=True)
    )  # fmt: skip
    ends = dict(Asset.objects.values_list("serial_number", "chain_ends_on"))
    return [
        f"{row.subject} was to end on {row.on}, and has {ends[row.subject]}"
        for row in foretold
        if row.on < until.date() and row.subject not in ordered and (ends[row.subject] - row.on).days != 1
    ]
