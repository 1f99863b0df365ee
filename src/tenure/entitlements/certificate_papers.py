"""A certificate's rows as the words of its document, in the reader's language."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tenure.entitlements.meters import meter_word
from tenure.entitlements.purposes import marked
from tenure.entitlements.queries.certificates import CertificateLine, CertificateRow
from tenure.papers.words import Fact, Grid, Part, Sheet
from tenure.policy.words import Policy
from tenure.toolbox.formats import day_words, long_day, quantity_words


def certificate_sheet(row: CertificateRow, *, language: str, policy: Policy) -> Sheet:
    """The certificate to print.  language: one of the portal's.  policy: names levels and regions.  Source: A1."""
    facts = {"number": row.number, "place": row.organisation, "vendor": settings.VENDOR_NAME}
    with translation.override(language):
        return Sheet(
            kind="certificate", about=row.number, language=language, vendor=settings.VENDOR_NAME,
            title=_("Licence certificate %(number)s") % facts,
            lead=_("%(vendor)s confirms what %(place)s owns, and until when it is covered.") % facts,
            dated_on=row.issued_on, facts=_facts(row), grids=_grids(row, policy), parts=(_next(row, policy),),
            foot=_address(row, policy), page_words=_("Page {page} of {pages}"),
        )  # fmt: skip


def _facts(row: CertificateRow) -> tuple[Fact, ...]:
    owner = f"{row.owner}\n{row.owner_email}" if row.owner_email else ""
    said = (
        (_("Certificate number"), row.number), (_("Sales order number"), row.sales_order),
        (_("Issued on"), long_day(row.issued_on)), (_("Customer"), row.organisation), (_("Through"), row.reseller),
        (_("Licence owner"), owner),
    )  # fmt: skip
    return tuple(Fact(label=label, value=value) for label, value in said if value)


def _grids(row: CertificateRow, policy: Policy) -> tuple[Grid, ...]:
    owned = Grid(
        title=_("What it covers"),
        head=(_("Product"), _("Quantity"), _("Level"), _("From"), _("Last covered day")),
        rows=tuple(_line(line, policy) for line in row.lines),
        figures=(1,),
    )
    if not row.seats:
        return (owned,)
    people = Grid(
        title=_("Who may ask for technical support"),
        head=(_("Name"), _("Level"), _("Contact ID")),
        rows=tuple((f"{seat.name}\n{seat.email}", _level(seat.level, policy), seat.identifier) for seat in row.seats),
    )
    return owned, people


def _line(line: CertificateLine, policy: Policy) -> tuple[str, ...]:
    numbers = {"serial": line.serial, "support": line.support_identifier}
    return (
        "\n".join((
            marked(f"{line.product} {line.release}".strip(), line.purpose),
            _("Serial number %(serial)s") % numbers,
            _("Support identifier %(support)s") % numbers,
        )),
        f"{quantity_words(line.quantity)}\n{meter_word(line.meter, line.quantity)}",
        _("Support extension") if line.is_extension else _level(line.level, policy) or _("No maintenance"),
        day_words(line.starts_on) if line.starts_on else "",
        day_words(line.last_day) if line.last_day else "",
    )  # fmt: skip


def _next(row: CertificateRow, policy: Policy) -> Part:
    region = policy.regions.get(row.lines[0].region)
    facts = {"link": f"{settings.SITE_URL}/licences/register", "care": region.customer_care_email if region else ""}
    steps = [
        _("Register each serial number at %(link)s: without it no new version is announced or handed out.") % facts,
        _("Technical contacts quote their contact ID when they ask for technical support."),
    ]
    if facts["care"]:
        steps.append(_("Is something on this certificate wrong? Write to %(care)s.") % facts)
    return Part(title=_("What to do next"), paragraphs=tuple(steps))


def _address(row: CertificateRow, policy: Policy) -> tuple[str, ...]:
    region = policy.regions.get(row.lines[0].region)
    return region.address if region else (settings.VENDOR_NAME,)


def _level(key: str, policy: Policy) -> str:
    return policy.levels[key].name if key in policy.levels else key
