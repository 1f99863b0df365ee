"""Is it covered, until when, and why: the same decision as the portal's, for products and other systems."""

import json
import re
from datetime import date, datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import BeforeValidator

from tenure.accounts.words import Scope
from tenure.activation.actions import answer_signed
from tenure.activation.words import ActivationRefusal
from tenure.api.door import reader
from tenure.api.problems import Problem, described
from tenure.entitlements import queries
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.words import Benefit, LicencePurpose
from tenure.kit.asked import Asked
from tenure.toolbox.refused import Refused

router = Router(tags=["entitlements"])


class Because(Schema):
    code: str
    facts: dict[str, str | int | None]


class DecisionOut(Schema):
    """One decision.  until: the last covered day of the unbroken chain of terms, where granted."""

    granted: bool
    benefit: str
    serial: str
    on: date
    level: str | None
    until: date | None
    because: list[Because]


class SignatureOut(Schema):
    """Of the canonical form of all other members.  value: base64."""

    key_id: str
    algorithm: str
    value: str


class EntitlementsOut(Schema):
    """purpose: what the licence may be used for.  signature: null where the key cannot be read."""

    serial: str
    purpose: LicencePurpose
    on: date
    decisions: list[DecisionOut]
    signature: SignatureOut | None


def _iso(pattern: str, example: str) -> BeforeValidator:
    """Only the form of `example`: bare figures are no seconds since 1970."""

    def read(given: object) -> object:
        if isinstance(given, str) and not re.match(pattern, given):
            raise ValueError(f"write it as {example}")
        return given

    return BeforeValidator(read)


Day = Annotated[date, _iso(r"[0-9]{4}-[0-9]{2}-[0-9]{2}$", "2027-03-31")]
Instant = Annotated[datetime, _iso(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T", "2027-03-31T12:00:00Z")]


class Question(Schema):
    """benefit: one of the eight, or all; on: a day in the asset's zone, or today; known: as known then, or now."""

    benefit: Benefit | None = None
    on: Day | None = None
    known: Instant | None = None


@router.get(
    "/entitlements/{serial}", response={200: EntitlementsOut}, summary="What a serial number entitles to on a day",
    openapi_extra=described(403, 404, 422),
)  # fmt: skip
def entitlements(request: Asked, serial: str, asked: Query[Question]) -> HttpResponse:
    """404 for a serial number that does not exist and for one of somebody else: the same answer."""
    who = reader(request, Scope.ENTITLEMENTS_READ)
    if asked.known is not None and asked.known.tzinfo is None:
        raise Problem(422, "invalid", errors=[("query.known", "needs an offset, such as Z")])
    row = queries.asset(who=who, serial=serial, at=request.at, on=asked.on)
    if row is None:
        raise Problem(404, "not_found")
    if asked.known is None:
        found = queries.decisions_of(row=row, version=version_on(row.day))
    else:
        found = queries.decisions_for_asset(who=who, serial=row.serial, on=row.day, known=asked.known)
    receipts = ", ".join(each.as_json() for each in found if asked.benefit in {None, each.benefit})
    head = f'"serial": {json.dumps(row.serial)}, "purpose": "{row.purpose.value}", "on": "{row.day.isoformat()}"'
    told = f'{head}, "decisions": [{receipts}]'
    signature = _signature(f"{{{told}}}", request.at)
    return HttpResponse(f'{{{told}, "signature": {signature}}}', content_type="application/json")


def _signature(told: str, at: datetime) -> str:
    """The signature of an answer as JSON; the answer itself stays as it is written."""
    try:
        return json.dumps(answer_signed(answer=json.loads(told), at=at)["signature"])
    except Refused as no:
        if no.code is not ActivationRefusal.KEY_UNREADABLE:
            raise
        return "null"
