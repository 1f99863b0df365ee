"""The expected no."""

from enum import StrEnum


class Refused(Exception):
    """An expected no: a stable code and its facts.  The screen chooses the sentence.

    code: a member of the room's own StrEnum; codes are API.  facts: plain values for the sentence.
    """

    def __init__(self, code: StrEnum, **facts: object) -> None:
        super().__init__(code.value)
        self.code = code
        self.facts = facts
