"""What can be done with entitlements, one function a verb: keyword-only, atomic, journalled."""

from tenure.entitlements.actions.addresses import change_address, tell_of_bounces
from tenure.entitlements.actions.asking import ask_who_stays
from tenure.entitlements.actions.carrying_out import apply_due
from tenure.entitlements.actions.contact_answers import decline_contact_change, grant_contact_change
from tenure.entitlements.actions.contact_requests import ask_for_contact_change, withdraw_contact_change
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
    "apply_due",
    "approve_joining",
    "ask_for_contact_change",
    "ask_to_join",
    "ask_who_stays",
    "change_address",
    "choose_seats",
    "decline_contact_change",
    "decline_joining",
    "end_seat",
    "grant_contact_change",
    "name_colleague",
    "name_contact",
    "order_certificate",
    "pass_on_joinings",
    "register_serial",
    "release_seat",
    "send_certificate",
    "send_contact_id",
    "tell_of_bounces",
    "withdraw_contact_change",
    "withdraw_registration",
    "write_letters",
]
