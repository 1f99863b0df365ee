"""Linking an account, answering who asks, and the contact seats, through HTTP."""

import html
import re
from collections.abc import Callable

import lxml.html
import pytest
from django.conf import settings as configured
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenure.accounts.models import Contact, Membership
from tenure.entitlements import actions
from tenure.entitlements.models import Agreement, ContactSeat, Joining, JoiningRequest
from tenure.journal.words import COMMAND
from tenure.outbox.models import Mail
from tenure.policy.actions import apply_policy
from tests import cast, estate
from tests.cast import AT
from tests.screens import signed_in

pytestmark = pytest.mark.django_db

OWN, NOBODYS = "M1000000001", "M9999999999"


@pytest.fixture(autouse=True)
def world(db: None, request: pytest.FixtureRequest) -> None:
    if "without_policy" not in request.fixturenames:
        estate.policy()
    estate.asset(cast.aster(), OWN)


@pytest.fixture
def without_policy() -> None:
    """Named by tests of an installation that has no policy yet."""


def words(answer) -> str:
    text = re.sub(r"<[^>]+>", " ", answer.content.decode().split("<main", 1)[1].split("</main>")[0])
    return html.unescape(" ".join(text.split()))


def agreement(level: str = "basic") -> Agreement:
    return Agreement.objects.create(organisation=cast.aster(), level=level, region="EMEA")


def seats(of: Agreement, *names: str) -> list[str]:
    made = [Contact.objects.create(organisation=of.organisation, role="technical", name=name, email=f"{name}@a.example")
            for name in names]  # fmt: skip
    return [actions.name_contact(agreement_id=of.id, contact_id=each.id, at=AT, by=COMMAND) for each in made]


def state() -> tuple[object, ...]:
    tables = (Joining, JoiningRequest, Membership, ContactSeat, Contact, Mail)
    return tuple(list(table.objects.order_by("pk").values()) for table in tables)


def asked(person, text: str) -> str:
    """What the reader is told after pasting the text, without the numbers themselves."""
    client = signed_in(person)
    answer = client.post("/account/link", {"text": text}, follow=True)
    assert [step[1] for step in answer.redirect_chain] == [302]
    said = words(answer)
    said = re.sub(r"\d{2}:\d{2}", "", said)
    return said.replace(text, "NUMBER")


def test_the_empty_pages_lead_to_linking():
    client = signed_in(cast.stranger())
    for path in ("/licences", "/account"):
        assert '"/account/link"' in client.get(path).content.decode()
    page = words(client.get("/account/link"))
    assert ("C12345678" in page, "M1234567890" in page, "What you asked" in page) == (True, True, False)


def test_a_number_that_exists_and_one_that_does_not_are_answered_in_the_same_words():
    cast.owner()
    one, two = cast.person("one@nowhere.example", "Sam"), cast.person("two@nowhere.example", "Sam")
    told = {asked(one, OWN), asked(two, NOBODYS)}
    assert len(told) == 1
    (said,) = told
    assert "If these numbers belong to a customer, its licence owner has been asked." in said
    assert "Aster" not in said


def test_ones_own_contact_id_leads_straight_to_the_licences():
    tess = cast.person("tess@a.example")
    (mine,) = seats(agreement(), "tess")
    client = signed_in(tess)
    answer = client.post("/account/link", {"text": f"My contact ID is {mine.lower()}."}, follow=True)
    assert answer.redirect_chain == [("/licences", 302)]
    assert "You are now a technical contact of Aster Mills." in words(answer)


@pytest.mark.parametrize(("text", "said"), [
    ("", "Enter at least one of the numbers below"),
    ("please", "Enter at least one of the numbers below"),
    ("M123456789", "Serial number: M123456789 has 9 digits and needs 10, as in M1234567890."),
    ("M12345678O0", "Serial number: M12345678O0 has a letter where a digit belongs. Did you mean M1234567800?"),
    ("123456781234", "Support identifier: 123456781234 is written 1234-5678-1234."),
    ("1234567890", "Serial number: 1234567890 lacks its beginning. Did you mean M1234567890?"),
    ("M1234567890 " * 1000, "Paste a shorter text: at most 10,000 characters."),
    (" ".join(f"M{n:010d}" for n in range(21)), "Enter at most 20 numbers at once."),
])  # fmt: skip
def test_what_cannot_be_read_is_explained_and_what_was_typed_is_kept(text: str, said: str):
    client = signed_in(cast.stranger())
    before = state()
    answer = client.post("/account/link", {"text": text})
    page = words(answer)
    assert (answer.status_code, said in page, state() == before) == (200, True, True)
    kept = re.search(r"<textarea[^>]*>(.*?)</textarea>", answer.content.decode(), re.S)
    assert kept is not None and kept[1].strip() == html.escape(text).strip()


