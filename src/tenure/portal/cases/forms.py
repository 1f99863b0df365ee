"""The questions as forms.  What a case may hold is the domain's to say: its refusals become errors of the fields."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tenure.cases.rules.texts import check_body, check_summary
from tenure.cases.sentences import TOPICS, refusal
from tenure.cases.words import CaseRefusal, Topic
from tenure.toolbox.refused import Refused
from tenure.toolbox.texts import tidy_body, tidy_line

LONGEST_PLATFORM = 200
LONGEST_ADDRESS = 1000
FIELD_OF = {
    CaseRefusal.SUMMARY_MISSING: "summary",
    CaseRefusal.SUMMARY_TOO_LONG: "summary",
    CaseRefusal.DETAILS_MISSING: "details",
    CaseRefusal.TEXT_TOO_LONG: "details",
    CaseRefusal.TOPIC_UNKNOWN: "topic",
    CaseRefusal.REGION_UNKNOWN: "region",
    CaseRefusal.RELEASE_UNKNOWN: "release",
    CaseRefusal.TOO_MANY_FILES: "attached",
    CaseRefusal.FILE_EMPTY: "attached",
    CaseRefusal.FILE_TOO_LARGE: "attached",
    CaseRefusal.FILE_NAME_UNUSABLE: "attached",
    CaseRefusal.TEXT_MISSING: "body",
}
SUMMARY_MISSING = lazy("Say in one or two sentences what happens.")
DETAILS_MISSING = lazy("Describe what happens, and since when.")
OTHER = "other"  # instead of one's own companies
Choices = Iterable[tuple[str, Any]]


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.Field):
    """Some files; what they may be is checked where they are received."""

    widget = ManyFiles

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, label=lazy("Screenshots and logs"), **more)


class PickForm(forms.Form):
    """One question with its answers."""

    pick = forms.ChoiceField(widget=forms.RadioSelect)

    def __init__(self, *args: Any, choices: Choices, missing: str, **more: Any) -> None:
        super().__init__(*args, **more)
        _offer(self, "pick", choices)
        errors = dict.fromkeys(("required", "invalid_choice"), missing)
        self.fields["pick"].error_messages.update(errors)


class LicenceForm(PickForm):
    """A serial number of the list, or one that is typed."""

    serial = forms.CharField(
        required=False, max_length=60, label=lazy("Or type the serial number"),
        help_text=lazy("As printed on the certificate, such as M1234567890."),
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["pick"].required = False
        self.missing = more["missing"]

    def clean(self) -> dict[str, Any]:
        typed = "".join(str(self.cleaned_data.get("serial", "")).split()).upper()
        chosen = typed or self.cleaned_data.get("pick", "")
        if not chosen and not self.errors:
            self.add_error("pick", self.missing)
        return {**self.cleaned_data, "chosen": chosen}


class VersionForm(forms.Form):
    release = forms.ChoiceField(
        label=lazy("Which release?"), help_text=lazy("Found under Help, About in most products."),
        error_messages=dict.fromkeys(("required", "invalid_choice"), lazy("Choose one of the releases.")),
    )  # fmt: skip
    platform = forms.CharField(
        label=lazy("On which platform, and which version of it?"), required=False,
        help_text=lazy("Such as Debian 12 or Windows Server 2025."),
        widget=forms.TextInput(attrs={"list": "platforms", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, releases: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        known = list(releases)
        _offer(self, "release", known)
        if not known:
            del self.fields["release"]

    def clean_platform(self) -> str:
        said = tidy_line(self.cleaned_data["platform"])
        if len(said) > LONGEST_PLATFORM:
            raise forms.ValidationError(_("Shorten this to %(n)s characters.") % {"n": LONGEST_PLATFORM})
        return said


class WhatForm(forms.Form):
    """The words of a case.  language: offered only where somebody speaks another one for this region."""

    summary = forms.CharField(
        label=lazy("Sum it up in one or two sentences"), widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": SUMMARY_MISSING},
        help_text=lazy("It becomes the title of your case. Leave passwords and personal data out."),
    )  # fmt: skip
    details = forms.CharField(
        label=lazy("Tell us more"), widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": DETAILS_MISSING},
        help_text=lazy("What you did, what you expected, what came instead, and since when."),
    )  # fmt: skip
    language = forms.ChoiceField(
        label=lazy("Language of the case"), required=False,
        help_text=lazy("Cases are worked on in English. Asking for another language may take longer."),
    )  # fmt: skip

    def __init__(self, *args: Any, languages: Choices = (), **more: Any) -> None:
        super().__init__(*args, **more)
        known = list(languages)
        _offer(self, "language", known)
        if len(known) < 2:
            del self.fields["language"]

    def clean_summary(self) -> str:
        return _checked(check_summary, self.cleaned_data["summary"])

    def clean_details(self) -> str:
        return _checked(
            lambda text: check_body(text, missing=CaseRefusal.DETAILS_MISSING), self.cleaned_data["details"]
        )


class FilesForm(forms.Form):
    """The last page: what was answered is read once more, files are added, and it is sent."""

    attached = FilesField()


class CareForm(WhatForm):
    """A customer-care case, all at once.  Source: D7."""

    company = forms.ChoiceField(
        label=lazy("Which company is it about?"), widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), lazy("Choose one of the companies.")),
    )  # fmt: skip
    other = forms.CharField(label=lazy("Name of the company"), required=False)
    address = forms.CharField(
        label=lazy("Address of the office"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    region = forms.ChoiceField(
        label=lazy("Region"),
        error_messages=dict.fromkeys(("required", "invalid_choice"), lazy("Choose one of the regions.")),
    )  # fmt: skip
    topic = forms.ChoiceField(
        label=lazy("What is it about?"), widget=forms.RadioSelect,
        choices=[(topic.value, word) for topic, word in TOPICS.items() if topic is not Topic.TECHNICAL],
        error_messages=dict.fromkeys(("required", "invalid_choice"), lazy("Choose one of the topics.")),
    )  # fmt: skip
    attached = FilesField()

    field_order = ("company", "other", "address", "region", "topic", "summary", "details", "attached")

    def __init__(self, *args: Any, companies: Choices, regions: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        own = list(companies)
        _offer(self, "company", [*own, (OTHER, _("Another company, or none"))])
        _offer(self, "region", [("", _("Choose a region")), *regions])
        if not own:
            del self.fields["company"]

    def clean_other(self) -> str:
        return _bounded(tidy_line(self.cleaned_data["other"]), LONGEST_PLATFORM)

    def clean_address(self) -> str:
        return _bounded(tidy_body(self.cleaned_data["address"]), LONGEST_ADDRESS)


class ReplyForm(forms.Form):
    body = forms.CharField(label=lazy("Reply"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    attached = FilesField()


class ReopenForm(forms.Form):
    body = forms.CharField(
        label=lazy("What happens again?"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


def fault(form: forms.Form, refused: Refused) -> None:
    """Put a refusal of the domain beside the field it is about."""
    name = FIELD_OF.get(CaseRefusal(refused.code), "")
    if name == "details" and "details" not in form.fields:
        name = "body"
    form.add_error(name if name in form.fields else None, refusal(refused))


def _offer(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101
    field.choices = list(choices)


def _checked(check: Callable[[str], str], text: str) -> str:
    try:
        return check(text)
    except Refused as refused:
        raise forms.ValidationError(refusal(refused))


def _bounded(text: str, most: int) -> str:
    if len(text) > most:
        raise forms.ValidationError(_("Shorten this to %(n)s characters.") % {"n": most})
    return text
