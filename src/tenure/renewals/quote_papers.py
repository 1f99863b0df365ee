"""A quote's rows as the words of its document, in the reader's language and the price of the reader's side."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from tenure.accounts.words import Who
from tenure.entitlements.meters import meter_word
from tenure.papers.actions import order
from tenure.papers.words import Fact, Grid, Part, Sheet
from tenure.policy.queries import policy_numbered
from tenure.policy.sentences import policy_words
from tenure.policy.words import Policy
from tenure.renewals import quote_sentences as sentences
from tenure.renewals.queries.kept import QuoteLineRow, QuoteRow, QuoteServiceRow, lines_of, quote
from tenure.renewals.words import LineKind, QuoteRefusal, QuoteSide
from tenure.toolbox.formats import day_words, long_day, money_words, quantity_words
from tenure.toolbox.marks import beside
from tenure.toolbox.refused import Refused


@transaction.atomic
def order_quote_paper(*, who: Who, number: str, language: str, at: datetime) -> bytes | None:
    """The quote as a signed PDF with the price of the reader's side; None while the worker is printing it.

    Raises Refused: NOT_FOUND, also for one that they may not see.  Source: B3.
    """
    row = quote(who=who, number=number, at=at)
    if row is None:
        raise Refused(QuoteRefusal.NOT_FOUND)
    sheet = quote_sheet(row, lines_of(row), language=language, policy=policy_numbered(row.policy).policy)
    return order(sheet=sheet, at=at)


def quote_sheet(row: QuoteRow, lines: Sequence[QuoteLineRow], *, language: str, policy: Policy) -> Sheet:
    """The quote to print: the customer's with each step at list price, the reseller's with what it pays.

    Nothing in it changes as the quote goes its way.  Source: B3.
    """
    with translation.override(language):
        facts = {"number": row.number, "place": row.organisation, "total": money_words(row.gross, row.currency)}
        return Sheet(
            kind="quote", about=row.number, language=language, vendor=settings.VENDOR_NAME,
            title=_("Quote %(number)s") % facts, lead=_("%(total)s renews the licences of %(place)s.") % facts,
            dated_on=row.order_day, facts=_facts(row, policy), grids=_grids(row, lines, policy),
            parts=_parts(row, lines), foot=_foot(row, policy), page_words=_("Page {page} of {pages}"),
        )  # fmt: skip


def _facts(row: QuoteRow, policy: Policy) -> tuple[Fact, ...]:
    partner = row.side is QuoteSide.RESELLER
    programme = policy.programmes.get(row.programme)
    said = (
        (_("Quote"), row.number), (_("Made on"), long_day(row.order_day)), (_("Valid until"), long_day(row.valid_to)),
        (_("Customer"), row.organisation), (_("Through"), row.reseller),
        (_("Programme"), policy_words(programme.name) if programme else row.programme),
        (_("Price"), _("your price as a reseller") if partner else _("list price")),
    )  # fmt: skip
    return tuple(Fact(label=label, value=value) for label, value in said if value)


def _grids(row: QuoteRow, lines: Sequence[QuoteLineRow], policy: Policy) -> tuple[Grid, ...]:
    bought = Grid(
        title=_("What it renews"),
        head=(_("Product"), _("From"), _("Last covered day"), _("Net")),
        rows=(*(_line(row, line, policy) for line in lines), *(_service(row, each) for each in row.services)),
        figures=(3,),
    )  # fmt: skip
    totals = Grid(
        title=_("Total"), head=(_("In %(currency)s") % {"currency": row.currency}, ""),
        rows=(
            (_("Net"), sentences.figures(row.total, row.currency)),
            (sentences.tax_words(row.tax_rule, row.tax_percent), sentences.figures(row.tax, row.currency)),
            (_("Total"), money_words(row.gross, row.currency)),
        ),
        figures=(1,),
    )  # fmt: skip
    if row.side is QuoteSide.RESELLER:
        return bought, totals
    steps = Grid(
        title=_("How it adds up"), head=(_("Step"), _("Counted as"), _("Amount")),
        rows=(
            *(each for line in lines for each in _steps(row, line, policy)),
            *(_service_step(row, each) for each in row.services),
        ),
        figures=(2,),
    )  # fmt: skip
    return bought, steps, totals


def _line(row: QuoteRow, line: QuoteLineRow, policy: Policy) -> tuple[str, ...]:
    counted = {"quantity": quantity_words(line.quantity), "meter": meter_word(line.meter, line.quantity)}
    return (
        "\n".join((
            _what(line, policy),
            _("Serial number %(serial)s") % {"serial": line.serial}, _("%(quantity)s %(meter)s") % counted,
        )),
        day_words(line.starts_on), day_words(line.ends_on), sentences.figures(line.amount, row.currency),
    )  # fmt: skip


def _what(line: QuoteLineRow, policy: Policy) -> str:
    named = f"{line.product} {line.release}".strip()
    if line.kind is LineKind.EXTENSION:
        return _("Support of an old release: %(product)s") % {"product": named}
    return beside(named, sentences.level_name(line.level, policy))


def _service(row: QuoteRow, service: QuoteServiceRow) -> tuple[str, ...]:
    return sentences.service_words(service), "", "", sentences.figures(service.amount, row.currency)


def _service_step(row: QuoteRow, service: QuoteServiceRow) -> tuple[str, ...]:
    counted = f"{quantity_words(service.quantity)} × {sentences.figures(service.unit_price, row.currency)}"
    return policy_words(service.name), counted, sentences.figures(service.listed, row.currency)


def _steps(row: QuoteRow, line: QuoteLineRow, policy: Policy) -> list[tuple[str, ...]]:
    said: list[tuple[str, ...]] = []
    for step in line.steps:
        words, counted = sentences.step_words(step, row.currency, policy)
        said.append((f"{words}\n{line.serial}", counted, sentences.figures(step.amount, row.currency)))
    return said


def _parts(row: QuoteRow, lines: Sequence[QuoteLineRow]) -> tuple[Part, ...]:
    notes = tuple(sentences.note_words(note) for note in (*row.notes, *(each for line in lines for each in line.notes)))
    link = {"link": f"{settings.SITE_URL}/renewals/quotes/{row.number}", "until": long_day(row.valid_to)}
    after = _("After you accept it at %(link)s, it is ordered, and the new terms begin as named above.") % link
    if row.side is QuoteSide.RESELLER:
        after = _("When your customer has accepted, order it by %(until)s at %(link)s.") % link
    told = (Part(title=_("What to know"), paragraphs=notes),) if notes else ()
    return (*told, Part(title=_("What happens next"), paragraphs=(after,)))


def _foot(row: QuoteRow, policy: Policy) -> tuple[str, ...]:
    return policy.region_of(country=row.country).address
