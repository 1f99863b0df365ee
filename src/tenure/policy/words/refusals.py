"""What can be wrong with a policy file, and what can be refused about versions."""

from dataclasses import dataclass
from enum import StrEnum

from tenure.toolbox.refused import Refused


class Code(StrEnum):
    """Stable codes of refusals; API."""

    MISTAKES = "policy_mistakes"
    NO_VERSION = "policy_no_version"
    UNKNOWN_VERSION = "policy_unknown_version"
    IN_THE_PAST = "policy_in_the_past"
    TOO_FAR = "policy_too_far"
    ALREADY_APPLIED = "policy_already_applied"
    UNKNOWN_DRAFT = "policy_unknown_draft"
    UNKNOWN_PLACE = "policy_unknown_place"


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake of a file: line from 1, dotted key (list items from 1: notices[2].regions), and what is wrong."""

    line: int
    key: str
    reason: str

    def __str__(self) -> str:
        return f"{self.line}: {self.key}: {self.reason}" if self.key else f"{self.line}: {self.reason}"


class PolicyMistakes(Refused):
    """The file was not read.  mistakes: all of them, in the order of the file.  Source: ours."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__(Code.MISTAKES, mistakes=mistakes)
        self.mistakes = mistakes

    def __str__(self) -> str:
        return "\n".join(str(mistake) for mistake in self.mistakes)
