"""Two languages for tests: `en-xa`, accented and longer, and `ar-xb`, from right to left.

A page in one of them shows at a glance, and to a test, every text that was never given to gettext: it stays Latin.
Installed only with TENURE_PSEUDO=1; there is no catalogue file.
"""

import re
from collections.abc import Callable

from django.conf import locale, settings
from django.utils.translation import trans_real

KEPT = re.compile(r"(%\([^)]*\)[a-z]|%[sd%]|\{[^}]*\}|<[^>]*>|&[a-z#0-9]+;)")
ACCENTED = str.maketrans("AEIOUYaeiouycnsz", "ÅÉÎÖÛÝåéîöûýçñšž")
ARABIC = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ابجدهفغحيكقلمنوبقرستويشكيز")
NAMES = {"en-xa": ("Åççéñţš", False), "ar-xb": ("معكوس", True)}


def accented(text: str) -> str:
    """The text with accents, a third longer, between brackets; placeholders and markup stay."""
    padding = "~" * max(1, len(text) // 3)
    return f"⟦{_but_kept(text, lambda part: part.translate(ACCENTED))}{padding}⟧" if text.strip() else text


def mirrored(text: str) -> str:
    """The text in letters that run from right to left; placeholders and markup stay."""
    return f"⟦{_but_kept(text, lambda part: part.lower().translate(ARABIC))}⟧" if text.strip() else text


def _but_kept(text: str, change: Callable[[str], str]) -> str:
    return "".join(part if KEPT.fullmatch(part) else change(part) for part in KEPT.split(text))


class Pseudo(trans_real.DjangoTranslation):
    """English run through a change of letters."""

    change: Callable[[str], str] = staticmethod(accented)

    def gettext(self, message: str) -> str:
        return self.change(message.rpartition(trans_real.CONTEXT_SEPARATOR)[2])  # so Django asks for one in a context

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return self.change(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return self.change(msgid1 if n == 1 else msgid2)


class Mirrored(Pseudo):
    """The same, from right to left."""

    change = staticmethod(mirrored)


def install() -> None:
    """Make both languages known to Django's gettext when the settings ask for them; else do nothing."""
    if not getattr(settings, "PSEUDO", False):
        return
    for code, (name, bidi) in NAMES.items():
        locale.LANG_INFO[code] = {"bidi": bidi, "code": code, "name": name, "name_local": name}
    known: dict[str, trans_real.DjangoTranslation] = trans_real._translations  # type: ignore[attr-defined]
    known.update({"en-xa": Pseudo("en-xa"), "ar-xb": Mirrored("ar-xb")})
