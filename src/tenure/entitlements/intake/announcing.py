"""Telling the owners of newly imported certificates, where that was asked for."""

from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import override

from tenure.outbox.actions import post

# new_certificates: one row a certificate that was not held before, with its owner
NEW_CERTIFICATES = """
SELECT c.number, k.name, k.email, o.language, count(DISTINCT r.serial)
FROM intake_row r JOIN entitlements_certificate c ON c.number = r.certificate
JOIN accounts_contact k ON k.id = c.owner_id JOIN accounts_organisation o ON o.id = c.organisation_id
WHERE r.certificate_id IS NULL GROUP BY c.id, k.id, o.id ORDER BY c.id
"""


def announce_certificates(*, at: datetime) -> int:
    """Write one mail to the owner of each new certificate, in the customer's language; says how many.  Source: A1."""
    with connection.cursor() as cursor:
        cursor.execute(NEW_CERTIFICATES)
        found = cursor.fetchall()
    for number, name, email, language, serials in found:
        with override(language):
            facts = {"number": number, "name": name, "serials": serials, "url": f"{settings.SITE_URL}/licences"}
            subject = _("Your licence certificate %(number)s") % facts
            text = (
                _(
                    "Dear %(name)s,\n\nlicence certificate %(number)s is now in your account."
                    " Serial numbers on it: %(serials)s.\n\nSee what they entitle you to: %(url)s\n"
                )
                % facts
            )
        post(
            kind="entitlements.certificate_issued",
            recipient=email,
            language=language,
            subject=subject,
            text=text,
            at=at,
        )
    return len(found)
