"""The catalogues are up to the source, and what a language says is held to its English."""

import re
from pathlib import Path

import allauth
import pytest
from babel import Locale
from django.conf import settings

from tenure.kit.catalogues import checking, files, keeping
from tenure.kit.catalogues.extraction import for_people, messages
from tenure.portal import borrowed

WANTED = for_people(messages())
TERMS = checking.glossary()


def test_each_language_of_the_portal_but_english_has_a_catalogue():
    offered = [code for code, _ in settings.LANGUAGES if code != "en"]
    assert [code.replace("hans", "Hans").replace("-", "_") for code in offered] == list(files.LANGUAGES)
    assert sorted(path.name for path in files.LOCALE.iterdir()) == sorted(files.LANGUAGES)
    assert set(files.COMPLETE) <= set(files.LANGUAGES)


@pytest.mark.parametrize("language", files.COMPLETE)
def test_a_complete_language_lacks_nothing(language: str):
    catalog = files.read(files.path_of(language), language)
    said = {(each.context, keeping.ids_of(each)) for each in catalog if each.id and files.is_whole(each)}
    assert [each.forms[0] for each in WANTED if (each.context, each.forms) not in said] == []


@pytest.mark.parametrize("language", files.LANGUAGES)
def test_no_translation_has_a_fault(language: str):
    catalog = files.read(files.path_of(language), language)
    assert checking.faults(catalog, language, WANTED, TERMS) == []


@pytest.mark.parametrize("language", files.LANGUAGES)
def test_a_catalogue_is_kept_as_we_write_it(language: str, tmp_path):
    path = files.path_of(language)
    files.write(tmp_path / "django.po", files.read(path, language))
    assert (tmp_path / "django.po").read_text() == path.read_text()


def test_the_glossary_has_a_word_for_each_term_in_each_language_and_is_sorted():
    rows = [line for line in checking.GLOSSARY.read_text().splitlines() if line.startswith("| ")]
    names = [row.split(" | ")[0][2:] for row in rows[2:]]
    assert names == sorted(names, key=str.casefold)
    assert len(names) == len(TERMS) > 50
    assert {tuple(each.ways) for each in TERMS} == {files.LANGUAGES}
    assert [row for row in rows if re.search(r"\|\s+\|", row)] == []


@pytest.mark.parametrize("language", files.LANGUAGES)
def test_a_number_takes_its_form_by_the_rules_of_cldr(language: str):
    rule = Locale.parse(language).plural_form
    form = checking.forms_of(language)
    pairs = {(rule(n), form(n)) for n in range(2, 200)}
    assert len({ours for _, ours in pairs}) == len(pairs) <= checking.count_of(language)


def test_the_sentences_we_borrow_are_still_those_that_django_allauth_says():
    said = "\n".join(path.read_text() for path in Path(allauth.__file__).parent.glob("*/*.py"))
    spoken = re.sub(r'"\s+"', "", said)
    assert [sentence for sentence in borrowed.SENTENCES if f'"{sentence}"' not in spoken] == []
