"""Who is calling: the customer behind whatever was said, their contacts, and what they own."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from tenure.accounts.words import Who
from tenure.cases.queries.cover import ground, promises_nothing, support_decision
from tenure.cases.queries.people import CallerRow, callers
from tenure.desk.cases.panel import level_names
from tenure.entitlements.purposes import marked
from tenure.entitlements.queries.customer import CustomerRow, OwnedRow, customer
from tenure.entitlements.queries.search import Hit, search
from tenure.kit.asked import Asked
from tenure.policy.queries import policy_on, timetables_for
from tenure.policy.rules import due_at
from tenure.policy.rules.identifiers import read_identifiers
from tenure.toolbox.refused import Refused

LONGEST_CALL = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the words of a caller lead to.  hits: several customers to choose from; caller, serial: what was named."""

    customer: CustomerRow | None
    hits: tuple[Hit, ...]
    people: tuple[CallerRow, ...]
    caller: str
    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """By when the call has to be written down.  level: its name; due_at: None where nothing is promised."""

    level: str
    due_at: datetime | None
    granted: bool


def found_by(*, who: Who, text: str, number: str, at: datetime) -> Found:
    """The customer by their number, else by whatever was said: identifiers are read out of sentences.  Source: D5."""
    hits = search(who=who, text=_asked(text, at)) if text and not number else []
    numbers = {hit.organisation_number for hit in hits}
    one = number or (next(iter(numbers)) if len(numbers) == 1 else "")
    row = customer(who=who, number=one, at=at) if one and "\0" not in one else None
    caller = next((hit.found for hit in hits if hit.kind == "contact_id"), "")
    serial = next((hit.found for hit in hits if hit.kind == "asset"), "")
    serial = serial or next((hit.says for hit in hits if hit.kind == "support"), "")
    people = callers(who=who, organisation_id=row.id) if row else ()
    return Found(
        customer=row, hits=() if row else tuple(hits), people=people, caller=caller if row else "",
        serial=serial if row else "",
    )  # fmt: skip


def _asked(text: str, at: datetime) -> str:
    """The first identifier in what was said, by the policy's formats; the words themselves where there is none."""
    try:
        formats = tuple(policy_on(at.date()).policy.identifiers.values())
    except Refused:
        return text
    read = read_identifiers(text=text, formats=formats)
    return read.found[0].value if read.found else text


def registration_of(request: Asked, *, serial: str, began_at: datetime) -> Registration | None:
    """By when a call about the asset has to be registered; None for an asset that there is not.  Source: D6."""
    stands_on = ground(who=request.who, serial=serial)
    if stands_on is None:
        return None
    decision = support_decision(who=request.who, ground=stands_on, at=request.at)
    if not decision.granted or decision.level is None:
        return Registration(level="", due_at=None, granted=False)
    version = policy_on(request.at.date())
    if promises_nothing(decision=decision, policy=version.policy):
        return Registration(level=_("By courtesy"), due_at=None, granted=True)
    calendars = timetables_for(
        version=version, level=decision.level, zone=stands_on.zone, country=stands_on.country,
        subdivision=stands_on.subdivision,
    )  # fmt: skip
    target = version.policy.targets[version.policy.levels[decision.level].targets].registration
    due = due_at(target=target, start=began_at, calendars=calendars) if target else None
    return Registration(level=level_names(request).get(decision.level, ""), due_at=due, granted=True)


def owned_words(row: OwnedRow) -> str:
    """An asset as an option of a select: serial, product, site."""
    name = marked(f"{row.product} {row.release}".strip(), row.purpose)
    return ", ".join(part for part in (row.serial, name, row.site) if part)
