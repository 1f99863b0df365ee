"""Verbs of activation: issue codes, activate, move, end, sign files, rotate keys, take reports."""

from tenure.activation.actions.activating import activate, activate_by_code, end_activation, move_activation
from tenure.activation.actions.checking_in import check_in
from tenure.activation.actions.codes import issue_codes, withdraw_code
from tenure.activation.actions.files import issue_file_for_any_machine, renew_files, withdraw_file, withdraw_licence
from tenure.activation.actions.keys import answer_signed, prepare_key, rotate_key, sign_again, withdraw_key
from tenure.activation.actions.lists import revocation_list

__all__ = [
    "activate",
    "activate_by_code",
    "answer_signed",
    "check_in",
    "end_activation",
    "issue_codes",
    "issue_file_for_any_machine",
    "move_activation",
    "prepare_key",
    "renew_files",
    "revocation_list",
    "rotate_key",
    "sign_again",
    "withdraw_code",
    "withdraw_file",
    "withdraw_key",
    "withdraw_licence",
]
