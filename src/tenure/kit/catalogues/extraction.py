"""The messages of the source: of modules by Babel, of templates by Django first, and the standard policy's words."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract
from django.utils.translation import templatize

SOURCE = Path(__file__).resolve().parents[2]
# Places that only the vendor's people read; they may stay English, so their own messages are in no catalogue.
STAFF = ("desk/", "cli/", "outlook/simulation", "kit/board", "renewals/lost")
KEYWORDS: Mapping[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None, "gettext": None, "lazy": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
POLICY = SOURCE.parents[1] / "policy" / "standard.toml"
# What `policy_words` is asked for: the sections' entries by key, and which of their texts people read.
POLICY_TEXTS = {
    "hours": ("name",), "severities": ("name", "definition"), "regions": ("name",), "programmes": ("name",),
    "services": ("name", "description"),
}  # fmt: skip
PRESSED = re.compile(r"<button\b[^>]*>(.*?)</button>|<a\b[^>]*class=\"button\"[^>]*>(.*?)</a>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A text to be translated: one form, or the singular and the plural, in a context or in none."""

    forms: tuple[str, ...]
    context: str | None = None
    places: frozenset[str] = field(default=frozenset(), compare=False)
    pressed: bool = field(default=False, compare=False)  # stands on a button or in the navigation: space is short


def messages(source: Path = SOURCE, policy: Path | None = POLICY) -> Sequence[Message]:
    """All messages of the source, by their text; with those of a policy."""
    places: dict[Message, set[str]] = {}
    for each in of_policy(policy.read_text()) if policy else ():
        places.setdefault(each, set()).add("policy")
    pressed: set[Message] = set()
    for path in sorted(source.rglob("*")):
        place = str(path.relative_to(source))
        for each in _of_file(path):
            places.setdefault(each, set()).add(place)
        pressed.update(_pressed(path))
    found = (
        Message(forms=each.forms, context=each.context, places=frozenset(where), pressed=each in pressed)
        for each, where in places.items()
    )
    return sorted(found, key=lambda each: (each.forms, each.context or ""))


def for_people(every: Iterable[Message]) -> Sequence[Message]:
    """Those that customers, resellers and visitors meet: all but what only the vendor's people read."""
    return [each for each in every if any(not place.startswith(STAFF) for place in each.places)]


def _of_file(path: Path) -> Iterator[Message]:
    if path.suffix == ".py":
        yield from of_python(path.read_text())
    elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
        yield from of_template(path.read_text(), str(path))


def _pressed(path: Path) -> Iterator[Message]:
    if path.suffix == ".html" and "templates" in path.parts:
        for found in PRESSED.finditer(path.read_text()):
            yield from of_template(found[1] or found[2] or "", str(path))
    elif path.match("kit/context.py"):
        yield from of_python(path.read_text())


def of_policy(text: str) -> Iterator[Message]:
    """The words of a policy that people read on the pages."""
    policy = tomllib.loads(text)
    for section, names in POLICY_TEXTS.items():
        for entry in policy.get(section, {}).values():
            texts = [entry.get(name) for name in names] + [phone.get("costs") for phone in entry.get("phones", ())]
            yield from (Message(forms=(text,)) for text in texts if text)
    yield from (Message(forms=(link["name"],)) for link in policy.get("contact", {}).get("links", ()))


def of_python(text: str) -> Iterator[Message]:
    """The messages of a module."""
    for _, found, _, context in extract("python", BytesIO(text.encode()), keywords=KEYWORDS):
        forms = found if isinstance(found, tuple) else (found,)
        if forms[0]:
            yield Message(forms=forms, context=context)


def of_template(text: str, origin: str = "") -> Iterator[Message]:
    """The messages of a template."""
    lines = templatize(text, origin=origin).split("\n")
    yield from of_python("\n".join(line.strip() for line in lines))  # its indentation is not Python's
