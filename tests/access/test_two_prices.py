"""A quote has two prices.  Every page, file, letter and document is read as each side: neither ever reads the other's.

The pages are the rows of `tests.access.doors`, so a new one is walked as soon as it has its row.
"""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from tenure.accounts.actions import add_token
from tenure.accounts.models import Person
from tenure.accounts.words import Scope
from tenure.journal.words import COMMAND
from tenure.outbox.models import Mail
from tenure.papers.models import Paper
from tenure.renewals.actions.orders import order_quote
from tenure.renewals.actions.quotes import decline_quote
from tenure.renewals.models import Quote, QuoteLine, QuoteService
from tests import cast
from tests.access.doors import DOORS
from tests.access.doors.rows import OWN
from tests.access.test_matrix import address_of, numbers_now, world
from tests.renewals.world import sent

__all__ = ["world"]
pytestmark = pytest.mark.django_db
CUSTOMERS = ("owner", "purchasing", "viewer", "technical")
OTHERS = ("other_owner", "stranger", "visitor")
SELLERS = ("reseller",)
# who may read what a customer pays: theirs; another owner's own quote costs the same.  A technical contact reads no price
LISTED = frozenset({"owner", "purchasing", "viewer", "other_owner"})
UMBER = "other_reseller"
# a reseller's own page explains its price from the list price on, line by line; the customer's tax and total it does not
EXPLAINED = frozenset({"quote"})


@pytest.fixture
def market(world: dict[str, object]) -> dict[str, object]:
    """Quotes through Cinder in every state, and a reseller that has nothing to do with them."""
    people = dict(world)
    rhys, olga = people["reseller"], people["owner"]
    waits = sent(rhys, OWN, services={"training": 3})
    no = sent(rhys, OWN)
    decline_quote(number=no, why="No.", **cast.asking(olga))
    accepted = Quote.objects.get(accepted_at__isnull=False, organisation=cast.aster())
    order_quote(number=accepted.number, **cast.asking(rhys))
    someone = cast.person("uma@umber.example", "Uma Umber")
    cast.join(someone, cast.organisation("Umber Resale", "DE", "reseller"), cast.Role.RESELLER)
    return people | {UMBER: someone, "waits": waits}


def amounts(*values: object) -> re.Pattern[str]:
    """Any of the amounts as a page, a file or a machine writes it: 9,000.00, 9000.00, 9000, 9 000,00."""
    whole = {f"{value:.2f}" for value in values}
    forms = "|".join(
        r"[.,  ' ]?".join([*_thousands(each.split(".")[0])]) + r"(?:[.,]" + each.split(".")[1] + "0*)?"
        for each in sorted(whole)
    )  # fmt: skip
    return re.compile(rf"(?<![\w.])(?<!\d,)(?:{forms})(?!\w|\.\d)")


def _thousands(digits: str) -> Iterator[str]:
    head = len(digits) % 3 or 3
    yield digits[:head]
    for place in range(head, len(digits), 3):
        yield digits[place : place + 3]


def of_the_reseller() -> re.Pattern[str]:
    """What Cinder pays: totals, with tax, each line; nothing that is also a list price."""
    kept = list(Quote.objects.filter(organisation=cast.aster()))
    lines = [
        *QuoteLine.objects.filter(quote__in=kept).values_list("partner_amount", flat=True),
        *QuoteService.objects.filter(quote__in=kept).values_list("partner_amount", flat=True),
    ]
    return amounts(
        *(each.partner_total for each in kept), *(each.partner_total + each.partner_tax for each in kept), *lines
    )


def of_the_customer(*, explained: bool) -> re.Pattern[str]:
    """What Aster pays: tax and total with it; where a page does not explain it also the net and each line."""
    kept = list(Quote.objects.filter(organisation=cast.aster()))
    told = [*(each.total + each.tax for each in kept), *(each.tax for each in kept)]
    lines = [
        *QuoteLine.objects.filter(quote__in=kept).values_list("amount", flat=True),
        *QuoteService.objects.filter(quote__in=kept).values_list("amount", flat=True),
    ]
    return amounts(*told, *(() if explained else (*(each.total for each in kept), *lines)))


