"""Tags of every page.  All of them print; none decides."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tenure.entitlements.meters import meter_word
from tenure.kit.icons import icon_svg
from tenure.kit.states import purpose_word
from tenure.policy.sentences import policy_words
from tenure.toolbox import formats, marks

register = template.Library()

STYLES = (
    "tokens", "base", "layout", "bar", "button", "state", "facts", "table",
    "line", "field", "summary", "talk", "promise", "quote", "desk", "board", "print",
)  # fmt: skip
TONES = frozenset({"good", "soon", "bad", "wait", "quiet"})
SELECTED = mark_safe(" selected")
DAYS = {"": formats.day_words, "long": formats.long_day, "short": formats.short_day}
INSTANTS = {"": formats.instant_words, "time": formats.time_words, "day": formats.day_of_instant}


@register.simple_tag
def stylesheets() -> SafeString:
    """The style sheets in the order of the cascade, linked one by one."""
    return _links()


@lru_cache(maxsize=1)
def _links() -> SafeString:
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(f"kit/css/{n}.css"),) for n in STYLES))


@register.simple_tag
def request_key() -> SafeString:
    """The hidden idempotency key of a form: sending the form twice has one effect."""
    return format_html('<input type="hidden" name="request_key" value="{}">', uuid.uuid4().hex)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon; the word beside it says what it means."""
    return icon_svg(str(name))


@register.simple_tag
def state(tone: str, icon: str, word: str, kind: str = "") -> SafeString:
    """How a thing stands: tone, icon and word, always all three.  ValueError for an unknown tone."""
    return _state(tone, icon, str(word), kind)


@lru_cache(maxsize=4096)
def _state(tone: str, icon: str, word: str, kind: str) -> SafeString:
    if tone not in TONES:
        raise ValueError(f"no such tone: {tone!r}")
    tag = format_html(' data-kind="{}"', kind) if kind else ""
    return format_html('<span class="state"{} data-tone="{}">{}{}</span>', tag, tone, icon_svg(icon), word)


@register.simple_tag
def purpose(value: str) -> SafeString:
    """The mark of a licence that is not in production: icon and word; nothing for any other."""
    word = purpose_word(value)
    return _state(word.tone, word.icon, word.word, "mark") if word else SafeString("")


@register.simple_tag
def options(pairs: Iterable[tuple[str, object]], chosen: object) -> SafeString:
    """The options of a select.  pairs: value and name; chosen: the value that is selected."""
    wanted = str(chosen)
    rows = ((value, SELECTED if value == wanted else "", name) for value, name in pairs)
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


@register.simple_tag
def day(value: date | None, form: str = "") -> SafeString:
    """A day, isolated from the direction of the text around it; nothing for None."""
    if value is None:
        return SafeString("")
    return _day(value, form, get_language() or "en")


@lru_cache(maxsize=8192)
def _day(value: date, form: str, language: str) -> SafeString:
    return format_html('<time datetime="{}"><bdi>{}</bdi></time>', value.isoformat(), DAYS[form](value, language))


@register.simple_tag(takes_context=True)
def instant(context: Context, value: datetime | None, form: str = "") -> SafeString:
    """An instant in the reader's zone; nothing for None."""
    if value is None:
        return SafeString("")
    page = context.get("page")
    zone = page.zone if page else "UTC"
    words = INSTANTS[form](value, zone)
    return format_html('<time datetime="{}"><bdi>{}</bdi></time>', value.isoformat(timespec="seconds"), words)


@register.simple_tag
def number(value: object) -> SafeString:
    """An identifier, in mono."""
    return format_html('<span class="number"><bdi>{}</bdi></span>', value)


@register.simple_tag
def quantity(value: int | Decimal) -> str:
    """Figures with the separators of the language."""
    return formats.quantity_words(value)


register.filter("policy_words", policy_words)
register.simple_tag(meter_word, name="meter")
register.simple_tag(marks.mark)
register.filter("listed", marks.listed)


@register.simple_tag
def money(amount: Decimal, currency: str) -> SafeString:
    """An amount with its currency, isolated."""
    return format_html("<bdi>{}</bdi>", formats.money_words(amount, currency))


@register.simple_block_tag
def trail(content: str) -> SafeString:
    """The trail of a page; no landmark where there is no trail."""
    if not content.strip():
        return SafeString("")
    return format_html('<nav class="crumbs" aria-label="{}"><ol>{}</ol></nav>', _("You are here"), content)


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's control with the look's class; help and error are named by id, as Django does."""
    attrs: dict[str, Any] = {}
    if field.widget_type not in {"checkbox", "radioselect", "checkboxselectmultiple"}:
        attrs["class"] = f"{field.field.widget.attrs.get('class', '')} input".strip()
    return field.as_widget(attrs=attrs)
