"""Addresses that take no mail: owners are asked once for another, and giving it lets nobody in."""

import pytest

from tenure.accounts.models import Contact, Membership
from tenure.accounts.words import AccountRefusal
from tenure.entitlements import actions, jobs
from tenure.entitlements.queries.contact_history import addresses_for_care, bounced_contacts, contact_place
from tenure.entitlements.words.contact_changes import ContactRefusal
from tenure.journal.models import Entry
from tenure.outbox.actions import post, reported
from tenure.outbox.models import Bounce, Mail
from tenure.toolbox.refused import Refused
from tests import cast, estate
from tests.cast import AT, asking, who

pytestmark = pytest.mark.django_db

TESS = "tess@aster.example"


@pytest.fixture(autouse=True)
def world(db: None) -> None:
    estate.policy()


def contact(organisation=None, *, email: str = TESS, role: str = "technical") -> Contact:
    return Contact.objects.create(organisation=organisation or cast.aster(), role=role, name="Tess", email=email)


def bounce(address: str = TESS) -> Bounce:
    mail = post(kind="test", recipient=address, language="en", subject="Hello", text="Hi", at=AT)
    reported(mail_id=mail, said="550 no such user", at=AT)
    return Bounce.objects.get(address=address, settled_at=None)


def asked() -> list[str]:
    return sorted(Mail.objects.filter(kind="entitlements.address_wanted").values_list("recipient", flat=True))


def test_the_owners_are_asked_once_and_never_at_the_address_that_bounced():
    olga = cast.owner()
    contact(email="Tess@aster.example")
    bounce()
    assert [actions.tell_of_bounces(at=AT), actions.tell_of_bounces(at=AT)] == [1, 0]
    assert asked() == [olga.email]
    letter = Mail.objects.get(kind="entitlements.address_wanted")
    assert f"/account/contacts/{cast.aster().number}/addresses/{Contact.objects.get().pk}" in letter.text
    Mail.objects.all().update(message_id="")
    bounce(olga.email)
    jobs.tell(0)
    assert asked() == [olga.email]


def test_each_organisation_of_an_address_is_asked_and_strangers_are_not():
    olga, odd = cast.owner(), cast.other_owner()
    contact(), contact(cast.bellwether()), contact(role="owner")
    bounce()
    actions.tell_of_bounces(at=AT)
    assert asked() == sorted([olga.email, odd.email])


def test_an_owner_gives_another_address_which_settles_the_bounce_and_lets_nobody_in():
    olga, sam, held = cast.owner(), cast.stranger(), contact()
    also = contact(role="owner")
    bounce()
    before = Membership.objects.count()
    given = actions.change_address(
        organisation_id=cast.aster().pk, contact_id=held.pk, email="SAM@nowhere.example", **asking(olga)
    )
    assert (given, Contact.objects.get(pk=held.pk).email, Contact.objects.get(pk=also.pk).email) == (sam.email,) * 3
    assert (Bounce.objects.get().settled_at, Membership.objects.count()) == (AT, before)
    assert who(sam).roles == frozenset()


def test_a_bounce_stays_while_another_customers_contact_has_the_address():
    olga, held = cast.owner(), contact()
    contact(cast.bellwether())
    bounce()
    actions.change_address(organisation_id=cast.aster().pk, contact_id=held.pk, email="new@a.example", **asking(olga))
    assert Bounce.objects.get().settled_at is None
    assert bounced_contacts(who(olga), cast.aster().pk) == {}


@pytest.mark.parametrize(
    ("email", "code"),
    [
        ("nobody", AccountRefusal.ADDRESS_INVALID),
        (TESS, ContactRefusal.ADDRESS_BOUNCES),
        ("ute@a.example", ContactRefusal.ADDRESS_TAKEN),
    ],
)
def test_an_address_that_cannot_be_given_changes_nothing(email: str, code: object):
    olga, held = cast.owner(), contact()
    contact(email="ute@a.example")
    bounce()
    before = (list(Contact.objects.order_by("pk").values()), list(Bounce.objects.values()), Entry.objects.count())
    with pytest.raises(Refused) as no:
        actions.change_address(organisation_id=cast.aster().pk, contact_id=held.pk, email=email, **asking(olga))
    assert no.value.code is code
    assert before == (
        list(Contact.objects.order_by("pk").values()),
        list(Bounce.objects.values()),
        Entry.objects.count(),
    )


@pytest.mark.parametrize("role", ["viewer", "technical", "other_owner", "stranger", "engineer", "reseller"])
def test_nobody_but_owners_and_care_changes_an_address(role: str):
    held, person = contact(), getattr(cast, role)()
    assert contact_place(who(person), cast.aster().pk, held.pk) is None
    with pytest.raises(Refused):
        actions.change_address(
            organisation_id=cast.aster().pk, contact_id=held.pk, email="x@y.example", **asking(person)
        )
    assert Contact.objects.get(pk=held.pk).email == TESS


def test_the_desks_list_is_the_longest_first_found_by_words_and_paged():
    cass = who(cast.care_agent())
    for number in range(5):
        contact(email=f"t{number}@a.example")
        bounce(f"t{number}@a.example")
    bounce("nobody_s@b.example")
    whole = addresses_for_care(cass)
    assert [row.email for row in whole.rows] == [*(f"t{n}@a.example" for n in range(5)), "nobody_s@b.example"]
    pages, after = [], ""
    while True:
        page = addresses_for_care(cass, limit=2, after=after)
        pages += page.rows
        after = page.next
        if not after:
            break
    assert pages == list(whole.rows)
    assert [row.email for row in addresses_for_care(cass, text="y_s@").rows] == ["nobody_s@b.example"]
    assert len(addresses_for_care(cass, text="Aster", kind="contacts").rows) == 5
    assert [row.email for row in addresses_for_care(cass, kind="others").rows] == ["nobody_s@b.example"]
    assert addresses_for_care(cass, after="~nonsense~").rows == whole.rows
    assert addresses_for_care(who(cast.owner())).rows == ()
