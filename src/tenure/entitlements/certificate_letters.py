"""The letter that brings a licence certificate to its owner."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tenure.entitlements.purposes import marked
from tenure.entitlements.queries.certificates import CertificateRow
from tenure.outbox.actions import post_letter
from tenure.outbox.words import MOST_ATTACHED_BYTES, Action, Attachment, LetterText, Reader
from tenure.toolbox.formats import long_day
from tenure.toolbox.marks import listed


def certificate_issued(*, reader: Reader, row: CertificateRow, pdf: bytes, at: datetime) -> None:
    """Send the certificate; where the PDF is larger than mail carries, the letter leads to it.  Source: A1."""
    facts = {"number": row.number, "name": row.owner, "place": row.organisation, "vendor": settings.VENDOR_NAME}
    fits = len(pdf) <= MOST_ATTACHED_BYTES
    with translation.override(reader.language):
        letter = LetterText(
            subject=_("Your licence certificate %(number)s") % facts,
            heading=_("Licence certificate %(number)s is in your account.") % facts,
            greeting=_("Dear %(name)s,") % facts,
            paragraphs=(
                _("The certificate is attached as a PDF. Keep it: it names what %(place)s owns, and until when.")
                % facts
                if fits
                else _("The certificate waits as a PDF beside your licences: it is too large for a mail.") % facts,
                _("Register its serial numbers, so that new versions are announced to you and you may take them."),
            ),
            facts=_facts(row),
            action=Action(label=_("See what they entitle you to"), url=f"{settings.SITE_URL}/licences"),
            reason=_("You get this e-mail because you are the licence owner of %(place)s at %(vendor)s.") % facts,
        )
    name = f"certificate-{row.number}.pdf"
    attachments = (Attachment(name=name, content_type="application/pdf", content=pdf),) if fits else ()
    post_letter(kind="entitlements.certificate_issued", reader=reader, letter=letter, at=at, attachments=attachments)


MOST_SERIALS = 5


def _facts(row: CertificateRow) -> tuple[tuple[str, str], ...]:
    serials = list(dict.fromkeys(marked(line.serial, line.purpose) for line in row.lines))
    shown = listed(serials[:MOST_SERIALS])
    if len(serials) > MOST_SERIALS:
        shown = _("%(shown)s and %(more)s more") % {"shown": shown, "more": len(serials) - MOST_SERIALS}
    said = (
        (_("Sales order number"), row.sales_order), (_("Issued on"), long_day(row.issued_on)),
        (_("Customer"), row.organisation), (_("Through"), row.reseller), (_("Serial numbers"), shown),
    )  # fmt: skip
    return tuple((label, value) for label, value in said if value)
