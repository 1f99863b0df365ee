"""Services beside a renewal: their price, and for what they are sold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.renewals.rules import cost_of_waiting
from tenure.renewals.rules.services import offered
from tenure.renewals.words import RenewalRefusal, Wish
from tenure.toolbox.refused import Refused
from tests.renewals.books import BOOK, BUYER, POLICY, day, discounted, held, quoted


def test_services_stand_beside_the_lines_and_in_the_total() -> None:
    told = quoted(held(), on="2026-03-01", services={"training": 3, "security_review": 1})
    assert [(each.service, each.quantity, str(each.unit_price), str(each.amount)) for each in told.services] == [
        ("training", 3, "1450.00", "4350.00"), ("security_review", 1, "4800.00", "4800.00"),
    ]  # fmt: skip
    assert ([line.serial for line in told.lines], str(told.total), str(told.tax.amount)) == (
        ["M1000000001"], "10350.00", "1966.50",
    )  # fmt: skip


def test_a_discount_for_several_years_takes_nothing_off_a_service() -> None:
    three = quoted(held(), on="2026-03-01", years=3, policy=discounted(), services={"training": 2})
    assert (str(three.services[0].amount), str(three.total)) == ("2900.00", "6140.00")


@pytest.mark.parametrize(("services", "currency", "code"), [
    ({"dancing": 1}, "EUR", RenewalRefusal.SERVICE_UNKNOWN),
    ({"training": 0}, "EUR", RenewalRefusal.SERVICE_OUT_OF_RANGE),
    ({"training": -1}, "EUR", RenewalRefusal.SERVICE_OUT_OF_RANGE),
    ({"training": 61}, "EUR", RenewalRefusal.SERVICE_OUT_OF_RANGE),
    ({"training": 10**9}, "EUR", RenewalRefusal.SERVICE_OUT_OF_RANGE),
    ({"training": 1}, "GBP", RenewalRefusal.SERVICE_NO_PRICE),
])  # fmt: skip
def test_a_service_that_cannot_be_had_refuses_the_quote(services, currency, code) -> None:
    with pytest.raises(Refused) as refused:
        quoted(held(), on="2026-03-01", services=services, currency=currency)
    assert refused.value.code is code


def test_a_service_is_sold_beside_the_kinds_of_product_that_it_names() -> None:
    hardware = held(kind="hardware", level="hardware_next_business_day")
    book = {**BOOK, ("quay-vault", "hardware_next_business_day"): BOOK["quay-vault", "essential"]}
    with pytest.raises(Refused) as refused:
        quoted(hardware, on="2026-03-01", book=book, services={"security_review": 1})
    assert refused.value.code is RenewalRefusal.SERVICE_NOT_SOLD
    mixed = quoted(hardware, held("M1000000002"), on="2026-03-01", book=book, services={"security_review": 1})
    assert str(mixed.services[0].amount) == "4800.00"
    assert [each.key for each in offered(policy=POLICY, kinds={"hardware"}, currency="EUR")] == [
        "training",
        "consulting",
    ]
    assert offered(policy=POLICY, kinds={"hardware"}, currency="GBP") == ()


def test_a_service_costs_the_same_whenever_the_renewal_is_ordered_and_beside_buying_again() -> None:
    def waited(**services: int) -> list[tuple[object, ...]]:
        told = cost_of_waiting(
            holdings=[held()], wish=Wish(on=day("2026-02-10"), services=services), policy=POLICY, book=BOOK,
            currency="EUR", buyer=BUYER,
        )  # fmt: skip
        return [(each.on, each.total, each.buy_again, each.code) for each in told]

    more = [(on, total and total + 1450, again and again + 1450, code) for on, total, again, code in waited()]
    assert waited(training=1) == more


@given(st.dictionaries(st.sampled_from(["training", "consulting"]), st.integers(1, 60)))
def test_the_total_is_the_sum_of_lines_and_services(services) -> None:
    told = quoted(held(), on="2026-03-01", services=services)
    assert told.total == quoted(held(), on="2026-03-01").total + sum(each.amount for each in told.services)
    assert {each.service: each.quantity for each in told.services} == services
