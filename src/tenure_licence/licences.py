"""Licence files, and the list of withdrawals: verify, merge, say what holds on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tenure_licence.documents import opened
from tenure_licence.keys import Keys
from tenure_licence.words import Fault, Holding, Invalid, Licence, Revocations

LICENCE = "tenure-licence/1"
REVOCATIONS = "tenure-revocations/1"
MOST_LICENCE_BYTES = 64 * 1024
MOST_LIST_BYTES = 64 * 1024 * 1024
ONE_DAY = timedelta(days=1)


def verify(data: bytes, *, keys: Keys, revocations: Revocations | None = None) -> Licence:
    """The licence that a file holds.

    Raises Invalid: too_large, not_a_licence, cut_short, edited, unknown_key, key_withdrawn, licence_withdrawn.
    """
    facts: Mapping[str, Any] = opened(data, keys=keys, form=LICENCE, most_bytes=MOST_LICENCE_BYTES)
    try:
        licence = _licence(facts)
    except (KeyError, ValueError, TypeError):  # signed, and still not what this form should say
        raise Invalid(Fault.NOT_A_LICENCE) from None
    if revocations is not None:
        if licence.key_id in revocations.keys:
            raise Invalid(Fault.KEY_WITHDRAWN)
        if licence.number in revocations.licences:
            raise Invalid(Fault.LICENCE_WITHDRAWN)
    return licence


def _licence(facts: Mapping[str, Any]) -> Licence:
    return Licence(
        number=facts["number"], serial=facts["serial"], product=facts["product"], customer=facts["customer"],
        quantity=facts["quantity"], meter=facts["meter"], purpose=facts["purpose"], level=facts["level"],
        family=facts["family"], release=facts["release"], starts_on=_day(facts["starts_on"]),
        ends_on=_day(facts["ends_on"]), use_starts_on=date.fromisoformat(facts["use_starts_on"]),
        use_ends_on=_day(facts["use_ends_on"]), zone=facts["zone"], host=facts["host"],
        issued_at=instant(facts["issued_at"]), key_id=facts["key_id"], facts=dict(facts),
    )  # fmt: skip


def verify_list(data: bytes, *, keys: Keys) -> Revocations:
    """The list of withdrawals that a file holds.  A list that withdraws the key that signed it is not believed.

    Raises Invalid: too_large, not_a_licence, cut_short, edited, unknown_key, key_withdrawn.
    """
    facts: Mapping[str, Any] = opened(data, keys=keys, form=REVOCATIONS, most_bytes=MOST_LIST_BYTES)
    try:
        told = _revocations(facts)
    except (KeyError, ValueError, TypeError):
        raise Invalid(Fault.NOT_A_LICENCE) from None
    if facts["key_id"] in told.keys:
        raise Invalid(Fault.KEY_WITHDRAWN)
    return told


def _revocations(facts: Mapping[str, Any]) -> Revocations:
    return Revocations(
        number=facts["number"], issued_at=instant(facts["issued_at"]), fresh_until=instant(facts["fresh_until"]),
        licences=frozenset(each["number"] for each in facts["licences"]),
        keys=frozenset(each["key_id"] for each in facts["keys"]),
    )  # fmt: skip


@dataclass(frozen=True)
class Merged:
    """All files of one serial number together: the union of their days.  Of two for one day the later issued speaks."""

    licences: tuple[Licence, ...]

    def on(self, day: date) -> Holding:
        """What holds on a day of the licence's zone."""
        covering = [each for each in self.licences if each.starts_on and each.ends_on and _covers(each, day)]
        usable = [each for each in self.licences if _may_use(each, day)]
        last = self.licences[-1]
        speaks = (covering or usable or [last])[-1]
        lasting = any(each.use_ends_on is None for each in self.licences)
        ends = [each.use_ends_on for each in self.licences if each.use_ends_on is not None]
        return Holding(
            day=day, covered=bool(covering), covered_until=self._until(day), why=None if covering else self._why(day),
            may_use=bool(usable), use_until=None if lasting else max(ends), serial=speaks.serial,
            product=speaks.product, customer=speaks.customer, quantity=speaks.quantity, meter=speaks.meter,
            level=speaks.level, purpose=speaks.purpose,
        )  # fmt: skip

    def spans(self) -> list[tuple[date, date]]:
        """The covered days in as few spans as possible, first and last day included."""
        whole: list[tuple[date, date]] = []
        for starts, ends in sorted((e.starts_on, e.ends_on) for e in self.licences if e.starts_on and e.ends_on):
            if whole and starts <= whole[-1][1] + ONE_DAY:
                whole[-1] = (whole[-1][0], max(whole[-1][1], ends))
            else:
                whole.append((starts, ends))
        return whole

    def _until(self, day: date) -> date | None:
        return next((ends for starts, ends in self.spans() if starts <= day <= ends), None)

    def _why(self, day: date) -> Fault:
        spans = self.spans()
        if not spans or day < spans[0][0]:
            return Fault.NOT_STARTED
        return Fault.ENDED if day > spans[-1][1] else Fault.GAP


def merge(licences: Iterable[Licence]) -> Merged:
    """Put the files of one serial number together, in any order; the same file twice is one.

    A missing year leaves the shorter span until it is added.  Raises Invalid: not_a_licence for none, other_serial,
    other_host for files that are bound to two machines.
    """
    held = sorted({each.number: each for each in licences}.values(), key=lambda each: (each.issued_at, each.number))
    if not held:
        raise Invalid(Fault.NOT_A_LICENCE)
    if len({each.serial for each in held}) > 1:
        raise Invalid(Fault.OTHER_SERIAL)
    if len({each.host for each in held if each.host is not None}) > 1:
        raise Invalid(Fault.OTHER_HOST)
    return Merged(tuple(held))


def instant(text: str) -> datetime:
    """An instant as files write it: 2026-11-24T12:00:00Z."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text is not None else None


def _covers(licence: Licence, day: date) -> bool:
    return licence.starts_on is not None and licence.ends_on is not None and licence.starts_on <= day <= licence.ends_on


def _may_use(licence: Licence, day: date) -> bool:
    return licence.use_starts_on <= day and (licence.use_ends_on is None or day <= licence.use_ends_on)
