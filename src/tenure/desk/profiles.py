"""What the public finder says of each reseller: read by the desk, written by the renewals people."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from babel import Locale
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.validators import URLValidator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from tenure.desk.door import staff
from tenure.desk.quotes import ROLES
from tenure.journal.queries import history
from tenure.journal.words import Actor
from tenure.kit.asked import Asked
from tenure.kit.states import Word
from tenure.renewals import reseller_sentences as sentences
from tenure.renewals.actions.resellers import Profile, keep_profile
from tenure.renewals.queries.profiles import ProfileRow, Shown, product_families, profile_of, profiles
from tenure.renewals.queries.sides import SELLERS
from tenure.renewals.words import ResellerRefusal
from tenure.toolbox.formats import BABEL, country_words
from tenure.toolbox.refused import Refused

PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{3,38}")
FIELD_OF = {
    ResellerRefusal.COUNTRY_UNKNOWN: "countries", ResellerRefusal.LANGUAGE_UNKNOWN: "languages",
    ResellerRefusal.FAMILY_UNKNOWN: "families", ResellerRefusal.REACH_MISSING: "countries",
}  # fmt: skip
WORDS = {
    Shown.LISTED: ("good", "circle-check", lazy("Shown")), Shown.HIDDEN: ("quiet", "circle-minus", lazy("Not shown")),
    Shown.NONE: ("wait", "circle-pause", lazy("No profile yet")),
}  # fmt: skip


class ProfileForm(forms.Form):
    """All at once.  countries: codes or names, as the reader's language or English has them."""

    use_required_attribute = False
    countries = forms.CharField(
        label=lazy("Countries"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=lazy("Where it sells. Codes or names, with commas between: DE, AT, Switzerland"),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=lazy("Languages"), required=False, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip
    families = forms.MultipleChoiceField(
        label=lazy("Product families"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=lazy("None ticked: all products."),
    )  # fmt: skip
    address = forms.CharField(
        label=lazy("Address"), required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    email = forms.EmailField(
        label=lazy("E-mail"), required=False, max_length=254,
        help_text=lazy("Renewal notices go there, too, while nobody of the reseller has an account."),
    )  # fmt: skip
    phone = forms.CharField(label=lazy("Phone"), required=False, max_length=40)
    website = forms.CharField(label=lazy("Website"), required=False, max_length=200)
    listed = forms.BooleanField(label=lazy("Show it in the finder"), required=False)

    def __init__(self, *args: Any, known: Mapping[str, str], **more: Any) -> None:
        super().__init__(*args, **more)
        for name, choices in (("languages", settings.LANGUAGES), ("families", known.items())):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101
            field.choices = list(choices)

    def clean_countries(self) -> tuple[str, ...]:
        names = {
            name.casefold(): code
            for language in ("en", BABEL.get(get_language() or "en", get_language() or "en"))
            for code, name in Locale.parse(language.replace("-", "_")).territories.items()
            if len(code) == 2 and code.isalpha()
        }  # fmt: skip
        codes = set(names.values())
        given = [each.strip() for each in re.split(r"[,;\n]", self.cleaned_data["countries"]) if each.strip()]
        return tuple(each.upper() if each.upper() in codes else names.get(each.casefold(), each) for each in given)

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"]).strip()
        if phone and not PHONE.fullmatch(phone):
            raise forms.ValidationError(_("Write the phone number with digits, such as +49 40 5550 0177."))
        return phone

    def clean_website(self) -> str:
        given = str(self.cleaned_data["website"]).strip()
        if not given:
            return ""
        whole = given if "://" in given else f"https://{given}"
        try:
            URLValidator(schemes=["http", "https"])(whole)
        except forms.ValidationError:
            raise forms.ValidationError(_("Write the website as example.com.")) from None
        return re.sub(r"^https?://", "", whole).rstrip("/")

    def profile(self) -> Profile:
        """What was typed."""
        told = self.cleaned_data
        return Profile(
            countries=told["countries"], languages=tuple(told["languages"]), families=tuple(told["families"]),
            address=told["address"], email=told["email"], phone=told["phone"], website=told["website"],
            listed=told["listed"],
        )  # fmt: skip


@require_safe
@staff(*ROLES)
def index(request: Asked) -> HttpResponse:
    """Every reseller by name, and whether the finder shows it."""
    text, shown = request.GET.get("q", "")[:100], request.GET.get("shown", "")[:20]
    after = request.GET.get("after", "")
    page = profiles(who=request.who, text=text, shown=shown, after=after)
    kept = {name: value for name, value in (("q", text), ("shown", shown)) if value}
    known = dict(product_families())
    return render(request, "desk/profiles/index.html", {
        "rows": [{"row": row, "word": _word(row.shown), **_said(_typed(row), known)} for row in page.rows],
        "q": text, "shown": shown, "listed": page.listed, "count": page.count, "is_filtered": bool(kept),
        "choices": [("", _("all")), *((each.value, words[2]) for each, words in WORDS.items())],
        "newer": f"?{urlencode(kept)}" if after else "",
        "older": f"?{urlencode({**kept, 'after': page.next})}" if page.next else "",
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(*ROLES)
def show(request: Asked, number: str) -> HttpResponse:
    """One reseller's profile: what the finder shows, and for the renewals people the form."""
    row = profile_of(who=request.who, number=number)
    may_change = bool(request.who.staff & SELLERS)
    if row is None or (request.method == "POST" and not may_change):
        raise Http404
    held = _typed(row)
    first = {**held, "countries": ", ".join(row.countries), "listed": row.shown is not Shown.HIDDEN}
    known = dict(product_families())
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=first, known=known)
    is_preview = "preview" in request.POST
    if form.is_valid() and not is_preview:
        try:
            keep_profile(
                who=request.who, reseller=row.number, profile=form.profile(), at=request.at, by=_actor(request)
            )  # fmt: skip
            messages.success(request, _("The profile is kept."))
            return redirect("desk-reseller-profile", row.number)
        except Refused as no:
            form.add_error(FIELD_OF.get(no.code), sentences.refusal(no))  # type: ignore[call-overload]
    shown = form.cleaned_data if is_preview and form.is_valid() else held
    lines = history(subject_kind="organisation", subject=row.number)
    return render(request, "desk/profiles/show.html", {
        "row": row, "word": _word(row.shown), "form": form, "may_change": may_change,
        "is_preview": is_preview and form.is_valid(), "preview": {**shown, **_said(shown, known)},
        "history": [line for line in lines if line.verb == "renewals.reseller_profile_kept"],
    }, status=422 if form.errors else 200)  # fmt: skip


def _typed(row: ProfileRow) -> dict[str, Any]:
    return {
        "countries": row.countries, "languages": row.languages, "families": row.families, "address": row.address,
        "email": row.email, "phone": row.phone, "website": row.website,
    }  # fmt: skip


def _said(told: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, str]:
    """Countries, languages and families in words, as the finder says them."""
    languages = dict(settings.LANGUAGES)
    return {
        "countries_said": ", ".join(sorted(country_words(code) for code in told["countries"])),
        "languages_said": ", ".join(_(languages.get(code, code)) for code in told["languages"]),
        "families_said": ", ".join(known.get(slug, slug) for slug in told["families"]) or _("all products"),
    }


def _word(shown: Shown) -> Word:
    tone, icon, word = WORDS[shown]
    return Word(tone=tone, icon=icon, word=str(word))


def _actor(request: Asked) -> Actor:
    return Actor(kind="person", id=str(request.who.person_id), name=request.who.name or request.who.email)
