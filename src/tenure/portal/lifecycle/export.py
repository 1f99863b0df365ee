"""A product's lifecycle in the public endoflife.date v1 shape, which `tenure import catalog` reads again."""

import json
from collections.abc import Iterable
from datetime import date

from tenure.catalog.rules import state_on
from tenure.catalog.words import SUPPORTED, Ending, ProductRow, ReleaseRow


def document(product: ProductRow, releases: Iterable[ReleaseRow], *, on: date) -> str:
    """The JSON text.  on: the day for which the `is...` keys hold.  Source: A10."""
    made = {
        "name": product.slug,
        "aliases": list(product.aliases),
        "label": product.name,
        "category": product.category,
        "kind": product.kind.value,
        "family": product.family,
        "platforms": list(product.platforms),
        "has_content": product.has_content,
        "releases": [_release(release, on) for release in releases],
    }
    shape = {"schema_version": "1.2.0", "generated_at": f"{on.isoformat()}T00:00:00Z", "total": 1, "result": [made]}
    return json.dumps(shape, ensure_ascii=False, indent=1)


def _release(row: ReleaseRow, on: date) -> dict[str, object]:
    made: dict[str, object] = {
        "name": row.name,
        "label": row.label,
        "releaseDate": _iso(row.available_from),
        "isLts": row.is_long_term,
        **_ending("isEoas", "eoasFrom", row.active, on),
        **_ending("isEol", "eolFrom", row.standard, on),
        **_ending("isDiscontinued", "discontinuedFrom", row.discontinued, on),
        "isMaintained": state_on(lifecycle=row.lifecycle, on=on) in SUPPORTED,
        "latest": {"name": row.latest, "date": _iso(row.latest_on), "link": None} if row.latest else None,
    }
    return made | (_ending("isEoes", "eoesFrom", row.extended, on) if row.extended.offered else {})


def _ending(flag: str, day: str, ending: Ending, on: date) -> dict[str, object]:
    over = ending.ended if ending.from_day is None else on >= ending.from_day
    return {flag: over, day: _iso(ending.from_day)}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
