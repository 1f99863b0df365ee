"""Icons on a 24 grid, inline; those of the look by hand, any other from the lucide set."""

from functools import lru_cache

import lucide
from django.utils.safestring import SafeString, mark_safe

DRAWN = {
    "arrow-up": '<path d="M12 20V4.5m-6.5 6.5L12 4.5l6.5 6.5"/>',
    "chevron-right": '<path d="m9 6 6 6-6 6"/>',
    "circle-check": '<circle cx="12" cy="12" r="9"/><path d="m8.2 12.3 2.6 2.6 5-5.4"/>',
    "circle-minus": '<circle cx="12" cy="12" r="9" stroke-dasharray="3 2.65"/><path d="M8.5 12h7"/>',
    "circle-pause": '<circle cx="12" cy="12" r="9"/><path d="M10 9v6m4-6v6"/>',
    "circle-x": '<circle cx="12" cy="12" r="9"/><path d="m9 9 6 6m0-6-6 6"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5.2l3.2 2"/>',
    "clock-alert": '<path d="M20.5 9A9 9 0 1 0 21 12.6"/><path d="M12 7v5.2l3.2 2M21 3.5v3.2"/>',
    "download": '<path d="M12 4v11.5m-5-5 5 5 5-5M4 20.5h16"/>',
    "key": '<circle cx="8" cy="15.5" r="4.5"/><path d="m11.3 12.3 8.2-8.3m-3.5 3.5 3 3"/>',
    "refresh-cw": '<path d="M4 12a8 8 0 0 1 13.8-5.5L20 9m0-5v5h-5M20 12a8 8 0 0 1-13.8 5.5L4 15m0 5v-5h5"/>',
    "search": '<circle cx="10.8" cy="10.8" r="6.8"/><path d="m16 16 4.8 4.8"/>',
    "triangle-alert": '<path d="M12 4 2.8 20h18.4z"/><path d="M12 10v4.4m0 2.8v.01"/>',
}


@lru_cache(maxsize=256)
def icon_svg(name: str) -> SafeString:
    """The icon as decorative inline SVG.  Raises lucide.IconDoesNotExist for a name the set does not have."""
    drawn = DRAWN.get(name) or _from_set(name)
    svg = f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{drawn}</svg>'
    return mark_safe(svg)  # noqa: S308 (our own drawings and those of the wheel)


def _from_set(name: str) -> str:
    whole: str = lucide._render_icon(name, None)
    return whole.partition(">")[2].rpartition("</svg>")[0].strip()
