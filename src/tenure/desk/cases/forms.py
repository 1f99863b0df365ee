"""The forms of a case at the desk, all on one page: each keeps what was typed, and names its own fields."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tenure.cases.queries.people import CallerRow, Colleague
from tenure.cases.sentences import REFUSALS
from tenure.cases.words import CaseRefusal
from tenure.policy.words import ResponseForm

LONGEST = 60_000  # the rooms below refuse earlier, and say so
FILES = frozenset(
    {CaseRefusal.TOO_MANY_FILES, CaseRefusal.FILE_EMPTY, CaseRefusal.FILE_TOO_LARGE, CaseRefusal.FILE_NAME_UNUSABLE}
)
CALLS = {ResponseForm.CALL_BACK: lazy("We called back"), ResponseForm.CALL_TRANSFER: lazy("The call was passed on")}


def required(code: CaseRefusal) -> dict[str, Any]:
    """The message of a field that may not be empty: the sentence of the refusal it would run into."""
    return {"required": REFUSALS[code]}


class Body(forms.CharField):
    """A text of several lines, checked below.  missing: the sentence where it may not be empty on this page."""

    def __init__(self, label: Any, rows: int = 4, *, missing: CaseRefusal | None = None) -> None:
        super().__init__(
            label=label, required=missing is not None, max_length=LONGEST, strip=False,
            error_messages=required(missing) if missing else {},
            widget=forms.Textarea(attrs={"rows": rows}),
        )  # fmt: skip


class ManyFiles(forms.ClearableFileInput):
    """A file field that takes several."""

    allow_multiple_selected = True


class CaseForm(forms.Form):
    """A form of the case's page: its prefix keeps its fields apart from those of the others."""

    use_required_attribute = False

    def field_for(self, code: str) -> str | None:
        """The field that a refusal is about; None where it is about the case."""
        if code in FILES and "attached" in self.fields:
            return "attached"
        if code in {CaseRefusal.TEXT_MISSING, CaseRefusal.TEXT_TOO_LONG, CaseRefusal.REASON_MISSING}:
            return next((name for name in ("reason", "body") if name in self.fields), None)
        if code in {CaseRefusal.SEVERITY_SAME, CaseRefusal.SEVERITY_UNKNOWN}:
            return "severity" if "severity" in self.fields else None
        return "to" if code == CaseRefusal.NOT_AN_ENGINEER and "to" in self.fields else None


class ReplyForm(CaseForm):
    prefix = "reply"
    body = Body(lazy("To the customer"))
    attached = forms.FileField(label=lazy("Files"), required=False, widget=ManyFiles)


class NoteForm(CaseForm):
    prefix = "note"
    body = Body(lazy("Note"), rows=3)
    attached = forms.FileField(label=lazy("Files"), required=False, widget=ManyFiles)


class CallForm(CaseForm):
    prefix = "call"
    spoke_with = forms.ChoiceField(label=lazy("Who was reached"), required=False)
    form = forms.ChoiceField(label=lazy("How"), choices=[(form.value, word) for form, word in CALLS.items()])
    body = Body(lazy("What was said; the customer reads it"), rows=3)

    def __init__(self, *args: Any, people: tuple[CallerRow, ...], contact: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(each.contact_id, f"{each.name}, {each.contact_id}") for each in people if each.contact_id]
        if contact and not named:
            named = [(contact, contact)]
        field = self.fields["spoke_with"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [("", _("Nobody, or somebody without a contact ID")), *named]


class SeverityForm(CaseForm):
    prefix = "severity"
    severity = forms.TypedChoiceField(label=lazy("New severity"), coerce=int)
    reason = Body(lazy("Why; the customer reads it"), rows=2)

    def __init__(self, *args: Any, severities: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["severity"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101
        field.choices = severities


class GiveForm(CaseForm):
    prefix = "give"
    to = forms.TypedChoiceField(label=lazy("Colleague"), coerce=int)

    def __init__(self, *args: Any, people: tuple[Colleague, ...], me: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101
        field.choices = [(str(each.person_id), each.name) for each in people if each.person_id != me]


class ReopenForm(CaseForm):
    prefix = "reopen"
    body = Body(lazy("Why it is opened again; the customer reads it"), rows=3)
