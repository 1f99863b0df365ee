"""What differs between two policies, in words that a manager reads.

Every field of every part becomes one fact: a heading, a subject and a phrase. Two policies that differ in any field
differ in a fact, because the facts are taken from the fields themselves; only the wording of some is chosen by hand.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import product
from typing import Final

from tenure.policy.words import (
    EscalationStep,
    LegalWindow,
    Link,
    MultiYearDiscount,
    NoticeSchedule,
    PhoneNumber,
    Policy,
    Surcharge,
    Target,
    Targets,
)

Fact = str | tuple[str, ...]
"""A phrase, or phrases of which some may come and others go."""

Facts = dict[tuple[str, str], Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference: `heading` groups those of one part, `sentence` says it whole."""

    heading: str
    sentence: str


def difference(old: Policy, new: Policy) -> tuple[Change, ...]:
    """Everything that changes from `old` to `new`, in the order of the file; empty if they say the same.

    Source: ours.
    """
    titles = _titles(old, new)
    before, after = _facts(old, titles), _facts(new, titles)
    headings = list(dict.fromkeys(heading for heading, _ in [*before, *after]))
    order = {heading: place for place, heading in enumerate(headings)}
    found = [
        Change(heading=heading, sentence=f"{heading}, {subject} {words}.")
        for heading, subject in sorted({**before, **after}, key=lambda key: order[key[0]])
        if (words := _change(before.get((heading, subject)), after.get((heading, subject))))
    ]
    return tuple(_whole_parts(found, before, after))


def _change(old: Fact | None, new: Fact | None) -> str:
    if old == new:
        return ""
    if old is None:
        return f"is new: {_phrase(new)}"
    if new is None:
        return f"is dropped; it was: {_phrase(old)}"
    if isinstance(old, tuple) and isinstance(new, tuple) and set(old) != set(new):
        gains = [item for item in new if item not in old]
        loses = [item for item in old if item not in new]
        parts = [f"gains {', '.join(gains)}"] * bool(gains) + [f"loses {', '.join(loses)}"] * bool(loses)
        return " and ".join(parts)
    return f"changes from {_phrase(old)} to {_phrase(new)}"


def _phrase(fact: Fact | None) -> str:
    if isinstance(fact, tuple):
        return ", ".join(fact) or "nothing"
    return "nothing" if fact is None else fact


def _whole_parts(found: list[Change], before: Facts, after: Facts) -> Iterator[Change]:
    """One sentence for a part that comes or goes as a whole, such as a level, in place of one for each field."""
    old, new = {heading for heading, _ in before}, {heading for heading, _ in after}
    said: set[str] = set()
    for change in found:
        if change.heading in old and change.heading in new:
            yield change
        elif change.heading not in said:
            said.add(change.heading)
            facts = after if change.heading in new else before
            told = "; ".join(
                f"{subject}: {_phrase(fact)}" for (heading, subject), fact in facts.items()
                if heading == change.heading
            )  # fmt: skip
            came = "is new" if change.heading in new else "is dropped"
            yield Change(heading=change.heading, sentence=f"{change.heading} {came}. {told}.")


def _titles(old: Policy, new: Policy) -> dict[str, str]:
    """What each level is called here, by its key: its old name, so that a new name is a change and not a new level."""
    names = {key: level.name for key, level in {**new.levels, **old.levels}.items()}
    doubled = {name for name, times in Counter(names.values()).items() if times > 1}
    return {key: f"{name} ({key})" if name in doubled else name for key, name in names.items()}


def _facts(policy: Policy, titles: Mapping[str, str]) -> Facts:
    """Every fact of the policy by heading and subject, levels first."""
    found: Facts = {
        ("The policy", "name"): policy.name,
        ("The policy", "edition"): policy.edition,
        ("The policy", "day of editing"): policy.edited_on.isoformat(),
    }
    for level in policy.levels.values():
        found |= _of(titles[level.key], level)
        found |= _targets(titles[level.key], policy.targets[level.targets])
    used = {level.targets for level in policy.levels.values()}
    for key in sorted(set(policy.targets) - used):
        found |= _targets(f"Targets {key}", policy.targets[key])
    for severity in policy.severities.values():
        found |= _of(f"Severity {severity.number}", severity)
    for benefit in policy.benefits.values():
        found |= _of(f"Benefit {benefit.key}", benefit)
    for hours in policy.hours.values():
        found |= _of(f"Hours {hours.key}", hours)
    for tier in policy.sample_tiers.values():
        found |= _of(f"Suspicious files, {tier.key}", tier)
    for region in policy.regions.values():
        found |= _of(f"Region {region.key}", region)
    for one in policy.identifiers.values():
        found |= _of(f"Identifier {one.key}", one)
    for schedule in policy.notices:
        found |= _notices(schedule)
    for local in policy.languages.local:
        found |= _of(f"Engineers who speak {local.language} in {local.region}", local, skip=("language", "region"))
    return found | _single_parts(policy)


