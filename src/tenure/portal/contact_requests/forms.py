"""The form of a request about contacts; what must be given is the domain's to say, by the policy."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from tenure.entitlements.contact_sentences import FIELDS
from tenure.entitlements.words import ContactWish
from tenure.entitlements.words.contact_changes import LONGEST
from tenure.policy.rules.identifiers import LONGEST_READ
from tenure.portal.cases.forms import FilesField


class ContactForm(forms.Form):
    """Numbers of the paperwork, and the new person.  Fields that a wish does not need are not there."""

    text = forms.CharField(
        label=lazy("Numbers of your paperwork"), max_length=LONGEST_READ,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "max_length": lazy("Paste a shorter text: at most 10,000 characters."),
            "required": lazy("Paste the numbers below, as they stand on the paper, or attach the certificate."),
        },
    )  # fmt: skip
    name = forms.CharField(
        label=FIELDS["name"], required=False, max_length=LONGEST["name"],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    email = forms.CharField(
        label=lazy("Their e-mail address"), required=False, max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    company = forms.CharField(label=FIELDS["company"], required=False, max_length=LONGEST["company"])
    address = forms.CharField(
        label=FIELDS["address"], required=False, max_length=LONGEST["address"],
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    phone = forms.CharField(
        label=FIELDS["phone"], required=False, max_length=LONGEST["phone"],
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )  # fmt: skip
    takes_effect_on = forms.DateField(
        label=lazy("From which day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=lazy("Leave it empty for as soon as possible. The day is that of your region."),
        error_messages={"invalid": lazy("Write the day as 2027-03-31.")},
    )  # fmt: skip
    words = forms.CharField(
        label=FIELDS["words"], required=False, max_length=LONGEST["words"], widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy("Such as why. It stays in the history of your contacts."),
    )  # fmt: skip
    attached = FilesField()

    def __init__(self, *args: Any, wish: ContactWish, needs: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["text"].help_text = needs
        self.fields["text"].required = not self.files.getlist("attached") if self.files else True
        self.fields["attached"].label = lazy("The certificate")
        if wish is ContactWish.MISSING_CONTACT_ID:
            for name in ("name", "company", "address", "phone", "takes_effect_on"):
                del self.fields[name]
            self.fields["email"].label = lazy("The address it should have gone to")
            self.fields["email"].help_text = lazy(
                "If you know it. Without it every contact of the certificate is sent theirs."
            )
            return
        for name in ("name", "email", "company", "address", "phone"):
            self.fields[name].required = True
            asked = {"what": self.fields[name].label}
            self.fields[name].error_messages["required"] = lazy("Enter this: %(what)s.") % asked
