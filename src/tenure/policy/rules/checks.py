"""What must hold between the parts of a policy.  Parts already reported are left out: one slip is one mistake."""

from collections.abc import Mapping
from itertools import product

from tenure.policy.rules.lines import Path
from tenure.policy.rules.reading import Reading
from tenure.policy.words import COUNTRIES, CustomerSize, Family, Level, Policy, ProductKind, SampleTier, Target, Unit

_FAMILY_KINDS = {
    Family.MAINTENANCE: ProductKind.SOFTWARE,
    Family.SUBSCRIPTION: ProductKind.ONLINE_SERVICE,
    Family.HARDWARE: ProductKind.HARDWARE,
}
_REPLACEMENT = "hardware_replacement"


def check(policy: Policy, reading: Reading) -> None:
    """Report every contradiction between parts of the policy to `reading`.  Source: ours, unless a check says."""
    _ranks(policy.levels, "levels", reading)
    _ranks(policy.sample_tiers, "sample_tiers", reading)
    _levels(policy, reading)
    _events(policy, reading)
    _countries(policy, reading)
    _languages(policy, reading)
    _identifiers(policy, reading)
    _notices(policy, reading)
    _escalation(policy, reading)
    _taxes(policy, reading)


def _ranks(ranked: Mapping[str, Level] | Mapping[str, SampleTier], section: str, reading: Reading) -> None:
    taken: dict[int, str] = {}
    for key, one in ranked.items():
        if not reading.sound(section, key, "rank"):
            continue
        if one.rank in taken:
            reading.blame((section, key, "rank"), f"{one.rank} is the rank of {taken[one.rank]} already")
        taken.setdefault(one.rank, key)


def _levels(policy: Policy, reading: Reading) -> None:
    """A level gives only benefits that exist for something it is sold for, as terms of the family that fits (A2)."""
    for key, level in policy.levels.items():
        if not reading.sound("levels", key, "sold_for"):
            continue
        if reading.sound("levels", key, "family"):
            _sold_for(key, level, reading)
        if reading.sound("levels", key):
            _benefits(policy, key, level, reading)


def _sold_for(key: str, level: Level, reading: Reading) -> None:
    for place, kind in enumerate(level.sold_for):
        if kind is not _FAMILY_KINDS[level.family]:
            reading.blame(("levels", key, "sold_for", place), f"{kind} is not sold as {level.family} terms")


def _benefits(policy: Policy, key: str, level: Level, reading: Reading) -> None:
    for place, name in enumerate(level.benefits):
        exists_for = set(policy.benefits[name].kinds)
        if reading.sound("benefits", name) and not exists_for & set(level.sold_for):
            path = ("levels", key, "benefits", place)
            reading.blame(path, f"{name} does not exist for {', '.join(level.sold_for)}")
    if (level.replacement is not None) != (_REPLACEMENT in level.benefits):
        reading.blame(("levels", key, "replacement"), f"comes with the benefit {_REPLACEMENT}, and only with it")


def _events(policy: Policy, reading: Reading) -> None:
    """Only a resolution can wait for the next product update (D6)."""
    found: dict[Path, Target] = {}
    for key, targets in policy.targets.items():
        found["targets", key, "registration"] = targets.registration
        for number, severity in targets.severities.items():
            found["targets", key, f"severity_{number}", "first_response"] = severity.first_response
            if severity.restoration is not None:
                found["targets", key, f"severity_{number}", "restoration"] = severity.restoration
    for key, level in policy.levels.items():
        if level.replacement is not None:
            found["levels", key, "replacement"] = level.replacement
    for key, tier in policy.sample_tiers.items():
        found["sample_tiers", key, "verdict_within"] = tier.verdict
    for path, target in found.items():
        if Unit.NEXT_PRODUCT_UPDATE in (target.unit, target.alternative):
            reading.blame(path, "only a resolution can wait for the next product update")


def _countries(policy: Policy, reading: Reading) -> None:
    """Every ISO 3166 country is in exactly one region (B8)."""
    home: dict[str, str] = {}
    for key, region in policy.regions.items():
        for place, country in enumerate(region.countries):
            if home.setdefault(country, key) != key:
                reading.blame(("regions", key, "countries", place), f"{country} is in {home[country]} already")
    missing = sorted(COUNTRIES - set(home))
    if missing and reading.sound("regions"):
        shown = ", ".join(missing[:8]) + (f" and {len(missing) - 8} more" if len(missing) > 8 else "")
        reading.blame(("regions",), f'no region has {shown}; one region may say countries = ["*"]')


def _languages(policy: Policy, reading: Reading) -> None:
    languages = policy.languages
    if not reading.sound("languages"):
        return
    if languages.work not in languages.portal:
        reading.blame(("languages", "work"), f"{languages.work} is not among the languages of the portal")
    for place, language in enumerate(languages.documents_only):
        if language in languages.portal:
            reading.blame(("languages", "documents_only", place), f"{language} is a language of the portal")
    taken = set()
    for place, local in enumerate(languages.local):
        if (local.language, local.region) in taken:
            path = ("languages", "local", place, "language")
            reading.blame(path, f"{local.language} in {local.region} is there twice")
        taken.add((local.language, local.region))


def _identifiers(policy: Policy, reading: Reading) -> None:
    """What one format makes must not be read as another, so that one search box can take any identifier."""
    for key, one in policy.identifiers.items():
        for other_key, other in policy.identifiers.items():
            if key == other_key or not (reading.sound("identifiers", key) and reading.sound("identifiers", other_key)):
                continue
            made = one.made_from(number=one.capacity // 3)
            if other.read(made) is not None:
                reading.blame(("identifiers", key), f"{made} would also be taken for {other_key}")


def _notices(policy: Policy, reading: Reading) -> None:
    """Every product kind, customer size and region has exactly one schedule (B1)."""
    if not (reading.sound("notices") and reading.sound("regions")):
        return
    taken: dict[tuple[str, str, str], int] = {}
    for place, schedule in enumerate(policy.notices):
        for one in product(schedule.kinds, schedule.sizes, schedule.regions):
            if one in taken:
                reading.blame(("notices", place), f"{', '.join(one)} has a schedule already, in row {taken[one] + 1}")
            taken.setdefault(one, place)
    for wanted in product(ProductKind, CustomerSize, policy.regions):
        if wanted not in taken:
            reading.blame(("notices",), f"no row for {', '.join(wanted)}")


def _escalation(policy: Policy, reading: Reading) -> None:
    steps = policy.cases.escalation
    for place, step in enumerate(steps[1:], start=1):
        path = ("cases", "escalation", place, "at_percent")
        if reading.sound(*path) and step.at_percent <= steps[place - 1].at_percent:
            reading.blame(path, "must be more than in the step before")


def _taxes(policy: Policy, reading: Reading) -> None:
    """Every country is taxed by exactly one row."""
    taken: dict[str, int] = {}
    for row, rule in enumerate(policy.taxes):
        if not reading.sound("taxes", row):
            return
        for place, country in enumerate(rule.countries):
            if country in taken:
                reading.blame(("taxes", row, "countries", place), f"{country} is in row {taken[country] + 1} already")
            taken.setdefault(country, row)
    missing = sorted(COUNTRIES - set(taken))
    if missing:
        reading.blame(("taxes",), f"{len(missing)} countries are in no row, such as {missing[0]}; one row may say *")