def _single_parts(policy: Policy) -> Facts:
    found: Facts = {}
    found |= _of("Languages", policy.languages, skip=("local",))
    found |= _of("Activation", policy.activation)
    found |= _of("Compliance", policy.compliance)
    found |= _of("Claims and moves of licences", policy.licence_care)
    found |= _of("Getting started", policy.getting_started)
    found |= _of("Lifecycle pages", policy.lifecycle)
    found |= _of("Contact page", policy.contact)
    found |= _of("Renewals", policy.renewals)
    found |= _of("Terms", policy.terms)
    found |= _of("Reinstatement", policy.reinstatement)
    found |= _of("Prices", policy.prices)
    for tax in policy.taxes:
        for country in tax.countries:
            found |= {("Tax", country): f"{_plain(tax.rule)}, {tax.percent} %"}
    for programme in policy.programmes.values():
        found |= _of(f"Programme {programme.key}", programme)
    for service in policy.services.values():
        found |= _of(f"Service {service.key}", service)
    if policy.extension is not None:
        found |= _of("Support of old releases", policy.extension)
    found |= _of("Courtesy", policy.courtesy)
    found |= _of("Cases", policy.cases)
    found |= _of("Requests about contacts", policy.contact_changes)
    found |= _of("Accounts", policy.accounts)
    return found | _of("Downloads, quotes and replacements", policy.fulfilment)


def _of(heading: str, part: object, *, skip: tuple[str, ...] = (), subject: str = "") -> Facts:
    """One fact for each field of a frozen value but its key; a value inside it gives facts of its own."""
    found: Facts = {}
    for name, value in _fields(part):
        if name not in {"key", *skip}:
            label = _LABELS.get((type(part).__name__, name), name.replace("_", " "))
            found[heading, subject + label] = _fact(name, value)
    return found


def _targets(heading: str, targets: Targets) -> Facts:
    found: Facts = {(heading, "registration by phone"): _fact("registration", targets.registration)}
    for number, severity in targets.severities.items():
        found |= _of(heading, severity, subject=f"severity {number}: ")
    return found


def _notices(schedule: NoticeSchedule) -> Facts:
    found: Facts = {}
    for kind, size, region in product(schedule.kinds, schedule.sizes, schedule.regions):
        heading = f"Renewal notices for {_plain(kind)}, {_plain(size)} customers"
        found |= _of(heading, schedule, skip=("kinds", "sizes", "regions"), subject=f"{region}: ")
    return found


def _fact(name: str, value: object) -> Fact:
    if name == "week" and isinstance(value, tuple):
        days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
        return tuple(
            f"{day} {_clock(opens)}-{_clock(closes)}"
            for day, windows in zip(days, value, strict=True)
            for opens, closes in windows
        )
    if name == "half_days_close_at" and isinstance(value, int):
        return _clock(value)
    if isinstance(value, tuple):
        return tuple(_plain(item) for item in value)
    if isinstance(value, Mapping):
        keys = "severity {}" if all(isinstance(key, int) for key in value) else "{}"
        return tuple(f"{keys.format(key)}: {_plain(item)}" for key, item in value.items())
    return _plain(value) + (" %" if isinstance(value, Decimal) else "")


def _plain(value: object) -> str:
    """A single value in words."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, StrEnum):
        return value.value.replace("_", " ")
    if isinstance(value, Target):
        return f"the {value}" if value.amount is None else str(value)
    if isinstance(value, PhoneNumber):
        return f"{value.country} {value.number} ({value.costs})"
    if isinstance(value, LegalWindow):
        return f"{value.subdivision or value.country}: {value.from_days} to {value.to_days} days before"
    if isinstance(value, Surcharge):
        return _surcharge(value)
    if isinstance(value, MultiYearDiscount):
        return f"{value.percent} % off from {value.years} years on"
    if isinstance(value, Link):
        return f"{value.name} ({value.address})"
    if isinstance(value, EscalationStep):
        return f"{_plain(value.tell)} at {value.at_percent} %"
    return str(value)


def _surcharge(row: Surcharge) -> str:
    named = []
    if row.percent_of_lapsed_fee is not None:
        named.append(f"{row.percent_of_lapsed_fee} % of the lapsed fee")
    if row.percent_of_renewal is not None:
        named.append(f"{row.percent_of_renewal} % of the renewal")
    named += [f"{amount} {currency}" for currency, amount in row.flat.items()]
    greatest = "the greatest of " if len(named) > 1 else ""
    return f"{greatest}{' and '.join(named)} from {row.from_days} lapsed {'day' if row.from_days == 1 else 'days'} on"


def _fields(part: object) -> Iterator[tuple[str, object]]:
    for name in getattr(type(part), "__slots__", ()):
        yield name, getattr(part, name)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


_LABELS: Final = {
    ("Level", "expert"): "named expert",
    ("Level", "contacts"): "named contacts, at most",
    ("Level", "targets"): "column of targets",
    ("SeverityTargets", "response_forms"): "form of the first response",
    ("Severity", "web"): "may be opened on the web",
    ("Hours", "week"): "opening hours",
    ("Courtesy", "longest_days"): "days at most",
    ("Courtesy", "most_per_asset_a_year"): "times an asset and year, at most",
    ("Courtesy", "given_by"): "may be given by",
    ("Terms", "minimum_months"): "shortest, in months",
    ("Terms", "usual_months"): "usual, in months",
    ("Terms", "maximum_months"): "longest, in months",
}
