"""Days, instants, counts and money in the language of the page."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tenure.toolbox import formats

DAY = date(2027, 9, 30)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "30 Sep 2027"), ("de", "30. Sept. 2027"), ("ja", "2027年9月30日"), ("zh-hans", "2027年9月30日")],
)
def test_a_day_reads_as_its_language_writes_it(language, words):
    assert formats.day_words(DAY, language) == words


def test_a_long_day_spells_its_month():
    assert formats.long_day(date(2027, 3, 31), "en") == "31 March 2027"
    assert formats.long_day(date(2027, 3, 31), "de") == "31. März 2027"


def test_a_russian_day_ends_without_a_dot_so_that_a_sentence_may_follow():
    assert formats.long_day(date(2027, 3, 31), "ru") == "31 марта 2027"
    assert formats.day_words(date(2027, 3, 31), "ru") == "31 мар. 2027"


def test_an_instant_is_shown_on_the_wall_of_the_reader():
    at = datetime(2026, 11, 24, 23, 20, tzinfo=UTC)
    assert formats.instant_words(at, "Europe/Berlin", "en") == "25 Nov 2026, 00:20"
    assert formats.time_words(at, "Europe/Berlin", "en") == "00:20"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "25. Nov. 2026, 00:20"), ("fr", "25 nov. 2026, 00:20"), ("pt", "25 de nov. de 2026 00:20"),
        ("ja", "2026年11月25日 00:20"), ("zh-hans", "2026年11月25日 00:20"), ("ko", "2026년 11월 25일 00:20"),
    ],
)  # fmt: skip
def test_the_day_and_the_hour_are_joined_as_the_language_does(language, words):
    assert formats.instant_words(datetime(2026, 11, 24, 23, 20, tzinfo=UTC), "Europe/Berlin", language) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Berlin (Central European Time)"),
        ("ja", "ベルリン（中央ヨーロッパ時間）"),
        ("zh-hans", "柏林（中欧时间）"),
    ],
)
def test_the_city_of_a_zone_is_set_off_as_the_language_does(language, words):
    assert formats.zone_words("Europe/Berlin", language) == words


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="carries its zone"):
        formats.instant_words(datetime(2026, 11, 24, 23, 20), "UTC", "en")  # noqa: DTZ001


@pytest.mark.parametrize(
    ("count", "language", "words"),
    [
        (0, "en", "none"),
        (12, "en", "twelve"),
        (13, "en", "13"),
        (1182, "en", "1,182"),
        (3, "de", "3"),
        (-1, "en", "-1"),
    ],
)
def test_small_counts_are_words_in_english_only(count, language, words):
    assert formats.count_words(count, language) == words


def test_money_has_its_currency_and_its_cents():
    assert formats.money_words(Decimal("1590.07"), "EUR", "en") == "€1,590.07"
    assert formats.money_words(Decimal("1590"), "JPY", "en") == "¥1,590"


def test_a_zone_is_named_by_its_city_and_its_time():
    assert formats.zone_words("Europe/Berlin", "en") == "Berlin (Central European Time)"
    assert formats.zone_words("UTC", "en") == "UTC"
    assert formats.zone_words("Mars/Olympus", "en") == "UTC"


def test_a_country_is_named_in_the_language_and_one_that_nobody_knows_by_its_code():
    assert [formats.country_words("DE", language) for language in ("en", "fr", "ja")] == [
        "Germany",
        "Allemagne",
        "ドイツ",
    ]
    assert formats.country_words("QZ", "en") == "QZ"
