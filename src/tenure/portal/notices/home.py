"""What `/renewals` begins with: what waits for the reader, and what was ordered last."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import ngettext

from tenure.kit.asked import Asked
from tenure.renewals.queries.kept import QuoteFilters, QuoteRow, quotes
from tenure.renewals.queries.resellers import requests_waiting
from tenure.renewals.queries.sides import DECIDE, may_sell
from tenure.renewals.words import QuoteState
from tenure.toolbox.formats import count_words

LAST_ORDERS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Something that waits for the reader, and where."""

    words: str
    url: str


def home_of(request: Asked) -> tuple[tuple[Waits, ...], tuple[QuoteRow, ...]]:
    """What waits for the reader, and the last orders that they see.  Three queries at most.  Source: B3; ours."""
    page = quotes(
        who=request.who, filters=QuoteFilters(view=QuoteState.ORDERED.value), at=request.at, limit=LAST_ORDERS
    )  # fmt: skip
    return tuple(_waits(request, dict(page.counts))), page.rows


def _waits(request: Asked, counts: dict[QuoteState, int]) -> Iterator[Waits]:
    who, quoted = request.who, reverse("quotes")
    sent, accepted, prepared = (counts[each] for each in (QuoteState.SENT, QuoteState.ACCEPTED, QuoteState.PREPARED))
    if sent and any(role in DECIDE for _place, role in who.roles):
        words = ngettext("%(n)s quote waits for your answer", "%(n)s quotes wait for your answer", sent)
        yield Waits(words=_said(words, sent), url=f"{quoted}?view=sent")
    sells = may_sell(who)
    if accepted and (who.reseller_ids or sells):
        words = ngettext("%(n)s accepted quote is to be ordered", "%(n)s accepted quotes are to be ordered", accepted)
        url = f"{reverse('desk-quotes')}?view=accepted" if sells else f"{quoted}?view=accepted"
        yield Waits(words=_said(words, accepted), url=url)
    if prepared and who.reseller_ids:
        words = ngettext("%(n)s quote is not sent yet", "%(n)s quotes are not sent yet", prepared)
        yield Waits(words=_said(words, prepared), url=f"{quoted}?view=prepared")
    asked = requests_waiting(who=who)
    if asked:
        words = ngettext("%(n)s customer asks you for a quote", "%(n)s customers ask you for a quote", asked)
        yield Waits(words=_said(words, asked), url=reverse("reseller-requests"))


def _said(words: str, count: int) -> str:
    said = words % {"n": count_words(count)}
    return said[:1].upper() + said[1:]