@pytest.fixture
def pages_of() -> Callable[[], dict[str, str]]:
    """Every page of joining with something on it, as those see it who may change it."""

    def make() -> dict[str, str]:
        olga, cass, number = cast.owner(), cast.care_agent(), cast.aster().number
        essential = agreement("essential")
        seats(essential, "ada", "ben", "cy", "dee")
        text = configured.POLICY_FILE.read_text().replace("contacts = 6", "contacts = 3")
        apply_policy(text=text, in_force_from=AT.date(), at=AT, by=COMMAND, places=[])
        asked(cast.stranger(), f"{OWN} {NOBODYS}")
        paths = {olga: ("/account/link", f"/account/joining/{number}", f"/account/contacts/{number}"),
                 cass: ("/desk/joining", f"/desk/joining/{JoiningRequest.objects.get(organisation=None).pk}")}  # fmt: skip
        return {path: signed_in(who).get(path).content.decode() for who, every in paths.items() for path in every}

    return make


def test_every_field_has_a_label_every_id_is_there_once_and_headings_go_down_step_by_step(pages_of):
    for path, text in pages_of().items():
        main = lxml.html.document_fromstring(text).get_element_by_id("main")
        ids = main.xpath(".//@id")
        assert (path, sorted(ids)) == (path, sorted(set(ids)))
        fields = main.xpath(".//input[not(@type='hidden')] | .//select | .//textarea")
        bare = [each.get("name") for each in fields
                if not main.xpath(".//label[@for=$id]", id=each.get("id") or "-") and each.getparent().tag != "label"]  # fmt: skip
        assert (path, bare) == (path, [])
        named = main.xpath(".//@aria-describedby | .//@aria-labelledby")
        assert (path, [each for each in named if each not in ids]) == (path, [])
        levels = [int(each.tag[1]) for each in main.xpath(".//h1 | .//h2 | .//h3")]
        assert (path, levels[0], max(b - a for a, b in zip([0, *levels], levels, strict=False))) == (path, 1, 1)
        assert (path, [each for each in main.xpath(".//form[@method='post']")
                       if not each.xpath(".//input[@name='request_key']")]) == (path, [])  # fmt: skip


def test_a_near_miss_beside_a_good_number_is_told_and_does_not_stop_the_good_one():
    said = asked(cast.stranger(), f"{OWN} and 1234-5678-123")
    assert "Support identifier: 1234-5678-123 has 11 digits and needs 12, as in 1234-5678-1234." in said
    assert JoiningRequest.objects.count() == 1


def test_too_many_open_requests_are_refused_in_a_sentence():
    sam = cast.stranger()
    for number in range(5):
        asked(sam, f"M777777777{number}")
    page = words(signed_in(sam).post("/account/link", {"text": OWN}))
    assert "You have 5 requests open, as many as one person may have." in page


def test_hostile_text_is_only_text():
    client = signed_in(cast.stranger())
    for text in ("\0", "<script>alert(1)</script> M1\x00", "'; DROP TABLE entitlements_joining; --", "\ud83d" * 3):
        answer = client.post("/account/link", {"text": text.encode("utf-8", "replace").decode()})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()


def test_a_form_sent_twice_asks_once():
    client = signed_in(cast.stranger())
    form = {"text": OWN, "request_key": "the same"}
    assert [client.post("/account/link", form).status_code for _ in range(2)] == [302, 302]
    assert Joining.objects.count() == 1


def test_an_owner_lets_somebody_in_as_a_viewer_or_with_a_seat():
    olga, one, two = cast.owner(), cast.stranger(), cast.person("two@nowhere.example", "Two Nowhere")
    basic = agreement()
    asked(one, OWN)
    asked(two, OWN)
    client, number = signed_in(olga), cast.aster().number
    page = words(client.get(f"/account/joining/{number}"))
    assert "2 people wait for your answer." in page
    assert "Technical contact: Basic, EMEA (2 seats free)" in page
    first, second = JoiningRequest.objects.order_by("id").values_list("id", flat=True)
    assert client.post(f"/account/joining/{number}/{first}/approve", {"as": "viewer"}).status_code == 302
    assert client.post(f"/account/joining/{number}/{second}/approve", {"as": str(basic.id)}).status_code == 302
    given = Membership.objects.exclude(role="owner").order_by("person_id").values_list("person_id", "role")
    assert list(given) == [(one.pk, "viewer"), (two.pk, "technical")]
    assert ContactSeat.objects.get().contact.email == two.email
    assert "Nobody waits for an answer." in words(client.get(f"/account/joining/{number}"))


