"""The form of a new quote: which licences, how long, at which level."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tenure.policy.words import Policy
from tenure.renewals.actions.quotes import QuoteWanted
from tenure.renewals.queries.offers import Offer
from tenure.renewals.queries.renewable import RenewableRow
from tenure.toolbox.formats import money_words

MOST_YEARS_SHOWN = 5
LONGEST_LIST = 400_000
UNTIL = "until"
SERVICE = "service_"


class QuoteForm(forms.Form):
    """What is to be quoted.  `more` takes what is pasted: a serial number a line, a quantity behind it."""

    use_required_attribute = False
    serials = forms.MultipleChoiceField(
        label=lazy("Licences"), required=False, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    more = forms.CharField(
        label=lazy("Other serial numbers"), required=False, max_length=LONGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy("One a line. A number behind it renews only so many: M1234567890 25"),
    )  # fmt: skip
    term = forms.ChoiceField(label=lazy("How long"))
    until = forms.DateField(
        label=lazy("Common last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=lazy("Only if you chose a common last day above."),
        error_messages={"invalid": lazy("Write the day as 2027-03-31.")},
    )  # fmt: skip
    level = forms.ChoiceField(label=lazy("Level"), required=False)
    extend = forms.BooleanField(
        label=lazy("Keep old releases supported, past their standard support, where that is offered"), required=False,
    )  # fmt: skip

    def __init__(
        self, *args: Any, policy: Policy, rows: Sequence[RenewableRow], offers: Sequence[Offer] = (), **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self._offers = offers
        for offer in offers:
            self.fields[f"{SERVICE}{offer.key}"] = forms.IntegerField(
                label=offer.name, required=False, min_value=0, max_value=offer.most,
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "size": "4"}),
            )  # fmt: skip
        if policy.extension is None:
            del self.fields["extend"]
        serials, term, level = self.fields["serials"], self.fields["term"], self.fields["level"]
        assert isinstance(serials, forms.MultipleChoiceField)  # noqa: S101
        assert isinstance(term, forms.ChoiceField) and isinstance(level, forms.ChoiceField)  # noqa: S101
        serials.choices = [(row.serial, row.serial) for row in rows]
        most = policy.terms.maximum_months // 12
        years = [(str(n), _years(n)) for n in range(1, min(most, MOST_YEARS_SHOWN) + 1)]
        term.choices = [*years, (UNTIL, _("until a common last day"))]
        level.choices = [("", _("as it is")), *((key, each.name) for key, each in policy.levels.items())]

    def clean(self) -> dict[str, Any]:
        told = dict(super().clean() or {})
        if told.get("term") == UNTIL and not told.get("until") and "until" not in self.errors:
            self.add_error("until", _("Enter the common last day."))
        return told

    def wanted(self, *, customer: str, request: int | None) -> QuoteWanted:
        """What was asked for."""
        told, quantities = self.cleaned_data, dict[str, int]()
        serials = list(told["serials"])
        for line in told["more"].replace("\0", "").splitlines():
            words = re.split(r"[\s,;]+", line.strip().upper())
            if not words[0]:
                continue
            serials.append(words[0])
            if len(words) > 1 and words[1].isascii() and words[1].isdecimal():
                quantities[words[0]] = int(words[1][:15])
        ends = told["until"] if told["term"] == UNTIL else None
        return QuoteWanted(
            serials=tuple(serials), customer=customer, years=None if ends else int(told["term"]), until=ends,
            level=told["level"], quantities=quantities, request=request, extend=told.get("extend", False),
            services={each.key: told[name] for each in self._offers if told[name := f"{SERVICE}{each.key}"]},
        )  # fmt: skip

    def services(self) -> list[tuple[Offer, forms.BoundField, str]]:
        """The services with their fields, and what one unit costs."""
        return [
            (each, self[f"{SERVICE}{each.key}"], money_words(each.price, each.currency)) for each in self._offers
        ]  # fmt: skip


def _years(count: int) -> str:
    return _("one year") if count == 1 else _("%(n)s years") % {"n": count}
