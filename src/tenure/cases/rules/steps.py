"""Which step may be taken when, and what a text may be."""

from tenure.accounts.words import StaffRole, Who
from tenure.cases.words import CaseRefusal, Happening, Kind, State
from tenure.toolbox.refused import Refused

LEADS = frozenset({StaffRole.MANAGER, StaffRole.OPERATOR})
# whose work a case of each kind is
WORKS = {
    Kind.TECHNICAL: LEADS | {StaffRole.ENGINEER},
    Kind.CARE: LEADS | {StaffRole.CARE_AGENT, StaffRole.ENGINEER},
}

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


def may_work(*, who: Who, kind: Kind) -> bool:
    """Whether the person works on cases of the kind: takes, answers, notes, proposes to close.  Source: D8, D10."""
    return bool(who.staff & WORKS[kind])
