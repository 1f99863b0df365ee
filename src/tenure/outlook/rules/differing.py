"""What of two policies can lead to another outcome at all, so that nothing else is read.  Pure."""

from dataclasses import replace

from tenure.entitlements.words import Benefit, Rights
from tenure.policy.words import Policy, Reinstatement


def rights_differ(old: Rights, new: Rights, benefit: Benefit) -> bool:
    """Whether any asset could be answered otherwise about a benefit.  Source: A5."""
    return _of(old, benefit) != _of(new, benefit)


def levels_touched(old: Rights, new: Rights) -> tuple[str, ...] | None:
    """The levels that differ; None where something differs that holds for all of them."""
    if (old.needs_registration, old.needs_content, old.courtesy) != (
        new.needs_registration, new.needs_content, new.courtesy,
    ):  # fmt: skip
        return None
    return tuple(
        level for level in sorted({*old.levels, *new.levels}) if old.levels.get(level) != new.levels.get(level)
    )


def renewals_differ(old: Policy, new: Policy, *, late: bool) -> bool:
    """Whether any renewal could cost otherwise, or be refused.  late: one that may be late.  Source: B3, B9."""
    return _costs(old) != _costs(new) or (late and old.reinstatement != new.reinstatement)


def promises_differ(old: Policy, new: Policy) -> bool:
    """Whether any case could be promised otherwise.  Source: D6."""
    return _promised(old) != _promised(new)


def late_edges(*rules: Reinstatement) -> tuple[int, ...]:
    """Lapsed days around which the rules for late renewals turn: the day before, the day itself, the day after."""
    turns = {0}
    for rule in rules:
        turns |= {rule.grace_days, rule.cap_days, *(row.from_days for row in rule.surcharges)}
    return tuple(sorted({day + near for day in turns for near in (-1, 0, 1) if day + near >= 0}))


def _of(rights: Rights, benefit: Benefit) -> tuple[object, ...]:
    levels = {key: (each.rank, benefit in each.benefits) for key, each in rights.levels.items()}
    return (
        levels, benefit in rights.needs_registration, benefit in rights.needs_content, benefit in rights.courtesy,
    )  # fmt: skip


def _costs(policy: Policy) -> tuple[object, ...]:
    levels = {key: (each.yearly_percent_of_list_price, each.sold_for) for key, each in policy.levels.items()}
    regions = {key: each.countries for key, each in policy.regions.items()}
    programmes = {key: replace(each, name="") for key, each in policy.programmes.items()}
    return (
        levels, regions, policy.prices, policy.taxes, replace(policy.terms, ending_days=1), programmes,
        policy.services, policy.extension,
    )  # fmt: skip


def _promised(policy: Policy) -> tuple[object, ...]:
    levels = {key: (each.targets, each.service_hours, each.business_days) for key, each in policy.levels.items()}
    hours = {key: replace(each, name="") for key, each in policy.hours.items()}
    return levels, policy.targets, hours
