"""What every page needs, computed once a request.  No query here: hot pages pay for each."""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_bidi, gettext_noop
from django.utils.translation import gettext as _

from tenure.kit import language
from tenure.toolbox.formats import zone_words

EVERYONE, SIGNED_IN, STAFF = "everyone", "signed_in", "staff"
CURRENT = mark_safe(' aria-current="true"')
# the bar: where, what it is called, who sees it; the desk's own first, as a phone shows the first four
NAV = (
    ("/desk/cases", gettext_noop("Queue"), STAFF),
    ("/desk/", gettext_noop("Desk"), STAFF),
    ("/licences", gettext_noop("Licences"), SIGNED_IN),
    ("/cases", gettext_noop("Cases"), SIGNED_IN),
    ("/renewals", gettext_noop("Renewals"), SIGNED_IN),
    ("/compliance", gettext_noop("Installed"), SIGNED_IN),
    ("/lifecycle", gettext_noop("Product lifecycle"), EVERYONE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NavRow:
    url: str
    word: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The frame of a page, ready to print.  back: where a change of language leads back to."""

    vendor: str
    path: str
    back: str
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
    language_buttons: SafeString


def page(request: HttpRequest) -> dict[str, object]:
    """`page` for the templates; made when a template first asks for it, so an htmx fragment pays nothing."""
    return {"page": SimpleLazyObject(lambda: page_of(request))}


def page_of(request: HttpRequest) -> Page:
    """The frame of this request's page: bar, foot, language, zone.  Reads nothing but the request and the settings."""
    who = language.who_of(request)
    code = get_language() or settings.LANGUAGE_CODE
    zone = language.chosen_zone(request)
    back = _back(request)
    return Page(
        vendor=settings.VENDOR_NAME,
        path=request.get_full_path(),
        back=back,
        change_url=f"/preferences?next={quote(back, safe='/')}",
        nav=_nav(request.path, signed_in=who.person_id is not None, staff=who.is_staff),
        signed_in=who.person_id is not None,
        name=who.name or who.email,
        organisation=getattr(who, "organisation", ""),
        language=code,
        rtl=get_language_bidi(),
        theme=language.chosen_theme(request),
        zone=zone,
        zone_words=zone_words(zone, code),
        language_buttons=_language_buttons(code, tuple(settings.LANGUAGES)),
    )


def _nav(path: str, *, signed_in: bool, staff: bool) -> tuple[NavRow, ...]:
    seen = {EVERYONE} | ({SIGNED_IN} if signed_in else set()) | ({STAFF} if staff else set())
    within = [url for url, _word, _to in NAV if path == url or path.startswith(url.rstrip("/") + "/")]
    here = max(within, key=len, default="")
    return tuple(NavRow(url=url, word=_(word), current=url == here) for url, word, to in NAV if to in seen)


def _back(request: HttpRequest) -> str:
    """This page; for one that answers a form, the page of the form: the address of a form may not be opened."""
    return request.get_full_path() if request.method in {"GET", "HEAD"} else request.headers.get("Referer", "/")


@lru_cache(maxsize=64)
def _language_buttons(code: str, languages: tuple[tuple[str, str], ...]) -> SafeString:
    """The buttons of the foot, made once a language: ten rows of lookups each would be the dearest part of a page."""
    return format_html_join(
        "",
        '<li><button class="button" data-kind="plain" name="language" value="{}" lang="{}"{}>{}</button></li>',
        ((c, c, CURRENT if c == code else "", name) for c, name in languages),
    )
