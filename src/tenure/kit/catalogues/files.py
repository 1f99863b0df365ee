"""Where the catalogues are, how they are written and how they are compiled.  Needs Babel alone: set-up runs it too."""

import fcntl
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

LOCALE = Path(__file__).resolve().parents[1] / "locale"
# Portal languages beside English, by their names as folders. A language stands in COMPLETE once nothing is missing:
# from then on a text without its translation fails the tests.
LANGUAGES = ("de", "fr", "it", "es", "zh_Hans", "ja", "pt", "ko", "ru")
COMPLETE: tuple[str, ...] = ("de", "fr", "it", "es", "zh_Hans", "ja", "pt", "ko", "ru")
CHANGING = re.compile(rb'^"(?:POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By'
                      rb'|Project-Id-Version|Report-Msgid-Bugs-To):.*\n', re.MULTILINE)  # fmt: skip


def path_of(language: str, folder: Path = LOCALE) -> Path:
    """The catalogue of a language."""
    return folder / language / "LC_MESSAGES" / "django.po"


def read(path: Path, language: str) -> Catalog:
    """The catalogue in a file; an empty one where there is none."""
    if not path.exists():
        return Catalog(locale=language, fuzzy=False)
    with path.open("rb") as opened:
        return read_po(opened, locale=language, abort_invalid=True)


def write(path: Path, catalog: Catalog) -> None:
    """Keep a catalogue: sorted, a line a text, without dates and places, so that a change shows as what it is."""
    text = BytesIO()
    catalog.header_comment = (
        f"# Tenure in {catalog.locale.english_name if catalog.locale else 'English'}: docs/languages/README.md"
    )
    write_po(text, catalog, width=0, no_location=True, sort_output=True)
    _replace(path, CHANGING.sub(b"", text.getvalue()))


def is_whole(entry: Message) -> bool:
    """Whether every form of an entry has its translation."""
    strings = entry.string if isinstance(entry.string, (tuple, list)) else (entry.string,)
    return all(strings) and not entry.fuzzy


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Keep others from changing a catalogue between our reading and our writing of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    door = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(door, fcntl.LOCK_EX)
        yield
    finally:
        os.close(door)


def stale(folder: Path = LOCALE) -> Sequence[Path]:
    """The catalogues that changed since they were compiled, or never were."""
    return [po for po in sorted(folder.glob("*/LC_MESSAGES/*.po")) if not _is_compiled(po)]


def compile_stale(folder: Path = LOCALE) -> Sequence[Path]:
    """Compile what changed, each in one step, so that nobody reads half of it; answers what was compiled."""
    changed = stale(folder)
    for po in changed:
        compiled = BytesIO()
        catalog = read(po, po.parents[1].name)
        for entry in [each for each in catalog if each.id and not is_whole(each)]:
            catalog.delete(entry.id, entry.context)  # Django falls back to the English only where there is no entry
        write_mo(compiled, catalog)
        _replace(po.with_suffix(".mo"), compiled.getvalue())
    return changed


def _is_compiled(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return mo.exists() and mo.stat().st_mtime_ns > po.stat().st_mtime_ns


def _replace(path: Path, data: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as draft:
        draft.write(data)
    Path(draft.name).chmod(0o644)
    Path(draft.name).replace(path)


if __name__ == "__main__":
    compile_stale(Path(sys.argv[1]) if len(sys.argv) > 1 else LOCALE)
