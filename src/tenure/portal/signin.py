"""What django-allauth asks of us at sign-up and sign-in."""

from allauth.account.adapter import DefaultAccountAdapter


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is free to all; a verified address joins the organisations whose paperwork names it (D9, D16)."""
