"""An acceptance on paper and one in the portal at once; an objection and an order at once: one of the two, never both."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from tenure.renewals.actions.orders import order_quote
from tenure.renewals.actions.papers import dispute_signature, record_signature
from tenure.renewals.actions.quotes import accept_quote, decline_quote
from tenure.renewals.models import Order, Quote, SignedPaper
from tenure.toolbox.refused import Refused
from tenure.toolbox.upload import Upload
from tests import cast, estate
from tests.renewals.world import owned, prices, sent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def market(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    estate.policy()
    prices()
    owned()


def sign(number: str, asking: dict[str, object]) -> None:
    record_signature(
        number=number, signed_by="Hanna Ruhl", signed_on=cast.AT.date(),
        uploads=[Upload(name="signed.pdf", chunks=[b"%PDF"])], **asking,
    )  # fmt: skip


def at_once(*acts) -> list[str]:
    """What came of the acts, each in a thread of its own: "" or the code of the refusal."""
    barrier = Barrier(len(acts))

    def run(act) -> str:
        barrier.wait()
        try:
            act()
        except Refused as no:
            return str(no.code.value)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.parametrize("answer", ["accept", "decline", "sign"])
def test_a_signature_and_an_answer_at_once_leave_one_of_the_two(answer: str):
    rhys, olga, remy = cast.reseller(), cast.owner(), cast.renewals()
    number = sent(rhys)
    mine, theirs = cast.asking(remy), cast.asking(olga)
    other = {
        "accept": lambda: accept_quote(number=number, **theirs),
        "decline": lambda: decline_quote(number=number, why="No.", **theirs),
        "sign": lambda: sign(number, mine),
    }[answer]
    said = at_once(lambda: sign(number, mine), other)
    assert sorted(said) == ["", "quote_state"]
    kept = Quote.objects.get()
    assert SignedPaper.objects.count() == (kept.signed_by != "")
    assert (kept.accepted_at is None) == (kept.declined_at is not None)


def test_an_objection_and_an_order_at_once_end_in_an_order_or_in_a_quote_that_waits():
    rhys, olga, remy = cast.reseller(), cast.owner(), cast.renewals()
    number = sent(rhys)
    sign(number, cast.asking(remy))
    sells, buys = cast.asking(rhys), cast.asking(olga)
    said = at_once(
        lambda: order_quote(number=number, **sells), lambda: dispute_signature(number=number, why="No.", **buys)
    )
    assert said[1] == ""
    assert (said[0], Order.objects.count()) in {("", 1), ("disputed", 0)}
    assert SignedPaper.objects.get().objection == "No."
