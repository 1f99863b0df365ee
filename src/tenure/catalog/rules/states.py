"""Where a release stands on a day."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

from tenure.catalog.words import Ending, Lifecycle, ReleaseState


def state_on(*, lifecycle: Lifecycle, on: date) -> ReleaseState:
    """The one state of a release on a day.

    A day counts: it decides whatever a flag says beside it.  An end on an unknown day is an end from the first day on
    which it was known; between the release and that day the state is unknown.  No end named: it goes on.  A release
    without a first day is unknown until all its support has ended.  Never raises.  Source: A10.
    """
    available, offered = lifecycle.available_from, lifecycle.extended.offered
    if available is not None and on < available:
        return ReleaseState.ANNOUNCED
    standard, extended = _over(lifecycle.standard, on), _over(lifecycle.extended, on)
    if standard is None and offered and extended and lifecycle.extended.from_day is not None:
        standard = True  # extended support follows standard support, so the end of the one is past that of the other
    if standard is None or (available is None and not standard):
        return ReleaseState.UNKNOWN
    if not standard:
        return ReleaseState.STANDARD
    if not offered or extended:
        return ReleaseState.ENDED
    return ReleaseState.UNKNOWN if extended is None or available is None else ReleaseState.EXTENDED


def days_left(*, lifecycle: Lifecycle, on: date) -> int | None:
    """Days for which the present support still runs, `on` included: 1 on its last day; None: no end named, or over."""
    match state_on(lifecycle=lifecycle, on=on):
        case ReleaseState.STANDARD:
            end = lifecycle.standard.from_day
        case ReleaseState.EXTENDED:
            end = lifecycle.extended.from_day
        case _:
            end = None
    return None if end is None else (end - on).days


class Dated(Protocol):
    """Anything that came out on a day."""

    @property
    def available_from(self) -> date | None: ...


D = TypeVar("D", bound=Dated)


def latest(*, releases: Iterable[D], on: date) -> D | None:
    """The release that came out last, up to and with `on`; of several on one day the first given.  Source: A10."""
    out = [(r.available_from, r) for r in releases if r.available_from is not None and r.available_from <= on]
    return max(out, key=lambda pair: pair[0])[1] if out else None


def _over(ending: Ending, on: date) -> bool | None:
    """Whether this support has ended on the day; None: it may have."""
    if ending.from_day is not None:
        return on >= ending.from_day
    if not ending.ended:
        return False
    return True if ending.by_day is None or on >= ending.by_day else None
