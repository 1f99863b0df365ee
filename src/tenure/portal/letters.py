"""The letters of signing up and signing in, by the names that allauth gives them, in the language that is active."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tenure.outbox.words import Action, LetterText

NOT_ASKED = lazy("You did not ask for this? Then nothing is to be done: nothing changes unless the link is opened.")
NOT_YOU = lazy("It was not you? Set a new password at once, and tell customer care.")

# Letters with a link, by name: subject, what it is about, the button, and which fact holds the address of the page.
ASKS: dict[str, tuple[Promise, Promise, Promise, str]] = {
    "account/email/account_already_exists": (
        lazy("You have an account already"),
        lazy(
            "Somebody, we hope you, tried to make an account with the address %(email)s. There is one already. If you"
            " do not know its password, set a new one:"
        ),
        lazy("Set a new password"),
        "password_reset_url",
    ),
    "account/email/email_confirmation": (
        lazy("Confirm your address"),
        lazy(
            "Somebody, we hope you, added the address %(email)s to an account. Open this link to confirm that it is"
            " yours:"
        ),
        lazy("Confirm the address"),
        "activate_url",
    ),
    "account/email/email_confirmation_signup": (
        lazy("Confirm your address to finish your account"),
        lazy(
            "Somebody, we hope you, made an account with the address %(email)s. Open this link to confirm that it is"
            " yours:"
        ),
        lazy("Confirm the address"),
        "activate_url",
    ),
    "account/email/password_reset_key": (
        lazy("Set a new password"),
        lazy(
            "Somebody, we hope you, asked for a new password for the account of %(email)s. Open this link to choose it:"
        ),
        lazy("Choose a password"),
        "password_reset_url",
    ),
    "account/email/unknown_account": (
        lazy("There is no account with this address"),
        lazy(
            "Somebody, we hope you, tried to open an account with the address %(email)s. There is none. Perhaps you"
            " used another address; or make an account:"
        ),
        lazy("Make an account"),
        "signup_url",
    ),
}
# Letters that tell what was done, by name: subject and sentence.
TELLS: dict[str, tuple[Promise, Promise]] = {
    "account/email/email_changed": (
        lazy("Your main address was changed"),
        lazy("The main address of your account was changed from %(from_email)s to %(to_email)s."),
    ),
    "account/email/email_confirm": (
        lazy("An address was confirmed"),
        lazy("An address of your account was confirmed."),
    ),
    "account/email/email_deleted": (
        lazy("An address was removed"),
        lazy("The address %(deleted_email)s was removed from your account."),
    ),
    "account/email/password_changed": (
        lazy("Your password was changed"),
        lazy("The password of your account was changed."),
    ),
    "account/email/password_reset": (
        lazy("Your password was set anew"),
        lazy("The password of your account was set anew by a link we sent."),
    ),
    "account/email/password_set": (
        lazy("Your password was set"),
        lazy("A password was set for your account."),
    ),
    "mfa/email/recovery_codes_generated": (
        lazy("New recovery codes were made"),
        lazy("New recovery codes were made for your account. The old ones no longer work."),
    ),
    "mfa/email/totp_activated": (
        lazy("The second step is on"),
        lazy("Besides the password, signing in now asks for a code of your authenticator app."),
    ),
    "mfa/email/totp_deactivated": (
        lazy("The second step is off"),
        lazy("Signing in no longer asks for a code of an authenticator app."),
    ),
}


def letter_of(name: str, facts: Mapping[str, object]) -> LetterText:
    """The letter that allauth calls `name`, with its facts.  Raises KeyError for any other.  Source: D16."""
    if name in ASKS:
        subject, words, label, link = ASKS[name]
        action = Action(label=str(label), url=str(facts[link]))
        return LetterText(
            subject=str(subject), paragraphs=(str(words) % facts,), action=action, after=(str(NOT_ASKED),),
            reason=_reason(facts),
        )  # fmt: skip
    subject, words = TELLS[name]
    return LetterText(subject=str(subject), paragraphs=(str(words) % facts, str(NOT_YOU)), reason=_reason(facts))


def _reason(facts: Mapping[str, object]) -> str:
    return _("You get this e-mail because the address %(email)s was given at %(vendor)s.") % facts
