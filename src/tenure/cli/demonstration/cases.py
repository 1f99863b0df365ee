"""The demonstration's cases, made through the rooms' own verbs at the times at which things happened."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from tenure.accounts.models import Person
from tenure.accounts.queries import who_is
from tenure.accounts.words import Who
from tenure.cases import actions
from tenure.cases.words import Beginning, CareBeginning, Channel, Opened, Topic
from tenure.cli.demonstration.tales import TALES, Tale
from tenure.journal.words import Actor
from tenure.policy.words import ResponseForm

UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
PLATFORM = "Debian 12"
DESK = ("ada", "ivo", "lena", "max", "cass")

# grounds: of each customer the assets that were covered on both days, by level, with a contact who signed in (D2)
GROUNDS = """
SELECT DISTINCT ON (o.name, a.id) o.name, t.level, a.serial_number, s.identifier, k.person_id, o.id
FROM entitlements_asset a
JOIN accounts_organisation o ON o.id = a.organisation_id
JOIN entitlements_term t ON t.asset_id = a.id AND t.covers @> daterange(%(first)s, %(today)s, '[]')
                        AND upper_inf(t.known)
JOIN entitlements_agreement g ON g.organisation_id = o.id
JOIN entitlements_contactseat s ON s.agreement_id = g.id AND s.ended_at IS NULL
JOIN accounts_contact k ON k.id = s.contact_id AND k.person_id IS NOT NULL
ORDER BY o.name, a.id, s.id
"""


class Shelf:
    """The assets that cases can be about, each taken once as long as there are others."""

    def __init__(self, at: datetime) -> None:
        self._rows: dict[str, list[tuple[str, str, str, int, int]]] = {}
        with connection.cursor() as cursor:
            cursor.execute(GROUNDS, {"first": (at - timedelta(days=20)).date(), "today": at.date()})
            for name, *row in cursor.fetchall():
                self._rows.setdefault(name, []).append(tuple(row))

    def take(self, tale: Tale) -> tuple[str, str, str, int, int]:
        """Level, serial, contact ID, person and organisation: of the level that is told, else of any."""
        rows = self._rows[tale.customer]
        found = next((row for row in rows if row[0] == tale.level), rows[0])
        rows.remove(found)
        rows.append(found)
        return found


def make_cases(*, at: datetime) -> int:
    """Make the cases of `TALES` as they would have come about by `at`; how many there are.  Source: ours."""
    shelf = Shelf(at)
    desk = {name: who_is(Person.objects.get(email__startswith=f"{name}.", email__endswith="@halden.example").pk)
            for name in DESK}  # fmt: skip
    known: dict[int, Who] = {}
    for tale in sorted(TALES, key=lambda each: span_of(each.ago), reverse=True):
        _level, serial, contact_id, person, organisation = shelf.take(tale)
        customer = known.setdefault(person, who_is(person))
        opened = _open(tale, serial, contact_id, organisation, customer, desk, at)
        for step in tale.steps:
            ago, verb, by, text = (*step.split(" ", 3), "")[:4]
            who = customer if by == "-" else desk[by]
            VERBS[verb](text, contact_id, **_when(opened.number, who, at - span_of(ago)))
    return len(TALES)


def span_of(text: str) -> timedelta:
    """A stretch of time as the tales write it: 2d3h, 1h10m.  Source: ours."""
    return sum((int(count) * UNITS[unit] for count, unit in re.findall(r"(\d+)([dhm])", text)), start=timedelta())


def _open(
    tale: Tale, serial: str, contact_id: str, organisation: int, customer: Who, desk: dict[str, Who], at: datetime
) -> Opened:  # fmt: skip
    summary, _bar, details = tale.about.partition("|")
    began = at - span_of(tale.ago)
    written, channel = began + timedelta(minutes=tale.called), Channel.PHONE if tale.called else Channel.WEB
    if tale.severity is None:
        region = _region(organisation)
        who = desk["cass"] if tale.called else customer
        care = CareBeginning(
            topic=Topic(tale.topic), region=region, summary=summary, details=details, organisation_id=organisation,
            channel=channel, caller=customer.name if tale.called else "",
            caller_email=customer.email if tale.called else "",
        )  # fmt: skip
        return actions.open_care_case(who=who, beginning=care, at=written, by=_actor(who))
    who = desk["ada"] if tale.called else customer
    beginning = Beginning(
        serial=serial, severity=tale.severity, summary=summary, details=details, platform=PLATFORM, channel=channel,
        called_at=began if tale.called else None, caller=contact_id if tale.called else None,
    )  # fmt: skip
    return actions.open_case(who=who, beginning=beginning, at=written, by=_actor(who))


def _region(organisation: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT region FROM accounts_site WHERE organisation_id = %s ORDER BY id LIMIT 1", [organisation]
        )
        return str(cursor.fetchone()[0])


def _when(number: str, who: Who, at: datetime) -> dict[str, Any]:
    return {"number": number, "who": who, "at": at, "by": _actor(who)}


def _actor(who: Who) -> Actor:
    return Actor(kind="person", id=str(who.person_id), name=who.name)


def _call(text: str, contact_id: str, **when: Any) -> object:
    return actions.log_call(spoke_with=contact_id, form=ResponseForm.CALL_BACK, body=text, **when)


def _severity(text: str, _contact_id: str, **when: Any) -> object:
    severity, _blank, reason = text.partition(" ")
    return actions.change_severity(severity=int(severity), reason=reason, **when)


def _saying(verb: Callable[..., object]) -> Callable[..., object]:
    return lambda text, _contact_id, **when: verb(body=text, **when)


VERBS: dict[str, Callable[..., object]] = {
    "take": lambda _text, _contact_id, **when: actions.take(**when),
    "call": _call,
    "severity": _severity,
    "answer": _saying(actions.answer),
    "ask": _saying(actions.ask),
    "note": _saying(actions.note),
    "propose": _saying(actions.propose_close),
    "restored": _saying(actions.restore),
    "leave": _saying(actions.leave_to_update),
    "reply": _saying(actions.reply),
    "consent": _saying(actions.consent),
    "close": _saying(actions.close),
    "reopen": _saying(actions.reopen),
}
