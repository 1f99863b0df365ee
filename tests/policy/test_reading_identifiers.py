"""Identifiers are read out of whatever is pasted, and near misses are explained by their format alone."""

from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.policy.rules import read_policy
from tenure.policy.rules.identifiers import LONGEST_READ, read_identifiers
from tenure.policy.words.identifiers import Identifier, NearMiss, ReadingFault

FOLDER: Final = Path(__file__).parents[2] / "policy"
POLICY: Final = read_policy((FOLDER / "standard.toml").read_bytes())
EXAMPLE: Final = read_policy((FOLDER / "examples" / "one-level.toml").read_bytes())
FORMATS: Final = tuple(POLICY.identifiers.values())
BETWEEN: Final = st.sampled_from([" ", "\n", ", ", "; ", "\t| ", ". ", ": ", " (", ") and "])
SPLITS: Final = st.lists(
    st.tuples(st.sampled_from(FORMATS), st.integers(0, 10**6 - 1), BETWEEN), min_size=1, max_size=6
)


def found(text: str) -> list[tuple[str, str]]:
    return [(one.kind, one.value) for one in read_identifiers(text=text, formats=FORMATS).found]


def missed(text: str) -> list[NearMiss]:
    return list(read_identifiers(text=text, formats=FORMATS).missed)


@given(SPLITS)
def test_every_identifier_of_a_text_is_read_once_in_its_order(rows) -> None:
    made = [(form.key, form.made_from(number=number), gap) for form, number, gap in rows]
    text = "".join(f"{value.lower()}{gap}" for _, value, gap in made)
    assert found(text) == list(dict.fromkeys((kind, value) for kind, value, _ in made))


@given(st.text(max_size=300))
def test_no_text_is_too_strange_and_all_that_is_found_is_well_formed(text) -> None:
    read = read_identifiers(text=text, formats=FORMATS)
    assert [one for one in read.found if POLICY.identifiers[one.kind].read(one.value) != one.value] == []
    assert len(set(read.found)) == len(read.found)


@given(st.sampled_from(FORMATS), st.integers(0, 10**6 - 1), st.data())
def test_one_look_alike_letter_is_told_with_the_identifier_that_is_meant(form, number, data) -> None:
    right = form.made_from(number=number)
    digits = [place for place, sign in enumerate(right) if sign in "0158" and place >= len(form.prefixes[0])]
    if digits:
        place = data.draw(st.sampled_from(digits))
        wrong = right[:place] + {"0": "O", "1": "I", "5": "S", "8": "B"}[right[place]] + right[place + 1 :]
        told = missed(f"It says {wrong} here")
        assert [(each.text, each.fault, each.meant) for each in told] == [(wrong, ReadingFault.LETTERS, right)]


@pytest.mark.parametrize(("text", "kind", "fault", "meant", "has", "wanted"), [
    ("M123456789", "serial_number", ReadingFault.COUNT, "", 9, 10),
    ("M12345678901", "serial_number", ReadingFault.COUNT, "", 11, 10),
    ("C1234567", "contact_id", ReadingFault.COUNT, "", 7, 8),
    ("1234-5678-123", "support_identifier", ReadingFault.COUNT, "", 11, 12),
    ("12345678-123456", "certificate", ReadingFault.COUNT, "", 14, 15),
    ("1234567", "sales_order", ReadingFault.COUNT, "", 7, 8),
    ("M12345678O0", "serial_number", ReadingFault.LETTERS, "M1234567800", 0, 0),
    ("123456781234", "support_identifier", ReadingFault.SIGNS, "1234-5678-1234", 0, 0),
    ("1234 5678 1234", "support_identifier", ReadingFault.SIGNS, "1234-5678-1234", 0, 0),
    ("M 1234567890", "serial_number", ReadingFault.SIGNS, "M1234567890", 0, 0),
    ("CS12345678", "case", ReadingFault.SIGNS, "CS-12345678", 0, 0),
    ("1234567890", "serial_number", ReadingFault.PREFIX, "M1234567890", 0, 0),
])  # fmt: skip
def test_a_near_miss_says_what_is_wrong_with_it(text, kind, fault, meant, has, wanted) -> None:
    miss = NearMiss(text=text, kind=kind, fault=fault, meant=meant, has=has, wanted=wanted)
    assert (found(text), missed(text)) == ([], [miss])


@pytest.mark.parametrize(("text", "values"), [
    ("Serial:M1234567890,Support:1234-5678-1234", ["M1234567890", "1234-5678-1234"]),
    ("certificate 12345678–1234567.", ["12345678-1234567"]),
    ("(C12345678)", ["C12345678"]),
    ("ＣＳ-12345678", ["CS-12345678"]),
    ("M1234567890M1234567891", []),
    ("M١٢٣٤٥٦٧٨٩٠", []),
])  # fmt: skip
def test_the_signs_around_an_identifier_do_not_hide_it(text, values) -> None:
    assert [value for _, value in found(text)] == values


@pytest.mark.parametrize("text", ["", "please let me in", "since 2026-04-01", "call 555-0100", "v9.4.1", "O" * 50])
def test_ordinary_words_and_dates_are_no_near_misses(text) -> None:
    assert (found(text), missed(text)) == ([], [])


def test_another_vendors_formats_are_read_just_so() -> None:
    formats = tuple(EXAMPLE.identifiers.values())
    read = read_identifiers(text=" and ".join(form.example for form in formats), formats=formats)
    assert read.found == tuple(Identifier(kind=form.key, value=form.example) for form in formats)


def test_only_the_beginning_of_an_endless_text_is_read() -> None:
    assert found("x " * (LONGEST_READ // 2) + "M1234567890") == []
