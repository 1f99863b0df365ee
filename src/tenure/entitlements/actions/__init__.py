"""What can be done with entitlements, one function a verb: keyword-only, atomic, journalled."""

from tenure.entitlements.actions.asking import ask_who_stays
from tenure.entitlements.actions.joining import (
    Linked,
    approve_joining,
    ask_to_join,
    decline_joining,
    pass_on_joinings,
)
from tenure.entitlements.actions.mailing import order_certificate, send_certificate, send_contact_id, write_letters
from tenure.entitlements.actions.registering import register_serial, withdraw_registration
from tenure.entitlements.actions.seats import choose_seats, end_seat, name_colleague, name_contact, release_seat

__all__ = [
    "Linked",
    "approve_joining",
    "ask_to_join",
    "ask_who_stays",
    "choose_seats",
    "decline_joining",
    "end_seat",
    "name_colleague",
    "name_contact",
    "order_certificate",
    "pass_on_joinings",
    "register_serial",
    "release_seat",
    "send_certificate",
    "send_contact_id",
    "withdraw_registration",
    "write_letters",
]
