"""Cases are found by what was said on them, in any script, by whoever may read it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenure.cases import actions
from tenure.cases.queries import cases, search
from tenure.cases.rules.texts import EXCERPT, excerpt_of
from tenure.cases.words import CaseFilters, View
from tests import cast, estate
from tests.cases.conftest import SERIAL, Scene, open_case

FINDS = [
    ("Сбой репликации после обновления", "репликац", True),
    ("Сбой репликации после обновления", "СБОЙ обновл", True),
    ("Сбой репликации после обновления", "пликац", False),
    ("Datensicherungsauftrag bricht ab", "datensicherung", True),
    ("Datensicherungsauftrag bricht ab", "auftrag", False),
    ("Größe der Straße geändert", "größe straße", True),
    ("升级之后复制服务中断", "复制服务", True),
    ("升级之后复制服务中断", "复制中断", False),
    ("升级之后复制服务中断", "复制 中断", True),
    ("夜間のバックアップが失敗する", "バックアップ", True),
    ("夜間のバックアップが失敗する", "夜間の失敗", False),
    ("夜間のバックアップが失敗する", "復元", False),
    ("업그레이드 후 복제가 중단되었습니다", "업그레이드", True),
    ("업그레이드 후 복제가 중단되었습니다", "복제", True),
    ("업그레이드 후 복제가 중단되었습니다", "복원", False),
    ("E00385 on srv-0001 under 9.4.2", "e00385", True),
    ("E00385 on srv-0001 under 9.4.2", "srv-0001", True),
    ("E00385 on srv-0001 under 9.4.2", "9.4.2", True),
    ("Café à la carte", "cafe\u0301", True),
    ("Import 升级 fails", "import 升级", True),
]


@pytest.mark.parametrize("common", [search.COMMON_TEXTS, 0], ids=["by the index", "by walking back"])
@pytest.mark.parametrize(("said", "asked", "is_found"), FINDS)
def test_words_are_found_by_their_beginnings_and_cjk_by_pairs(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, common, said, asked, is_found
) -> None:
    monkeypatch.setattr(search, "COMMON_TEXTS", common)
    number = open_case(scene.technical, details=said).number
    open_case(scene.technical, details="Something else entirely.")
    found = [row.number for row in cases(who=cast.who(scene.technical), filters=CaseFilters(text=asked)).rows]
    assert found == ([number] if is_found else [])


@pytest.mark.parametrize("common", [search.COMMON_TEXTS, 0], ids=["by the index", "by walking back"])
def test_customers_find_what_they_may_read_and_staff_find_notes_too(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, common
) -> None:
    monkeypatch.setattr(search, "COMMON_TEXTS", common)
    number = open_case(scene.technical).number
    actions.note(number=number, body="Ask about the walrus.", **cast.asking(scene.engineer))
    actions.answer(number=number, body="Try the narwhal.", **cast.asking(scene.engineer))

    def found(person, text: str) -> list[str]:
        return [row.number for row in cases(who=cast.who(person), filters=CaseFilters(text=text)).rows]

    assert (found(scene.technical, "walrus"), found(scene.technical, "narwhal")) == ([], [number])
    assert (found(scene.engineer, "walrus"), found(scene.engineer, "narwhal")) == ([number], [number])
    other = cast.other_technical()
    assert (found(other, "narwhal"), found(other, number), found(cast.stranger(), number)) == ([], [], [])


def test_the_excerpt_never_shows_a_note_to_a_customer(scene: Scene) -> None:
    number = open_case(scene.technical, details="The narwhal is slow.").number
    actions.note(number=number, body="A narwhal again: secret.", **cast.asking(scene.engineer))
    excerpts = {
        row.excerpt
        for person in (scene.technical, scene.engineer)
        for row in cases(who=cast.who(person), filters=CaseFilters(text="narwhal")).rows
    }
    assert excerpts == {"The narwhal is slow."}


def test_a_case_is_found_by_its_number_in_any_letters(scene: Scene) -> None:
    number = open_case(scene.technical).number
    for text in (number, f" {number.lower()} "):
        assert [row.number for row in cases(who=cast.who(scene.technical), filters=CaseFilters(text=text)).rows] == [
            number
        ]


@pytest.mark.parametrize("common", [search.COMMON_TEXTS, 0], ids=["by the index", "by walking back"])
def test_pages_of_a_search_hold_every_hit_once_the_newest_first_and_filters_hold_too(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, common
) -> None:
    monkeypatch.setattr(search, "COMMON_TEXTS", common)
    monkeypatch.setattr(search, "MOST_FOUND", 4)
    numbers = [open_case(scene.technical, details=f"walrus {n}").number for n in range(7)]
    actions.close(number=numbers[0], **cast.asking(scene.technical))
    found, cuts, after = [], [], ""
    while True:
        page = cases(who=cast.who(scene.technical), filters=CaseFilters(text="walrus"), after=after, limit=3)
        found += [row.number for row in page.rows]
        cuts.append(page.is_cut)
        if not page.next:
            break
        after = page.next
    assert (found, cuts) == (numbers[::-1], [True, False, False])
    monkeypatch.setattr(search, "MOST_FOUND", 200)
    for filters, expected in (
        (CaseFilters(text="walrus", view=View.CLOSED), numbers[:1]),
        (CaseFilters(text="walrus", view=View.OPEN), numbers[:0:-1]),
        (CaseFilters(text="walrus", customer=cast.bellwether().number), []),
        (CaseFilters(text="walrus", product="quay-vault", since=cast.AT.date(), until=cast.AT.date()), numbers[::-1]),
        (CaseFilters(text="walrus", product="no-such"), []),
    ):
        assert [row.number for row in cases(who=cast.who(scene.engineer), filters=filters, limit=50).rows] == expected


@pytest.mark.parametrize(
    "text", ["", " ", "&", "':*", "a & !b", "\\", "\0", "'", "|||", "(", "a:*", "<->", "x" * 5000, "ﬀ", "🙂", "\ud800"]
)
def test_whatever_is_asked_is_answered(scene: Scene, text) -> None:
    open_case(scene.technical)
    assert len(cases(who=cast.who(scene.technical), filters=CaseFilters(text=text)).rows) in {0, 1}


def test_a_search_is_as_many_queries_for_many_hits_as_for_one(scene: Scene) -> None:
    counts = []
    for _ in range(2):
        open_case(scene.technical, details="walrus")
        with CaptureQueriesContext(connection) as asked:
            cases(who=cast.who(scene.technical), filters=CaseFilters(text="walrus"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_another_customers_case_is_not_found_beside_ones_own(scene: Scene) -> None:
    other = cast.other_technical()
    estate.asset(cast.bellwether(), "M2000000002")
    mine = open_case(scene.technical, SERIAL, details="walrus").number
    found = {
        person.email: [row.number for row in cases(who=cast.who(person), filters=CaseFilters(text="walrus")).rows]
        for person in (scene.technical, other)
    }
    assert found == {scene.technical.email: [mine], other.email: []}


@pytest.mark.parametrize(
    ("body", "text", "excerpt"),
    [
        ("It stops.", "stops", "It stops."),
        ("It stops.", "summary", "It stops."),
        ("a\n\nwalrus\tb", "walrus", "a walrus b"),
        ("升级之后复制服务中断", "复制服务", "升级之后复制服务中断"),
    ],
)
def test_an_excerpt_is_one_line_around_the_first_word(body, text, excerpt) -> None:
    assert excerpt_of(body, text) == excerpt


def test_a_long_text_is_cut_at_words_on_both_sides() -> None:
    body = "one two three " * 50 + "the walrus sleeps " + "four five six " * 50
    cut = excerpt_of(body, "walr")
    assert "the walrus sleeps" in cut
    assert (cut[0], cut[-1], len(cut) <= EXCERPT + 2) == ("…", "…", True)
    assert set(cut.strip("…").split()) <= set(body.split())
