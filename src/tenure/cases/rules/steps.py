"""Which step may be taken when, and what a text may be."""

from tenure.cases.words import CaseRefusal, Happening, State
from tenure.toolbox.refused import Refused

_GOING = frozenset({State.NEW, State.OPEN, State.AWAITING_REVIEW, State.PENDING_CLOSE})
_ALWAYS = frozenset(State)
# the states in which each step may be taken (D8)
ALLOWED = {
    Happening.TAKEN: _GOING,
    Happening.GIVEN_BACK: _GOING,
    Happening.CUSTOMER_WROTE: _GOING,
    Happening.WROTE: _GOING,
    Happening.ASKED: _GOING,
    Happening.NOTED: _ALWAYS,
    Happening.CALLED: _GOING,
    Happening.CALL_FAILED: _GOING,
    Happening.RESTORED: _GOING,
    Happening.LEFT_TO_UPDATE: _GOING,
    Happening.SEVERITY_CHANGED: _GOING,
    Happening.REMINDED: frozenset({State.AWAITING_REVIEW, State.PENDING_CLOSE}),
    Happening.CLOSE_PROPOSED: frozenset({State.NEW, State.OPEN, State.AWAITING_REVIEW}),
    Happening.CONSENTED: frozenset({State.PENDING_CLOSE}),
    Happening.DECLINED: frozenset({State.PENDING_CLOSE}),
    Happening.CLOSED: _GOING,
    Happening.REOPENED: frozenset({State.CLOSED}),
}


def check_step(*, kind: Happening, state: State) -> None:
    """Raise Refused(NOT_IN_THIS_STATE) where the step may not be taken from the state.  Source: D8."""
    if state not in ALLOWED[kind]:
        raise Refused(CaseRefusal.NOT_IN_THIS_STATE, step=kind.value, state=state.value)


def steps(state: State) -> frozenset[Happening]:
    """The steps that may be taken from a state.  Source: D8."""
    return frozenset(kind for kind, states in ALLOWED.items() if state in states)
