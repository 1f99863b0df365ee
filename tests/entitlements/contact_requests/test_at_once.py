"""Who decides at once, and who waits for customer care."""

import pytest

from tenure.accounts.models import Contact, Membership
from tenure.entitlements import actions, jobs
from tenure.entitlements.models import Asset, ContactRequest, ContactSeat, LetterDue
from tenure.entitlements.words import EntitlementRefusal
from tenure.entitlements.words.contact_changes import ContactRefusal, ContactState
from tenure.outbox.models import Mail
from tenure.policy.words.identifiers import Identifier
from tenure.toolbox.refused import Refused
from tenure.toolbox.upload import Upload
from tests import cast
from tests.cast import AT, asking
from tests.entitlements.contact_requests.world import (
    FOREIGN,
    NEW,
    ask,
    letters,
    numbers,
    refusal,
    seat,
    seated,
    state,
    wanted,
)

pytestmark = pytest.mark.django_db


def test_an_owner_adds_a_contact_at_once_with_all_that_was_told_of_them():
    olga = cast.owner()
    told = ask(olga)
    contact = Contact.objects.get(email=NEW["email"])
    assert told.state is ContactState.DONE
    assert (contact.company, contact.address, contact.phone) == (NEW["company"], NEW["address"], NEW["phone"])
    assert seated() == [NEW["email"]]
    assert (letters("contact_named"), letters("contact_change_granted")) == ([NEW["email"]], [olga.email])


def test_an_owner_replaces_a_contact_in_one_step_under_the_cap():
    olga, old = cast.owner(), seat("Tess")
    seat("Ute")
    told = ask(olga, wanted("replace", numbers(contact_id=old)))
    assert (told.state, seated()) == (ContactState.DONE, ["ute@a.example", NEW["email"]])
    assert ContactSeat.objects.get(identifier=old).ended_at == AT


def test_what_is_refused_leaves_no_file(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }
    olga = cast.owner()
    seat("Tess"), seat("Ute")
    refusal(ask, olga, uploads=(Upload(name="paper.pdf", chunks=[b"x"]),))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_level_caps_additions():
    olga = cast.owner()
    seat("Tess"), seat("Ute")
    no = refusal(ask, olga)
    assert (no.code, no.facts) == (EntitlementRefusal.SEATS_TAKEN, {"level": "basic", "seats": 2})


def test_who_is_named_already_is_not_named_again():
    olga = cast.owner()
    ask(olga)
    assert refusal(ask, olga).code is ContactRefusal.ALREADY_NAMED


@pytest.mark.parametrize("wish", ["add", "replace", "missing_contact_id"])
@pytest.mark.parametrize("asker", ["stranger", "technical", "viewer", "other_owner"])
def test_who_may_not_decide_waits_for_care_whatever_they_give(asker: str, wish: str):
    old, person = seat(), getattr(cast, asker)()
    before = (seated(), Mail.objects.count(), LetterDue.objects.count())
    assert ask(person, wanted(wish, numbers(contact_id=old))).state is ContactState.OPEN
    assert (seated(), Mail.objects.count(), LetterDue.objects.count()) == before


def test_numbers_of_two_customers_wait_for_care_and_name_no_organisation():
    mixed = (*numbers(without="serial_number"), Identifier(kind="serial_number", value=FOREIGN))
    assert ask(cast.owner(), wanted(identifiers=mixed)).state is ContactState.OPEN
    assert ContactRequest.objects.get().organisation is None


def test_one_number_that_nothing_bears_makes_an_owners_request_wait():
    odd = (*numbers(without="sales_order"), Identifier(kind="sales_order", value="99999999"))
    assert ask(cast.owner(), wanted(identifiers=odd)).state is ContactState.OPEN
    assert ContactRequest.objects.get().organisation == cast.aster()


def test_who_was_an_owner_when_the_page_opened_and_is_none_now_decides_nothing():
    olga = cast.owner()
    asked = asking(olga)
    Membership.objects.filter(person=olga).update(ended_at=AT)
    before = state()
    with pytest.raises(Refused):
        actions.ask_for_contact_change(wanted=wanted(), **asked)
    assert state() == before


def test_a_missing_contact_id_goes_to_who_holds_it_and_never_to_who_asks():
    olga, held = cast.owner(), seat("Tess")
    assert ask(olga, wanted("missing_contact_id")).state is ContactState.DONE
    jobs.write_due()
    assert letters("contact_named") == ["tess@a.example"]
    assert all(held not in mail.text for mail in Mail.objects.exclude(recipient="tess@a.example"))


def test_the_reseller_of_record_has_a_missing_id_sent_but_replaces_and_adds_nobody():
    rhys, old = cast.reseller(), seat("Tess")
    assert ask(rhys, wanted("missing_contact_id")).state is ContactState.DONE
    assert ask(rhys, wanted("add")).state is ContactState.OPEN
    assert ask(rhys, wanted("replace", numbers(contact_id=old))).state is ContactState.OPEN
    assert set(ContactRequest.objects.values_list("as_reseller__name", flat=True)) == {"Cinder Row Trading"}


def test_a_reseller_who_did_not_sell_it_waits_for_care():
    seat("Tess")
    Asset.objects.update(reseller=None)
    assert ask(cast.reseller(), wanted("missing_contact_id")).state is ContactState.OPEN


def test_a_missing_id_of_a_named_address_goes_to_that_one_or_waits():
    olga = cast.owner()
    seat("Tess"), seat("Ute")
    assert ask(olga, wanted("missing_contact_id", email="UTE@a.example")).state is ContactState.DONE
    assert list(LetterDue.objects.values_list("seat__contact__name", flat=True)) == ["Ute"]
    assert ask(olga, wanted("missing_contact_id", email=olga.email)).state is ContactState.OPEN
