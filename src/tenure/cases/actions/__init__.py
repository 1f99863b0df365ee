"""What can be done with a case; each verb is one transaction: event, words, promises, journal and mail."""

from tenure.cases.actions.ending import close_waiting, remind_waiting
from tenure.cases.actions.opening import open_care_case, open_case
from tenure.cases.actions.talking import close, consent, decline, reopen, reply
from tenure.cases.actions.working import (
    answer,
    ask,
    change_severity,
    give,
    leave_to_update,
    log_call,
    note,
    propose_close,
    restore,
    take,
)

__all__ = [
    "answer",
    "ask",
    "change_severity",
    "close",
    "close_waiting",
    "consent",
    "decline",
    "give",
    "leave_to_update",
    "log_call",
    "note",
    "open_care_case",
    "open_case",
    "propose_close",
    "remind_waiting",
    "reopen",
    "reply",
    "restore",
    "take",
]
