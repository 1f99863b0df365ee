"""Writing the journal."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from tenure.journal.words import JSON, Actor


def record(
    *,
    verb: str,
    subject: tuple[str, str],
    at: datetime,
    by: Actor,
    facts: Mapping[str, JSON] | None = None,
    why: str = "",
    organisation_id: int | None = None,
) -> None:
    """Append one entry, in the transaction of the act it tells of.

    verb: "entitlements.serial_registered"; subject: (kind, identifier).  Source: ours.
    """
    import json

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_entry (at, actor, actor_name, on_behalf_of, verb, subject_kind, subject,"
            " organisation_id, facts, why) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [at, str(by), by.name, by.on_behalf_of, verb, *subject, organisation_id, json.dumps(facts or {}), why],
        )
