"""A simulation as plain values, for a file or a column, and back.  Pure."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tenure.outlook.words import ChangedRow, Outcome, Part, PartResult, Simulation, Sum


def to_plain(found: Simulation) -> dict[str, Any]:
    """Texts, numbers, lists: days and instants by ISO 8601, money as text.  Counts of changes are added."""
    told: dict[str, Any] = _plain(asdict(found))
    for part in told["parts"]:
        part["changed"] = sum(part["counts"].values())
    return {**told, "changed": found.changed}


def from_plain(told: Mapping[str, Any]) -> Simulation:
    """What `to_plain` wrote."""
    return Simulation(
        edition=told["edition"], in_force_from=date.fromisoformat(told["in_force_from"]),
        until=date.fromisoformat(told["until"]) if told["until"] else None, against=told["against"],
        same=told["same"], at=datetime.fromisoformat(told["at"]), days=told["days"], changes=tuple(told["changes"]),
        parts=tuple(_part(each) for each in told["parts"]),
    )  # fmt: skip


def _part(told: Mapping[str, Any]) -> PartResult:
    return PartResult(
        part=Part(told["part"]), looked_at=told["looked_at"],
        counts={Outcome(key): count for key, count in told["counts"].items()},
        sums=tuple(
            Sum(
                detail=each["detail"], currency=each["currency"], before=Decimal(each["before"]),
                after=Decimal(each["after"]),
            )
            for each in told["sums"]
        ),
        rows=tuple(_row(each) for each in told["rows"]),
    )  # fmt: skip


def _row(told: Mapping[str, Any]) -> ChangedRow:
    plain = {each.name: told[each.name] for each in fields(ChangedRow)}
    on = date.fromisoformat(told["on"]) if told["on"] else None
    return ChangedRow(**{**plain, "part": Part(told["part"]), "outcome": Outcome(told["outcome"]), "on": on})


def _plain(value: Any) -> Any:
    match value:
        case Mapping():
            return {str(key): _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case str():
            return str(value)
    return value
