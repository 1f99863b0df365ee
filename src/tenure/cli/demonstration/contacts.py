"""Requests about contacts in every state, and an address that takes no mail."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress

from tenure.accounts.models import Contact
from tenure.accounts.queries import who_is
from tenure.accounts.words import Who
from tenure.cli.demonstration.cast import VENDOR_DOMAIN
from tenure.entitlements.actions import (
    ask_for_contact_change,
    decline_contact_change,
    name_colleague,
    tell_of_bounces,
    withdraw_contact_change,
)
from tenure.entitlements.models import Agreement, Asset, ContactRequest, ContactSeat
from tenure.entitlements.words import ContactWish
from tenure.entitlements.words.contact_changes import ContactWanted
from tenure.journal.words import Actor
from tenure.outbox.actions import post, reported
from tenure.policy.words.identifiers import Identifier
from tenure.toolbox.upload import Upload

ASTER, NORDHAFEN = "Aster & Pohl GmbH", "Nordhafen Spedition"
KINDS = ("certificate", "sales_order", "serial_number", "support_identifier")
LETTER = b"CERTIFICATE (a scan)\nThe lower half is hard to read.\n"


def make_contact_requests(*, at: datetime) -> None:
    """Make them unless there are some: open ones of each kind, one declined, one done, one for a later day."""
    if ContactRequest.objects.exists():
        return
    mira, jonas = _who("mira.solberg@aster-pohl.example"), _who("jonas.brandt@aster-pohl.example")
    tarek, rolf = _who("tarek.lindemann@nordhafen.example"), _who("rolf.eisen@ferrum.example")
    stranger, cass = _who("new.person@stranger.example"), _who(f"cass.byrne@{VENDOR_DOMAIN}")
    asset, essential = _covered(ASTER, at), Agreement.objects.get(organisation__name=ASTER, level="essential")
    rita = _name(mira, essential, "Rita Vogel", at - timedelta(days=290))
    _name(mira, essential, "Heike Brandl", at - timedelta(days=300))
    swap = _new("replace", asset, "Lukas Ott", contact_id=rita, days=0, at=at)
    _ask(mira, swap, at - timedelta(days=40))
    seat = ContactSeat.objects.get(contact__email="lukas.ott@aster-pohl.example", ended_at=None)
    _ask(mira, _new("replace", asset, "Petra Lang", contact_id=seat.identifier, days=18, at=at), at - timedelta(days=2))
    _ask(jonas, _new("add", asset, "Yusuf Demir", days=30, at=at), at - timedelta(hours=5))
    _replace_at(NORDHAFEN, tarek, at - timedelta(days=1, hours=3))
    paper = Upload(name="certificate-scan.txt", chunks=[LETTER])
    lost = ContactWanted(wish=ContactWish.MISSING_CONTACT_ID, words="It was to come with the certificate in May.")
    _ask(stranger, lost, at - timedelta(days=3), paper)
    _ask(rolf, _new("add", _covered(NORDHAFEN, at), "Inga Stolz", days=0, at=at), at - timedelta(hours=20))
    odd = _ask(stranger, _new("add", asset, "Some Body", days=0, at=at), at - timedelta(days=6))
    why = "Please let an owner of the customer ask; we cannot tell that you act for them."
    decline_contact_change(who=cass, request_id=odd, why=why, at=at - timedelta(days=5), by=_actor(cass))
    gone = _ask(stranger, lost, at - timedelta(days=4), paper)
    withdraw_contact_change(who=stranger, request_id=gone, at=at - timedelta(days=3, hours=20), by=_actor(stranger))
    _bounce(at)


def _replace_at(customer: str, who: Who, at: datetime) -> None:
    held = ContactSeat.objects.filter(agreement__organisation__name=customer, ended_at=None).order_by("id").first()
    if held is not None:
        _ask(who, _new("replace", _covered(customer, at), "Sven Holm", contact_id=held.identifier, days=0, at=at), at)


def _name(who: Who, agreement: Agreement, name: str, at: datetime) -> str:
    """An owner names a colleague; the contact ID."""
    email = f"{name.lower().replace(' ', '.')}@aster-pohl.example"
    return name_colleague(who=who, agreement_id=agreement.pk, name=name, email=email, at=at, by=_actor(who))


def _bounce(at: datetime) -> None:
    """A contact whose mail comes back since a week."""
    then, address = at - timedelta(days=7), "heike.brandl@aster-pohl.example"
    said = f"550 5.1.1 <{address}>: user unknown"
    mail = post(
        kind="catalog.news", recipient=address, language="de", subject="Halden Vault 9.5", at=then,
        text="Halden Vault 9.5 ist da.",
    )  # fmt: skip
    reported(mail_id=mail, said=said, at=then, by=Actor(kind="job"))
    tell_of_bounces(at=then)


def _ask(who: Who, wanted: ContactWanted, at: datetime, *uploads: Upload) -> int:
    told = ask_for_contact_change(who=who, wanted=wanted, uploads=uploads, at=at, by=_actor(who))
    return told.request_id


def _new(
    wish: str, asset: Asset, name: str, *, contact_id: str = "", days: int, at: datetime
) -> ContactWanted:  # fmt: skip
    """The new person; days: from now until it takes effect, 0 for at once."""
    paper = asset.certificate
    values = (paper.number, paper.sales_order_number, asset.serial_number, asset.support_identifier)
    given = [Identifier(kind=kind, value=value) for kind, value in zip(KINDS, values, strict=True)]
    if contact_id:
        given.append(Identifier(kind="contact_id", value=contact_id))
    domain = Contact.objects.filter(organisation=asset.organisation, role="owner").values_list("email", flat=True)
    return ContactWanted(
        wish=ContactWish(wish), identifiers=tuple(given), name=name,
        email=f"{name.lower().replace(' ', '.')}@{domain[0].rpartition('@')[2]}", company=asset.organisation.name,
        address="Hafenstraße 12\n80331 München", phone="+49 89 5550 140",
        words="A colleague of the night shift." if wish == "add" else "The colleague changes to another team.",
        takes_effect_on=at.date() + timedelta(days=days) if days else None,
    )  # fmt: skip


def _covered(customer: str, at: datetime) -> Asset:
    """The asset of a customer that is covered longest, by Essential, today and six weeks ago, and is on its own paper."""
    held = Asset.objects.select_related("certificate", "organisation").filter(
        organisation__name=customer, certificate__organisation__name=customer
    )
    for day in (at.date(), (at - timedelta(days=42)).date()):
        held = held.filter(
            terms__agreement__isnull=False, terms__level="essential", terms__covers__contains=day,
            terms__known__endswith=None,
        )  # fmt: skip
    return held.order_by("-chain_ends_on", "id")[0]


def _who(email: str) -> Who:
    return who_is(EmailAddress.objects.get(email=email).user_id)


def _actor(who: Who) -> Actor:
    return Actor(kind="person", id=str(who.person_id), name=who.name or who.email)
