"""The letters of accounts: text and HTML from templates, through Django's mail, which writes to the outbox."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from tenure.accounts.models import Organisation, Person
from tenure.accounts.words import Role


def invitation(
    *, address: str, role: Role, organisation: Organisation, host: str, language: str, secret: str, expires_at: datetime
) -> None:
    """Ask `address` in, in the language of the one who invites."""
    link = settings.SITE_URL + reverse("account_invitation", args=[secret])
    facts = {"role": role.value, "organisation": organisation.name, "host": host, "expires_at": expires_at}
    _send("invitation", address, language, {**facts, "link": link})


def handover(*, taker: Person, organisation: Organisation, giver: str) -> None:
    """Tell a colleague that ownership is offered to them."""
    link = settings.SITE_URL + reverse("account_organisation", args=[organisation.number])
    facts = {"organisation": organisation.name, "giver": giver, "name": taker.name}
    _send("handover", taker.email, taker.language, {**facts, "link": link})


def _send(word: str, address: str, language: str, facts: dict[str, object]) -> None:
    page = {**facts, "vendor": settings.VENDOR_NAME, "site": settings.SITE_URL}
    with translation.override(language):
        subject = " ".join(render_to_string(f"accounts/mail/{word}_subject.txt", page).split())
        text = render_to_string(f"accounts/mail/{word}_message.txt", page).strip() + "\n"
        html = render_to_string(f"accounts/mail/{word}_message.html", {**page, "subject": subject})
    letter = EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [address])
    letter.attach_alternative(html, "text/html")
    letter.send()
