"""Activation codes: sixteen signs that cannot be taken for each other, two of which check the others.

23 signs are the whole numbers modulo a prime.  A code is valid when the sum of its signs, and the sum of its signs
times their places, are both 0: so two wrong signs, or any two that changed places, never go unnoticed, and where one
sign is wrong its place can be told.
"""

import unicodedata

from tenure.activation.words import Slip

ALPHABET = "23456789ACEFHJKMNPRTWXY"
READ_AS = {"S": "5", "Z": "2", "B": "8", "G": "6"}  # not in codes, and taken for one that is
SIGNS, GROUP, CHECKS = 16, 4, 2
LONGEST_TYPED = 100
PRIME = len(ALPHABET)
CAPACITY = PRIME ** (SIGNS - CHECKS)
VALUES = {sign: value for value, sign in enumerate(ALPHABET)}


class Misread(Exception):
    """A code that cannot be one.  group: from 1, where the slip is; 0 where that cannot be told.

    sign: the one that no code has.  signs: how many were typed.
    """

    def __init__(self, slip: Slip, *, group: int = 0, sign: str = "", signs: int = 0) -> None:
        super().__init__(slip.value)
        self.slip, self.group, self.sign, self.signs = slip, group, sign, signs


def made_from(*, number: int) -> str:
    """The code of a number, 0 to `CAPACITY` - 1, without hyphens.  Raises ValueError out of range.  Source: ours."""
    if not 0 <= number < CAPACITY:
        raise ValueError(f"no code for number {number}")
    values = []
    for _ in range(SIGNS - CHECKS):
        number, value = divmod(number, PRIME)
        values.append(value)
    plain, placed = _sums(values)
    last = ((SIGNS - 1) * plain - placed) % PRIME
    values += [(-plain - last) % PRIME, last]
    return "".join(ALPHABET[value] for value in values)


def grouped(code: str) -> str:
    """The code as people read it: groups with hyphens.  Source: ours."""
    return "-".join(code[place : place + GROUP] for place in range(0, len(code), GROUP))


def read_code(text: str) -> str:
    """The code without hyphens that somebody typed: blanks, hyphens, small letters and S for 5 are forgiven.

    Raises Misread.  Source: ours.
    """
    tidy = [sign for sign in unicodedata.normalize("NFKC", text[:LONGEST_TYPED]).upper() if not _is_between(sign)]
    read = [READ_AS.get(sign, sign) for sign in tidy]
    for place, sign in enumerate(read[:SIGNS]):
        if sign not in VALUES:
            raise Misread(Slip.SIGN, group=place // GROUP + 1, sign=sign)
    if len(read) != SIGNS or len(text) > LONGEST_TYPED:
        raise Misread(Slip.LENGTH, signs=len(read))
    values = [VALUES[sign] for sign in read]
    if _sums(values) != (0, 0):
        raise Misread(Slip.CHECK, group=_slipped(values))
    return "".join(read)


def _is_between(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) in {"Pd", "Cf", "Zs"} or sign in "_.\u2212"


def _sums(values: list[int]) -> tuple[int, int]:
    """The sum of the signs, and of the signs times their places from 1."""
    return sum(values) % PRIME, sum(place * value for place, value in enumerate(values, 1)) % PRIME


def _slipped(values: list[int]) -> int:
    """The group of the one wrong sign, or of the one pair of neighbours that changed places; 0: more than that."""
    plain, placed = _sums(values)
    if plain:
        place = placed * pow(plain, -1, PRIME) % PRIME
        return (place - 1) // GROUP + 1 if 1 <= place <= SIGNS else 0
    swapped = {
        place // GROUP + 1
        for place in range(SIGNS - 1)
        if values[place] != values[place + 1] and (values[place] - values[place + 1] + placed) % PRIME == 0
    }
    return swapped.pop() if len(swapped) == 1 else 0
