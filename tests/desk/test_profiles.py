"""Reseller profiles at the desk: what the public finder says, who may write it, and what is refused."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenure.accounts.models import Person
from tenure.journal.models import Entry
from tenure.renewals.actions.resellers import Profile, keep_profile
from tenure.renewals.models import ResellerProfile
from tests import cast, estate

pytestmark = pytest.mark.django_db
WHOLE = {
    "countries": "DE, at\nSwitzerland", "languages": ["de", "en"], "families": [], "address": "1 Row\nLeeds",
    "email": "quotes@cinder.example", "phone": "+44 20 5550 0101", "website": "https://cinder.example/renew/",
    "listed": "on",
}  # fmt: skip


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    estate.policy()
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT)


def url() -> str:
    return reverse("desk-reseller-profile", args=[cast.cinder().number])


def kept() -> int:
    return Entry.objects.filter(verb="renewals.reseller_profile_kept").count()


def post(person: Person, key: str = "1", **changed: object):
    client = Client()
    client.force_login(person)
    return client.post(url(), {**WHOLE, **changed, "request_key": key})


def test_a_representative_keeps_a_profile_and_the_finder_shows_it():
    remy = cast.renewals()
    assert post(remy).status_code == 302
    row = ResellerProfile.objects.get()
    assert (row.countries, row.languages, row.families, row.listed) == (["AT", "CH", "DE"], ["de", "en"], [], True)
    assert (row.address, row.email, row.phone, row.website) == (
        "1 Row\nLeeds", "quotes@cinder.example", "+44 20 5550 0101", "cinder.example/renew",
    )  # fmt: skip
    page = Client().get(reverse("resellers"), {"country": "AT"}).content.decode()
    assert "Cinder Row Trading" in page
    entry = Entry.objects.get(verb="renewals.reseller_profile_kept")
    assert (entry.facts["after"]["countries"], entry.facts["before"]["countries"]) == (["AT", "CH", "DE"], None)


def test_the_journal_keeps_what_was_said_before_and_the_same_again_writes_nothing():
    remy = cast.renewals()
    post(remy), post(remy, "2")
    assert kept() == 1
    post(remy, "3", phone="+44 20 5550 0202", listed="")
    facts = Entry.objects.filter(verb="renewals.reseller_profile_kept").latest("id").facts
    assert facts == {
        "listed": False, "before": {"phone": "+44 20 5550 0101", "listed": True},
        "after": {"phone": "+44 20 5550 0202", "listed": False},
    }  # fmt: skip
    assert Client().get(reverse("reseller", args=[cast.cinder().number])).status_code == 404


def test_a_preview_shows_what_was_typed_and_keeps_nothing():
    answer = post(cast.renewals(), preview="1")
    text = answer.content.decode()
    assert (answer.status_code, "Preview: not kept yet" in text, "Austria, Germany, Switzerland" in text) == (
        200,
        True,
        True,
    )
    assert (ResellerProfile.objects.count(), kept()) == (0, 0)


@pytest.mark.parametrize(("changed", "said"), [
    ({"countries": "DE, Atlantis"}, "Atlantis is no country code, such as DE."), ({"countries": "419"}, "419 is no country code"),
    ({"countries": ""}, "Name at least one country and one language, or do not show it in the finder."),
    ({"languages": []}, "Name at least one country and one language, or do not show it in the finder."),
    ({"languages": ["tlh"]}, "tlh is not one of the available choices"), ({"families": ["nothing"]}, "nothing is not one of the available choices"),
    ({"email": "no address"}, "Enter a valid email address."), ({"phone": "call us"}, "Write the phone number with digits"),
    ({"website": "javascript:alert(1)"}, "Write the website as example.com."), ({"website": "a b"}, "Write the website as example.com."),
    ({"address": "x" * 1001}, "at most 1000 characters"), ({"countries": "\0"}, "Null characters are not allowed."),
])  # fmt: skip
def test_what_cannot_be_is_said_and_nothing_is_kept(changed: dict[str, object], said: str):
    answer = post(cast.renewals(), **changed)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert (ResellerProfile.objects.count(), kept()) == (0, 0)


def test_one_that_is_not_shown_needs_no_country():
    assert post(cast.renewals(), countries="", listed="").status_code == 302
    assert ResellerProfile.objects.get().listed is False


@pytest.mark.parametrize(("name", "read", "write"), [
    ("manager", 200, 302), ("operator", 200, 302), ("care_agent", 200, 404), ("engineer", 404, 404), ("reseller", 404, 404),
    ("owner", 404, 404),
])  # fmt: skip
def test_care_reads_and_only_renewals_people_write(name: str, read: int, write: int):
    someone = getattr(cast, name)()
    client = Client()
    client.force_login(someone)
    assert (client.get(url()).status_code, post(someone).status_code) == (read, write)
    assert ResellerProfile.objects.count() == (write == 302)


def test_a_customer_has_no_profile():
    client = Client()
    client.force_login(cast.renewals())
    assert client.get(reverse("desk-reseller-profile", args=[cast.aster().number])).status_code == 404


def test_the_list_filters_and_asks_as_often_for_one_as_for_three():
    client, counts = Client(), []
    client.force_login(cast.renewals())
    for many in (1, 3):
        for number in range(many):
            of = cast.organisation(f"Dover {number}", "GB", "reseller")
            told = Profile(countries=("GB",), languages=("en",), listed=number != 1)
            keep_profile(
                who=None,
                reseller=of.number,
                profile=told,
                at=cast.AT,
                by=cast.asking(cast.person(f"{many}{number}@v.example"))["by"],
            )
        with CaptureQueriesContext(connection) as asked:
            page = client.get(reverse("desk-reseller-profiles")).content.decode()
        counts.append(len(asked))
    assert (counts[0] == counts[1], "Dover 1" in page) == (True, True)
    hidden = client.get(reverse("desk-reseller-profiles"), {"shown": "hidden"}).content.decode()
    assert ("Dover 1" in hidden, "Dover 0" in hidden) == (True, False)