def test_an_owner_declines_with_or_without_a_reason():
    olga, sam = cast.owner(), cast.stranger()
    asked(sam, OWN)
    request = JoiningRequest.objects.get().pk
    path = f"/account/joining/{cast.aster().number}/{request}/decline"
    assert signed_in(olga).post(path, {"why": "Ask your own owner."}).status_code == 302
    assert "Ask your own owner." in Mail.objects.get(recipient=sam.email).text
    answer = signed_in(olga).post(path)
    assert (answer.status_code, "Somebody else has answered" in words(answer)) == (409, True)


def test_a_request_of_another_organisation_is_answered_like_one_that_is_not_there():
    olga, odd = cast.owner(), cast.other_owner()
    asked(cast.stranger(), OWN)
    request = JoiningRequest.objects.get().pk
    before = state()
    number = cast.bellwether().number
    theirs, nothing = (signed_in(odd).post(f"/account/joining/{number}/{n}/approve") for n in (request, 999999))
    assert (theirs.status_code, words(theirs)) == (nothing.status_code, words(nothing))
    assert signed_in(odd).post(f"/account/joining/{cast.aster().number}/{request}/approve").status_code == 404
    assert signed_in(olga).post(f"/account/joining/{number}/{request}/approve").status_code == 404
    assert state() == before


def test_the_last_seat_gone_meanwhile_is_told_and_nothing_changes():
    olga = cast.owner()
    basic = agreement()
    asked(cast.stranger(), OWN)
    seats(basic, "ada", "ben")
    before = state()
    path = f"/account/joining/{cast.aster().number}/{JoiningRequest.objects.get().pk}/approve"
    answer = signed_in(olga).post(path, {"as": str(basic.id)})
    assert (answer.status_code, "All 2 seats are taken." in words(answer), state() == before) == (409, True, True)


def test_the_seats_are_listed_and_an_owner_names_and_ends_them():
    olga = cast.owner()
    basic = agreement()
    seats(basic, "ada")
    client, path = signed_in(olga), f"/account/contacts/{cast.aster().number}"
    assert "1 of 2 seats taken" in words(client.get(path))
    form = {f"a{basic.id}-email": "ben@a.example", f"a{basic.id}-name": "Ben Alder"}
    assert client.post(f"{path}/{basic.id}/name", form).status_code == 302
    page = words(client.get(path))
    assert ("2 of 2 seats taken" in page, "Ben Alder" in page, "nobody: take a free seat" in page) == (
        True,
        True,
        False,
    )
    held = ContactSeat.objects.get(contact__email="ben@a.example").identifier
    assert held in Mail.objects.get(recipient="ben@a.example").text
    assert client.post(f"{path}/seats/{held}/end").status_code == 302
    assert "1 of 2 seats taken" in words(client.get(path))
    assert client.post(f"{path}/seats/{held}/end").status_code == 404


def test_with_every_seat_taken_a_contact_is_replaced_in_one_step():
    olga = cast.owner()
    basic = agreement()
    ada, _ = seats(basic, "ada", "ben")
    client, path = signed_in(olga), f"/account/contacts/{cast.aster().number}/{basic.id}/name"
    form = {f"a{basic.id}-email": "cy@a.example", f"a{basic.id}-name": "Cy"}
    before = state()
    for instead_of in ("", "C00000000"):
        answer = client.post(path, {**form, f"a{basic.id}-instead_of": instead_of})
        assert (answer.status_code, state() == before) == (200, True)
    assert client.post(path, {**form, f"a{basic.id}-instead_of": ada}).status_code == 302
    live = ContactSeat.objects.filter(ended_at=None).order_by("id")
    assert list(live.values_list("contact__email", flat=True)) == ["ben@a.example", "cy@a.example"]
    assert live.filter(identifier__in=[ada]).count() == 0


