"""Where a release stands on a day."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

from tenure.catalog.words import Ending, Lifecycle, ReleaseState


def state_on(*, lifecycle: Lifecycle, on: date) -> ReleaseState:
    """The one state of a release on a day.

    A day counts: it decides whatever a flag says beside it.  An end on an unknown day is an end from the first day on
    which it was known; between the release and that day the state is unknown.  No end named: it goes on.  A release
    without a first day is unknown until its support ended.  Never raises.  Source: A10.
    """
    available = lifecycle.available_from
    if available is not None and on < available:
        return ReleaseState.ANNOUNCED
    if lifecycle.extended.offered and lifecycle.extended.from_day is not None:
        latest_end = max(lifecycle.extended.from_day, lifecycle.standard.from_day or date.min)
        if on >= latest_end and not _runs(lifecycle.standard):
            return ReleaseState.ENDED
    standard = _over(lifecycle.standard, on)
    if standard is None or (available is None and not standard):
        return ReleaseState.UNKNOWN
    if not standard:
        return ReleaseState.STANDARD
    if not lifecycle.extended.offered:
        return ReleaseState.ENDED
    extended = _over(lifecycle.extended, on)
    if extended is None:
        return ReleaseState.UNKNOWN
    return ReleaseState.ENDED if extended else ReleaseState.EXTENDED


def days_left(*, lifecycle: Lifecycle, on: date) -> int | None:
    """Days of support in the present state after `on`; 0 on the last day; None where no end is named or it is over."""
    match state_on(lifecycle=lifecycle, on=on):
        case ReleaseState.STANDARD:
            end = lifecycle.standard.from_day
        case ReleaseState.EXTENDED:
            end = lifecycle.extended.from_day
        case _:
            end = None
    return None if end is None else (end - on).days - 1


class Dated(Protocol):
    """Anything that came out on a day."""

    @property
    def available_from(self) -> date | None: ...


D = TypeVar("D", bound=Dated)


def latest(*, releases: Iterable[D], on: date) -> D | None:
    """The release that came out last, up to and with `on`; of several on one day the first given.  Source: A10."""
    out = [(r.available_from, r) for r in releases if r.available_from is not None and r.available_from <= on]
    return max(out, key=lambda pair: pair[0])[1] if out else None


def _runs(ending: Ending) -> bool:
    """No end of this support is known."""
    return ending.from_day is None and not ending.ended


def _over(ending: Ending, on: date) -> bool | None:
    """Whether this support has ended on the day; None: it may have."""
    if ending.from_day is not None:
        return on >= ending.from_day
    if not ending.ended:
        return False
    return True if ending.by_day is None or on >= ending.by_day else None
