"""Reading a catalogue file: A10, no database."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.catalog.rules import Unreadable, read
from tenure.catalog.rules.file import MOST_BYTES
from tenure.catalog.words import Ending, ProductKind

FILE = Path(__file__).with_name("lifecycles.json")


def mistakes(content: bytes | str | object) -> list[str]:
    if not isinstance(content, bytes):
        content = json.dumps(content).encode()
    with pytest.raises(Unreadable) as caught:
        read(content=content)
    return [str(each) for each in caught.value.mistakes]


def one(**release: object) -> dict[str, object]:
    product = {"name": "brook", "label": "Brook", "category": "app", "releases": [{"name": "1", **release}]}
    return {"result": [product]}


def only(**release: object):
    return read(content=json.dumps(one(**release)).encode()).products[0].releases[0]


def test_the_days_of_a_release_are_those_of_the_public_keys():
    release = only(
        releaseDate="2020-01-01", eoasFrom="2021-01-01", eolFrom="2022-01-01", eoesFrom="2023-01-01",
        discontinuedFrom="2024-01-01", isEol=True,
    )  # fmt: skip
    assert release.available_from == date(2020, 1, 1)
    assert [release.active, release.standard, release.extended, release.discontinued] == [
        Ending(from_day=date(year, 1, 1)) for year in (2021, 2022, 2023, 2024)
    ]


@pytest.mark.parametrize("keys", [{"eolFrom": True}, {"isEol": True}, {"isEol": True, "eolFrom": None}])
def test_true_without_a_day_is_ended_on_an_unknown_day(keys):
    assert only(**keys).standard == Ending(ended=True)


@pytest.mark.parametrize("keys", [{"eoesFrom": False}, {"isEoes": False}, {"isEoes": False, "eoesFrom": None}])
def test_false_without_a_day_is_support_that_goes_on(keys):
    assert only(**keys).extended == Ending()


def test_extended_support_that_no_key_speaks_of_is_not_offered():
    assert only().extended == Ending(offered=False)
    assert only(eoesFrom=None).extended == Ending(offered=False)


@pytest.mark.parametrize(
    ("category", "kind"),
    [("device", ProductKind.HARDWARE), ("service", ProductKind.ONLINE_SERVICE), ("anything", ProductKind.SOFTWARE)],
)
def test_a_category_gives_the_kind_of_product(category, kind):
    file = {"result": [{"name": "x", "label": "X", "category": category, "releases": []}]}
    assert read(content=json.dumps(file).encode()).products[0].kind is kind


def test_a_vendors_own_keys_are_taken():
    product = read(content=FILE.read_bytes()).products[3]
    assert (product.family_slug, product.family_name, product.kind) == ("water-works", "Water works", "software")
    assert (product.platforms, product.has_content, product.reminds_customer) == (
        ("Debian 12", "Debian 13"),
        True,
        True,
    )


def test_what_a_file_does_not_say_is_left_open():
    product = read(content=FILE.read_bytes()).products[1]
    assert (product.platforms, product.has_content, product.reminds_customer) == (None, None, None)
    assert (product.family_slug, product.family_name) == ("services", "Services")


def test_a_byte_order_mark_is_passed_over():
    assert read(content=b"\xef\xbb\xbf" + FILE.read_bytes()) == read(content=FILE.read_bytes())


def test_every_mistake_is_listed_with_its_place():
    file = {
        "generated_at": "yesterday",
        "result": [
            {"name": "brook", "label": "Brook", "category": "app", "releases": [
                {"name": "1", "eolFrom": "2026-02-30", "isEol": "yes"},
                {"name": "1", "releaseDate": 20260101, "latest": []},
                7,
            ]},
            {"name": "Brook!", "label": "a\u0000b", "category": "", "releases": {}, "kind": "toy", "has_content": 1},
            {"name": "brook", "label": "x" * 501, "category": "app", "platforms": "all"},
            None,
        ],
    }  # fmt: skip
    assert mistakes(file) == [
        "generated_at: must be a day as YYYY-MM-DD, not 'yesterday'",
        "result[0].releases[0].isEol: must be true or false, not 'yes'",
        "result[0].releases[0].eolFrom: 2026-02-30 is not a day of the calendar",
        "result[0].releases[1].latest: must be an object, not a list",
        "result[0].releases[1].releaseDate: must be a day as YYYY-MM-DD, not the number 20260101",
        "result[0].releases[1].name: '1' is already the name of result[0].releases[0]",
        "result[0].releases[2]: must be an object, not the number 7",
        "result[1].name: 'Brook!' must be small letters a-z, digits, - and _",
        "result[1].category: is empty",
        "result[1].label: 'a\\x00b' has a character that cannot be printed",
        "result[1].kind: 'toy' must be one of software, online_service, hardware",
        "result[1].has_content: must be true or false, not the number 1",
        "result[1].releases: must be a list, not an object",
        "result[2].label: has 501 characters; 500 are the most",
        "result[2].platforms: must be a list, not 'all'",
        "result[2].releases: missing",
        "result[2].name: 'brook' is already the name of result[0]",
        "result[3]: must be an object, not null",
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "file: is not JSON: line 1, column 1: Expecting value"),
        (b'{"result": [', "file: is not JSON: line 1, column 13: Expecting value"),
        (b'{"result": "\xff"}', "file: is not UTF-8: byte 12 cannot be read"),
        (b"\x1f\x8b\x08\x00", "file: is not UTF-8: byte 1 cannot be read"),
        (b"[" * 500_000, "file: is nested too deeply"),
        (b'{"a":' * 500_000, "file: is nested too deeply"),
        (b'{"result": NaN}', "file: NaN is not JSON"),
        (b'{"result": -Infinity}', "file: -Infinity is not JSON"),
        (b'{"result": [], "result": []}', "file: one object has the key 'result' twice"),
        (b"[]", 'file: must be an object with a list "result"'),
        (b"{}", "result: missing"),
        (b'{"result": 1e999}', "result: must be a list, not the number inf"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content, reason):
    assert mistakes(content) == [reason]


def test_a_number_of_thousands_of_digits_is_refused():
    assert mistakes(b'{"result": ' + b"9" * 5000 + b"}") == [
        "file: Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits"
    ]


def test_a_file_that_is_too_large_is_refused_unread():
    assert mistakes(b" " * (MOST_BYTES + 1)) == ["file: is larger than 64 MB"]


def test_a_huge_text_is_not_repeated_in_the_message():
    assert mistakes(one(eolFrom="9" * 1_000_000)) == [
        f"result[0].releases[0].eolFrom: must be a day as YYYY-MM-DD, not '{'9' * 60}...'"
    ]


def test_a_half_of_a_surrogate_pair_is_refused():
    assert mistakes(b'{"result": [{"name": "x", "label": "\\ud800", "category": "app", "releases": []}]}') == [
        "result[0].label: '\\ud800' has a character that cannot be printed"
    ]


def test_a_list_of_mistakes_is_cut_at_a_thousand():
    with pytest.raises(Unreadable) as caught:
        read(content=json.dumps({"result": [None] * 5000}).encode())
    assert (len(caught.value.mistakes), caught.value.more) == (1000, True)


def test_two_spellings_of_a_family_are_told_apart():
    made = [{"name": n, "label": n, "category": "app", "family": f, "releases": []} for n, f in (("a", "Water works"), ("b", "Water-works"))]  # fmt: skip
    assert mistakes({"result": made}) == ["result[1].family: 'Water-works' differs from 'Water works' of result[0]"]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["result", "name", "label", "category", "releases", "eolFrom", "latest"]), inner
        )
    ),
    max_leaves=20,
)


@given(content=JSON.map(lambda made: json.dumps({"result": [made]}).encode()) | st.binary(max_size=50))
def test_whatever_the_file_the_answer_is_a_catalogue_or_a_list_of_mistakes(content):
    try:
        read(content=content)
    except Unreadable as error:
        assert len(error.mistakes) > 0
