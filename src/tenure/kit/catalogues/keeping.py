"""Catalogues follow the source: what is new comes in empty, what went is kept aside, and returns with its text."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry

from tenure.kit.catalogues import files
from tenure.kit.catalogues.extraction import Message

# What a translator may remark on a text, and the sign for it in a sheet.
SAME = "the same in this language"
OWN_WORDS = "own words"  # here the English word does not mean the glossary's term
SIGNS = {"=": SAME, "~": OWN_WORDS}


def update(language: str, wanted: Iterable[Message], folder: Path = files.LOCALE) -> Catalog:
    """Bring the catalogue of a language to the messages of the source, and keep it."""
    path = files.path_of(language, folder)
    with files.held(path):
        catalog = files.read(path, language)
        _follow(catalog, wanted)
        files.write(path, catalog)
    return catalog


def _follow(catalog: Catalog, wanted: Iterable[Message]) -> None:
    for entry in [*catalog.obsolete.values()]:
        catalog[entry.id] = entry
    catalog.obsolete.clear()
    catalog.update(_template(wanted), no_fuzzy_matching=True)
    for key in [key for key, entry in catalog.obsolete.items() if not files.is_whole(entry)]:
        del catalog.obsolete[key]


def missing(catalog: Catalog) -> Sequence[Entry]:
    """The entries without a translation."""
    return [entry for entry in catalog if entry.id and not files.is_whole(entry)]


def key_of(entry: Entry) -> str:
    """A short name of an entry by which a sheet speaks of it."""
    return hashlib.sha256("\0".join([entry.context or "", *ids_of(entry)]).encode()).hexdigest()[:6]


def ids_of(entry: Entry) -> tuple[str, ...]:
    return tuple(entry.id) if isinstance(entry.id, (tuple, list)) else (entry.id,)


def strings_of(entry: Entry) -> tuple[str, ...]:
    said = entry.string if isinstance(entry.string, (tuple, list)) else (entry.string,)
    return tuple(each or "" for each in said)


def sheet(entries: Iterable[Entry], places: dict[tuple[str, ...], str], forms: int) -> Iterator[str]:
    """Lines of a sheet to translate: key, tab, text; with remarks on its place and on the English of plural forms."""
    for entry in entries:
        key, ids = key_of(entry), ids_of(entry)
        remark = f"  [{entry.context}]" if entry.context else ""
        yield f"# {places.get(ids, '')}{remark}"
        if len(ids) == 1:
            yield f"{key}\t{_escaped(ids[0])}"
        else:
            yield f"# {_escaped(ids[0])} | {_escaped(ids[1])}"
            yield from (f"{key}.{n}\t{_escaped(ids[min(n, 1)])}" for n in range(forms))


def take(catalog: Catalog, lines: Iterable[str]) -> Sequence[str]:
    """Put the translations of a sheet into a catalogue.  Answers the keys nobody knows.

    `=` keeps the English; `~` before a text says that it has words of its own: SIGNS.
    """
    entries = {key_of(entry): entry for entry in catalog if entry.id}
    unknown = []
    for line in lines:
        name, tab, text = line.rstrip("\n").partition("\t")
        key, _, number = name.strip().partition(".")
        if line.startswith("#") or not tab or not text.strip():
            continue
        entry = entries.get(key)
        if entry is None:
            unknown.append(name)
            continue
        _put(entry, int(number or 0), text, catalog.num_plurals)
    return unknown


def _put(entry: Entry, number: int, text: str, forms: int) -> None:
    ids = ids_of(entry)
    remark = SIGNS.get(text[0])
    entry.user_comments = [each for each in entry.user_comments if each not in SIGNS.values()]
    if remark:
        entry.user_comments.append(remark)
    said = ids[min(number, len(ids) - 1)] if remark == SAME else text.removeprefix("~").replace("\\n", "\n")
    if len(ids) == 1:
        entry.string = said
    else:
        kept = [*strings_of(entry), *[""] * forms][:forms]
        kept[number] = said
        entry.string = tuple(kept)


def _template(wanted: Iterable[Message]) -> Catalog:
    template = Catalog()
    for each in wanted:
        template.add(each.forms if len(each.forms) > 1 else each.forms[0], context=each.context)
    return template


def _escaped(text: str) -> str:
    return text.replace("\n", "\\n")
