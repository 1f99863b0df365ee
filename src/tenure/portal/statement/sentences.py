"""What the pages of statements and proofs say."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from tenure.entitlements.words.statement import ProofRefusal, StatementSum
from tenure.toolbox.formats import long_day, quantity_words
from tenure.toolbox.refused import Refused

REFUSALS: Mapping[StrEnum, object] = {
    ProofRefusal.DAY_AHEAD: lazy("A proof says what was: choose today or a day before."),
    ProofRefusal.NOTHING_OWNED: lazy("Nothing was owned on that day that fits, so there is nothing to print."),
    ProofRefusal.TOO_MUCH: lazy("A document holds at most %(most)s licences. Narrow it to a product, or take the CSV."),
}


def refusal(no: Refused) -> str:
    """The sentence of an expected no.  Raises it again where no sentence fits."""
    if no.code not in REFUSALS:
        raise no
    return str(REFUSALS[no.code]) % no.facts


def answer(place: str, sums: Sequence[StatementSum], on: date, *, is_today: bool) -> SafeString:
    """The first sentence of a statement: how many licences of how many products, on which day."""
    licences, products = sum(each.assets for each in sums), len({each.product for each in sums})
    if not licences:
        said = _("{place} owns nothing that fits.") if is_today else _("{place} owned nothing that fits on {day}.")
        return format_html(said, place=place, day=long_day(on))
    many = ngettext("%(n)s licence", "%(n)s licences", licences) % {"n": quantity_words(licences)}
    kinds = ngettext("%(n)s product", "%(n)s products", products) % {"n": quantity_words(products)}
    said = (
        _("{place} owns {many} of {kinds}.") if is_today else _("{place} owned {many} of {kinds} at the end of {day}.")
    )
    mark = format_html('<b data-tone="good">{}</b>', many)
    return format_html(said, place=place, many=mark, kinds=kinds, day=long_day(on))
