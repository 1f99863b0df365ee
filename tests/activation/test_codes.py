"""Activation codes: what people type is forgiven where it is clear, and no slip goes unnoticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.activation.rules.codes import ALPHABET, CAPACITY, READ_AS, SIGNS, Misread, grouped, made_from, read_code
from tenure.activation.words import Slip

numbers = st.integers(0, CAPACITY - 1)


def _slip(text: str) -> tuple[Slip, int, str]:
    with pytest.raises(Misread) as told:
        read_code(text)
    return told.value.slip, told.value.group, told.value.sign


def test_the_alphabet_has_no_two_signs_that_look_alike():
    families = ["0OQD", "1ILJ"[:3], "2Z", "5S", "8B", "6G", "UV"]
    assert [family for family in families if sum(sign in ALPHABET for sign in family) > 1] == []
    assert len(ALPHABET) == len(set(ALPHABET)) == 23
    assert set(ALPHABET) & set("01OILUQ") == set()


@given(numbers)
def test_a_code_is_read_as_it_was_made_in_any_dress(number: int):
    code = made_from(number=number)
    typed = [code, grouped(code), code.lower(), f"  {grouped(code)}\n", " ".join(code), grouped(code).replace("-", " – "),
             code.replace("5", "S").replace("2", "z").replace("8", "B").replace("6", "g")]  # fmt: skip
    assert {read_code(text) for text in typed} == {code}
    assert (len(code), grouped(code).count("-")) == (16, 3)


@given(numbers, numbers)
def test_different_numbers_give_different_codes(one: int, other: int):
    assert (made_from(number=one) == made_from(number=other)) == (one == other)


@pytest.mark.parametrize("number", [-1, CAPACITY])
def test_a_number_out_of_range_gives_no_code(number: int):
    with pytest.raises(ValueError, match="no code"):
        made_from(number=number)


@pytest.mark.parametrize("number", [0, 1, CAPACITY - 1, 4_711_171_147_000_815, 123_456_789_012_345_678])
def test_every_single_wrong_sign_is_caught_and_its_group_told(number: int):
    code = made_from(number=number)
    told = {
        (place, sign): _slip(code[:place] + sign + code[place + 1 :])
        for place in range(SIGNS)
        for sign in ALPHABET
        if sign != code[place]
    }
    assert len(told) == SIGNS * 22
    assert told == {(place, sign): (Slip.CHECK, place // 4 + 1, "") for place, sign in told}


@given(numbers)
def test_every_two_signs_that_changed_places_are_caught(number: int):
    code = list(made_from(number=number))
    for one in range(SIGNS):
        for other in range(one + 1, SIGNS):
            if code[one] != code[other]:
                swapped = code.copy()
                swapped[one], swapped[other] = code[other], code[one]
                assert _slip("".join(swapped))[0] is Slip.CHECK


@given(numbers)
def test_neighbours_that_changed_places_are_told_by_their_group_or_not_at_all(number: int):
    code = made_from(number=number)
    for place in range(SIGNS - 1):
        if code[place] != code[place + 1]:
            swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            assert _slip(swapped)[1] in {0, place // 4 + 1}


@given(numbers, st.lists(st.tuples(st.integers(0, 15), st.sampled_from(ALPHABET)), min_size=2, max_size=2))
def test_two_wrong_signs_never_make_another_code(number: int, slips: list[tuple[int, str]]):
    code = made_from(number=number)
    wrong = list(code)
    for place, sign in slips:
        wrong[place] = sign
    if "".join(wrong) != code:
        assert _slip("".join(wrong))[0] is Slip.CHECK


@pytest.mark.parametrize("sign", sorted(set("0O1ILUQDV!É") - set(READ_AS)))
def test_a_sign_that_no_code_has_is_named_with_its_group(sign: str):
    code = made_from(number=815)
    assert _slip(code[:9] + sign + code[10:]) == (Slip.SIGN, 3, sign)


@pytest.mark.parametrize("text", ["", "   ", "----", "A", "ACEF-ACEF-ACEF", "2" * 17, "2" * 101, "2" * 100_000])
def test_too_few_and_too_many_signs_are_a_matter_of_length(text: str):
    assert _slip(text)[0] is Slip.LENGTH


@given(st.text())
def test_whatever_is_typed_is_a_code_or_a_slip(text: str):
    try:
        assert made_from(number=0) is not None
        assert len(read_code(text)) == 16
    except Misread as no:
        assert no.slip in Slip
        assert 0 <= no.group <= 4
