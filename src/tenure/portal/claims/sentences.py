"""What the pages of claims say."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tenure.cases.words import CaseRefusal
from tenure.entitlements.words import ClaimAnswer
from tenure.entitlements.words.claims import ClaimRefusal
from tenure.kit.states import Word
from tenure.toolbox.refused import Refused

REFUSALS: Mapping[StrEnum, object] = {
    ClaimRefusal.SERIAL_INVALID: lazy("Enter the serial number as it is printed, such as %(example)s."),
    ClaimRefusal.WORDS_MISSING: lazy("Say what shows that it is yours, with the numbers of your paperwork."),
    ClaimRefusal.WORDS_TOO_LONG: lazy("Shorten the text to %(most)s characters, or attach it as a file."),
    ClaimRefusal.TOO_MANY_CLAIMS: lazy(
        "You have %(most)s claims open, as many as one person may have. Wait for an answer, or withdraw one."
    ),
    ClaimRefusal.CLAIM_ANSWERED: lazy("This claim is over already."),
    CaseRefusal.TOO_MANY_FILES: lazy("Attach at most %(most)s files at once."),
    CaseRefusal.FILE_EMPTY: lazy("%(name)s is empty."),
    CaseRefusal.FILE_TOO_LARGE: lazy("%(name)s is larger than %(most_mebibytes)s MiB, the most for one file."),
    CaseRefusal.FILE_NAME_UNUSABLE: lazy("One of the files has no usable name. Rename it and attach it again."),
}
FIELD_OF: Mapping[StrEnum, str] = {
    ClaimRefusal.SERIAL_INVALID: "serial", ClaimRefusal.WORDS_MISSING: "words", ClaimRefusal.WORDS_TOO_LONG: "words",
    CaseRefusal.TOO_MANY_FILES: "attached", CaseRefusal.FILE_EMPTY: "attached",
    CaseRefusal.FILE_TOO_LARGE: "attached", CaseRefusal.FILE_NAME_UNUSABLE: "attached",
}  # fmt: skip


def state_of(answer: ClaimAnswer | None) -> Word:
    """How a claim stands."""
    if answer is ClaimAnswer.GRANTED:
        return Word(tone="good", icon="circle-check", word=_("Granted"))
    if answer is ClaimAnswer.DECLINED:
        return Word(tone="bad", icon="circle-x", word=_("Declined"))
    if answer is ClaimAnswer.WITHDRAWN:
        return Word(tone="quiet", icon="circle-minus", word=_("Withdrawn"))
    return Word(tone="wait", icon="clock", word=_("Waits for customer care"))


def refusal(no: Refused) -> str:
    """The sentence of an expected no.  Raises it again where no sentence fits."""
    if no.code not in REFUSALS:
        raise no
    return str(REFUSALS[no.code]) % no.facts
