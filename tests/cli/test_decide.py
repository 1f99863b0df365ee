"""`tenure decide`: a sentence or a receipt, and a clear error for what is no day and no benefit."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tenure.entitlements.words import TermFamily
from tests.entitlements.conftest import make_asset, policy, products  # noqa: F401

pytestmark = pytest.mark.usefixtures("products")


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("decide", *arguments, stdout=out)
    return out.getvalue().strip()


def test_a_covered_serial_is_said_in_a_sentence_with_level_and_last_day() -> None:
    asset = make_asset((TermFamily.MAINTENANCE, "essential", date(2026, 1, 1), date(2027, 1, 1)))
    serial = asset.serial_number
    assert said(serial, "technical_support", "--on", "2026-07-01") == (
        f"{serial} has technical_support on 2026-07-01, by essential, until 2026-12-31."
    )
    assert said(serial, "version_upgrades", "--on", "2026-07-01") == (
        f"{serial} has no version_upgrades on 2026-07-01: essential includes it until 2026-12-31,"
        " but the serial number is not registered on that day."
    )
    assert said(serial, "technical_support", "--on", "2027-01-10") == (
        f"{serial} has no technical_support on 2027-01-10: its cover by essential ended on 2026-12-31, 10 days before."
    )


def test_a_courtesy_is_said_to_be_one() -> None:
    asset = make_asset((TermFamily.COURTESY, "essential", date(2026, 7, 1), date(2026, 7, 15)))
    serial = asset.serial_number
    assert said(serial, "technical_support", "--on", "2026-07-01") == (
        f"{serial} has technical_support on 2026-07-01, by a courtesy at essential, until 2026-07-14."
    )
    assert said(serial, "version_upgrades", "--on", "2026-07-01") == (
        f"{serial} has no version_upgrades on 2026-07-01: it has a courtesy until 2026-07-14, which does not include it."
    )


def test_the_receipt_of_an_unknown_serial_is_an_answer() -> None:
    assert json.loads(said("M9999999999", "self_service", "--on", "2026-07-01", "--json")) == {
        "granted": False, "benefit": "self_service", "serial": "M9999999999", "on": "2026-07-01", "level": None,
        "until": None, "because": [{"code": "unknown_serial", "facts": {"serial": "M9999999999"}}],
    }  # fmt: skip


@pytest.mark.parametrize(("arguments", "sentence"), [
    (("self_service", "--on", "2026-02-30"), "--on '2026-02-30': not a day; write it as 2027-03-31"),
    (("self_service", "--on", "2026-02-03", "--known", "soon"),
     "--known 'soon': not an instant; write it as 2027-01-31T12:00Z"),
    (("free_lunch", "--on", "2026-02-03"), "argument benefit: invalid choice: 'free_lunch'"),
])  # fmt: skip
def test_a_bad_argument_is_named_and_nothing_is_answered(arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError) as error:
        said("M1234567890", *arguments)
    assert str(error.value).partition(" (choose")[0].removeprefix("Error: ") == sentence
