"""What every page needs, computed once a request.  No query here: hot pages pay for each."""

from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_bidi, gettext_noop
from django.utils.translation import gettext as _

from tenure.kit import language
from tenure.kit.formats import zone_words

EVERYONE, SIGNED_IN, STAFF = "everyone", "signed_in", "staff"
CURRENT = ' aria-current="true"'
# the bar: where, what it is called, who sees it
NAV = (
    ("/licences", gettext_noop("Licences"), SIGNED_IN),
    ("/lifecycle", gettext_noop("Product lifecycle"), EVERYONE),
    ("/desk/", gettext_noop("Desk"), STAFF),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NavRow:
    url: str
    word: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageRow:
    code: str
    name: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The frame of a page, ready to print."""

    vendor: str
    path: str
    change_url: str
    nav: tuple[NavRow, ...]
    signed_in: bool
    name: str
    organisation: str
    language: str
    rtl: bool
    theme: str
    zone: str
    zone_words: str
    languages: tuple[LanguageRow, ...]
    language_links: SafeString


def page(request: HttpRequest) -> dict[str, object]:
    """`page` for the templates; made when a template first asks for it, so an htmx fragment pays nothing."""
    return {"page": SimpleLazyObject(lambda: page_of(request))}


def page_of(request: HttpRequest) -> Page:
    """The frame of this request's page: bar, foot, language, zone.  Reads nothing but the request and the settings."""
    who = language.who_of(request)
    code = get_language() or settings.LANGUAGE_CODE
    zone = language.chosen_zone(request)
    back = quote(request.get_full_path(), safe="/")
    languages = _languages(code, back)
    return Page(
        vendor=settings.VENDOR_NAME,
        path=request.get_full_path(),
        change_url=f"/preferences?next={back}",
        nav=_nav(request.path, signed_in=who.person_id is not None, staff=who.is_staff),
        signed_in=who.person_id is not None,
        name=who.name or who.email,
        organisation=getattr(who, "organisation", ""),
        language=code,
        rtl=get_language_bidi(),
        theme=language.chosen_theme(request),
        zone=zone,
        zone_words=zone_words(zone, code),
        languages=languages,
        language_links=_language_links(languages),
    )


def _nav(path: str, *, signed_in: bool, staff: bool) -> tuple[NavRow, ...]:
    seen = {EVERYONE} | ({SIGNED_IN} if signed_in else set()) | ({STAFF} if staff else set())
    return tuple(
        NavRow(url=url, word=_(word), current=path == url or path.startswith(url.rstrip("/") + "/"))
        for url, word, to in NAV
        if to in seen
    )


def _languages(code: str, back: str) -> tuple[LanguageRow, ...]:
    return tuple(
        LanguageRow(code=c, name=name, url=f"/preferences?language={c}&next={back}", current=c == code)
        for c, name in settings.LANGUAGES
    )


def _language_links(rows: tuple[LanguageRow, ...]) -> SafeString:
    """The links of the foot, in one string: ten rows of four lookups each would be the dearest part of a page."""
    links = "".join(
        f'<li><a href="{escape(row.url)}" lang="{row.code}" hreflang="{row.code}"'
        f"{CURRENT if row.current else ''}>{escape(row.name)}</a></li>"
        for row in rows
    )
    return mark_safe(links)  # noqa: S308 (escaped above; codes are the settings')
