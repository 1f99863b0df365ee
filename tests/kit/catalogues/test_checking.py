"""Each fault that can be seen without knowing the language is found, and what is right is let be."""

import pytest
from babel.messages.catalog import Catalog

from tenure.kit.catalogues import checking
from tenure.kit.catalogues.extraction import Message
from tenure.kit.catalogues.keeping import OWN_WORDS, SAME

TABLE = """
| term | de | ru | fr | ja | zh_Hans |
| --- | --- | --- | --- | --- | --- |
| licence | Lizenz | лицензи|я | licence | ライセンス | 许可证 |
| licence owner | Lizenzinhaber | владел|ец лицензии | titulaire | 所有者 | 所有者 |
"""
N = ("%(n)s licence", "%(n)s licences")


@pytest.fixture
def terms(tmp_path):
    path = tmp_path / "glossary.md"
    path.write_text(TABLE)
    return checking.glossary(path)


def _faults(terms, language, english, said, *, pressed=False, remark=None):
    catalog = Catalog(locale=language)
    catalog.add(english, string=said, user_comments=[remark] if remark else [])
    forms = english if isinstance(english, tuple) else (english,)
    found = checking.faults(catalog, language, [Message(forms=forms, pressed=pressed)], terms)
    return [fault.removeprefix(f"{forms[0]!r}: ") for fault in found]


@pytest.mark.parametrize(("language", "english", "said"), [
    ("de", "Read %(name)s.", "%(name)s lesen."),
    ("de", "Read <b>{x}</b>?", "<b>{x}</b> lesen?"),
    ("de", "Is this “wrong”?", "Ist das „falsch“?"),
    ("de", N, ("eine Lizenz", "%(n)s Lizenzen")),
    ("fr", "Error:", "Erreur\u00a0:"),
    ("fr", "Time: %(at)s", "Heure\u00a0: %(at)s"),
    ("zh_Hans", "Read it, please.", "请阅读。"),
    ("ja", "At 14:20 UTC.", "14:20 UTC です。"),
    ("ru", N, ("%(n)s лицензия", "%(n)s лицензии", "%(n)s лицензий")),
    ("de", "Licence owners", "Lizenzinhabern"),
    ("ru", "Of the licence owner", "Владельца лицензии"),
])  # fmt: skip
def test_what_is_right_is_let_be(terms, language, english, said):
    assert _faults(terms, language, english, said) == []


@pytest.mark.parametrize(("language", "english", "said", "fault"), [
    ("de", "Read %(name)s", "%(nam)s lesen", "has other placeholders: '%(nam)s lesen'"),
    ("de", "Read %(name)s", "Lesen", "has other placeholders: 'Lesen'"),
    ("de", "<b>Now</b>", "<i>Jetzt</i>", "has other tags: '<i>Jetzt</i>'"),
    ("de", "until ", "bis", "begins or ends with another space: 'bis'"),
    ("de", "Read it.", "Lesen", "ends otherwise: 'Lesen'"),
    ("de", "Read it", "Read it", "is the English"),
    ("de", "Read it", "Lesen Sie the Text", "holds the English word 'the': 'Lesen Sie the Text'"),
    ("de", "Your cases", "Deine Fälle", "addresses the reader by 'Deine': 'Deine Fälle'"),
    ("de", "Your licence", "Ihre Erlaubnis", "says 'licence' in other words: 'Ihre Erlaubnis'"),
    ("ru", N, ("одна лицензия", "%(n)s лицензии", "%(n)s лицензий"), "has other placeholders: 'одна лицензия'"),
    ("ja", "Read it, please", "読んで,ください", "holds a half-width mark after 'で': '読んで,ください'"),
    ("fr", "Error: now", "Erreur: tout de suite", "lacks the unbreakable space before ':': 'Erreur: tout de suite'"),
])  # fmt: skip
def test_a_fault_is_said(terms, language, english, said, fault):
    assert _faults(terms, language, english, said) == [fault]


def test_a_number_has_as_many_forms_as_its_language(terms):
    assert _faults(terms, "ru", N, ("%(n)s лицензия", "%(n)s лицензии")) == ["has 2 forms, and this language has 3"]


def test_a_button_stays_short_and_a_sentence_need_not(terms):
    long = "Eine ganz und gar überlange Aufschrift"
    assert _faults(terms, "de", "Save", long, pressed=True) == [f"is too long for a button: {long!r}"]
    assert _faults(terms, "de", "Save", long) == []


@pytest.mark.parametrize(
    ("english", "said", "remark"), [("Desk", "Desk", SAME), ("Poetic licence", "Freiheit", OWN_WORDS)]
)
def test_a_translator_may_mean_it(terms, english, said, remark):
    assert len(_faults(terms, "de", english, said)) == 1
    assert _faults(terms, "de", english, said, remark=remark) == []


def test_what_has_no_translation_yet_is_no_fault(terms):
    assert _faults(terms, "de", "Read it", "") == []
