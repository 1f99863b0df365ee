"""What can be done in accounts, one function a verb: keyword-only, atomic, journalled."""

from tenure.accounts.actions.invitations import accept_invitation, invite, withdraw_invitation
from tenure.accounts.actions.joining import (
    add_contact,
    add_member,
    displace_unproven,
    join_by_address,
    join_by_any_address,
    join_known_contacts,
)
from tenure.accounts.actions.members import (
    accept_handover,
    change_role,
    end_membership,
    offer_handover,
    withdraw_handover,
)
from tenure.accounts.actions.numbers import take_numbers
from tenure.accounts.actions.people import add_person, check_profile, link_person, update_profile
from tenure.accounts.actions.teams import (
    add_team,
    archive_team,
    join_team,
    leave_team,
    rename_team,
    unarchive_team,
)
from tenure.accounts.actions.tokens import add_token, person_at, revoke_token

__all__ = [
    "accept_handover",
    "accept_invitation",
    "add_contact",
    "add_member",
    "add_person",
    "add_team",
    "add_token",
    "archive_team",
    "change_role",
    "check_profile",
    "displace_unproven",
    "end_membership",
    "invite",
    "join_by_address",
    "join_by_any_address",
    "join_known_contacts",
    "join_team",
    "leave_team",
    "link_person",
    "offer_handover",
    "person_at",
    "rename_team",
    "revoke_token",
    "take_numbers",
    "unarchive_team",
    "update_profile",
    "withdraw_handover",
    "withdraw_invitation",
]
