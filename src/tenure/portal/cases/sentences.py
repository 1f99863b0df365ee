"""What is said on the way to a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tenure.cases.queries.beginnings import CaseLicence, CaseProduct, CaseSite, SeverityOffer
from tenure.cases.queries.cover import Ground
from tenure.cases.sentences import promised, target_words
from tenure.cases.words import PromiseRow
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.rules import rests_on_courtesy
from tenure.entitlements.words import Decision, Why
from tenure.policy.sentences import policy_words
from tenure.policy.words import Milestone, PhoneNumber, ResponseForm
from tenure.portal.cases.draft import Draft, Step
from tenure.toolbox.formats import country_words, day_words, moment_words, quantity_words
from tenure.toolbox.marks import beside

SHOWN = (Milestone.FIRST_RESPONSE, Milestone.RESTORATION, Milestone.RESOLUTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """One answer on the last page, and the step that changes it."""

    name: str
    value: str
    step: str


def lines_of(address: str) -> list[str]:
    """The lines of an address that hold something."""
    return [line.strip() for line in address.splitlines() if line.strip()]


def place_words(site: CaseSite) -> str:
    """Where a site is: its address, or its country where no address is known."""
    return beside(*lines_of(site.address)) or country_words(site.country)


def licences_words(product: CaseProduct) -> str:
    """How many licences of a product there are, and that none is covered where that is so."""
    said = ngettext("%(n)s licence", "%(n)s licences", product.licences) % {"n": quantity_words(product.licences)}
    if product.is_covered:
        return said
    return _("%(licences)s, none covered for technical support today") % {"licences": said}


def cover_words(licence: CaseLicence, at: datetime) -> str:
    """Whether a licence is covered, and why not."""
    answer = licence.answer
    level = level_name(answer.level, at.date())
    if answer.granted and answer.until is not None:
        return _("%(level)s, covered until %(day)s") % {"level": level, "day": day_words(answer.until)}
    return {
        Why.NO_TERM: _("Not covered: nothing was ever ordered for it"),
        Why.TERM_ENDED: _("Not covered: its term has ended"),
        Why.TERM_NOT_STARTED: _("Not covered yet: its term has not begun"),
        Why.BETWEEN_TERMS: _("Not covered today: it is between two terms"),
        Why.LEVEL_LACKS_BENEFIT: _("Not covered: %(level)s has no technical support") % {"level": level},
    }.get(answer.why, _("Not covered"))


def level_name(level: str | None, on: date) -> str:
    """The name of a level by the policy of a day; one that it does not know keeps its key."""
    known = version_on(on).policy.levels.get(level or "")
    return known.name if known else level or ""


def covered_words(stands: tuple[Ground, Decision]) -> str:
    """What the question is about: product, site and level, or the courtesy it rests on."""
    place, decision = stands
    level = level_name(decision.level, decision.on)
    facts = {"product": f"{place.product} {place.release}".strip(), "site": place.site, "level": level}
    if rests_on_courtesy(decision) and decision.until is not None:
        facts |= {"until": day_words(decision.until)}
        return _("For %(product)s at %(site)s, by courtesy until %(until)s.") % facts
    return _("For %(product)s at %(site)s, covered by %(level)s.") % facts


def offer_words(offer: SeverityOffer, zone: str) -> tuple[SafeString, ...]:
    """What choosing a severity now would bring, without its reasons."""
    rows = {row.promise.name: row for row in offer.rows}
    return tuple(_offered(rows[name], zone) for name in SHOWN if name in rows)


def promised_words(offer: SeverityOffer, zone: str) -> tuple[str, ...]:
    """The promises with their reasons, as they would be made now."""
    return tuple(promised(row, zone) for row in offer.rows if row.promise.name in SHOWN)


def phone_words(offer: SeverityOffer) -> str:
    """Why a severity is taken by phone."""
    row = next((row for row in offer.rows if row.promise.name is Milestone.FIRST_RESPONSE), None)
    if row is None:
        return _("%(definition)s It is taken by phone only.") % {"definition": policy_words(offer.definition)}
    facts = {"definition": policy_words(offer.definition), "within": target_words(row.promise.target)}
    return _("%(definition)s That is taken by phone only, so that somebody answers %(within)s.") % facts


def called_words(phone: PhoneNumber) -> str:
    """Whom a number is for, and what a call costs."""
    return beside(country_words(phone.country), policy_words(phone.costs))


def more_words(shown: int) -> str:
    """That a list is cut."""
    return _("The %(n)s that are covered longest are listed. You can type any other one.") % {"n": shown}


def answers_of(draft: Draft, place: Ground, offer: SeverityOffer) -> Sequence[AnswerRow]:
    """All that was answered, to be read once more."""
    severity = _("%(n)s, %(name)s") % {"n": offer.number, "name": policy_words(offer.name)}
    rows = [
        (_("Customer"), place.organisation, Step.WHERE),
        (pgettext("where a place is", "Address"), place.site, Step.WHERE),
        (_("Product"), place.product, Step.PRODUCT),
        (_("Serial number"), place.serial, Step.LICENCE),
        (_("Release"), next((label for name, label in place.releases if name == draft.release), draft.release),
         Step.VERSION),
        (_("Platform"), draft.platform, Step.VERSION),
        (_("Severity"), severity, Step.SEVERITY),
        (_("Summary"), draft.summary, Step.WHAT),
        (_("Details"), draft.details, Step.WHAT),
        (_("Language of the case"), dict(settings.LANGUAGES).get(draft.language, draft.language), Step.WHAT),
    ]  # fmt: skip
    return [AnswerRow(name=name, value=value, step=step.value) for name, value, step in rows if value]


def _offered(row: PromiseRow, zone: str) -> SafeString:
    """One promise as a short line: "We call you back by Wed 25 Nov, 14:20"."""
    if row.would_be_due_at is None:
        return format_html("{}", _("Solved with the next product update"))
    due = format_html("<b>{}</b>", moment_words(row.would_be_due_at, zone))
    answers = _("We call you back by {due}") if ResponseForm.CALL_BACK in row.forms else _("We answer by {due}")
    said = {
        Milestone.FIRST_RESPONSE: answers,
        Milestone.RESTORATION: _("Back in service by {due}"),
    }.get(row.promise.name, _("Solved by {due}"))
    return format_html(said, due=due)
