"""Identifiers: what is made is accepted, and different numbers make different ones."""

from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.policy.rules import read_policy

FOLDER: Final = Path(__file__).parents[2] / "policy"
POLICY: Final = read_policy((FOLDER / "standard.toml").read_bytes())
EXAMPLE: Final = read_policy((FOLDER / "examples" / "one-level.toml").read_bytes())
FORMATS: Final = [*POLICY.identifiers.values(), *EXAMPLE.identifiers.values()]


@given(st.sampled_from(FORMATS), st.data())
def test_what_is_made_is_read_back_and_different_numbers_differ(format_, data) -> None:
    numbers = st.integers(0, format_.capacity - 1)
    one, two = data.draw(numbers), data.draw(numbers)
    made = [format_.made_from(number=number) for number in (one, two)]
    assert [format_.read(each) for each in made] == made
    assert (made[0] == made[1]) == (one == two)


def test_numbers_fill_the_shape_from_the_right() -> None:
    made = {
        "certificate": POLICY.identifiers["certificate"].made_from(number=123456781234567),
        "serial_number": POLICY.identifiers["serial_number"].made_from(number=42),
        "letters": EXAMPLE.identifiers["serial_number"].made_from(number=27_000_001, prefix="BX"),
    }
    assert made == {"certificate": "12345678-1234567", "serial_number": "M0000000042", "letters": "BXBB000001"}


@pytest.mark.parametrize(("number", "prefix"), [(-1, None), (10**10, None), (1, "B")])
def test_a_number_or_prefix_out_of_range_is_refused(number, prefix) -> None:
    with pytest.raises(ValueError, match="no identifier"):
        POLICY.identifiers["serial_number"].made_from(number=number, prefix=prefix)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("M1234567890", "M1234567890"),
        (" m1234567890\n", "M1234567890"),
        ("M123456789", None),
        ("M12345678901", None),
        ("M١٢٣٤٥٦٧٨٩٠", None),
        ("M1234567890" + " " * 200, None),
        ("", None),
    ],
)
def test_blanks_and_small_letters_are_forgiven_and_nothing_else(text, read) -> None:
    assert POLICY.identifiers["serial_number"].read(text) == read


def test_every_identifier_is_read_as_its_own_kind_only() -> None:
    for key, one in POLICY.identifiers.items():
        readers = [other for other, each in POLICY.identifiers.items() if each.read(one.example) is not None]
        assert readers == [key]
