"""The forms of signing up and in: django-allauth's, with our fields, words and validation."""

from typing import Any
from zoneinfo import available_timezones

from allauth.account import forms as theirs
from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tenure.accounts.actions import check_profile
from tenure.accounts.rules import NAME_LENGTH
from tenure.accounts.words import AccountRefusal, Profile
from tenure.toolbox.refused import Refused

PASSWORD_HELP = _("At least 15 characters. A sentence that you remember makes a good one.")
FAULTS = {
    AccountRefusal.NAME_MISSING: ("name", _("Enter your name.")),
    AccountRefusal.NAME_NOT_LATIN: (
        "name",
        _("Write your name in Latin letters, for example Ana Horvat: certificates and cases are printed with it."),
    ),
    AccountRefusal.NAME_TOO_LONG: ("name", _("Shorten the name to 100 characters.")),
    AccountRefusal.LANGUAGE_UNKNOWN: ("language", _("Choose one of the languages in the list.")),
    AccountRefusal.ZONE_UNKNOWN: ("zone", _("Choose one of the time zones in the list.")),
    AccountRefusal.THEME_UNKNOWN: ("theme", _("Choose one of the appearances in the list.")),
}


LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "password1": _("Password"),
    "password2": _("The same password again"),
    "oldpassword": _("Your password until now"),
    "remember": _("Keep me signed in on this device"),
    "code": _("Code"),
}


MISSING = {
    "login": _("Enter your e-mail address."),
    "email": _("Enter your e-mail address."),
    "password": _("Enter the password."),
    "password2": _("Enter the same password again."),
    "code": _("Enter the code."),
}


class Plain:
    """Takes the placeholders and the HTML help of the library away; labels and help say it."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # the library's own signature
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in LABELS:
                field.help_text = PASSWORD_HELP if name == "password1" else ""
        for name, label in LABELS.items():
            if name in self.fields:
                self.fields[name].label = str(label)
                self.fields[name].error_messages["required"] = MISSING.get(name, MISSING["password"])


def zones() -> list[tuple[str, str]]:
    """Every zone by name, as a select wants them."""
    return [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones() - {"localtime", "Factory"})]


class ProfileFields(forms.Form):
    """Name, language and zone, checked by the rules of accounts."""

    name = forms.CharField(
        label=_("Your name"), help_text=_("In Latin letters."), max_length=2 * NAME_LENGTH,
        error_messages={"required": FAULTS[AccountRefusal.NAME_MISSING][1]},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    language = forms.ChoiceField(
        label=_("Language"), choices=lambda: settings.LANGUAGES,
        error_messages={"invalid_choice": FAULTS[AccountRefusal.LANGUAGE_UNKNOWN][1]},
    )  # fmt: skip
    zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Days and times are shown in this zone."), choices=zones,
        error_messages={"invalid_choice": FAULTS[AccountRefusal.ZONE_UNKNOWN][1]},
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if {"name", "language", "zone"} <= given.keys():
            try:
                profile = check_profile(self.profile())
                given["name"] = profile.name
            except Refused as no:
                self.add_error(*FAULTS[AccountRefusal(no.code)])
        return given

    def profile(self) -> Profile:
        """What was typed, as the action takes it."""
        given = self.cleaned_data
        return Profile(
            name=given["name"], language=given["language"], zone=given["zone"], theme=given.get("theme") or ""
        )


class SignUp(Plain, ProfileFields, theirs.SignupForm):  # type: ignore[misc]
    """Sign-up, free to all: address, name in Latin letters, password twice, language and zone.  Source: D9."""

    field_order = ("email", "name", "password1", "password2", "language", "zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = get_language()
        self.fields["zone"].initial = "UTC"


class SignIn(Plain, theirs.LoginForm):  # type: ignore[misc]
    pass


class AddAddress(Plain, theirs.AddEmailForm):  # type: ignore[misc]
    pass


class ChangePassword(Plain, theirs.ChangePasswordForm):  # type: ignore[misc]
    pass


class SetPassword(Plain, theirs.SetPasswordForm):  # type: ignore[misc]
    pass


class AskReset(Plain, theirs.ResetPasswordForm):  # type: ignore[misc]
    pass


class ResetPassword(Plain, theirs.ResetPasswordKeyForm):  # type: ignore[misc]
    pass
