"""What the finder says of each reseller, for the vendor's people: also of those that it does not show."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q

from tenure.accounts.models import Organisation
from tenure.accounts.words import OrganisationKind, Who
from tenure.catalog.models import Family
from tenure.renewals.models import ResellerProfile
from tenure.renewals.queries.sides import LOOKERS

PAGE = 25
LONGEST_TEXT = 100


class Shown(StrEnum):
    """How a reseller stands with the finder."""

    LISTED = "listed"
    HIDDEN = "hidden"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRow:
    """A reseller and its profile; without one its texts are empty.  families: slugs; none: all products."""

    number: str
    name: str
    country: str
    shown: Shown
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    families: tuple[str, ...]
    address: str
    email: str
    phone: str
    website: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilePage:
    """next: the cursor to hand back as `after`; "" at the end.  listed: how many the finder shows, of how many."""

    rows: tuple[ProfileRow, ...]
    next: str
    listed: int
    count: int


def profiles(*, who: Who, text: str = "", shown: str = "", after: str = "", limit: int = PAGE) -> ProfilePage:
    """All resellers by name; for the vendor's renewals people and customer care, else empty.  Four queries.

    Source: B2; ours.
    """
    if not who.staff & LOOKERS:
        return ProfilePage(rows=(), next="", listed=0, count=0)
    every = Organisation.objects.filter(kind=OrganisationKind.RESELLER.value)
    listed = ResellerProfile.objects.filter(listed=True)
    kept = ResellerProfile.objects.values("organisation")
    found = every.order_by("name", "id")
    tidy = text[:LONGEST_TEXT].replace("\0", "").strip()
    if tidy:
        found = found.filter(Q(name__icontains=tidy) | Q(number=tidy.upper()))
    if shown == Shown.LISTED:
        found = found.filter(pk__in=listed.values("organisation"))
    elif shown == Shown.HIDDEN:
        found = found.filter(pk__in=kept).exclude(pk__in=listed.values("organisation"))
    elif shown == Shown.NONE:
        found = found.exclude(pk__in=kept)
    name, _, last = after[:200].replace("\0", "").rpartition("|")
    if last.isascii() and last.isdecimal() and len(last) < 18:
        found = found.filter(Q(name__gt=name) | Q(name=name, id__gt=int(last)))
    places = list(found[: limit + 1])
    shown_places = places[:limit]
    held = {each.organisation_id: each for each in ResellerProfile.objects.filter(organisation__in=shown_places)}
    following = f"{shown_places[-1].name}|{shown_places[-1].pk}" if len(places) > limit else ""
    rows = tuple(_row(each, held.get(each.pk)) for each in shown_places)
    return ProfilePage(rows=rows, next=following, listed=listed.count(), count=every.count())


def profile_of(*, who: Who, number: str) -> ProfileRow | None:
    """One reseller's; None for everybody but the vendor's renewals people and customer care.  Two queries."""
    if not who.staff & LOOKERS or "\0" in number:
        return None
    of = Organisation.objects.filter(number=number, kind=OrganisationKind.RESELLER.value).first()
    return _row(of, ResellerProfile.objects.filter(organisation=of).first()) if of else None


def product_families() -> tuple[tuple[str, str], ...]:
    """Slug and name of every product family, by name.  One query."""
    return tuple(Family.objects.order_by("name").values_list("slug", "name"))


def _row(of: Organisation, held: ResellerProfile | None) -> ProfileRow:
    kept = held or ResellerProfile(countries=[], languages=[])
    shown = Shown.NONE if held is None else Shown.LISTED if held.listed else Shown.HIDDEN
    return ProfileRow(
        number=of.number, name=of.name, country=of.country, shown=shown, countries=tuple(kept.countries),
        languages=tuple(kept.languages), families=tuple(kept.families), address=kept.address, email=kept.email,
        phone=kept.phone, website=kept.website,
    )  # fmt: skip
