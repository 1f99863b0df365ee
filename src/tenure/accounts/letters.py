"""The letters of accounts."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from tenure.accounts.models import Organisation, Person
from tenure.accounts.words import Who
from tenure.outbox.actions import post_letter
from tenure.outbox.rendering import spoken
from tenure.outbox.words import Action, LetterText, Reader
from tenure.toolbox.formats import instant_words


def invitation(
    *, address: str, organisation: Organisation, host: Who, secret: str, expires_at: datetime, at: datetime
) -> None:
    """Ask `address` in, in the language and zone of the one who invites."""
    reader = Reader(address=address, language=spoken(host.language), zone=host.zone)
    facts = {
        "organisation": organisation.name, "host": host.name or host.email,
        "vendor": settings.VENDOR_NAME,
    }  # fmt: skip
    with translation.override(reader.language):
        letter = LetterText(
            subject=_("%(host)s invites you to %(organisation)s") % facts,
            paragraphs=(
                _("%(host)s invites you to see what %(organisation)s owns and is entitled to at %(vendor)s.") % facts,
                _("Open this link, and sign in with this address or make an account with it:"),
            ),
            action=Action(
                label=_("Open the invitation"), url=settings.SITE_URL + reverse("account_invitation", args=[secret])
            ),
            facts=((_("Open until"), instant_words(expires_at, reader.zone)),),
            after=(_("You do not know them? Then nothing is to be done."),),
            reason=_("You get this e-mail because %(host)s invited you at %(vendor)s.") % facts,
        )
    post_letter(kind="accounts.invitation", reader=reader, letter=letter, at=at)


def handover(*, taker: Person, organisation: Organisation, giver: str, at: datetime) -> None:
    """Tell a colleague that ownership is offered to them."""
    reader = Reader(address=taker.email, language=spoken(taker.language), zone=taker.zone)
    facts = {"organisation": organisation.name, "giver": giver, "vendor": settings.VENDOR_NAME}
    with translation.override(reader.language):
        letter = LetterText(
            subject=_("%(giver)s offers you the ownership of %(organisation)s") % facts,
            paragraphs=(
                _(
                    "%(giver)s offers you the ownership of the account of %(organisation)s at %(vendor)s: who may see"
                    " it, and in which role. Open this link to accept or to decline:"
                )
                % facts,
            ),
            action=Action(
                label=_("See the offer"),
                url=settings.SITE_URL + reverse("account_organisation", args=[organisation.number]),
            ),
            reason=_("You get this e-mail because you belong to %(organisation)s at %(vendor)s.") % facts,
        )
    post_letter(kind="accounts.handover", reader=reader, letter=letter, at=at)
