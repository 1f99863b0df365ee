"""What a policy says in words, for readers of other languages."""

from django.utils.translation import gettext


def policy_words(text: str) -> str:
    """A text of the policy in the active language where the catalogues know it (the standard one's), else as written.

    Source: D10, ours.
    """
    return gettext(text) if text else ""
