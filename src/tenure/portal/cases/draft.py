"""What somebody has answered so far on the way to a technical case; kept in their session, so they can come back."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from tenure.kit.asked import Asked

KEY = "case_draft"
LONGEST = 60_000  # characters of one answer; what a case may hold is checked when it is asked for


class Step(StrEnum):
    """The questions, in order; each is a page.  Source: D7."""

    WHERE = "where"
    PRODUCT = "product"
    LICENCE = "licence"
    VERSION = "version"
    SEVERITY = "severity"
    WHAT = "what"
    CHECK = "check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The answers; 0 and "" are not answered yet.

    skipped: the steps that had one answer only.  version_known: the release and platform were asked for.
    saved_at: ISO.
    """

    site: int = 0
    product: int = 0
    serial: str = ""
    version_known: bool = False
    release: str = ""
    platform: str = ""
    severity: int = 0
    language: str = ""
    summary: str = ""
    details: str = ""
    skipped: tuple[str, ...] = ()
    saved_at: str = ""

    def next_step(self) -> Step:
        """The first question without an answer."""
        if not self.serial:
            return Step.LICENCE if self.product else Step.PRODUCT if self.site else Step.WHERE
        if not self.version_known:
            return Step.VERSION
        if not self.severity:
            return Step.SEVERITY
        return Step.CHECK if self.summary and self.details else Step.WHAT

    def reaches(self, step: Step) -> bool:
        """Whether all questions before this one have answers."""
        order = list(Step)
        return order.index(step) <= order.index(self.next_step())

    def before(self, step: Step) -> Step | None:
        """The question to go back to; None for the first that was asked."""
        order = list(Step)
        earlier = [each for each in order[: order.index(step)] if each.value not in self.skipped]
        return earlier[-1] if earlier else None

    def skipping(self, step: Step) -> "Draft":
        """The draft after a question that had one answer only."""
        return replace(self, skipped=tuple(dict.fromkeys([*self.skipped, step.value])))

    def asking(self, step: Step) -> "Draft":
        """The draft with the question asked after all."""
        return replace(self, skipped=tuple(each for each in self.skipped if each != step.value))

    @property
    def digest(self) -> str:
        """What a page that shows the draft was made of: a form of an older one is noticed."""
        kept = {name: value for name, value in asdict(self).items() if name not in {"saved_at", "skipped"}}
        return sha256(json.dumps(kept, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def draft_of(request: Asked) -> Draft:
    """The draft of the session; an empty one where there is none or it cannot be read."""
    kept = request.session.get(KEY)
    return _read(kept) if isinstance(kept, dict) else Draft()


def keep(request: Asked, draft: Draft) -> Draft:
    """Put the draft into the session, with the instant."""
    dated = replace(draft, saved_at=request.at.isoformat())
    kept = asdict(dated)
    request.session[KEY] = {name: list(value) if isinstance(value, tuple) else value for name, value in kept.items()}
    return dated


def drop(request: Asked) -> None:
    """Forget the draft."""
    request.session.pop(KEY, None)


def saved_at(draft: Draft) -> datetime | None:
    """When the draft was last kept; None for an empty one."""
    try:
        return datetime.fromisoformat(draft.saved_at)
    except ValueError:
        return None


def _read(kept: Mapping[str, Any]) -> Draft:
    """The draft from its plain values; one of another version of the software loses what it does not know."""
    known: dict[str, Any] = {}
    empty = Draft()
    for field in fields(Draft):
        value = kept.get(field.name)
        if field.name == "skipped":
            known["skipped"] = tuple(str(each) for each in value) if isinstance(value, list) else ()
        elif type(value) is type(getattr(empty, field.name)):
            known[field.name] = value
    return Draft(**known)
