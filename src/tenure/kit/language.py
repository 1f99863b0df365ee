"""Which language and which zone a request is answered in."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from tenure.accounts.words import NOBODY, Who
from tenure.kit.pseudo import NAMES

COOKIE_SECONDS = 365 * 24 * 3600
DESK = "/desk/"


def activate_for(request: HttpRequest) -> str:
    """Activate the language of the request and answer its code.

    The person's own, else the cookie `language`, else what the browser asks for, else the installation's.
    Sets `request.LANGUAGE_CODE`.  Source: ours.
    """
    code = chosen_language(request)
    translation.activate(code)
    request.LANGUAGE_CODE = code
    return code


def chosen_language(request: HttpRequest) -> str:
    """The code of `settings.LANGUAGES` that fits the request best.  Reads nothing but the request.

    The desk is English for everybody, as no catalogue has its own words: a page in two languages helps nobody.
    """
    who = who_of(request)
    wanted = [who.language] if who.person_id is not None else []
    wanted.append(request.COOKIES.get("language", ""))
    wanted.extend(code for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")))
    code = next((found for found in map(supported_language, wanted) if found), settings.LANGUAGE_CODE)
    return "en" if request.path.startswith(DESK) and code not in NAMES else code


def supported_language(wanted: str) -> str:
    """The offered language for a wanted tag: itself, its script's or its base's; empty when none is offered."""
    offered = dict(settings.LANGUAGES)
    tag = wanted.lower()
    if tag in offered:
        return tag
    if tag.partition("-")[0] == "zh" and "hant" not in tag and tag not in {"zh-tw", "zh-hk", "zh-mo"}:
        return "zh-hans" if "zh-hans" in offered else ""
    base = tag.partition("-")[0]
    return base if base in offered else ""


def chosen_zone(request: HttpRequest) -> str:
    """The IANA zone in which instants are shown: the person's, else the cookie `zone`, else UTC."""
    who = who_of(request)
    zone = who.zone if who.person_id is not None else request.COOKIES.get("zone", "")
    return zone if is_zone(zone) else "UTC"


def chosen_theme(request: HttpRequest) -> str:
    """`light`, `dark`, or empty for what the system says."""
    theme = getattr(who_of(request), "theme", "") or request.COOKIES.get("theme", "")
    return theme if theme in {"light", "dark"} else ""


def is_zone(name: str) -> bool:
    """Whether `name` is a zone of the IANA data base."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def who_of(request: HttpRequest) -> Who:
    """Who asks; a visitor where the request failed before that was known."""
    who = getattr(request, "who", NOBODY)
    return who if isinstance(who, Who) else NOBODY
