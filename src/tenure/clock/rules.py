"""What may be asked of a sandbox's clock."""

import re
from datetime import timedelta

from tenure.clock.words import FURTHEST, UNITS, Cannot
from tenure.toolbox.refused import Refused


def span_of(text: str) -> timedelta:
    """The span that "30d", "2h" or "1w" names.

    Raises Refused BAD_DURATION for any other text, for nothing and for more than a century.
    """
    found = re.fullmatch(r"([0-9]{1,6})([hdw])", text.strip().lower())
    span = int(found[1]) * UNITS[found[2]] if found else timedelta()
    if not timedelta() < span <= FURTHEST:
        raise Refused(Cannot.BAD_DURATION, text=text)
    return span
