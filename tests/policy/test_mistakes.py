"""What a bad policy file is told: every mistake at once, each with its line and key."""

import tomllib
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.policy.rules import read_policy
from tenure.policy.rules.lines import key_lines
from tenure.policy.words import Mistake, Policy, PolicyMistakes
from tests.policy import slips

STANDARD: Final = (Path(__file__).parents[2] / "policy" / "standard.toml").read_text(encoding="utf-8")


def mistakes_of(content: str | bytes) -> tuple[Mistake, ...]:
    with pytest.raises(PolicyMistakes) as refusal:
        read_policy(content)
    return refusal.value.mistakes


def changed(old: str, new: str, *, text: str = STANDARD) -> tuple[str, int]:
    """The text with the first `old` replaced, and the line at which that stands."""
    assert old in text
    return text.replace(old, new, 1), text[: text.index(old)].count("\n") + 1


def test_a_file_with_twelve_mistakes_and_a_missing_key_is_told_exactly_those_with_their_lines() -> None:
    text, expected = STANDARD, []
    for old, new, key, reason in slips.TWELVE:
        text, line = changed(old, new, text=text)
        line -= 1 if key == "hours.language_desk" else 0  # of the table, two lines above the days
        expected.append(Mistake(line - (key == "hours.language_desk"), key, reason))
    missing = text[: text.index("[reinstatement]")].count("\n") + 1
    expected.append(Mistake(missing, "reinstatement.grace_days", "is missing"))
    assert mistakes_of(text) == tuple(sorted(expected))


@pytest.mark.parametrize(("old", "new", "key", "reason"), slips.SINGLE)
def test_one_slip_is_one_mistake_at_its_own_line(old, new, key, reason) -> None:
    text, line = changed(old, new)
    found = mistakes_of(text)
    assert [(mistake.key, mistake.reason) for mistake in found] == [(key, reason)]
    if new:
        assert found[0].line == line


def test_a_country_that_no_region_names_is_reported_once() -> None:
    text, _ = changed(', "ZW",\n', ",\n", text=STANDARD.replace('"ZM", "ZW"', '"ZM" , "ZW"'))
    told = [(mistake.key, mistake.reason) for mistake in mistakes_of(text)]
    assert told == [("regions", 'no region has ZW; one region may say countries = ["*"]')]


def test_two_formats_that_look_alike_are_reported() -> None:
    text, _ = changed(
        'shape = "####-####-####"\nexample = "1234-5678-1234"', 'shape = "########"\nexample = "12345678"'
    )
    assert [(mistake.key, mistake.reason) for mistake in mistakes_of(text)] == [
        ("identifiers.sales_order", "33333333 would also be taken for support_identifier")
    ]


def test_a_gap_in_the_notices_names_who_would_hear_nothing() -> None:
    text, _ = changed(
        'kinds = ["hardware"]\nsizes = ["small", "enterprise"]', 'kinds = ["hardware"]\nsizes = ["enterprise"]'
    )
    told = [mistake.reason for mistake in mistakes_of(text)]
    assert told == ["no row for hardware, small, EMEA"]


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        ("[policy\n", Mistake(1, "", "this is not TOML: Expected ']' at the end of a table declaration")),
        ("a = 1\n\na = 2\n", Mistake(3, "", "this is not TOML: Cannot overwrite a value")),
        (b"a = 1\nb = '\xff'\n", Mistake(2, "", "the file is not UTF-8 text")),
        (b"#" * (512 * 1024 + 1), Mistake(1, "", "the file is larger than 512 KiB")),
        ("a = " + "[" * 5_000 + "]" * 5_000, Mistake(1, "", "the file is nested too deeply")),
        ("a = " + "9" * 5_000, Mistake(1, "", "the file holds a number or date that is out of all range")),
    ],
    ids=["open table", "key twice", "not UTF-8", "huge", "nested", "endless number"],
)
def test_a_file_that_cannot_be_read_at_all_is_told_where(content, mistake) -> None:
    assert mistakes_of(content) == (mistake,)


