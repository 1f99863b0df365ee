"""What django-allauth asks of us at sign-up and sign-in: its own hooks, so no signals."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from tenure.accounts.actions import displace_unproven, join_by_address, join_by_any_address
from tenure.accounts.models import Person
from tenure.clock.queries import now
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.outbox.actions import post_letter
from tenure.outbox.rendering import spoken
from tenure.outbox.words import Reader
from tenure.portal.letters import letter_of


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is free to all; a verified address joins the organisations whose paperwork names it (D9, D16)."""

    def save_user(self, request: HttpRequest, user: Person, form: Any, commit: bool = True) -> Person:
        """The new person with their profile.  Two sign-ups at once with one address get the same answer."""
        profile = form.profile()
        user.name, user.language, user.zone = profile.name, profile.language, profile.zone
        user.joined_at = now()
        try:
            with transaction.atomic():
                super().save_user(request, user, form, commit)
        except IntegrityError:
            raise ImmediateHttpResponse(self.respond_email_verification_sent(request, None))
        record(verb="accounts.signed_up", subject=("person", str(user.pk)), at=now(), by=_actor(user))
        return user

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """The address is proven: claims that nobody proved go, and the paperwork that names it is joined."""
        person: Person = email_address.user
        about = {"person_id": person.pk, "address": email_address.email, "at": now(), "by": _actor(person)}
        try:
            with transaction.atomic():
                displace_unproven(**about)
                if not super().confirm_email(request, email_address):
                    return False
        except IntegrityError:  # somebody else verified the same address at this moment
            return False
        record(verb="accounts.address_verified", subject=("person", str(person.pk)), at=now(), by=_actor(person))
        join_by_address(**about)
        return True

    def post_login(self, request: HttpRequest, user: Person, **about: Any) -> HttpResponse:
        """At each sign-in: also an address that a password's reset has proven joins its paperwork."""
        join_by_any_address(person_id=user.pk, at=now(), by=_actor(user))
        response: HttpResponse = super().post_login(request, user, **about)
        return response

    def set_password(self, user: Person, password: str) -> None:
        super().set_password(user, password)
        record(verb="accounts.password_set", subject=("person", str(user.pk)), at=now(), by=_actor(user))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Every letter from our own words, in the reader's language and zone."""
        user = context.get("user")
        known = user if isinstance(user, Person) else None
        language = spoken(known.language if known else translation.get_language() or "en")
        facts = {"vendor": settings.VENDOR_NAME, "email": email, **context}
        with translation.override(language):
            letter = letter_of(template_prefix, facts)
        reader = Reader(address=email, language=language, zone=known.zone if known else "UTC")
        post_letter(kind=f"accounts.{template_prefix.rpartition('/')[2]}", reader=reader, letter=letter, at=now())

    def send_notification_mail(
        self, template_prefix: str, user: Person, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        super().send_notification_mail(template_prefix, user, {"user": user, **(context or {})}, email)


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of authenticator apps encrypted by a key made from the installation's own."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return settings.VENDOR_NAME


def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"second factor" + settings.SECRET_KEY.encode()).digest()))


def _actor(person: Person) -> Actor:
    return Actor(kind="person", id=str(person.pk), name=person.name or person.email)
