"""States as people see them: tone, icon and word, always all three."""

from dataclasses import dataclass

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from tenure.cases.sentences import STANDINGS, STATES
from tenure.cases.words import PromiseRow, Standing, State
from tenure.entitlements.contact_sentences import state_of
from tenure.entitlements.purposes import purpose_words
from tenure.entitlements.words import CourtesyState, Cover, CoverState, LicencePurpose
from tenure.entitlements.words.contact_changes import ContactRequestRow
from tenure.renewals.quote_sentences import STATES as QUOTE_STATES
from tenure.renewals.words import QuoteState


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A state as it is shown: tone, icon and word."""

    tone: str
    icon: str
    word: str


_CASES = {
    State.NEW: ("quiet", "clock"),
    State.OPEN: ("good", "circle-check"),
    State.AWAITING_REVIEW: ("wait", "circle-pause"),
    State.PENDING_CLOSE: ("wait", "circle-pause"),
    State.CLOSED: ("quiet", "circle-minus"),
}
_STANDINGS = {
    Standing.RUNNING: ("quiet", "clock"),
    Standing.PAUSED: ("wait", "circle-pause"),
    Standing.KEPT: ("good", "circle-check"),
    Standing.MISSED: ("bad", "triangle-alert"),
    Standing.WITH_UPDATE: ("quiet", "clock"),
    Standing.ENDED: ("quiet", "circle-minus"),
}


_PURPOSES = {
    LicencePurpose.TRIAL: "flask-conical",
    LicencePurpose.NOT_FOR_RESALE: "ban",
    LicencePurpose.TEMPORARY: "hourglass",
}
_COURTESIES: dict[CourtesyState, tuple[str, str, Lazy]] = {
    CourtesyState.ASKED: ("wait", "clock", lazy("Asked for")),
    CourtesyState.SECOND: ("wait", "circle-pause", lazy("Waits for a second yes")),
    CourtesyState.COMING: ("wait", "clock", lazy("Begins later")),
    CourtesyState.RUNNING: ("wait", "hourglass", lazy("Runs")),
    CourtesyState.USED_UP: ("soon", "clock-alert", lazy("All its cases are opened")),
    CourtesyState.ENDED: ("quiet", "circle-minus", lazy("Ended")),
    CourtesyState.REVOKED: ("quiet", "circle-minus", lazy("Taken back")),
    CourtesyState.DECLINED: ("quiet", "circle-x", lazy("Declined")),
}


_QUOTES = {
    QuoteState.PREPARED: ("quiet", "clock"),
    QuoteState.SENT: ("wait", "clock"),
    QuoteState.ACCEPTED: ("soon", "clock-alert"),
    QuoteState.ORDERED: ("good", "circle-check"),
    QuoteState.DECLINED: ("quiet", "circle-x"),
    QuoteState.WITHDRAWN: ("quiet", "circle-minus"),
    QuoteState.REVISED: ("quiet", "circle-minus"),
    QuoteState.EXPIRED: ("bad", "circle-x"),
}


def quote_word(state: QuoteState) -> Word:
    """How a quote stands.  Source: B3."""
    tone, icon = _QUOTES[state]
    return Word(tone=tone, icon=icon, word=str(QUOTE_STATES[state]))


def purpose_word(purpose: LicencePurpose | str) -> Word | None:
    """The mark of a licence that is not in production; None for one that is, or where there is none.  Source: A12."""
    if not purpose or not purpose_words(purpose):
        return None
    return Word(tone="quiet", icon=_PURPOSES[LicencePurpose(purpose)], word=purpose_words(purpose))


def courtesy_word(state: CourtesyState) -> Word:
    """How a courtesy stands.  Source: A12."""
    tone, icon, word = _COURTESIES[state]
    return Word(tone=tone, icon=icon, word=str(word))


def case_word(state: State) -> Word:
    """How a case stands.  Source: D8."""
    tone, icon = _CASES[state]
    return Word(tone=tone, icon=icon, word=str(STATES[state]))


def promise_word(row: PromiseRow) -> Word:
    """How a promise stands.  Source: D6."""
    tone, icon = _STANDINGS[row.standing]
    return Word(tone=tone, icon=icon, word=str(STANDINGS[row.standing]))


def cover_word(cover: Cover) -> Word:
    """How an asset is covered on a day, in the five tones.  Source: A3, A8."""
    days = {"n": cover.days}
    match cover.state:
        case CoverState.COVERED:
            return Word(tone="good", icon="circle-check", word=_("Covered"))
        case CoverState.ENDING:
            words = ngettext("Ends in %(n)s day", "Ends in %(n)s days", cover.days) if cover.days else _("Ends today")
            return Word(tone="soon", icon="clock-alert", word=words % days)
        case CoverState.LAPSED:
            words = ngettext("Lapsed %(n)s day ago", "Lapsed %(n)s days ago", cover.days)
            return Word(tone="bad", icon="circle-x", word=words % days)
        case CoverState.NOT_STARTED:
            words = ngettext("Starts in %(n)s day", "Starts in %(n)s days", cover.days)
            return Word(tone="wait", icon="clock", word=words % days)
        case _:
            return Word(tone="quiet", icon="circle-minus", word=_("Never covered"))


def contact_word(row: ContactRequestRow) -> Word:
    """How a request about contacts stands.  Source: D3."""
    tone, icon, word = state_of(row)
    return Word(tone=tone, icon=icon, word=word)
