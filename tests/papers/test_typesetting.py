"""Documents come out whole, in every script of the portal, and the same words give the same bytes."""

from io import BytesIO

import pytest
from django.conf import settings
from pypdf import PdfReader

from tenure.papers.rules import plain
from tenure.papers.typesetting import lacking, typeset
from tenure.papers.words import Fact
from tests.papers.sheets import SHEET, sheet

EVERY_SCRIPT = {
    "en": "Covered until 31 March 2027", "de": "Größe, Straße", "fr": "Œuvre à Noël, n° 5", "it": "Perché no",
    "es": "¿Cuándo? Mañana", "pt": "Manutenção", "ru": "Действует до 31 марта", "zh-hans": "许可证书 直到 骨",
    "ja": "ライセンス証書 骨 保守", "ko": "라이선스 증서",
}  # fmt: skip


def words(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_every_script_of_the_portal_is_printed_in_every_language_without_a_missing_glyph(language):
    facts = tuple(Fact(label=code, value=text) for code, text in EVERY_SCRIPT.items())
    pdf, missing = typeset(plain(sheet(language=language, facts=facts)))
    assert missing == frozenset()
    printed = words(pdf)
    assert [text for text in EVERY_SCRIPT.values() if text not in printed] == []


def test_the_same_words_give_the_same_bytes():
    assert typeset(plain(SHEET)) == typeset(plain(sheet()))


def test_a_han_character_has_the_shape_of_the_readers_language():
    facts = (Fact(label="骨", value="骨"),)
    made = {code: typeset(plain(sheet(language=code, facts=facts)))[0] for code in ("ja", "zh-hans", "ko")}
    assert {code: east_asian_fonts(pdf) for code, pdf in made.items()} == {
        "ja": {"NotoSansCJKjp-Thin"},  # the variable font's own name, whatever weight is taken of it
        "zh-hans": {"NotoSansCJKsc-Thin"},
        "ko": {"NotoSansCJKkr-Thin"},
    }


def east_asian_fonts(pdf: bytes) -> set[str]:
    fonts = PdfReader(BytesIO(pdf)).pages[0]["/Resources"]["/Font"].values()
    names = {font.get_object()["/BaseFont"].partition("+")[2] for font in fonts}
    return {name for name in names if "CJK" in name}


def test_a_character_that_no_font_has_is_spelled_out_and_named():
    pdf, missing = typeset(plain(sheet(title="Vault 😀 ไทย")))
    assert missing == frozenset("😀ไทย")
    assert "Vault [U+1F600] [U+0E44][U+0E17][U+0E22]" in words(pdf).replace("\n", " ")


def test_only_what_no_font_has_is_lacking():
    assert lacking("Añ😀中ไ日한Ж₽") == frozenset("😀ไ")


@pytest.mark.parametrize(
    "hostile",
    ['#panic("x")', '#read("/etc/passwd")', "$ x $ *b* _i_ `r` <l> @r = h", '")] #eval("1")', "\\u{41} // c", "{page}"],
)
def test_text_is_shown_and_never_run(hostile):
    pdf, missing = typeset(
        plain(sheet(title=hostile, vendor=hostile, about=hostile, facts=(Fact(label="l", value=hostile),)))
    )
    assert missing == frozenset()
    assert "".join(words(pdf).split()).count("".join(hostile.split())) >= 3


def test_a_long_table_goes_on_over_pages_with_its_head():
    grid = SHEET.grids[0]
    rows = tuple((f"Halden Vault {number}\nM{number:010}", str(number), "31 Mar 2027") for number in range(120))
    pdf, _ = typeset(plain(sheet(grids=(type(grid)(title="Products", head=grid.head, rows=rows, figures=(1,)),))))
    pages = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    assert len(pages) > 2
    assert all("Quantity" in page for page in pages[:-1])
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]
