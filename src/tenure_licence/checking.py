"""The whole check that a product does at its start: files, list, machine, and a clock that may have been set back."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tenure_licence.keys import Keys
from tenure_licence.licences import merge, verify
from tenure_licence.words import Fault, Invalid, Licence, Memory, Revocations, Standing

SLACK = timedelta(hours=26)  # two clocks may show different days and both be right


def check(
    files: Sequence[bytes], *, keys: Keys, now: datetime, memory: Memory, host: str | None = None,
    revocations: Revocations | None = None, slack: timedelta = SLACK,
) -> Standing:  # fmt: skip
    """What the product may do now.  Files that do not hold are left out, and told by their place.

    now: aware.  memory: what the last check gave back.  host: this machine, as the product names it.
    slack: by how much the clock may lie behind what is known.  Raises Invalid: the fault of the first file where none
    holds, other_serial, other_host, clock_set_back, list_older.
    """
    if revocations is not None and revocations.number < memory.list_number:
        raise Invalid(Fault.LIST_OLDER)
    held: list[Licence] = []
    faults: dict[int, Fault] = {}
    for place, data in enumerate(files):
        try:
            licence = verify(data, keys=keys, revocations=revocations)
        except Invalid as no:
            faults[place] = no.fault
            continue
        if host is not None and licence.host is not None and licence.host != host:
            faults[place] = Fault.OTHER_HOST
            continue
        held.append(licence)
    if not held:
        raise Invalid(faults[min(faults)] if faults else Fault.NOT_A_LICENCE)
    known = [each.issued_at for each in held]
    known += [memory.seen_at] if memory.seen_at is not None else []
    known += [revocations.issued_at] if revocations is not None else []
    latest = max(known)
    if now < latest - slack:
        raise Invalid(Fault.CLOCK_SET_BACK, f"It shows {now.isoformat()}, and it was {latest.isoformat()} before.")
    merged = merge(held)
    number = revocations.number if revocations is not None else memory.list_number
    return Standing(
        holding=merged.on(day_in(now, held[-1].zone)),
        memory=Memory(seen_at=max(now, latest), list_number=max(number, memory.list_number)),
        faults=faults,
        list_is_stale=revocations is not None and now > revocations.fresh_until,
    )


def day_in(now: datetime, zone: str) -> date:
    """The day in the licence's zone; where the machine knows no zones, the day of the clock as it is given."""
    try:
        return now.astimezone(ZoneInfo(zone)).date()
    except (ZoneInfoNotFoundError, ValueError):
        return now.date()
