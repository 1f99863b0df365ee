"""Cases for products and other systems: open, list, read, write, close, agree, open again, take."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.http import HttpResponse
from ninja import Body, Query, Router

from tenure.accounts.queries import organisation
from tenure.accounts.words import Scope, Who
from tenure.api.case_problems import problem_of
from tenure.api.case_shapes import (
    CareIn,
    CaseIn,
    CaseOut,
    CasePageOut,
    CaseQuestion,
    MessageIn,
    OpenedOut,
    StandOut,
    TechnicalIn,
    WordsIn,
    case_out,
    opened_out,
    page_out,
    sent,
    stand_out,
)
from tenure.api.door import reader
from tenure.api.problems import Problem, described
from tenure.cases import actions, queries
from tenure.cases.words import Beginning, CareBeginning, CaseFilters, CaseRefusal, Channel, Story
from tenure.journal.words import Actor
from tenure.kit.asked import Asked
from tenure.toolbox.refused import Refused

router = Router(tags=["cases"])
STEP = "/cases/{number}"


@router.post(
    "/cases", response={201: OpenedOut}, summary="Open a case", operation_id="open_case",
    openapi_extra=described(403, 422, keyed=True),
)  # fmt: skip
def open_case(request: Asked, asked: Body[CaseIn]) -> HttpResponse:
    """A technical case needs a covered serial number and a contact seat; a customer-care case only a token.

    403 `not_entitled` carries the decision and its reasons; 422 `severity_needs_phone` the region and its phones.
    """
    who = reader(request, Scope.CASES_WRITE)
    with _refusals_told():
        if isinstance(asked, TechnicalIn):
            opened = actions.open_case(who=who, beginning=_technical(asked), at=request.at, by=_actor(who))
        else:
            opened = actions.open_care_case(who=who, beginning=_care(who, asked), at=request.at, by=_actor(who))
    answer = sent(opened_out(opened, at=request.at, zone=who.zone), status=201)
    answer["Location"] = f"/api/v1/cases/{opened.number}"
    return answer


@router.get(
    "/cases", response={200: CasePageOut}, summary="The cases one may see, the newest first", operation_id="list_cases",
    openapi_extra=described(403, 422),
)  # fmt: skip
def list_cases(request: Asked, asked: Query[CaseQuestion]) -> HttpResponse:
    """All of them, or those of a state, of a customer, or with words that were written on them."""
    who = reader(request, Scope.CASES_READ)
    filters = CaseFilters(view=asked.state, text=asked.q, customer=asked.customer)
    return sent(page_out(queries.cases(who=who, filters=filters, after=asked.after, limit=asked.limit)))


@router.get(
    STEP, response={200: CaseOut}, summary="One case with its history", operation_id="read_case",
    openapi_extra=described(403, 404),
)  # fmt: skip
def read_case(request: Asked, number: str) -> HttpResponse:
    """404 for a case that does not exist and for one that the caller may not see: the same answer."""
    who = reader(request, Scope.CASES_READ)
    row = queries.case(who=who, number=number, at=request.at)
    if row is None:
        raise Problem(404, "not_found")
    return sent(case_out(row, at=request.at, zone=who.zone))


@router.post(
    f"{STEP}/messages", response={201: StandOut}, summary="Write on a case", operation_id="write_message",
    openapi_extra=described(403, 404, 409, 422, keyed=True),
)  # fmt: skip
def write_message(request: Asked, number: str, asked: MessageIn) -> HttpResponse:
    """A customer's message ends what was waited for; one of the vendor's people is an answer, or an internal note."""
    who = reader(request, Scope.CASES_WRITE)
    if not asked.public:
        write = actions.note
    else:
        write = actions.answer if who.is_staff else actions.reply
    return _stepped(request, who, number, write, body=asked.body, status=201)


@router.post(
    f"{STEP}/close", response={200: StandOut}, summary="Close one's case", operation_id="close_case",
    openapi_extra=described(403, 404, 409, 422, keyed=True),
)  # fmt: skip
def close_case(request: Asked, number: str, asked: WordsIn | None = None) -> HttpResponse:
    """For the customer's side; words may go with it."""
    who = reader(request, Scope.CASES_WRITE)
    return _stepped(request, who, number, actions.close, body=asked.body if asked else "")


@router.post(
    f"{STEP}/consent", response={200: StandOut}, summary="Agree to close", operation_id="consent_to_close",
    openapi_extra=described(403, 404, 409, 422, keyed=True),
)  # fmt: skip
def consent_to_close(request: Asked, number: str, asked: WordsIn | None = None) -> HttpResponse:
    """For the customer's side, where closing was proposed; words may go with it."""
    who = reader(request, Scope.CASES_WRITE)
    return _stepped(request, who, number, actions.consent, body=asked.body if asked else "")


@router.post(
    f"{STEP}/reopen", response={200: StandOut}, summary="Open a closed case again", operation_id="reopen_case",
    openapi_extra=described(403, 404, 409, 422, keyed=True),
)  # fmt: skip
def reopen_case(request: Asked, number: str, asked: WordsIn) -> HttpResponse:
    """Within the policy's days of its closing, with words that say why."""
    who = reader(request, Scope.CASES_WRITE)
    return _stepped(request, who, number, actions.reopen, body=asked.body)


@router.post(
    f"{STEP}/take", response={200: StandOut}, summary="Take a case", operation_id="take_case",
    openapi_extra=described(403, 404, 409, keyed=True),
)  # fmt: skip
def take_case(request: Asked, number: str) -> HttpResponse:
    """For the vendor's people: the case becomes one's own; of two who take it the second gets 409."""
    who = reader(request, Scope.CASES_WRITE)
    return _stepped(request, who, number, actions.take)


def _stepped(
    request: Asked, who: Who, number: str, step: Callable[..., Story], *, status: int = 200, **words: str
) -> HttpResponse:  # fmt: skip
    with _refusals_told():
        story = step(who=who, number=number, at=request.at, by=_actor(who), **words)
    return sent(stand_out(story, number.strip().upper()), status=status)


@contextmanager
def _refusals_told() -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        if not isinstance(refused.code, CaseRefusal):
            raise
        raise problem_of(refused) from refused


def _technical(asked: TechnicalIn) -> Beginning:
    return Beginning(
        serial=asked.serial_number, severity=asked.severity, summary=asked.summary, details=asked.details,
        release=asked.release, platform=asked.platform, language=asked.language, channel=Channel.API,
    )  # fmt: skip


def _care(who: Who, asked: CareIn) -> CareBeginning:
    organisation_id = None
    if asked.customer:
        try:
            organisation_id = organisation(who, asked.customer).id
        except Refused as refused:
            raise Refused(CaseRefusal.NOT_ALLOWED) from refused
    return CareBeginning(
        topic=asked.topic, region=asked.region, summary=asked.summary, details=asked.details,
        organisation_id=organisation_id, company=asked.company, address=asked.address, channel=Channel.API,
    )  # fmt: skip


def _actor(who: Who) -> Actor:
    return Actor(kind="person", id=str(who.person_id), name=who.name or who.email)
