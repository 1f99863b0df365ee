"""What becomes of a sheet's words before they are set."""

import pytest

from tenure.papers.rules import breakable, characters, clean, digest_of, plain, spelled
from tests.papers.sheets import SHEET, sheet


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Anna\x00\x07\tBø", "Anna   Bø"),
        ("first\nsecond", "first\nsecond"),
        ("abc\u202edef\u2066g", "abcdefg"),
        ("u\u0308ber", "über"),
        ("\ud800", "\ufffd"),
        ("नमस्‍ते", "नमस्‍ते"),
        ("1\u00a0182", "1 182"),
    ],
)
def test_a_text_keeps_what_has_a_place_on_paper(given, kept):
    assert clean(given) == kept


def test_equal_sheets_have_one_digest_and_any_other_word_makes_another():
    assert digest_of(plain(SHEET)) == digest_of(plain(sheet()))
    assert digest_of(plain(SHEET)) != digest_of(plain(sheet(lead="Halden Vault.")))


def test_a_character_that_no_font_has_is_spelled_out_wherever_it_stands():
    said = plain(sheet(title="A😀", foot=("😀", "b")))
    assert "😀" in characters(said)
    spelt = spelled(said, {"😀"})
    assert (spelt["title"], spelt["foot"]) == ("A[U+1F600]", ["[U+1F600]", "b"])


def test_a_word_that_no_column_would_hold_can_be_broken():
    said = breakable(plain(sheet(lead=f"see {'x' * 60}")))
    assert said["lead"] == f"see {'x' * 28}\u200b{'x' * 28}\u200b{'x' * 4}"


def test_the_address_of_a_page_can_be_copied_and_a_long_word_is_broken() -> None:
    address = "https://portal.vendor.example/licences/register/M1234567890"
    assert breakable({"text": f"See {address}: {'x' * 30}"})["text"] == f"See {address}: {'x' * 28}\u200bxx"
