"""What is typed about a machine."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as lazy

from tenure.activation.actions.activating import Machine
from tenure.activation.words import LONGEST_HOST, MOST_UNITS
from tenure.entitlements.meters import meter_word

LONGEST_WHY = 2000


class ReasonForm(forms.Form):
    """A reason: customer care must give one, the customer's own people may."""

    why = forms.CharField(label=lazy("Reason"), max_length=LONGEST_WHY, required=False)

    def __init__(self, data: QueryDict | None = None, *, by_care: bool, prefix: str) -> None:
        super().__init__(data, prefix=prefix)
        self.fields["why"].required = by_care
        if by_care:
            self.fields["why"].help_text = lazy("The customer reads it in the history.")


class MachineForm(ReasonForm):
    """Where a licence is to be used."""

    host = forms.CharField(
        label=lazy("Machine ID"), max_length=LONGEST_HOST,
        help_text=lazy("What the product shows as the ID of its machine, sign for sign."),
    )  # fmt: skip
    name = forms.CharField(
        label=lazy("Your name for it"), max_length=LONGEST_HOST, required=False,
        help_text=lazy("So that you find it again, such as the room it stands in."),
    )  # fmt: skip
    field_order = ("host", "name", "units", "why")

    def machine(self) -> Machine:
        """What was typed, of a form that is valid."""
        given = self.cleaned_data
        return Machine(host=given["host"], name=given["name"], units=given.get("units"))


class BeginForm(MachineForm):
    """Use a licence on one machine more."""

    units = forms.IntegerField(label=lazy("How many"), min_value=1, max_value=MOST_UNITS, initial=1)

    def __init__(self, data: QueryDict | None = None, *, by_care: bool, meter: str) -> None:
        super().__init__(data, by_care=by_care, prefix="begin")
        self.fields["units"].help_text = meter_word(meter, 2)  # as a heading: more than one
