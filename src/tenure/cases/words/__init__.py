"""The words of cases: what happens to a case, how it stands, what was promised, and every no."""

from tenure.cases.words.kinds import CaseRefusal, Channel, Happening, Kind, Side, Standing, State, Topic, View
from tenure.cases.words.rows import (
    Beginning,
    CareBeginning,
    CaseFilters,
    CaseLine,
    CasePage,
    CaseRow,
    ClockRow,
    EntryRow,
    LedgerRow,
    LedgerStep,
    Opened,
    PromiseRow,
    VerdictRow,
)
from tenure.cases.words.story import Event, Held, Promise, Story, Wait
from tenure.toolbox.upload import Upload

__all__ = [
    "Beginning",
    "CareBeginning",
    "CaseFilters",
    "CaseLine",
    "CasePage",
    "CaseRefusal",
    "CaseRow",
    "Channel",
    "ClockRow",
    "EntryRow",
    "Event",
    "Happening",
    "Held",
    "Kind",
    "LedgerRow",
    "LedgerStep",
    "Opened",
    "Promise",
    "PromiseRow",
    "Side",
    "Standing",
    "State",
    "Story",
    "Topic",
    "Upload",
    "VerdictRow",
    "View",
    "Wait",
]