@pytest.mark.parametrize(("email", "name", "status", "said"), [
    ("", "Ben", 200, "Enter an e-mail address like name@company.example."),
    ("ben@a.example", "", 409, "Enter the name of your new contact"),
    ("ben@a.example", "B" * 101, 200, "Shorten the name to 100 characters."),
])  # fmt: skip
def test_a_faulty_naming_is_explained(email: str, name: str, status: int, said: str):
    basic, olga = agreement(), cast.owner()
    before = state()
    path = f"/account/contacts/{cast.aster().number}/{basic.id}/name"
    answer = signed_in(olga).post(path, {f"a{basic.id}-email": email, f"a{basic.id}-name": name})
    assert (answer.status_code, said in words(answer), state() == before) == (status, True, True)


def test_colleagues_read_the_seats_and_change_nothing():
    basic, vera = agreement(), cast.viewer()
    (held,) = seats(basic, "ada")
    client, path = signed_in(vera), f"/account/contacts/{cast.aster().number}"
    page = client.get(path)
    assert (page.status_code, "<form" in page.content.decode().split("<main")[1].split("</main>")[0]) == (200, False)
    before = state()
    answers = [client.post(f"{path}/{tail}").status_code for tail in
               (f"{basic.id}/name", f"{basic.id}/choose", f"seats/{held}/end")]  # fmt: skip
    assert (answers, state() == before) == ([404] * 3, True)


def test_too_many_seats_are_told_to_owner_and_desk_and_the_owner_chooses_in_one_step():
    olga, cass = cast.owner(), cast.care_agent()
    essential = agreement("essential")
    seats(agreement("premium"), "eve")  # a higher level, which would stand first
    held = seats(essential, "ada", "ben", "cy", "dee")
    text = configured.POLICY_FILE.read_text()
    apply_policy(
        text=text.replace("contacts = 6", "contacts = 3"), in_force_from=AT.date(), at=AT, by=COMMAND, places=[]
    )  # fmt: skip
    client, number = signed_in(olga), cast.aster().number
    path = f"/account/contacts/{number}"
    said = "4 seats taken, 3 allowed: choose who stays"
    assert words(client.get(path)).index(said) < words(client.get(path)).index("1 of 3 seats taken")
    assert said in words(signed_in(cass).get(f"/desk/customers/{number}"))
    answer = client.post(f"{path}/{essential.id}/choose", {"stays": held})
    assert (answer.status_code, "You chose 4 people, and 3 may stay." in words(answer)) == (409, True)
    assert client.post(f"{path}/{essential.id}/choose", {"stays": held[1:]}).status_code == 302
    live = (
        ContactSeat.objects.filter(ended_at=None, agreement=essential)
        .order_by("id")
        .values_list("identifier", flat=True)
    )
    assert list(live) == held[1:]
    assert "3 of 3 seats taken" in words(client.get(path))


def test_the_pages_ask_as_many_questions_for_one_row_as_for_three():
    olga = cast.owner()
    client, number = signed_in(olga), cast.aster().number
    essential = agreement("essential")
    counts = []
    for turn in (1, 2, 3):
        asked(cast.person(f"n{turn}@nowhere.example"), OWN)
        seats(essential, f"c{turn}")
        with CaptureQueriesContext(connection) as caught:
            for path in (f"/account/joining/{number}", f"/account/contacts/{number}"):
                assert client.get(path).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[2]


def test_an_agreement_of_another_customer_is_not_there():
    olga = cast.owner()
    other = Agreement.objects.create(organisation=cast.bellwether(), level="basic", region="EMEA")
    path = f"/account/contacts/{cast.aster().number}/{other.id}"
    form = {f"a{other.id}-email": "ben@a.example", f"a{other.id}-name": "Ben"}
    before = state()
    answers = [signed_in(olga).post(f"{path}/{verb}", form).status_code for verb in ("name", "choose")]
    assert (answers, state() == before) == ([404, 404], True)


@pytest.mark.usefixtures("without_policy")
def test_before_there_is_a_policy_every_page_says_what_is_missing():
    agreement("essential")
    client, number = signed_in(cast.owner()), cast.aster().number
    for answer in (client.get("/account/link"), client.post("/account/link", {"text": OWN})):
        assert (answer.status_code, "no business policy in force" in words(answer)) == (409, True)
    assert client.get(f"/account/joining/{number}").status_code in {200, 409}
    assert client.get(f"/account/contacts/{number}").status_code in {200, 409}
