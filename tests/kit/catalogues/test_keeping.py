"""Catalogues follow the source, and take what was translated on sheets."""

from tenure.kit.catalogues import files, keeping
from tenure.kit.catalogues.extraction import Message

ONE = Message(forms=("See the licence",))
MANY = Message(forms=("%(n)s licence", "%(n)s licences"))
STATE = Message(forms=("Open",), context="state")


def _said(catalog):
    return {keeping.ids_of(each): keeping.strings_of(each) for each in catalog if each.id}


def _take(catalog, *lines):
    keys = {keeping.ids_of(each)[0]: keeping.key_of(each) for each in catalog if each.id}
    return keeping.take(
        catalog, [line.format(**{name.split()[0]: key for name, key in keys.items()}) for line in lines]
    )


def test_new_texts_come_in_empty_and_what_was_said_stays(tmp_path):
    catalog = keeping.update("de", [ONE], tmp_path)
    assert _take(catalog, "{See}\tZur Lizenz") == []
    files.write(files.path_of("de", tmp_path), catalog)
    again = keeping.update("de", [ONE, STATE], tmp_path)
    assert _said(again) == {("Open",): ("",), ("See the licence",): ("Zur Lizenz",)}
    assert [keeping.ids_of(each) for each in keeping.missing(again)] == [("Open",)]


def test_a_text_that_went_returns_with_its_translation(tmp_path):
    catalog = keeping.update("de", [ONE], tmp_path)
    _take(catalog, "{See}\tZur Lizenz")
    files.write(files.path_of("de", tmp_path), catalog)
    assert _said(keeping.update("de", [STATE], tmp_path)) == {("Open",): ("",)}
    assert _said(keeping.update("de", [ONE], tmp_path)) == {("See the licence",): ("Zur Lizenz",)}


def test_following_the_source_twice_changes_nothing(tmp_path):
    keeping.update("ru", [ONE, MANY, STATE], tmp_path)
    before = files.path_of("ru", tmp_path).read_bytes()
    keeping.update("ru", [STATE, MANY, ONE], tmp_path)
    assert files.path_of("ru", tmp_path).read_bytes() == before


def test_a_sheet_has_a_line_a_form(tmp_path):
    catalog = keeping.update("ru", [MANY, STATE], tmp_path)
    keys = {keeping.ids_of(each): keeping.key_of(each) for each in catalog if each.id}
    many, state = keys[MANY.forms], keys[STATE.forms]
    assert list(keeping.sheet(keeping.missing(catalog), {MANY.forms: "kit/a.py"}, 3)) == [
        "# kit/a.py", "# %(n)s licence | %(n)s licences",
        f"{many}.0\t%(n)s licence", f"{many}.1\t%(n)s licences", f"{many}.2\t%(n)s licences",
        "#   [state]", f"{state}\tOpen",
    ]  # fmt: skip


def test_a_sheet_is_taken_with_its_signs(tmp_path):
    catalog = keeping.update("ru", [ONE, MANY, STATE], tmp_path)
    many = next(keeping.key_of(each) for each in catalog if keeping.ids_of(each) == MANY.forms)
    unknown = _take(
        catalog, "# a remark", f"{many}.2\t%(n)s лицензий", f"{many}.0\t%(n)s лицензия", "{See}\t~Ли\\nцензия",
        "{Open}\t=", "000000\tx", "no tab",
    )  # fmt: skip
    assert unknown == ["000000"]
    assert _said(catalog) == {
        MANY.forms: ("%(n)s лицензия", "", "%(n)s лицензий"), STATE.forms: ("Open",), ONE.forms: ("Ли\nцензия",),
    }  # fmt: skip
    remarks = {keeping.ids_of(each)[0]: each.user_comments for each in catalog if each.id}
    assert remarks == {"%(n)s licence": [], "Open": [keeping.SAME], "See the licence": [keeping.OWN_WORDS]}


def test_a_remark_goes_with_a_translation_that_needs_it_no_more(tmp_path):
    catalog = keeping.update("de", [STATE], tmp_path)
    _take(catalog, "{Open}\t=", "{Open}\tOffen")
    assert [(each.string, each.user_comments) for each in catalog if each.id] == [("Offen", [])]
