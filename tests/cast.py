"""The cast of the tests: plainly fictional people in two customers, a reseller, and the vendor's own."""

from datetime import UTC, datetime
from typing import Any

from allauth.account.models import EmailAddress

from tenure.accounts.actions import take_numbers
from tenure.accounts.models import Membership, Organisation, Person, StaffMembership
from tenure.accounts.queries import who_is
from tenure.accounts.words import Role, StaffRole, Who
from tenure.journal.words import Actor
from tenure.policy.words import IdentifierFormat

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PASSWORD = "a quiet harbour at low tide"
CUSTOMER_NUMBER = IdentifierFormat(
    key="organisation",
    name="Customer number",
    prefixes=("K-",),
    shape="######",
    pattern="K-[0-9]{6}",
    example="K-123456",
)


def person(email: str, name: str = "", password: str | None = None) -> Person:
    """Somebody who has confirmed the address; with a password only where a test signs in by the form (it is slow)."""
    made = Person(email=email, name=name or email.split("@")[0].title(), joined_at=AT)
    made.set_password(password) if password else made.set_unusable_password()
    made.save()
    EmailAddress.objects.create(user_id=made.pk, email=email, verified=True, primary=True)
    return made


def aster() -> Organisation:
    return organisation("Aster Mills", "DE", "customer")


def bellwether() -> Organisation:
    return organisation("Bellwether Ferries", "NO", "customer")


def cinder() -> Organisation:
    return organisation("Cinder Row Trading", "GB", "reseller")


def organisation(name: str, country: str = "DE", kind: str = "customer") -> Organisation:
    """The one of that name, made with the next customer number where there is none."""
    held = Organisation.objects.filter(name=name, country=country, kind=kind).first()
    (number,) = [held.number] if held else take_numbers(form=CUSTOMER_NUMBER, how_many=1)
    return held or Organisation.objects.create(number=number, name=name, country=country, kind=kind)


def join(someone: Person, organisation: Organisation, role: Role) -> Membership:
    return Membership.objects.create(person=someone, organisation=organisation, role=role, began_at=AT)


def _member(email: str, name: str, organisation: Organisation, role: Role) -> Person:
    made = person(email, name)
    join(made, organisation, role)
    return made


def owner(organisation: Organisation | None = None) -> Person:
    return _member("olga@aster.example", "Olga Aster", organisation or aster(), Role.OWNER)


def technical(organisation: Organisation | None = None) -> Person:
    return _member("tomas@aster.example", "Tomas Lind", organisation or aster(), Role.TECHNICAL)


def purchasing(organisation: Organisation | None = None) -> Person:
    return _member("petra@aster.example", "Petra Vale", organisation or aster(), Role.PURCHASING)


def viewer(organisation: Organisation | None = None) -> Person:
    return _member("vera@aster.example", "Vera Quill", organisation or aster(), Role.VIEWER)


def other_owner() -> Person:
    return _member("odd@bellwether.example", "Odd Ferry", bellwether(), Role.OWNER)


def other_technical() -> Person:
    return _member("tiril@bellwether.example", "Tiril Keel", bellwether(), Role.TECHNICAL)


def reseller() -> Person:
    return _member("rhys@cinder.example", "Rhys Cinder", cinder(), Role.RESELLER)


def stranger() -> Person:
    """Signed up, linked to nothing."""
    return person("sam@nowhere.example", "Sam Nowhere")


def staff(role: StaffRole) -> Person:
    made = person(f"{role.value.replace('_', '-')}@vendor.example", f"{role.value.replace('_', ' ').title()}")
    StaffMembership.objects.create(person=made, role=role, began_at=AT)
    return made


def engineer() -> Person:
    return staff(StaffRole.ENGINEER)


def care_agent() -> Person:
    return staff(StaffRole.CARE_AGENT)


def renewals() -> Person:
    return staff(StaffRole.RENEWALS)


def analyst() -> Person:
    return staff(StaffRole.ANALYST)


def manager() -> Person:
    return staff(StaffRole.MANAGER)


def operator() -> Person:
    return staff(StaffRole.OPERATOR)


def who(someone: Person) -> Who:
    """The person as queries and actions take them."""
    return who_is(someone.pk)


def asking(someone: Person, at: datetime = AT) -> dict[str, Any]:
    """`**asking(person)` for an action: who, when, and the journal's actor."""
    return {"who": who(someone), "at": at, "by": Actor(kind="person", id=str(someone.pk), name=someone.name)}
