"""Who acts in the made-up year; owners and resellers who have no sign-in yet sign up when they are needed."""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress

from tenure.accounts.models import Membership, Organisation, Person
from tenure.accounts.queries import who_is
from tenure.accounts.words import Role, Who
from tenure.cli.demonstration.cast import VENDOR_DOMAIN, Player
from tenure.cli.demonstration.customers import CUSTOMERS
from tenure.cli.demonstration.making import enter
from tenure.journal.words import Actor

REMY = f"remy.novak@{VENDOR_DOMAIN}"
SELLERS = {
    "Ferrum Licensing": ("Rolf Eisen", "ferrum", "Europe/Berlin"),
    "Atelier Licences": ("Camille Roux", "atelier-licences", "Europe/Paris"),
    "Larkfield Software": ("Nora Pike", "larkfield", "Europe/London"),
    "Cascade Maintenance Partners": ("Wes Tanaka", "cascade", "America/Los_Angeles"),
    "Hayabusa Trading": ("Yuna Sakai", "hayabusa", "Asia/Tokyo"),
    "Southern Cross Renewals": ("Bree Lawson", "southerncross", "Australia/Sydney"),
}


class Stage:
    """The actors by the organisation that they act for, looked up once."""

    def __init__(self, *, hashed: str) -> None:
        self._hashed = hashed
        self._known: dict[str, Who] = {}
        self._owners = {customer.name: customer for customer in CUSTOMERS}

    def remy(self) -> Who:
        """The vendor's representative."""
        return self._by_email(REMY)

    def seller(self, reseller: Organisation | None, at: datetime) -> Who:
        """Who quotes and orders: the reseller's person, or the representative."""
        if reseller is None or reseller.name not in SELLERS:
            return self.remy()
        name, domain, zone = SELLERS[reseller.name]
        email = f"{_dotted(name)}@{domain}.example"
        self._sign_up(
            Player(email=email, name=name, role=Role.RESELLER, organisation=reseller.name, zone=zone), at
        )  # fmt: skip
        return self._by_email(email)

    def owner(self, organisation: Organisation, at: datetime) -> Who | None:
        """Who decides at a customer; None: nobody can be made to."""
        held = Membership.objects.filter(organisation=organisation, role=Role.OWNER.value, ended_at=None)
        person = held.filter(person__is_active=True).order_by("id").values_list("person__email", flat=True).first()
        if person is None and organisation.name in self._owners:
            customer = self._owners[organisation.name]
            email = f"{_dotted(customer.owner)}@{customer.domain}"
            self._sign_up(
                Player(email=email, name=customer.owner, role=None, language="en", zone=customer.sites[0][1]), at
            )
            person = held.order_by("id").values_list("person__email", flat=True).first()
        return self._by_email(person) if person else None

    def _sign_up(self, player: Player, at: datetime) -> None:
        if player.email not in self._known and not Person.objects.filter(email__iexact=player.email).exists():
            enter(player, self._hashed, at)

    def _by_email(self, email: str) -> Who:
        if email not in self._known:
            self._known[email] = who_is(EmailAddress.objects.get(email__iexact=email).user_id)
        return self._known[email]


def acting(who: Who, at: datetime) -> dict[str, Any]:
    """Who acts, when, and how the journal names them."""
    return {"who": who, "at": at, "by": Actor(kind="person", id=str(who.person_id), name=who.name)}


def _dotted(name: str) -> str:
    return name.lower().replace(" ", ".")
