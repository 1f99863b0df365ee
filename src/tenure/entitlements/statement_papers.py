"""Statements and proofs as the words of their documents, in the reader's language."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenure.entitlements.meters import meter_word
from tenure.entitlements.purposes import marked
from tenure.entitlements.words.statement import ProofRow, StatementRow
from tenure.papers.words import Fact, Grid, Part, Sheet
from tenure.policy.words import Policy
from tenure.toolbox.formats import day_words, instant_words, long_day, quantity_words


def statement_sheet(
    *, customer: str, number: str, on: date, rows: Sequence[StatementRow], language: str, policy: Policy
) -> Sheet:
    """Everything a customer owns at the end of a day, to print.  policy: names the levels.  Source: A8."""
    with translation.override(language):
        facts = {"place": customer, "vendor": settings.VENDOR_NAME, "day": long_day(on)}
        lines = tuple(
            _line(
                product=row.product,
                release=row.release,
                purpose=row.purpose.value,
                serial=row.serial,
                site=row.site,
                quantity=row.quantity,
                meter=row.meter,
                level=row.level,
                last=row.last_day,
                policy=policy,
            )
            for row in rows
        )
        return Sheet(
            kind="statement", about=f"{number} {on.isoformat()}", language=language, vendor=settings.VENDOR_NAME,
            title=_("Statement of licences"),
            lead=_("This is what %(place)s owns on %(day)s by the records of %(vendor)s.") % facts,
            dated_on=on,
            facts=(
                Fact(label=_("Customer"), value=f"{customer}\n{number}"),
                Fact(label=_("As of"), value=long_day(on)),
            ),
            grids=(_grid(lines),), parts=(), foot=(settings.VENDOR_NAME,), page_words=_("Page {page} of {pages}"),
        )  # fmt: skip


def proof_sheet(row: ProofRow, *, language: str, policy: Policy) -> Sheet:
    """A proof to print, with what anybody needs to check it.  policy: of the day it speaks of.  Source: A8."""
    with translation.override(language):
        facts = {
            "place": row.organisation, "vendor": settings.VENDOR_NAME, "day": long_day(row.as_of),
            "address": f"{settings.SITE_URL}/proof/{row.number}",
        }  # fmt: skip
        return Sheet(
            kind="proof", about=row.number, language=language, vendor=settings.VENDOR_NAME,
            title=_("Proof of entitlement %(number)s") % {"number": row.number},
            lead=_("%(vendor)s confirms that %(place)s owned the following at the end of %(day)s.") % facts,
            dated_on=row.as_of,
            facts=(
                Fact(label=_("Number"), value=row.number),
                Fact(label=_("Customer"), value=f"{row.organisation}\n{row.organisation_number}"),
                Fact(label=_("As of"), value=long_day(row.as_of)),
                Fact(label=_("Made"), value=instant_words(row.made_at, "UTC")),
            ),
            grids=(_grid(tuple(_said(each, policy) for each in row.said["owned"])),),
            parts=(Part(
                title=_("How to check it"),
                paragraphs=(
                    _("Open %(address)s and enter the digest. The page says whether number and digest match.") % facts,
                    _("Digest (SHA-256): %(digest)s") % {"digest": row.digest},
                ),
            ),),
            foot=(settings.VENDOR_NAME,), page_words=_("Page {page} of {pages}"),
        )  # fmt: skip


def _grid(rows: tuple[tuple[str, ...], ...]) -> Grid:
    title = ngettext("%(n)s licence", "%(n)s licences", len(rows)) % {"n": len(rows)}
    head = (_("Product"), _("Quantity"), _("Level"), _("Last covered day"))
    return Grid(title=title, head=head, rows=rows, figures=(1,))


def _said(each: dict[str, Any], policy: Policy) -> tuple[str, ...]:
    last = date.fromisoformat(each["last_covered_day"]) if each["last_covered_day"] else None
    kept = ("product", "release", "purpose", "site", "quantity", "meter", "level")
    return _line(serial=each["serial_number"], last=last, policy=policy, **{name: each[name] for name in kept})


def _line(
    *, product: str, release: str, purpose: str, serial: str, site: str, quantity: int, meter: str, level: str,
    last: date | None, policy: Policy,
) -> tuple[str, ...]:  # fmt: skip
    named = policy.levels[level].name if level in policy.levels else level
    return (
        "\n".join((
            marked(f"{product} {release}".strip(), purpose), _("Serial number %(serial)s") % {"serial": serial}, site,
        )),
        f"{quantity_words(quantity)}\n{meter_word(meter, quantity)}",
        named or _("No maintenance"),
        day_words(last) if last else "",
    )  # fmt: skip
