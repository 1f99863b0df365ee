"""Every no about a case as a problem: its status, its title, and the facts that help the caller."""

from typing import Final

import orjson

from tenure.api.problems import Problem
from tenure.cases.sentences import refusal
from tenure.cases.words import CaseRefusal
from tenure.entitlements.words import Decision
from tenure.toolbox.refused import Refused

FORBIDDEN, MISSING, CONFLICT, UNPROCESSABLE = 403, 404, 409, 422
STATUSES: Final[dict[CaseRefusal, int]] = {
    CaseRefusal.NOT_FOUND: MISSING,
    CaseRefusal.NOT_ALLOWED: FORBIDDEN,
    CaseRefusal.NOT_ENTITLED: FORBIDDEN,
    CaseRefusal.COURTESY_USED_UP: FORBIDDEN,
    CaseRefusal.CONTACT_SEAT_NEEDED: FORBIDDEN,
    CaseRefusal.NOT_IN_THIS_STATE: CONFLICT,
    CaseRefusal.ALREADY_TAKEN: CONFLICT,
    CaseRefusal.SEVERITY_SAME: CONFLICT,
    CaseRefusal.REOPEN_TOO_LATE: CONFLICT,
    CaseRefusal.TARGET_HAS_NO_UPDATE: CONFLICT,
    CaseRefusal.FILE_INFECTED: CONFLICT,
}
TITLES: Final[dict[CaseRefusal, str]] = {
    CaseRefusal.NOT_FOUND: "There is no such thing, or you may not see it.",
    CaseRefusal.NOT_ALLOWED: "The person behind the token may not do this.",
    CaseRefusal.NOT_ENTITLED: "Technical support is not covered.",
    CaseRefusal.COURTESY_USED_UP: "All cases of the courtesy are opened.",
    CaseRefusal.CONTACT_SEAT_NEEDED: "Technical cases are opened by named technical contacts.",
    CaseRefusal.SEVERITY_NEEDS_PHONE: "This severity is taken by phone.",
    CaseRefusal.SEVERITY_UNKNOWN: "There is no such severity.",
    CaseRefusal.SEVERITY_SAME: "The case has this severity already.",
    CaseRefusal.RELEASE_UNKNOWN: "The product has no such release.",
    CaseRefusal.TOPIC_UNKNOWN: "There is no such topic of customer care.",
    CaseRefusal.REGION_UNKNOWN: "There is no such region.",
    CaseRefusal.CALLER_UNKNOWN: "It is not said who asks.",
    CaseRefusal.SUMMARY_MISSING: "The summary is empty.",
    CaseRefusal.SUMMARY_TOO_LONG: "The summary is too long.",
    CaseRefusal.DETAILS_MISSING: "The details are empty.",
    CaseRefusal.TEXT_MISSING: "The text is empty.",
    CaseRefusal.TEXT_TOO_LONG: "The text is too long.",
    CaseRefusal.REASON_MISSING: "The reason is empty.",
    CaseRefusal.NOT_IN_THIS_STATE: "The case does not stand so that this can be done.",
    CaseRefusal.ALREADY_TAKEN: "Somebody else has the case.",
    CaseRefusal.NOT_AN_ENGINEER: "This person does not work on such cases.",
    CaseRefusal.REOPEN_TOO_LATE: "The case was closed too long ago.",
    CaseRefusal.TARGET_HAS_NO_UPDATE: "This promise cannot be left to the next product update.",
    CaseRefusal.TOO_MANY_FILES: "These are too many files for one message.",
    CaseRefusal.FILE_EMPTY: "A file is empty.",
    CaseRefusal.FILE_TOO_LARGE: "A file is too large.",
    CaseRefusal.FILE_NAME_UNUSABLE: "A file has no usable name.",
    CaseRefusal.FILE_INFECTED: "A file is infected.",
}
TOLD: Final = frozenset(
    {"severity", "release", "releases", "region", "topic", "most", "length", "days", "step", "state", "name",
     "most_mebibytes", "until"}
)  # fmt: skip


def problem_of(refused: Refused) -> Problem:
    """The problem for a no of the cases room.

    Beside the facts that help: `decision` says why the serial number is not covered, `phones` whom to call.
    Source: D5, D7, D8.
    """
    code = CaseRefusal(refused.code)
    if code is CaseRefusal.NOT_FOUND:
        return Problem(MISSING, "not_found")
    more: dict[str, object] = {key: value for key, value in refused.facts.items() if key in TOLD}
    decision, phones = refused.facts.get("decision"), refused.facts.get("phones")
    if isinstance(decision, Decision):
        more["decision"] = orjson.Fragment(decision.as_json())
    if isinstance(phones, list):
        more["phones"] = [{"country": country, "number": number, "costs": costs} for country, number, costs in phones]
    return Problem(
        STATUSES.get(code, UNPROCESSABLE), code.value, detail=refusal(refused), title=TITLES[code], more=more
    )
