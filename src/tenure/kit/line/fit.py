"""Whether a word fits its place on a line of time.  Pure arithmetic on estimated widths."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

# the width of a lane in px at which a word must fit, and the class that takes it away below that width
WIDTHS = ((340, ""), (540, "minor"), (830, "spare"), (1040, "full"))
PAD = 8
GLYPHS = {**dict.fromkeys("iljtfI.,:;'|! ", 4.2), **dict.fromkeys("mwMW@%", 11.5), **dict.fromkeys("0123456789", 8.3)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Where a word goes: in per cent along time, and the class that hides it on narrow lines."""

    at: float
    hides: str
    before: bool = False


@lru_cache(maxsize=4096)
def width_of(word: str) -> float:
    """The estimated width of a word at 13 px, in px, rather too wide than too narrow."""
    return sum(_glyph(letter) for letter in word)


def _glyph(letter: str) -> float:
    if ord(letter) >= 0x1100 and not 0xFB50 <= ord(letter) <= 0xFEFF:
        return 13.5
    return GLYPHS.get(letter, 9.2 if letter.isupper() else 7.9)


def fit_span(word: str, starts: float, ends: float, strokes: Sequence[float]) -> Fit | None:
    """The first stretch of the span, between strokes, where the word fits; on the narrowest line that has one.

    starts, ends, strokes: per cent along time, in order.  None where the word fits nowhere.
    """
    cuts = [starts, *(s for s in strokes if starts < s < ends), ends]
    need = width_of(word) + 2 * PAD
    for width, hides in WIDTHS:
        for here, there in pairwise(cuts):
            if (there - here) * width / 100 >= need:
                return Fit(at=here, hides=hides)
    return None


def fit_points(points: Sequence[tuple[float, str]], strokes: Sequence[float]) -> list[Fit | None]:
    """For each (place, word) whether the word stands after its point, before it, or nowhere; later points choose first.

    No word touches another, a point or a stroke at any width at which it is shown.
    """
    found: list[Fit | None] = [None] * len(points)
    for width, hides in WIDTHS:
        for index in range(len(points) - 1, -1, -1):
            if found[index] is None and points[index][1]:
                found[index] = _beside(index, points, found, strokes, width=width, hides=hides)
    return found


def _beside(
    index: int, points: Sequence[tuple[float, str]], found: Sequence[Fit | None], strokes: Sequence[float],
    *, width: int, hides: str,
) -> Fit | None:  # fmt: skip
    place, word = points[index]
    taken = [(at * width / 100 - 6, at * width / 100 + 6) for i, (at, _) in enumerate(points) if i != index]
    taken += [(s * width / 100 - 2, s * width / 100 + 2) for s in strokes]
    taken += [
        _extent(points[i][0] * width / 100, points[i][1], before=fit.before) for i, fit in enumerate(found) if fit
    ]
    for before in (False, True):
        left, right = _extent(place * width / 100, word, before=before)
        if left >= 0 and right <= width and all(right <= a or left >= b for a, b in taken):
            return Fit(at=place, hides=hides, before=before)
    return None


def _extent(centre: float, word: str, *, before: bool) -> tuple[float, float]:
    length = width_of(word) + 12
    return (centre - length, centre - 6) if before else (centre + 6, centre + length)


def fit_years(years: Sequence[float], flags: Sequence[tuple[float, float, float]]) -> list[str | None]:
    """For each tick of a year the class of its label, or None where it has no room.

    years: per cent along time, in order; flags: (place in per cent, px before, px after) to keep clear of.
    """
    found: list[str | None] = [None] * len(years)
    for width, hides in WIDTHS:
        step = step_of(years, width)
        for index in range(0, len(years), step):
            left = years[index] * width / 100 + 4
            clear = all(left + 34 <= at * width / 100 - b or left >= at * width / 100 + a for at, b, a in flags)
            placed = (years[i] * width / 100 + 4 for i, hidden in enumerate(found) if hidden is not None)
            clear = clear and all(abs(left - other) >= 38 for other in placed)
            if found[index] is None and clear and left + 34 <= width:
                found[index] = hides
    return found


def step_of(years: Sequence[float], width: int) -> int:
    """Every how many years a label is printed on a line of `width` px."""
    if len(years) < 2:
        return 1
    each = (years[-1] - years[0]) / (len(years) - 1) * width / 100
    return next((step for step in (1, 2, 5, 10, 20, 50) if step * each >= 44), 100)