def pages() -> Iterator[tuple[str, str]]:
    """Every page that is read: the doors of portal and desk, and more of those that a quote could be in."""
    known = numbers_now()
    for name, door in DOORS.items():
        if door.method == "get":
            yield name, address_of(door, name, door.args, known)
    numbers = Quote.objects.filter(organisation=cast.aster()).values_list("number", flat=True)
    for number in numbers:
        yield "quote", reverse("quote", args=[number])
        yield "quote-paper", reverse("quote-paper", args=[number])
        yield "quotes", f"{reverse('quotes')}?q={number}"
        yield "quotes-export", f"{reverse('quotes-export')}?q={number}"
    for view in ("open", "sent", "accepted", "ordered", "declined", "withdrawn"):
        yield "quotes", f"{reverse('quotes')}?view={view}"
        yield "quotes-export", f"{reverse('quotes-export')}?view={view}"
    yield "quote-new", f"{reverse('quote-new')}?notice=1000004"
    yield "quote-new", f"{reverse('quote-new')}?customer={known['aster']}&serial={OWN}"


def client_of(people: dict[str, object], role: str) -> Client:
    client = Client()
    if role != "visitor":
        client.force_login(people[role])
    return client


def all_of(answer) -> str:
    """Everything that reaches the reader: status line, headers, body."""
    body = b"".join(answer) if answer.streaming else answer.content
    return "\n".join(f"{name}: {value}" for name, value in answer.items()) + "\n" + body.decode("utf-8", "replace")


def test_the_walk_reaches_the_price_of_each_side(market: dict[str, object]):
    number = str(market["waits"])
    for role, own in (("owner", of_the_customer(explained=False)), ("reseller", of_the_reseller())):
        for url in (
            reverse("quotes"), reverse("quotes-export"), reverse("quote", args=[number]), f"{reverse('quotes')}?q={number}",
        ):  # fmt: skip
            assert own.search(all_of(client_of(market, role).get(url))), (role, url)


def test_no_page_or_file_shows_anybody_the_price_of_a_side_that_is_not_theirs(market: dict[str, object]):
    """Each page is read once by each; whoever is of neither side may read neither price."""
    partner, percent = of_the_reseller(), re.compile(r"(?:−|-)\s?20\s?(?:%|per cent)|partner")
    whole, explained = of_the_customer(explained=False), of_the_customer(explained=True)
    walked = list(pages())
    for role in (*CUSTOMERS, *OTHERS, *SELLERS, UMBER):
        client = client_of(market, role)
        for name, url in walked:
            text = all_of(client.get(url))
            if role not in SELLERS:
                assert [*partner.findall(text), *percent.findall(text)] == [], (role, name, url)
            if role in SELLERS and name in EXPLAINED:
                assert explained.findall(text) == [], (role, name, url)
            elif role not in LISTED:
                assert whole.findall(text) == [], (role, name, url)


def test_no_letter_carries_the_price_of_another_side(market: dict[str, object]):
    rhys = market["reseller"]
    partner, listed = of_the_reseller(), of_the_customer(explained=False)
    letters = Mail.objects.filter(kind__startswith="renewals.quote")
    assert {mail.recipient for mail in letters} >= {rhys.email, "olga@aster.example"}
    for mail in letters:
        text = "\n".join((mail.subject, mail.text, mail.html, bytes(mail.mime).decode("utf-8", "replace")))
        hidden = listed if mail.recipient == rhys.email else partner
        assert hidden.findall(text) == [], (mail.recipient, mail.subject)


def test_no_document_carries_the_price_of_another_side(market: dict[str, object]):
    url = reverse("quote-paper", args=[market["waits"]])
    for role, hidden, own in (
        ("owner", of_the_reseller(), of_the_customer(explained=False)),
        ("reseller", of_the_customer(explained=False), of_the_reseller()),
    ):
        Paper.objects.all().delete()
        assert client_of(market, role).get(url).status_code == 202
        said = str(Paper.objects.get().said)
        assert (hidden.findall(said), bool(own.search(said))) == ([], True), role


def test_a_page_kept_by_a_browser_is_no_way_to_the_other_price(market: dict[str, object]):
    url = reverse("quote", args=[market["waits"]])
    answers = [client_of(market, role).get(url) for role in ("owner", "reseller")]
    assert ["no-store" in each["Cache-Control"] for each in answers] == [True, True]
    marks = [each.headers.get("ETag") for each in answers]
    assert marks[0] is None or marks[0] != marks[1]


def test_the_api_carries_no_price(market: dict[str, object]):
    hidden = [of_the_reseller(), of_the_customer(explained=False)]
    for role in ("owner", "technical", "reseller"):
        someone = market[role]
        assert isinstance(someone, Person)
        token = add_token(person_id=someone.pk, name="t", scopes=[*Scope], expires_at=None, at=cast.AT, by=COMMAND)
        for path in (f"entitlements/{OWN}", "cases", f"cases/{numbers_now()['aster_case']}"):
            text = all_of(Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {token}"}))
            assert [each.findall(text) for each in hidden] == [[], []], (role, path)
