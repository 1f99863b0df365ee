"""Telling owners of their new certificates, and technical contacts of their contact IDs, where that was asked for."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from tenure.entitlements.actions.mailing import WRITING
from tenure.toolbox.queue import wake

# new_certificates: a letter for each certificate of the file that was not held before and names an owner (A1)
NEW_CERTIFICATES = """
INSERT INTO entitlements_letterdue (certificate_id, asked_at, tries, error)
SELECT DISTINCT c.id, %s::timestamptz, 0, ''
FROM intake_row r JOIN entitlements_certificate c ON c.number = r.certificate
WHERE r.certificate_id IS NULL AND c.owner_id IS NOT NULL ORDER BY c.id
ON CONFLICT DO NOTHING
"""
# new_contact_ids: a letter for each seat that the file has made (D2)
NEW_CONTACT_IDS = """
INSERT INTO entitlements_letterdue (seat_id, asked_at, tries, error)
SELECT id, %s, 0, '' FROM unnest(%s::bigint[]) AS seat(id) ORDER BY id
ON CONFLICT DO NOTHING
"""


def tell_by_mail(*, seat_ids: Sequence[int], at: datetime) -> tuple[int, int]:
    """Have the worker write to the owner of each new certificate and to the holder of each new seat; says how many.

    Within the import's transaction, whose tables it reads.  Source: A1, D2.
    """
    with connection.cursor() as cursor:
        cursor.execute(NEW_CERTIFICATES, [at])
        owners = cursor.rowcount
        cursor.execute(NEW_CONTACT_IDS, [at, list(seat_ids)])
        contacts = cursor.rowcount
    wake(WRITING)
    return owners, contacts
