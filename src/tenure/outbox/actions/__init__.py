"""Writing mail, sending it, and taking in what comes back."""

from tenure.outbox.actions.bounces import read_bounces, reported, settle, settle_quiet
from tenure.outbox.actions.mailing import SENDING, post, post_letter, send_waiting, write

__all__ = [
    "SENDING",
    "post",
    "post_letter",
    "read_bounces",
    "reported",
    "send_waiting",
    "settle",
    "settle_quiet",
    "write",
]
