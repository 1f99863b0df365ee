"""Reading a catalogue file in the public endoflife.date v1 shape: all of it, or a list of every mistake."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NoReturn

from tenure.catalog.rules.values import Values, shown
from tenure.catalog.words import Ending, Mistake, ProductKind, ReadCatalog, ReadProduct, ReadRelease

MOST_BYTES = 64 * 1024 * 1024
MOST_MISTAKES = 1_000
SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
KIND_OF = {"device": ProductKind.HARDWARE, "service": ProductKind.ONLINE_SERVICE}
FAMILY_OF = {
    "app": "Applications",
    "database": "Databases",
    "device": "Devices",
    "framework": "Frameworks",
    "lang": "Languages",
    "os": "Operating systems",
    "server-app": "Server applications",
    "service": "Services",
    "standard": "Standards",
}


class Unreadable(Exception):
    """The file cannot be taken: every mistake in it, in the file's order; `more`: the list was cut."""

    def __init__(self, mistakes: tuple[Mistake, ...], *, more: bool = False) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes
        self.more = more


def read(*, content: bytes) -> ReadCatalog:
    """Read a whole file, or raise Unreadable with every mistake in it (the list is cut at 1,000).

    content: at most 64 MiB of UTF-8 JSON, {"result": [{"name", "label", "category", "releases": [...]}]}; keys that
    are not known are passed over.  A day decides over the flag beside it.  Nothing is guessed.  Source: A10.
    """
    top = _json(content)
    values = Values(most=MOST_MISTAKES)
    if not isinstance(top, dict):
        raise Unreadable((Mistake(where="file", reason='must be an object with a list "result"'),))
    told_on = _told_on(values, top.get("generated_at"))
    listed = top.get("result")
    products: list[ReadProduct] = []
    if not isinstance(listed, list):
        values.wrong("result", "missing" if "result" not in top else f"must be a list, not {shown(listed)}")
        listed = []
    slugs: dict[str, str] = {}
    families: dict[str, tuple[str, str]] = {}
    for number, each in enumerate(listed):
        if values.full:
            break
        where = f"result[{number}]"
        product = _product(values, where, each)
        if product is None:
            continue
        if product.slug in slugs:
            values.wrong(f"{where}.name", f"{shown(product.slug)} is already the name of {slugs[product.slug]}")
        else:
            slugs[product.slug] = where
        name, first = families.setdefault(product.family_slug, (product.family_name, where))
        if name != product.family_name:
            values.wrong(f"{where}.family", f"{shown(product.family_name)} differs from {shown(name)} of {first}")
        products.append(product)
    if values.mistakes:
        raise Unreadable(tuple(values.mistakes), more=values.full)
    return ReadCatalog(told_on=told_on, products=tuple(products))


