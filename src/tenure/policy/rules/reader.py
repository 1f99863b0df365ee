"""A policy file, from bytes or text to a checked `Policy`; every mistake in it is reported at once."""

import re
import tomllib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeVar

from tenure.policy.rules.checks import check
from tenure.policy.rules.licensing import (
    read_activation,
    read_compliance,
    read_contact,
    read_getting_started,
    read_licence_care,
    read_lifecycle,
)
from tenure.policy.rules.lines import key_lines
from tenure.policy.rules.pricing import (
    read_extension,
    read_prices,
    read_programme,
    read_reinstatement,
    read_renewals,
    read_service,
    read_taxes,
)
from tenure.policy.rules.reading import Reading, Table, shown
from tenure.policy.rules.sections import (
    read_accounts,
    read_benefit,
    read_cases,
    read_contact_changes,
    read_courtesy,
    read_fulfilment,
    read_languages,
    read_level,
    read_notices,
    read_region,
    read_sample_tier,
    read_severity,
    read_terms,
)
from tenure.policy.rules.shapes import read_hours, read_identifier, read_targets
from tenure.policy.words import (
    COUNTRIES,
    IDENTIFIER_KINDS,
    SEVERITIES,
    IdentifierFormat,
    Mistake,
    Policy,
    PolicyMistakes,
    Severity,
)

K = TypeVar("K")
T = TypeVar("T")

LARGEST_BYTES: Final = 512 * 1024
_AT_LINE: Final = re.compile(r" \(at line ([0-9]+), column [0-9]+\)$")
_KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}", re.ASCII)


def read_policy(source: bytes | str) -> Policy:
    """The policy that a file's content describes.

    source: the content, UTF-8 if bytes, at most 512 KiB.  Raises PolicyMistakes with every mistake, by line.
    Source: ours.
    """
    text = _decoded(source)
    reading = Reading(lines={})
    try:
        values = tomllib.loads(text)
        reading.lines = key_lines(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyMistakes((_syntax_mistake(str(error), text),)) from None
    except RecursionError:
        raise PolicyMistakes((Mistake(1, "", "the file is nested too deeply"),)) from None
    except (ValueError, OverflowError):
        raise PolicyMistakes((Mistake(1, "", "the file holds a number or date that is out of all range"),)) from None
    policy = _read(Table(reading, (), values))
    check(policy, reading)
    if reading.mistakes:
        raise PolicyMistakes(tuple(sorted(reading.mistakes)))
    return policy


def _decoded(source: bytes | str) -> str:
    if len(source) > LARGEST_BYTES:
        raise PolicyMistakes((Mistake(1, "", f"the file is larger than {LARGEST_BYTES // 1024} KiB"),))
    if isinstance(source, str):
        return source.removeprefix("\ufeff")
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise PolicyMistakes((Mistake(line, "", "the file is not UTF-8 text"),)) from None


def _syntax_mistake(message: str, text: str) -> Mistake:
    found = _AT_LINE.search(message)
    line = int(found[1]) if found else text.rstrip().count("\n") + 1
    reason = _AT_LINE.sub("", message).removesuffix(" (at end of document)")
    return Mistake(line, "", f"this is not TOML: {shown(reason)}")


def _read(top: Table) -> Policy:
    """Every section in the order of the file; whatever one refers to is read before it."""
    about = top.table("policy")
    name, edition, edited_on = about.text("name"), about.text("edition", longest=40), about.day("edited_on")
    about.done()
    hours, benefits, targets = _named(top, "hours"), _named(top, "benefits"), _named(top, "targets")
    tiers, levels, regions = _named(top, "sample_tiers"), _named(top, "levels"), _named(top, "regions")
    others = _countries_left(regions)
    policy = Policy(
        name=name,
        edition=edition,
        edited_on=edited_on,
        hours=_frozen({key: read_hours(key, table) for key, table in hours.items()}),
        benefits=_frozen({key: read_benefit(key, table) for key, table in benefits.items()}),
        severities=_severities(top.table("severities")),
        targets=_frozen({key: read_targets(key, table) for key, table in targets.items()}),
        sample_tiers=_frozen({key: read_sample_tier(key, table, hours) for key, table in tiers.items()}),
        levels=_frozen(
            {
                key: read_level(key, table, hours=hours, benefits=benefits, targets=targets, tiers=tiers)
                for key, table in levels.items()
            }
        ),
        regions=_frozen({key: read_region(key, table, others) for key, table in regions.items()}),
        languages=read_languages(top.table("languages"), regions, hours),
        identifiers=_identifiers(top.table("identifiers")),
        activation=read_activation(top.table("activation")),
        compliance=read_compliance(top.table("compliance")),
        licence_care=read_licence_care(top.table("licence_care")),
        getting_started=read_getting_started(top.table("getting_started")),
        lifecycle=read_lifecycle(top.table("lifecycle")),
        contact=read_contact(top.table("contact")),
        notices=read_notices(top, regions),
        renewals=read_renewals(top.table("renewals")),
        terms=read_terms(top.table("terms")),
        reinstatement=read_reinstatement(top.table("reinstatement")),
        prices=read_prices(top.table("prices"), regions),
        taxes=read_taxes(top),
        programmes=_frozen({key: read_programme(key, table) for key, table in _if_any(top, "programmes").items()}),
        services=_frozen({key: read_service(key, table) for key, table in _if_any(top, "services").items()}),
        extension=read_extension(top.table("extension")) if top.has("extension") else None,
        courtesy=read_courtesy(top.table("courtesy"), benefits),
        cases=read_cases(top.table("cases")),
        contact_changes=read_contact_changes(top.table("contact_changes")),
        accounts=read_accounts(top.table("accounts")),
        fulfilment=read_fulfilment(top.table("fulfilment")),
    )
    top.done()
    return policy


def _named(top: Table, key: str) -> dict[str, Table]:
    """The tables of a section, by keys that may be used in addresses and code."""
    found = dict(top.tables(key))
    for name, table in found.items():
        if not _KEY.fullmatch(name):
            table.blame_itself("a key starts with a letter and is made of letters, digits and _, at most 40")
    return found


def _if_any(top: Table, key: str) -> dict[str, Table]:
    """The tables of a section that a policy may leave out."""
    return _named(top, key) if top.has(key) else {}


def _countries_left(regions: Mapping[str, Table]) -> tuple[str, ...]:
    """The countries that no region names, for the region that takes all the others."""
    named: set[object] = set()
    for table in regions.values():
        listed = table.values.get("countries")
        if isinstance(listed, list):
            named.update(item for item in listed if isinstance(item, str))
    return tuple(sorted(COUNTRIES - named))


def _severities(table: Table) -> Mapping[int, Severity]:
    found = {number: read_severity(number, table.table(str(number))) for number in SEVERITIES}
    table.done()
    return _frozen(found)


def _identifiers(table: Table) -> Mapping[str, IdentifierFormat]:
    found = {kind: read_identifier(kind, table.table(kind)) for kind in IDENTIFIER_KINDS}
    table.done()
    return _frozen(found)


def _frozen(values: Mapping[K, T]) -> Mapping[K, T]:
    return MappingProxyType(dict(values))