def test_an_empty_file_is_told_every_section_that_is_missing() -> None:
    assert {mistake.reason for mistake in mistakes_of("")} == {"is missing"}
    assert len(mistakes_of("")) == 27


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    assert read_policy(b"\xef\xbb\xbf" + STANDARD.replace("\n", "\r\n").encode()) == read_policy(STANDARD)


LINES = STANDARD.splitlines(keepends=True)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """The standard file after a few random slips: lines dropped, doubled, moved, or cut and sewn with odd signs."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["drop", "double", "swap", "sew", "value"])):
            case "drop":
                del lines[place]
            case "double":
                lines.insert(place, lines[place])
            case "swap":
                other = draw(st.integers(0, len(lines) - 1))
                lines[place], lines[other] = lines[other], lines[place]
            case "sew":
                cut = draw(st.integers(0, len(lines[place])))
                odd = draw(st.text(st.sampled_from("[]{}=\"'#,.-\n\\ aé1٣\x00"), max_size=6))
                lines[place] = lines[place][:cut] + odd + lines[place][cut:]
            case "value":
                key = lines[place].split("=")[0]
                values = [
                    "0",
                    "-1",
                    "true",
                    '""',
                    '"x"',
                    "[]",
                    '[""]',
                    "[1, 1]",
                    "{}",
                    "{ a = 1 }",
                    "1e9",
                    "2026-01-01",
                ]
                lines[place] = f"{key}= {draw(st.sampled_from([*values, 'inf', '[[]]', '99999999999999999999999']))}\n"
    return "".join(lines)


@settings(max_examples=150, deadline=None)
@given(mutated())
def test_no_slip_of_the_pen_crashes_the_reader(text) -> None:
    try:
        policy = read_policy(text)
    except PolicyMistakes as refusal:
        lines = text.count("\n") + 1
        assert refusal.mistakes != ()
        assert [mistake for mistake in refusal.mistakes if not 1 <= mistake.line <= lines or not mistake.reason] == []
    else:
        assert isinstance(policy, Policy)


def paths_in(value: object, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = {path} if path else set()
    for key, inner in items:
        found |= paths_in(inner, (*path, key))
    return found


@settings(max_examples=150, deadline=None)
@given(mutated())
def test_the_index_of_lines_names_exactly_the_keys_that_the_parser_finds(text) -> None:
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError):
        return
    assert set(key_lines(text)) == paths_in(values)


ODD = '''
"quoted.key" = 1          # line 2
a.b."c d" = """
three lines: [not a table]
""" # line 3
[[rows]]                  # 6
name = 'x # y'
list = [ 1,
  2, # with ] in a comment
  { deep = [ "]", """a""""" ] } ]
[rows.sub]                # 11
when = 1979-05-27 07:32:00
[[rows]]                  # 13
[[rows.inner]]
x = 1
[deep.er]
'''


def test_the_index_of_lines_follows_every_corner_of_the_grammar() -> None:
    lines = key_lines(ODD)
    assert set(lines) == paths_in(tomllib.loads(ODD))
    assert lines == {
        ("quoted.key",): 2,
        ("a",): 3,
        ("a", "b"): 3,
        ("a", "b", "c d"): 3,
        ("rows",): 6,
        ("rows", 0): 6,
        ("rows", 0, "name"): 7,
        ("rows", 0, "list"): 8,
        ("rows", 0, "list", 0): 8,
        ("rows", 0, "list", 1): 9,
        ("rows", 0, "list", 2): 10,
        ("rows", 0, "list", 2, "deep"): 10,
        ("rows", 0, "list", 2, "deep", 0): 10,
        ("rows", 0, "list", 2, "deep", 1): 10,
        ("rows", 0, "sub"): 11,
        ("rows", 0, "sub", "when"): 12,
        ("rows", 1): 13,
        ("rows", 1, "inner"): 14,
        ("rows", 1, "inner", 0): 14,
        ("rows", 1, "inner", 0, "x"): 15,
        ("deep",): 16,
        ("deep", "er"): 16,
    }
