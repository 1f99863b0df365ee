"""The words for notices, tasks and steps; portal, desk and letters say them alike."""

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from tenure.renewals.words import RecipientKind, TaskKind
from tenure.toolbox.formats import day_words, quantity_words

RECIPIENTS: dict[RecipientKind, Promise] = {
    RecipientKind.LICENCE_OWNER: lazy("licence owner"),
    RecipientKind.RENEWAL_CONTACT: lazy("renewal contact"),
    RecipientKind.RESELLER: lazy("reseller of record"),
}
TASKS: dict[TaskKind, Promise] = {
    TaskKind.NOBODY_TO_TELL: lazy("Nobody to tell"),
    TaskKind.BOUNCED: lazy("Mail came back"),
    TaskKind.QUOTE_WANTED: lazy("Quote wanted"),
    TaskKind.LEGAL_WINDOW: lazy("Legal notice"),
    TaskKind.DISPUTED: lazy("Signature disputed"),
    TaskKind.SERVICE_ORDERED: lazy("Service ordered"),
}
NEXT_STEPS: dict[TaskKind, Promise] = {
    TaskKind.NOBODY_TO_TELL: lazy("No address is known, or none takes mail. Find somebody, and tell them."),
    TaskKind.BOUNCED: lazy("This address took no mail, and nobody else of that side could be told."),
    TaskKind.QUOTE_WANTED: lazy("The term ends and no reseller is of record: see to a quote."),
    TaskKind.LEGAL_WINDOW: lazy("Written notice must reach the customer in this window, and none has."),
    TaskKind.DISPUTED: lazy("The customer objects to a signature on paper: speak to them, then quote anew."),
    TaskKind.SERVICE_ORDERED: lazy("Services were ordered with the renewal: agree on the days with the customer."),
}


def step_words(step: int) -> str:
    """A step of the schedule: 30 days before the end."""
    if step == 0:
        return _("on the last covered day")
    days = {"days": quantity_words(abs(step))}
    if step < 0:
        return ngettext("%(days)s day before the end", "%(days)s days before the end", -step) % days
    return ngettext("%(days)s day after the end", "%(days)s days after the end", step) % days


def window_words(words: str) -> str:
    """The first and the last day of a legal window, as a task keeps them; any other words as they are."""
    try:
        first, last = (date.fromisoformat(each) for each in words.split(" "))
    except ValueError:
        return words
    return _("%(first)s to %(last)s") % {"first": day_words(first), "last": day_words(last)}
