"""UTC offsets of one zone over a stretch of time, and the instant at which a wall-clock edge takes effect."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from tenure.worktime.words import FIRST_YEAR, LAST_YEAR, UnknownZone

Seconds = NDArray[np.int64]

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
FOREVER: Final = 1 << 52  # seconds; far outside every real instant
# Two changes of one zone are never less than a week apart after 1969 (the shortest: north-east Brazil in October 2000),
# so looking every two days misses none.
_STEP: Final = 2 * 86_400


@dataclass(frozen=True, slots=True)
class Offsets:
    """Stretches of constant offset: stretch i begins at UTC second begins[i] (the first: ever), offset[i] in seconds.

    reach[i] is the latest wall-clock reading, as local seconds, up to the end of stretch i. It never falls, so the
    first stretch whose reach passes a wall-clock time is the one in which that time or later is first read.
    """

    begins: tuple[int, ...]
    offset: tuple[int, ...]
    reach: tuple[int, ...]

    @classmethod
    def of(cls, changes: tuple[tuple[int, int], ...]) -> "Offsets":
        """From (UTC second, offset) pairs in order; the first offset also holds before its second.  Source: ours."""
        begins = (-FOREVER, *(at for at, _ in changes[1:]))
        offset = tuple(offset for _, offset in changes)
        reach, highest = [], -FOREVER
        for end, shift in zip((*begins[1:], FOREVER), offset, strict=True):
            highest = max(highest, end + shift)
            reach.append(highest)
        return cls(begins, offset, tuple(reach))

    def at(self, utc: int) -> int:
        """The offset in seconds that holds at the UTC second."""
        return self.offset[bisect_right(self.begins, utc) - 1]

    def effect(self, local: int) -> int:
        """The first UTC second at which the wall clock reads `local` or later: gaps act at the jump, overlaps first."""
        i = bisect_right(self.reach, local)
        return max(self.begins[i], local - self.offset[i])

    def effect_many(self, local: Seconds) -> Seconds:
        """`effect` for an array."""
        if len(self.begins) == 1:
            return local - self.offset[0]
        i = np.searchsorted(np.array(self.reach), local, side="right")
        effect: Seconds = np.maximum(np.array(self.begins)[i], local - np.array(self.offset)[i])
        return effect

    def at_many(self, utc: Seconds) -> Seconds:
        """`at` for an array."""
        if len(self.begins) == 1:
            return np.full(utc.shape, self.offset[0])
        found: Seconds = np.array(self.offset)[np.searchsorted(np.array(self.begins), utc, side="right") - 1]
        return found


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """The zone of that IANA name.  Raises UnknownZone.  Source: ours."""
    try:
        return ZoneInfo(name)
    # An absolute path is a ValueError, a folder such as "America" an OSError, a strange type a TypeError.
    except (KeyError, ValueError, OSError, TypeError):
        raise UnknownZone(zone=name) from None


def changes_between(*, name: str, first: int, last: int) -> tuple[tuple[int, int], ...]:
    """Offsets of the zone from UTC second `first` to `last`: (second it begins, seconds), the first at `first`.

    Raises UnknownZone.  Source: ours.
    """
    place = zone(name)
    changes = [(first, _offset(place, first))]
    for probe in range(first + _STEP, last + _STEP, _STEP):
        if _offset(place, probe) != changes[-1][1]:
            low, high = probe - _STEP, probe
            while high - low > 1:
                middle = (low + high) // 2
                if _offset(place, middle) == changes[-1][1]:
                    low = middle
                else:
                    high = middle
            changes.append((high, _offset(place, high)))
    return tuple(changes)


def freeze_offsets(name: str) -> tuple[tuple[int, int], ...]:
    """All offsets of the zone that a calendar can need, to be stored with it (`Calendar.offsets`).

    Raises UnknownZone.  Source: ours.
    """
    margin = timedelta(days=20)
    first = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC) - margin
    last = datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC) + margin
    return changes_between(name=name, first=int(first.timestamp()), last=int(last.timestamp()))


def _offset(place: ZoneInfo, utc: int) -> int:
    shift = datetime.fromtimestamp(utc, place).utcoffset() or timedelta()
    return shift.days * 86_400 + shift.seconds
