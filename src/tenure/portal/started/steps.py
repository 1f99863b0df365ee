"""The steps of one product, in the policy's order, from its catalogue entry and the policy alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from tenure.catalog.words import ProductKind, ProductRow
from tenure.entitlements.words import AssetRow, Benefit
from tenure.policy.sentences import policy_words
from tenure.policy.words import Policy
from tenure.policy.words.known import FirstStep
from tenure.portal.licences.sentences import BENEFITS
from tenure.toolbox.formats import long_day
from tenure.toolbox.marks import listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where a step leads."""

    words: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: its name, what to do in sentences, and where."""

    key: str
    title: str
    said: tuple[str, ...]
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """How many named contacts a level has."""

    level: str
    contacts: int
    hours: str


def steps_of(product: ProductRow, policy: Policy, owned: Sequence[AssetRow], *, number: str) -> tuple[Step, ...]:
    """The steps for the product's kind.  owned: the reader's serial numbers of it; number: of their customer, or "".

    Source: A7.
    """
    made = {
        FirstStep.DOWNLOAD: lambda: _download(product),
        FirstStep.ACTIVATE: lambda: _activate(product, policy, owned),
        FirstStep.REGISTER: lambda: _register(policy, product, owned),
        FirstStep.CONTACTS: lambda: _contacts(policy, number),
    }
    order: tuple[FirstStep, ...] = getattr(policy.getting_started, product.kind.value)
    return tuple(made[step]() for step in order)


def seats_of(product: ProductRow, policy: Policy) -> tuple[Seats, ...]:
    """How many may be named, by level sold for this kind of product, the lowest first.  Source: D1, D2."""
    return tuple(
        Seats(level=level.name, contacts=level.contacts, hours=policy_words(policy.hours[level.service_hours].name))
        for level in policy.levels_sold_for(kind=product.kind.value)
    )


def title_of(step: FirstStep, kind: ProductKind) -> str:
    """The name of a step."""
    return {
        FirstStep.DOWNLOAD: _("Take the operating-system release")
        if kind is ProductKind.HARDWARE
        else _("Take the latest release"),
        FirstStep.ACTIVATE: _("Open the service") if kind is ProductKind.ONLINE_SERVICE else _("Activate it"),
        FirstStep.REGISTER: _("Register the serial number"),
        FirstStep.CONTACTS: _("Name who may call"),
    }[step]


def _download(product: ProductRow) -> Step:
    said = [_("No release is available yet.")]
    if product.latest and product.latest_from:
        facts = {"name": product.latest, "day": long_day(product.latest_from)}
        said = [_("The latest release is %(name)s of %(day)s.") % facts]
    if product.platforms:
        said.append(_("It runs on %(platforms)s.") % {"platforms": listed(product.platforms)})
    said.append(_("Before you install it, look until when your release is supported."))
    return Step(
        key=FirstStep.DOWNLOAD.value,
        title=title_of(FirstStep.DOWNLOAD, product.kind),
        said=tuple(said),
        ways=(Way(words=_("Its releases and their support"), url=reverse("lifecycle-product", args=[product.slug])),),
    )


def _activate(product: ProductRow, policy: Policy, owned: Sequence[AssetRow]) -> Step:
    serial = policy.identifiers["serial_number"].example
    if product.kind is ProductKind.ONLINE_SERVICE:
        said = [_("The service opens for the people of your subscription as soon as its term begins.")]
    else:
        said = [
            _("Type the activation code into the product: capital or small letters, spaces and hyphens do not matter."),
            _(
                "Without a network, take the licence file to the machine. It holds for a year at most and is merged"
                " with those before."
            ),
        ]
    said.append(_("After each renewal activate again: the new term takes effect with its new code or file."))
    ways = tuple(
        Way(words=_("Activate %(serial)s") % {"serial": row.serial}, url=reverse("activation", args=[row.serial]))
        for row in owned
    )
    hint = _("Code and file stand on the page of the serial number, such as %(example)s, once you are signed in.")
    return Step(
        key=FirstStep.ACTIVATE.value,
        title=title_of(FirstStep.ACTIVATE, product.kind),
        said=(*said, *(() if ways else (hint % {"example": serial},))),
        ways=ways or (Way(words=_("Your licences"), url=reverse("licences")),),
    )


def _register(policy: Policy, product: ProductRow, owned: Sequence[AssetRow]) -> Step:
    needed = [
        str(BENEFITS[Benefit(key)])
        for key, each in policy.benefits.items()
        if each.needs_registration and product.kind.value in each.kinds
    ]
    said = [_("The licence owner or a technical contact registers each serial number once.")]
    if needed:
        said.append(_("Needed for: %(benefits)s.") % {"benefits": listed(needed)})
    open_ones = [row for row in owned if row.registered_on is None]
    if owned and not open_ones:
        said.append(_("Your serial numbers of this product are registered already."))
    ways = tuple(
        Way(words=_("Register %(serial)s") % {"serial": row.serial}, url=reverse("licence", args=[row.serial]))
        for row in open_ones
    )
    return Step(
        key=FirstStep.REGISTER.value,
        title=title_of(FirstStep.REGISTER, product.kind),
        said=tuple(said),
        ways=ways or (Way(words=_("Register a serial number"), url=reverse("licences-register")),),
    )


def _contacts(policy: Policy, number: str) -> Step:
    facts = {"example": policy.identifiers["contact_id"].example}
    said = (
        _("Support answers those whom you name. The table says how many that are, by level."),
        _("Each gets a contact ID, such as %(example)s, by mail with the certificate or after it, and quotes it.")
        % facts,
        _("Whoever got a contact ID creates an account with the same address and is linked at once."),
    )
    own = Way(words=_("Your contacts"), url=reverse("contacts", args=[number])) if number else None
    return Step(
        key=FirstStep.CONTACTS.value,
        title=title_of(FirstStep.CONTACTS, ProductKind.SOFTWARE),
        said=said,
        ways=(own or Way(words=_("Link your account by the numbers of your paperwork"), url=reverse("link")),),
    )
