"""Activations, check-ins, and what products need to verify without us: public keys and the list of withdrawals."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Annotated, Any, Final

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import AwareDatetime, Field

from tenure.accounts.words import Scope
from tenure.activation import actions, queries
from tenure.activation.actions.activating import Machine
from tenure.activation.rules.files import instant_text
from tenure.activation.sentences import refusal
from tenure.activation.words import (
    LONGEST_HOST,
    LONGEST_VERSION,
    MOST_UNITS,
    Activated,
    ActivationRefusal,
    HeldActivation,
    Report,
    SignedFile,
)
from tenure.api.door import reader
from tenure.api.entitlements import DecisionOut, SignatureOut
from tenure.api.problems import Problem, described
from tenure.journal.words import Actor
from tenure.kit.asked import Asked
from tenure.toolbox.refused import Refused
from tenure_licence import pem_of

router = Router(tags=["activations"])
CACHED = "public, max-age=300"
UNSIGNED: Final = described(503)["responses"]["503"]
TWO_LINES: Final = {
    "description": "Two lines: canonical JSON, and its signature.",
    "content": {"text/plain": {"schema": {"type": "string"}}},
}
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)  # of clocks that are believed

STATUSES: Final[dict[ActivationRefusal, int]] = {
    ActivationRefusal.NOT_FOUND: 404,
    ActivationRefusal.CODE_UNKNOWN: 404,
    ActivationRefusal.NOT_ALLOWED: 403,
    ActivationRefusal.CODE_MALFORMED: 422,
    ActivationRefusal.HOST_INVALID: 422,
    ActivationRefusal.UNITS_INVALID: 422,
    ActivationRefusal.KEY_UNREADABLE: 503,
}
TITLES: Final[dict[ActivationRefusal, str]] = {
    ActivationRefusal.NOT_ALLOWED: "The person behind the token may not do this.",
    ActivationRefusal.CODE_MALFORMED: "This is no activation code.",
    ActivationRefusal.CODE_UNKNOWN: "There is no such activation code, or it is not yours.",
    ActivationRefusal.CODE_WITHDRAWN: "The activation code holds no longer.",
    ActivationRefusal.HOST_INVALID: "The machine is not named in a way that can be used.",
    ActivationRefusal.UNITS_INVALID: "This is no number of units.",
    ActivationRefusal.UNITS_TAKEN: "There are not so many units free.",
    ActivationRefusal.ACTIVATION_ENDED: "The activation has ended.",
    ActivationRefusal.TOO_MANY_MOVES: "It was moved as often as it may be within a year.",
    ActivationRefusal.KEY_UNREADABLE: "Nothing can be signed at the moment.",
}
TOLD: Final = frozenset({"slip", "group", "sign", "free", "quantity", "wished", "most"})


class ActivationIn(Schema):
    """code: as it was typed.  host: what tells this machine from others; units: 1, or what the machine has already."""

    code: Annotated[str, Field(max_length=1000)]
    host: Annotated[str, Field(max_length=LONGEST_HOST)]
    host_name: Annotated[str, Field(max_length=LONGEST_HOST)] = ""
    units: Annotated[int, Field(strict=True, ge=1, le=MOST_UNITS)] | None = None


class SignedFileOut(Schema):
    """content: the file itself, two lines; keep it as it is."""

    number: str
    starts_on: date | None
    ends_on: date | None
    content: str


class ActivationOut(Schema):
    id: int
    serial: str
    host: str
    units: int
    files: list[SignedFileOut]


class HeldActivationOut(ActivationOut):
    """ended_at: null while it is live; files: those that hold now, by the key that signs now."""

    ended_at: str | None


class CheckInIn(Schema):
    """installed: how many units the product counts; clock: what its own clock shows, with an offset."""

    installed: Annotated[int, Field(strict=True, ge=0, le=MOST_UNITS)]
    version: Annotated[str, Field(max_length=LONGEST_VERSION)]
    clock: Annotated[AwareDatetime, Field(ge=EARLIEST, lt=LATEST)]


class CheckInOut(Schema):
    """clock_off_seconds: the product's clock before ours; clock_is_off: by more than a slip.

    revocation_list: the number of the newest list of withdrawals.  signature: over the other members.
    """

    activation: int
    serial: str
    on: date
    checked_at: str
    clock_off_seconds: int
    clock_is_off: bool
    next_check_in_on: date
    revocation_list: int
    decisions: list[DecisionOut]
    signature: SignatureOut


class KeyOut(Schema):
    """state: prepared, signs, retired (what it signed holds), withdrawn (nothing it signed holds)."""

    key_id: str
    algorithm: str
    public: str
    pem: str
    state: str
    made_at: str


class KeysOut(Schema):
    keys: list[KeyOut]


@router.post(
    "/activations", response={200: ActivationOut, 201: ActivationOut}, summary="Activate a product on a machine",
    operation_id="activate", openapi_extra=described(403, 404, 409, 422, 503, keyed=True),
)  # fmt: skip
def activate(request: Asked, asked: ActivationIn) -> HttpResponse:
    """201 with the activation and its signed files; 200 for a machine that has one, with the files of the code's term.

    404 `code_unknown` also for somebody else's code; 422 `code_malformed` names the group with the slip; 409
    `units_taken` says how many are free.
    """
    who = reader(request, Scope.ACTIVATIONS_WRITE)
    machine = Machine(host=asked.host, name=asked.host_name, units=asked.units)
    by = Actor(kind="person", id=str(who.person_id), name=who.name or who.email)
    with _refusals_told():
        done = actions.activate_by_code(who=who, code=asked.code, machine=machine, at=request.at, by=by)
    answer = _sent(_activation(done), status=201 if done.is_new else 200)
    answer["Location"] = f"/api/v1/activations/{done.id}"
    return answer


@router.get(
    "/activations/{activation_id}", response={200: HeldActivationOut}, summary="One activation and its files",
    operation_id="read_activation", openapi_extra=described(403, 404),
)  # fmt: skip
def read_activation(request: Asked, activation_id: int) -> HttpResponse:
    """The files as they are signed now: fetch them again after a key was withdrawn."""
    who = reader(request, Scope.ACTIVATIONS_WRITE)
    held = queries.held_activation(who=who, activation_id=activation_id)
    if held is None:
        raise Problem(404, "not_found")
    return _sent(_activation(held) | {"ended_at": instant_text(held.ended_at) if held.ended_at else None})


@router.post(
    "/activations/{activation_id}/check-ins", response={200: CheckInOut}, summary="Report what is installed",
    operation_id="check_in", openapi_extra=described(403, 404, 409, 422, 503),
)  # fmt: skip
def check_in(request: Asked, activation_id: int, asked: CheckInIn) -> HttpResponse:
    """The last report of a day stays: repeating it does no harm.  The answer says what the licence gives, signed."""
    who = reader(request, Scope.ACTIVATIONS_WRITE)
    report = Report(installed=asked.installed, version=asked.version, clock=asked.clock)
    with _refusals_told():
        done = actions.check_in(who=who, activation_id=activation_id, report=report, at=request.at)
    return _sent(done.answer)


@router.get(
    "/licence-keys", auth=None, response={200: KeysOut}, summary="The public keys of licence files",
    operation_id="licence_keys",
)  # fmt: skip
def licence_keys(request: HttpRequest) -> HttpResponse:
    """For anyone.  Build them into a product: what is fetched beside a file proves nothing about it."""
    rows = [
        {
            "key_id": row.key_id, "algorithm": "Ed25519", "public": b64encode(row.public).decode(),
            "pem": pem_of(row.public), "state": row.state.value, "made_at": instant_text(row.made_at),
        }
        for row in queries.signing_keys()
    ]  # fmt: skip
    return _public(request, orjson.dumps({"keys": rows}), "application/json")


@router.get(
    "/licence-withdrawals", auth=None, response={200: str}, summary="The signed list of withdrawn files and keys",
    operation_id="licence_withdrawals", openapi_extra={"responses": {"200": TWO_LINES, "503": UNSIGNED}},
)  # fmt: skip
def licence_withdrawals(request: Asked) -> HttpResponse:
    """For anyone.  Keep the bytes as they are."""
    with _refusals_told():
        _number, content = actions.revocation_list(at=request.at)
    return _public(request, content, "text/plain; charset=utf-8")


def _activation(done: Activated | HeldActivation) -> dict[str, Any]:
    return {
        "id": done.id,
        "serial": done.serial,
        "host": done.host,
        "units": done.units,
        "files": [
            {"number": each.number, "starts_on": each.starts_on, "ends_on": each.ends_on, "content": _text(each)}
            for each in done.files
        ],
    }


def _text(file: SignedFile) -> str:
    return file.content.decode()


def _sent(told: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(told), status=status, content_type="application/json")


def _public(request: HttpRequest, content: bytes, content_type: str) -> HttpResponse:
    """An answer that anybody may keep for five minutes; who has it already gets 304."""
    mark = f'"{sha256(content).hexdigest()[:32]}"'
    known = request.headers.get("If-None-Match", "") == mark
    answer = HttpResponse(status=304) if known else HttpResponse(content, content_type=content_type)
    answer["ETag"], answer["Cache-Control"] = mark, CACHED
    return answer


@contextmanager
def _refusals_told() -> Iterator[None]:
    try:
        yield
    except Refused as no:
        if not isinstance(no.code, ActivationRefusal):
            raise
        raise problem_of(no) from no


def problem_of(no: Refused) -> Problem:
    """The problem for a no of activation, with the facts that help."""
    code = ActivationRefusal(no.code)
    if code is ActivationRefusal.NOT_FOUND:
        return Problem(404, "not_found")
    more = {key: value for key, value in no.facts.items() if key in TOLD}
    title = TITLES.get(code, code.value)
    return Problem(STATUSES.get(code, 409), code.value, detail=refusal(no), title=title, more=more)
