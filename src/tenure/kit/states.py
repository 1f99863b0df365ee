"""States as people see them: tone, icon and word, always all three."""

from dataclasses import dataclass

from tenure.cases.sentences import STANDINGS, STATES
from tenure.cases.words import PromiseRow, Standing, State


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


def case_word(state: State) -> Word:
    """How a case stands.  Source: D8."""
    tone, icon = _CASES[state]
    return Word(tone=tone, icon=icon, word=str(STATES[state]))


def promise_word(row: PromiseRow) -> Word:
    """How a promise stands.  Source: D6."""
    tone, icon = _STANDINGS[row.standing]
    return Word(tone=tone, icon=icon, word=str(STANDINGS[row.standing]))
