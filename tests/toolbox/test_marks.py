"""The marks between words in the language of the page."""

import pytest
from django.utils import translation

from tenure.toolbox import marks


@pytest.mark.parametrize(
    ("language", "comma", "semicolon", "colon", "stop"),
    [
        ("en", ", ", "; ", ": ", ". "),
        ("de", ", ", "; ", ": ", ". "),
        ("fr", ", ", "\N{NO-BREAK SPACE}; ", "\N{NO-BREAK SPACE}: ", ". "),
        ("ja", "、", "；", "：", "。"),
        ("zh-hans", "，", "；", "：", "。"),
    ],
)
def test_a_mark_is_the_one_of_the_language_with_its_spaces(language, comma, semicolon, colon, stop):
    with translation.override(language):
        assert [marks.mark(","), marks.mark(";"), marks.mark(":"), marks.mark(".")] == [comma, semicolon, colon, stop]


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Linux, Windows, macOS"), ("zh-hans", "Linux、Windows、macOS"), ("ja", "Linux、Windows、macOS")],
)
def test_things_of_one_kind_stand_in_their_order_without_an_and(language, said):
    with translation.override(language):
        assert marks.listed(["Linux", "Windows", "macOS"]) == said


@pytest.mark.parametrize(("words", "said"), [((), ""), (("Linux",), "Linux"), (("Linux", "50 %s"), "Linux, 50 %s")])
def test_a_list_of_one_has_no_mark_and_signs_in_words_stay(words, said):
    with translation.override("en"):
        assert marks.listed(words) == said


@pytest.mark.parametrize(
    ("language", "said"), [("en", "A, B, and C"), ("en-xa", "A, B, and C"), ("de", "A, B und C"), ("ja", "A、B、C")]
)
def test_the_last_part_of_a_sentence_is_joined_by_an_and(language, said):
    with translation.override(language):
        assert (marks.joined("ABC"), marks.joined("A"), marks.joined("")) == (said, "A", "")


def test_what_is_empty_leaves_no_mark_behind():
    with translation.override("en"):
        assert marks.beside("Munich works", "", None, 3) == "Munich works, 3"


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Severity: 2"), ("fr", "Severity\N{NO-BREAK SPACE}: 2"), ("ja", "Severity：2"), ("zh-hans", "Severity：2")],
)
def test_a_label_is_set_off_as_its_language_does(language, said):
    with translation.override(language):
        assert marks.labelled("Severity", 2) == said


@pytest.mark.parametrize(
    ("language", "words", "said"),
    [
        ("en", "It is ordered", "It is ordered."),
        ("en", "It is ordered!", "It is ordered!"),
        ("ja", "注文済みです", "注文済みです。"),
        ("zh-hans", "已订购。", "已订购。"),
    ],
)
def test_a_sentence_ends_by_one_mark(language, words, said):
    with translation.override(language):
        assert marks.sentence(words) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "It ends. Renew it."), ("ja", "It ends.Renew it."), ("zh-hans", "It ends.Renew it.")],
)
def test_a_wide_full_stop_needs_no_space_behind_it(language, said):
    with translation.override(language):
        assert marks.sentences("It ends.", "", "Renew it.") == said