def _json(content: bytes) -> object:
    if len(content) > MOST_BYTES:
        _refuse(f"is larger than {MOST_BYTES // 1024 // 1024} MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(f"is not UTF-8: byte {error.start} cannot be read")
    try:
        return json.loads(text, parse_constant=_constant, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        _refuse(f"is not JSON: line {error.lineno}, column {error.colno}: {error.msg}")
    except RecursionError:
        _refuse("is nested too deeply")
    except ValueError as error:  # NaN, a key twice, a number of thousands of digits
        _refuse(str(error).split(";")[0])


def _refuse(reason: str) -> NoReturn:
    raise Unreadable((Mistake(where="file", reason=reason),))


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"one object has the key {shown(next(k for k in keys if keys.count(k) > 1))} twice")
    return found


def _told_on(values: Values, given: object) -> date | None:
    if given is None:
        return None
    return values.day("generated_at", given[:10] if isinstance(given, str) else given)


def _product(values: Values, where: str, given: object) -> ReadProduct | None:
    if not isinstance(given, dict):
        values.wrong(where, f"must be an object, not {shown(given)}")
        return None
    slug = values.text(f"{where}.name", given.get("name"), most=200)
    if slug and not SLUG.fullmatch(slug):
        values.wrong(f"{where}.name", f"{shown(slug)} must be small letters a-z, digits, - and _")
    category = values.text(f"{where}.category", given.get("category"), most=100)
    family = values.text(f"{where}.family", given["family"], most=200) if given.get("family") is not None else ""
    name = values.text(f"{where}.label", given.get("label"), most=500)
    family_name = family or FAMILY_OF.get(category) or category.replace("-", " ").capitalize()
    family_slug = _slug_of(family_name)
    if category and not family_slug:
        values.wrong(f"{where}.{'family' if family else 'category'}", "has no letter or digit")
    return ReadProduct(
        slug=slug,
        name=name,
        category=category,
        kind=_kind(values, f"{where}.kind", given.get("kind"), category),
        family_slug=family_slug,
        family_name=family_name,
        aliases=values.texts(f"{where}.aliases", given.get("aliases")) or (),
        platforms=values.texts(f"{where}.platforms", given.get("platforms")),
        has_content=values.flag(f"{where}.has_content", given.get("has_content")),
        reminds_customer=values.flag(f"{where}.reminds_customer", given.get("reminds_customer")),
        releases=tuple(_releases(values, f"{where}.releases", given)),
    )


def _kind(values: Values, where: str, given: object, category: str) -> ProductKind:
    usual = KIND_OF.get(category, ProductKind.SOFTWARE)
    if given is None:
        return usual
    if isinstance(given, str) and given in list(ProductKind):
        return ProductKind(given)
    values.wrong(where, f"{shown(given)} must be one of {', '.join(ProductKind)}")
    return usual


def _slug_of(name: str) -> str:
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")[:200]


def _releases(values: Values, where: str, product: Mapping[str, object]) -> Iterator[ReadRelease]:
    listed = product.get("releases")
    if not isinstance(listed, list):
        values.wrong(where, "missing" if "releases" not in product else f"must be a list, not {shown(listed)}")
        return
    names: dict[str, int] = {}
    for number, given in enumerate(listed):
        if values.full:
            return
        here = f"{where}[{number}]"
        if not isinstance(given, dict):
            values.wrong(here, f"must be an object, not {shown(given)}")
            continue
        release = _release(values, here, given)
        first = names.setdefault(release.name, number)
        if first != number and release.name:
            values.wrong(f"{here}.name", f"{shown(release.name)} is already the name of {where}[{first}]")
        yield release


def _release(values: Values, where: str, given: Mapping[str, object]) -> ReadRelease:
    name = values.text(f"{where}.name", given.get("name"), most=200)
    label = values.text(f"{where}.label", given["label"], most=500) if given.get("label") is not None else name
    latest, latest_on = _latest(values, f"{where}.latest", given.get("latest"))
    return ReadRelease(
        name=name,
        label=label,
        available_from=values.day(f"{where}.releaseDate", given.get("releaseDate")),
        active=_ending(values, where, given, "eoasFrom", "isEoas"),
        standard=_ending(values, where, given, "eolFrom", "isEol"),
        extended=_ending(values, where, given, "eoesFrom", "isEoes"),
        discontinued=_ending(values, where, given, "discontinuedFrom", "isDiscontinued"),
        is_long_term=values.flag(f"{where}.isLts", given.get("isLts")) or False,
        latest=latest,
        latest_on=latest_on,
    )


def _ending(values: Values, where: str, given: Mapping[str, object], day_key: str, flag_key: str) -> Ending:
    """The end of one support: a day, or true (ended, day unknown), or none; not offered where no key speaks of it."""
    day, flag = given.get(day_key), values.flag(f"{where}.{flag_key}", given.get(flag_key))
    offered = day is not None or flag is not None
    if isinstance(day, bool):
        return Ending(ended=day, offered=offered)
    from_day = values.day(f"{where}.{day_key}", day)
    return Ending(from_day=from_day, ended=bool(flag) and day is None, offered=offered)


def _latest(values: Values, where: str, given: object) -> tuple[str, date | None]:
    if given is None:
        return "", None
    if not isinstance(given, dict):
        values.wrong(where, f"must be an object, not {shown(given)}")
        return "", None
    named = given.get("name") not in (None, "")  # both are found in the public file
    name = values.text(f"{where}.name", given["name"], most=200) if named else ""
    return name, values.day(f"{where}.date", given.get("date"))
