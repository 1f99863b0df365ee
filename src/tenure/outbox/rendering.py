"""A letter as text and as HTML: the same sentences, in the reader's language and zone."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from tenure.outbox.words import LetterText, Reader
from tenure.toolbox.formats import moment_words, zone_words
from tenure.toolbox.marks import labelled


def rendered(letter: LetterText, *, reader: Reader, at: datetime) -> tuple[str, str]:
    """The text part and the HTML part.  at: when it is written, which the foot says.  Source: ours."""
    language = spoken(reader.language)
    with translation.override(language):
        written = {"moment": moment_words(at, reader.zone), "zone": zone_words(reader.zone)}
        foot = [*_said(letter.reason), _("This was written on %(moment)s, %(zone)s.") % written]
        heading = letter.heading or letter.subject
        html = render_to_string("outbox/letter.html", {
            "letter": letter, "language": language, "heading": heading, "foot": foot,
            "vendor": settings.VENDOR_NAME, "site": settings.SITE_URL,
        })  # fmt: skip
        return _text(letter, heading, foot), html


def spoken(language: str) -> str:
    """The language of the portal that comes nearest to a code: itself, "pt" for "pt-br", and English for all others."""
    try:
        return translation.get_supported_language_variant(language)
    except LookupError:
        return "en"


def _text(letter: LetterText, heading: str, foot: list[str]) -> str:
    facts = "\n".join(labelled(label, value) for label, value in letter.facts)
    action = f"{labelled(letter.action.label, '').rstrip()}\n{letter.action.url}" if letter.action else ""
    blocks = [heading, *_said(letter.greeting, *letter.paragraphs, facts, action, *letter.after)]
    return "\n\n".join(blocks) + "\n\n-- \n" + "\n".join([*foot, settings.VENDOR_NAME, settings.SITE_URL]) + "\n"


def _said(*words: str) -> list[str]:
    return [each for each in words if each]
