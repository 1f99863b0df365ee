"""The marks between words as a language sets them: 、 and ： in Japanese, a space before ; and : in French."""

from collections.abc import Iterable
from typing import Literal

from babel import Locale
from babel.lists import format_list
from django.utils.translation import get_language, pgettext

from tenure.toolbox.formats import BABEL

Sign = Literal[",", ";", ":", "."]
ENDS = (".", "!", "?", "。", "！", "？")


def mark(sign: Sign) -> str:
    """What stands between two parts of a line, with its spaces: ", ".  Source: ours."""
    pattern = {
        ",": pgettext("the mark between two parts", "%(first)s, %(second)s"),
        ";": pgettext("the mark between two parts", "%(first)s; %(second)s"),
        ":": pgettext("the mark between two parts", "%(first)s: %(second)s"),
        ".": pgettext("the mark between two parts", "%(first)s. %(second)s"),
    }[sign]
    return pattern % {"first": "", "second": ""}


def beside(*parts: object) -> str:
    """Different things about one matter, those that are empty left out: Munich works, 24 Nov 2026.  Source: ours."""
    return mark(",").join(str(part) for part in parts if part)


def labelled(label: object, words: object) -> str:
    """A label and what it stands for: Severity: 2.  Source: ours."""
    return f"{label}{mark(':')}{words}"


def sentence(words: object) -> str:
    """Words with the full stop of the language, unless they end as a sentence does.  Source: ours."""
    said = str(words)
    return said if said.endswith(ENDS) else f"{said}{mark('.').rstrip()}"


def sentences(*said: str) -> str:
    """Sentences one after another, without the empty ones; no space stands behind a wide full stop.  Source: ours."""
    between = mark(".").lstrip(".。")
    return between.join(each for each in said if each)


def listed(words: Iterable[object]) -> str:
    """Things of one kind, in their order, without an "and": Linux, Windows, macOS.  Source: ours (CLDR's sign)."""
    between = _language().list_patterns["standard"]["middle"].format("", "")
    return str(between).join(map(str, words))


def joined(words: Iterable[object]) -> str:
    """Parts of one sentence, with an "and" before the last: A and B.  Source: ours (CLDR's words)."""
    return str(format_list([str(each) for each in words], locale=_language()))


def _language() -> Locale:
    code = get_language() or "en"
    return Locale.parse(BABEL.get(code, code.replace("-", "_")))
