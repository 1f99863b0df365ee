"""What a quantity counts is said in the reader's number and language."""

import pytest
from django.utils import translation

from tenure.entitlements.meters import meter_word


@pytest.mark.parametrize(
    ("quantity", "word"), [(0, "appliances"), (1, "appliance"), (2, "appliances"), (10**9, "appliances")]
)
def test_one_of_a_known_meter_is_said_in_the_singular(quantity: int, word: str) -> None:
    assert meter_word(" Appliances", quantity) == word


def test_a_known_meter_is_said_in_the_readers_language() -> None:
    with translation.override("de"):
        assert (meter_word("mailboxes", 1), meter_word("mailboxes", 2)) == ("Postfach", "Postfächer")


@pytest.mark.parametrize("meter", ["sockets", "=1+1", "", "Nutzer"])
def test_a_meter_that_is_not_known_stays_the_files_own_word(meter: str) -> None:
    assert meter_word(meter, 1) == meter
