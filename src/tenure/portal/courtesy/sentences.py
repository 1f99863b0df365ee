"""What is said to customers about a courtesy."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tenure.entitlements.courtesy_sentences import asked_said, cases_said, said
from tenure.entitlements.words import CourtesyRow
from tenure.kit.states import Word, courtesy_word
from tenure.toolbox.formats import day_of_instant, long_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One courtesy, ready to print.  said: until when, given by whom, because of what; asked: by whom, and why."""

    row: CourtesyRow
    word: Word
    said: str
    cases: str
    asked: str


def told(row: CourtesyRow, zone: str, levels: Mapping[str, str]) -> Told:
    """A courtesy as its readers see it.  zone: the reader's, for instants; days are those of the asset."""
    return Told(
        row=row, word=courtesy_word(row.state), said=said(row, levels), cases=cases_said(row),
        asked=asked_said(row, zone),
    )  # fmt: skip


def answer_of(row: CourtesyRow | None, *, needed: bool, may_ask: bool, zone: str) -> SafeString:
    """The first sentence of the page.  row: the newest courtesy of the licence."""
    if row is not None and row.is_open:
        mark = format_html('<b data-tone="wait">{}</b>', _("It waits for customer care"))
        text = _("A courtesy was asked for on {day}. {mark}; the answer comes by e-mail.")
        return format_html(text, day=day_of_instant(row.asked_at, zone), mark=mark)
    if not needed and row is not None and row.can_be_revoked and row.last_day is not None:
        until = _("A courtesy runs until %(day)s") % {"day": long_day(row.last_day)}
        return format_html('<b data-tone="wait">{}</b>. {}', until, cases_said(row))
    if not needed:
        return format_html('<b data-tone="good">{}</b>: {}', _("Covered today"), _("no courtesy is needed."))
    if not may_ask:
        return format_html("{}", _("The licence owner or a technical contact can ask for a courtesy."))
    return format_html(
        "{}", _("While the order is on its way, support can be given for some days, and for some cases, by courtesy.")
    )
