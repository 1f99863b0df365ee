"""How catalogues are kept and compiled."""

import gettext
import os

from babel.messages.catalog import Catalog

from tenure.kit.catalogues import files


def _kept(folder, **said):
    catalog = Catalog(locale="de", fuzzy=False)
    for english, german in said.items():
        catalog.add(english, string=german)
    path = files.path_of("de", folder)
    path.parent.mkdir(parents=True)
    files.write(path, catalog)
    return path


def test_a_file_says_neither_dates_nor_places_and_is_sorted(tmp_path):
    path = _kept(tmp_path, b="B", a="A")
    assert path.read_text() == (
        '# Tenure in German: docs/languages/README.md\nmsgid ""\nmsgstr ""\n"Language: de\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n\n'
        'msgid "a"\nmsgstr "A"\n\nmsgid "b"\nmsgstr "B"\n\n'
    )


def test_a_catalogue_read_and_written_is_the_same(tmp_path):
    path = _kept(tmp_path, a="A")
    before = path.read_bytes()
    files.write(path, files.read(path, "de"))
    assert path.read_bytes() == before


def test_what_changed_is_compiled_and_nothing_else(tmp_path):
    path = _kept(tmp_path, a="A")
    assert files.compile_stale(tmp_path) == [path]
    assert files.compile_stale(tmp_path) == []
    os.utime(path, ns=(later := path.with_suffix(".mo").stat().st_mtime_ns + 1, later))
    assert files.compile_stale(tmp_path) == [path]
    assert [each.name for each in sorted(path.parent.iterdir())] == ["django.mo", "django.po"]


def test_a_text_without_its_translation_stays_english(tmp_path):
    path = _kept(tmp_path, a="A", b="")
    catalog = files.read(path, "de")
    catalog.add(("c", "cs"), string=("C", ""))
    files.write(path, catalog)
    files.compile_stale(tmp_path)
    with path.with_suffix(".mo").open("rb") as opened:
        compiled = gettext.GNUTranslations(opened)
    assert [compiled.gettext("a"), compiled.gettext("b"), compiled.ngettext("c", "cs", 2)] == ["A", "b", "cs"]
