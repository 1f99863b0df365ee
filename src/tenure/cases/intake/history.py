"""What happened to a case that was kept elsewhere, told in our words, so that it folds to the state it had there."""

from typing import Final

from tenure.cases.intake.words import Given, Happened
from tenure.cases.words import Event, Happening, Side, State

STATES: Final = {
    "new": State.NEW, "open": State.OPEN, "waiting": State.AWAITING_REVIEW, "resolved": State.PENDING_CLOSE,
    "closed": State.CLOSED,
}  # fmt: skip
_LAST_WORDS: Final = {"waiting": Happening.ASKED, "resolved": Happening.CLOSE_PROPOSED}


def history_of(given: Given) -> list[Happened]:
    """The events of the case in order: opened, written down, taken by its agent, the comments, and the end.

    What was said last decides how a waiting or resolved case is told: if the agent said it, those words asked or
    proposed to close; else that is an event of its own at `updated`.  In a case that is still new the agent's words are
    notes the customer sees, and nobody has it: whatever answers or takes a case begins work on it.  Source: ours.
    """
    is_new = given.status == "new"
    told = [
        Happened(given.created, Happening.OPENED, Side.CUSTOMER, public=True, by_agent=False, body=given.body),
        Happened(given.created, Happening.REGISTERED, Side.SYSTEM, public=False),
    ]
    if given.agent and not is_new:
        told.append(Happened(given.created, Happening.TAKEN, Side.VENDOR, public=False, by_agent=True))
    last_words = _LAST_WORDS.get(given.status)
    speaking = max((n for n, each in enumerate(given.comments) if each.public or not each.by_agent), default=-1)
    for place, each in enumerate(given.comments):
        if not each.by_agent:
            kind, side = Happening.CUSTOMER_WROTE, Side.CUSTOMER
        else:
            kind, side = Happening.WROTE if each.public and not is_new else Happening.NOTED, Side.VENDOR
            if place == speaking and last_words:
                kind, last_words = last_words, None
        told.append(Happened(each.at, kind, side, public=each.public, by_agent=each.by_agent, body=each.body))
    end = max(given.updated, told[-1].at)
    if last_words:
        told.append(Happened(end, last_words, Side.VENDOR, public=True, by_agent=True))
    if given.status == "open" and not given.agent and all(each.kind is not Happening.WROTE for each in told):
        told += [
            Happened(end, Happening.TAKEN, Side.SYSTEM, public=False),
            Happened(end, Happening.GIVEN_BACK, Side.SYSTEM, public=False),
        ]
    if given.status == "closed":
        told.append(Happened(end, Happening.CLOSED, Side.SYSTEM, public=True))
    return told


def events_of(given: Given, told: list[Happened], agent: int | None) -> list[Event]:
    """The same as the fold takes them.  agent: the person's id.  Source: ours."""
    return [
        Event(
            seq, each.at, each.kind, given.severity if each.kind is Happening.OPENED else None,
            agent if each.by_agent else None,
        )
        for seq, each in enumerate(told, start=1)
    ]  # fmt: skip
