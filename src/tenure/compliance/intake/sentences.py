"""What is wrong with a line of counts, and what to do, in a sentence a fault and the reader's language."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

LONGEST_SHOWN = 100
SENTENCES: Final = {
    "missing": gettext_noop("is empty"),
    "customer": gettext_noop("“%(value)s” is no customer for whom you may count; write its number, such as K-123456"),
    "ambiguous": gettext_noop("several customers are called “%(value)s”; write the number, such as K-123456"),
    "site": gettext_noop("“%(value)s” is no site of this customer"),
    "product": gettext_noop("“%(value)s” is not in the catalogue"),
    "release": gettext_noop("“%(value)s” is no release of this product"),
    "serial": gettext_noop("“%(value)s” is no serial number of this customer and product"),
    "host": gettext_noop("has %(value)s characters; at most 200 are taken"),
    "quantity": gettext_noop("“%(value)s” is not a whole number; write 0 where nothing is installed any more"),
    "day": gettext_noop("“%(value)s” is not a day; write it as 2027-03-31"),
    "ahead": gettext_noop("%(value)s lies ahead; only what was counted already can be taken"),
    "early": gettext_noop("%(value)s lies before 1980"),
    "twice": gettext_noop("says the same site, product and day as line %(value)s; put both into one line"),
}


def sentence(code: str, value: str) -> str:
    """The reason of a fault."""
    shown = value if len(value) <= LONGEST_SHOWN else value[:LONGEST_SHOWN] + "…"
    return _(SENTENCES[code]) % {"value": shown}
