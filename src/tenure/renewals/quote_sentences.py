"""Quotes in sentences: states, steps of the arithmetic, and why something is refused, in the reader's language."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from babel.numbers import format_decimal, get_currency_precision
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tenure.entitlements.meters import meter_word
from tenure.policy.sentences import policy_words
from tenure.policy.words import Policy
from tenure.renewals.queries.kept import QuoteLineRow, QuoteRow, QuoteServiceRow
from tenure.renewals.words import (
    Changed,
    LineKind,
    Note,
    NoteCode,
    QuoteRefusal,
    QuoteSide,
    QuoteState,
    RenewalRefusal,
    Step,
    StepCode,
)
from tenure.toolbox.formats import BABEL, count_words, day_words, long_day, money_words, quantity_words
from tenure.toolbox.marks import listed
from tenure.toolbox.refused import Refused
from tenure.toolbox.upload import FileFault

STATES: Final[dict[QuoteState, Promise]] = {
    QuoteState.PREPARED: lazy("Prepared, not sent"),
    QuoteState.SENT: lazy("Waits for an answer"),
    QuoteState.ACCEPTED: lazy("Accepted, to be ordered"),
    QuoteState.ORDERED: lazy("Ordered"),
    QuoteState.DECLINED: lazy("Declined"),
    QuoteState.WITHDRAWN: lazy("Withdrawn"),
    QuoteState.REVISED: lazy("Replaced by another"),
    QuoteState.EXPIRED: lazy("Expired"),
}
TAXES: Final[dict[str, Promise]] = {
    "rate": lazy("Tax, %(percent)s %%"),
    "reverse_charge": lazy("Tax: reverse charge, you owe it yourself"),
    "exempt": lazy("Tax: none is due"),
}
HAPPENED: Final[dict[str, Promise]] = {
    "renewals.quote_prepared": lazy("Prepared"),
    "renewals.quote_sent": lazy("Sent to the customer"),
    "renewals.customer_reminded": lazy("Customer reminded"),
    "renewals.quote_accepted": lazy("Accepted"),
    "renewals.quote_signed": lazy("Accepted on paper"),
    "renewals.signature_disputed": lazy("The customer objects to the signature"),
    "renewals.dispute_ended": lazy("The objection was taken back"),
    "renewals.quote_declined": lazy("Declined"),
    "renewals.quote_withdrawn": lazy("Withdrawn"),
    "renewals.quote_ordered": lazy("Ordered"),
}
CHANGES: Final[dict[Changed, Promise]] = {
    Changed.GONE: lazy("%(serial)s is not there any more."),
    Changed.CUSTOMER: lazy("%(serial)s belongs to another customer now."),
    Changed.SITE: lazy("%(serial)s has been moved to another site since it was quoted."),
    Changed.RESELLER: lazy("%(serial)s has another reseller of record now."),
    Changed.QUANTITY: lazy("The quantity of %(serial)s has changed since it was quoted."),
    Changed.LEVEL: lazy("The level of %(serial)s has changed since it was quoted."),
    Changed.COVER: lazy("%(serial)s has been renewed or corrected since it was quoted."),
}
REFUSALS: Final[dict[StrEnum, Promise]] = {
    QuoteRefusal.NOT_ALLOWED: lazy("Only the licence owner or a purchasing contact can do that."),
    QuoteRefusal.NOTHING_CHOSEN: lazy("Choose at least one licence, or enter its serial number."),
    QuoteRefusal.TOO_MANY_LINES: lazy("One quote has at most %(most)s licences."),
    QuoteRefusal.OTHER_CUSTOMER: lazy(
        "%(serial)s does not belong to %(customer)s. A renewal must stay with its customer: quote it apart."
    ),
    QuoteRefusal.SEVERAL_RESELLERS: lazy(
        "These licences have different resellers of record (%(resellers)s). Quote them apart."
    ),
    QuoteRefusal.STATE: lazy("That cannot be done any more: the quote is now “%(state)s”."),
    QuoteRefusal.NOT_ACCEPTED: lazy("The customer has not accepted this quote yet."),
    QuoteRefusal.EXPIRED: lazy("This quote was valid until %(valid_to)s. Prepare a fresh one."),
    QuoteRefusal.IN_USE: lazy(
        "%(serial)s cannot be renewed in part now: machines still use more of it than would stay, or a courtesy runs."
    ),
    QuoteRefusal.WHY_MISSING: lazy("Say why; the other side reads it."),
    QuoteRefusal.SIGNER_MISSING: lazy("Enter who signed for the customer."),
    QuoteRefusal.SIGNED_IN_FUTURE: lazy("The day of the signature, %(on)s, has not come yet."),
    QuoteRefusal.SIGNED_BEFORE_SENT: lazy("It cannot have been signed on %(on)s: the quote was sent on %(sent)s."),
    QuoteRefusal.PAPER_MISSING: lazy("Attach the signed quote as one file."),
    QuoteRefusal.DISPUTED: lazy(
        "The customer objects to the signature: %(why)s. It can be ordered once they take that back; or prepare a fresh"
        " quote."
    ),
    QuoteRefusal.WRITTEN_TODAY: lazy("The customer was written to about this quote today. Remind them tomorrow."),
    FileFault.TOO_MANY_FILES: lazy("Attach the signed quote as one file."),
    FileFault.FILE_EMPTY: lazy("%(name)s is empty."),
    FileFault.FILE_TOO_LARGE: lazy("%(name)s is larger than %(most_mebibytes)s MiB."),
    FileFault.FILE_NAME_UNUSABLE: lazy("The file has a name that cannot be used. Rename it."),
    QuoteRefusal.CHANGED_A_MOMENT_AGO: lazy("This licence was changed a moment ago. Try again."),
    RenewalRefusal.UNKNOWN_SERIAL: lazy("None of the licences you see has the serial number %(serial)s."),
    RenewalRefusal.SERIAL_TWICE: lazy("%(serial)s is named twice."),
    RenewalRefusal.SEVERAL_CUSTOMERS: lazy(
        "These licences belong to several customers: %(customers)s. One quote is for one customer."
    ),
    RenewalRefusal.NO_PRICE: lazy(
        "The price list of that day has no %(currency)s price for %(product)s at the level %(level)s."
    ),
    RenewalRefusal.CURRENCY_UNKNOWN: lazy("%(currency)s is no currency."),
    RenewalRefusal.LEVEL_UNKNOWN: lazy("There is no level %(level)s."),
    RenewalRefusal.LEVEL_NOT_SOLD: lazy("The level %(level)s is not sold for %(serial)s."),
    RenewalRefusal.LEVEL_NEEDED: lazy("%(serial)s was never covered: choose a level."),
    RenewalRefusal.QUANTITY_OUT_OF_RANGE: lazy("%(serial)s: choose a quantity between 1 and %(most)s."),
    RenewalRefusal.END_IN_PAST: lazy("The term would end on %(ends_on)s, which is not after today."),
    RenewalRefusal.ENDS_LATER: lazy(
        "%(serial)s is covered until %(last_day)s, which is after the common end, %(ends_on)s. Leave it out, or choose"
        " a later day."
    ),
    RenewalRefusal.NOTHING_TO_RENEW: lazy("Everything you chose ends on %(ends_on)s already."),
    RenewalRefusal.TERM_TOO_LONG: lazy("A term has at most %(most)s months."),
    RenewalRefusal.LAPSED_TOO_LONG: lazy(
        "%(serial)s has been without cover since %(last_day)s. After %(cap_days)s days the licence is bought again."
    ),
    RenewalRefusal.SUPPORT_ENDED: lazy(
        "%(serial)s: support of its release, %(release)s, ends on %(supported_until)s. Upgrade it first."
    ),
    RenewalRefusal.FLAT_FEE_MISSING: lazy("The policy names no reinstatement fee in %(currency)s."),
    RenewalRefusal.DAY_OUT_OF_RANGE: lazy("Choose an earlier day."),
    RenewalRefusal.PROGRAMME_UNKNOWN: lazy("There is no programme %(programme)s."),
    RenewalRefusal.SERVICE_UNKNOWN: lazy("There is no service %(service)s."),
    RenewalRefusal.SERVICE_NOT_SOLD: lazy("%(name)s is not sold beside these products."),
    RenewalRefusal.SERVICE_NO_PRICE: lazy("%(name)s has no price in %(currency)s."),
    RenewalRefusal.SERVICE_OUT_OF_RANGE: lazy("%(name)s: choose between 1 and %(most)s, or leave it empty."),
    RenewalRefusal.EXTENSION_NOT_SOLD: lazy("Support of old releases is not sold."),
    RenewalRefusal.EXTENSION_NOT_OFFERED: lazy(
        "%(serial)s: support of its release, %(release)s, ends on %(supported_until)s, and none is offered after it."
        " Upgrade it, or renew without the extension."
    ),
    RenewalRefusal.NOTHING_TO_EXTEND: lazy(
        "None of these releases leaves standard support before %(ends_on)s: there is nothing to extend."
    ),
}
_DAYS: Final = frozenset({"ends_on", "last_day", "valid_to", "supported_until", "on", "sent"})


def refusal(no: Refused, policy: Policy | None = None) -> str:
    """Why a quote, or what was to be done with one, is refused.  policy: names levels.  Source: ours."""
    facts: dict[str, object] = {}
    for key, value in no.facts.items():
        if key in _DAYS and isinstance(value, str):
            facts[key] = long_day(date.fromisoformat(value))
        elif isinstance(value, list):
            facts[key] = listed(value)
        elif isinstance(value, int):
            facts[key] = quantity_words(value)
        else:
            facts[key] = level_name(str(value), policy) if key == "level" and policy else value
    if no.code is QuoteRefusal.ASSET_CHANGED:
        return str(CHANGES[Changed(str(no.facts["what"]))]) % facts
    if no.code is QuoteRefusal.STATE:
        facts["state"] = STATES[QuoteState(str(no.facts["state"]))]
    return str(next(words for code, words in REFUSALS.items() if code is no.code)) % facts


def answer(row: QuoteRow, lines: int) -> tuple[str, str, str]:
    """The answer first: what the total buys, the decisive words, and their tone.  Source: ours."""
    facts = {
        "total": money_words(row.gross, row.currency), "until": long_day(row.valid_to), "n": count_words(lines),
        "customer": row.organisation, "reseller": row.reseller or _("our renewals team"),
        "certificate": row.certificate, "why": row.why,
    }  # fmt: skip
    said = ngettext("%(total)s renews one licence.", "%(total)s renews %(n)s licences.", lines) % facts
    if row.services:
        said = ngettext(
            "%(total)s renews one licence, services included.",
            "%(total)s renews %(n)s licences, services included.",
            lines,
        ) % facts  # fmt: skip
    own = row.side is QuoteSide.CUSTOMER
    match row.state:
        case QuoteState.PREPARED:
            return said, _("The customer has not seen it yet."), "wait"
        case QuoteState.SENT:
            words = _("Yours to accept until %(until)s.") if own else _("%(customer)s can accept it until %(until)s.")
            return said, words % facts, "soon"
        case QuoteState.ACCEPTED if row.is_disputed:
            return said, _("It waits until the objection to the signature is settled."), "bad"
        case QuoteState.ACCEPTED:
            words = _("%(reseller)s orders it by %(until)s.") if own else _("Order it by %(until)s.")
            return said, words % facts, "soon"
        case QuoteState.ORDERED:
            return said, _("It is ordered: certificate %(certificate)s.") % facts, "good"
        case QuoteState.EXPIRED:
            return said, _("It was valid until %(until)s.") % facts, "bad"
        case QuoteState.REVISED:
            return said, _("Another quote stands in its place."), "quiet"
        case QuoteState.DECLINED:
            return said, _("It was declined."), "quiet"
        case _:
            return said, _("It was withdrawn."), "quiet"


def tax_words(rule: str, percent: Decimal) -> str:
    """What is added, and by which rule.  Source: ours."""
    return str(TAXES.get(rule, TAXES["exempt"])) % {"percent": quantity_words(percent.normalize())}


def level_name(key: str, policy: Policy | None) -> str:
    return policy.levels[key].name if policy and key in policy.levels else key


def figures(amount: Decimal, currency: str) -> str:
    """An amount without its currency, to the minor unit, finer where it is: 1,200.00.  Source: ours."""
    digits = get_currency_precision(currency)
    pattern = "#,##0" + ("." if digits < 6 else "") + "0" * digits + "#" * (6 - digits)
    return str(format_decimal(amount, format=pattern, locale=_locale())).replace("-", "−")


def line_head(line: QuoteLineRow, policy: Policy) -> str:
    """What a line is for: product, level, quantity."""
    facts = {
        "product": f"{line.product} {line.release}".strip(), "level": level_name(line.level, policy),
        "quantity": quantity_words(line.quantity), "meter": meter_word(line.meter, line.quantity),
    }  # fmt: skip
    if line.kind is LineKind.EXTENSION:
        return _("Support of an old release: %(product)s, %(quantity)s %(meter)s") % facts
    return _("%(product)s, %(level)s, %(quantity)s %(meter)s") % facts


def line_days(line: QuoteLineRow, policy: Policy) -> str:
    """From when until when, and why from then."""
    facts = {
        "starts": long_day(line.starts_on), "ends": long_day(line.ends_on), "n": line.lapsed_days,
        "ended": long_day(line.ended) if line.ended else "", "old": level_name(line.old_level, policy),
        "rest": quantity_words(line.held_quantity - line.quantity),
    }  # fmt: skip
    if line.kind is LineKind.EXTENSION:
        return _("%(starts)s to %(ends)s, past the standard support of this release.") % facts
    if line.kind is LineKind.LEVEL_CHANGE:
        said = _("%(starts)s to %(ends)s, instead of %(old)s; the end stays.") % facts
    elif line.kind is LineKind.FIRST_TERM:
        said = _("%(starts)s to %(ends)s, its first term.") % facts
    elif line.lapsed_days:
        words = ngettext(
            "Reinstated after %(n)s day without cover: %(starts)s to %(ends)s.",
            "Reinstated after %(n)s days without cover: %(starts)s to %(ends)s.",
            line.lapsed_days,
        )
        said = words % facts
    else:
        said = _("%(starts)s to %(ends)s, the day after the old term ends.") % facts
    if line.held_quantity > line.quantity:
        said += " " + _("The other %(rest)s keep their old end, under a serial number of their own.") % facts
    return said


def service_words(service: QuoteServiceRow) -> str:
    """How many units of a service: 2 × Training day."""
    facts = {"quantity": quantity_words(service.quantity), "name": policy_words(service.name)}
    return _("%(quantity)s × %(name)s") % facts


def step_words(step: Step, currency: str, policy: Policy) -> tuple[str, str]:
    """One step: what it is, and how it is counted."""
    facts = step.facts
    match step.code:
        case StepCode.TERM_FEE:
            return _("The term: %(years)s") % {"years": _years(facts)}, _product(facts, currency)
        case StepCode.PROGRAMME:
            return _("Programme: %(name)s") % {"name": facts.get("name")}, f"− {facts.get('percent')} %"
        case StepCode.EXTENSION_FEE:
            return _("Support of the old release"), f"{_product(facts, currency)} × {facts.get('percent')} %"
        case StepCode.MULTI_YEAR_DISCOUNT:
            words = _("Discount from %(years)s years on") % {"years": facts.get("from_years")}
            return words, f"− {facts.get('percent')} %"
        case StepCode.BACK_CHARGE:
            days = {name: _day(facts.get(name)) for name in ("from", "to")}
            return _("Back-coverage, %(from)s to %(to)s") % days, _back(facts, currency)
        case StepCode.SURCHARGE:
            return _("Reinstatement fee after %(days)s days") % {"days": facts.get("days")}, _share(facts, currency)
        case StepCode.NEW_LEVEL:
            words = _("%(level)s for the rest of the term") % {"level": level_name(str(facts.get("level")), policy)}
            return words, _product(facts, currency)
        case _:
            words = _("Less what %(level)s still had to give") % {"level": level_name(str(facts.get("level")), policy)}
            return words, _product(facts, currency)


def note_words(note: Note) -> str:
    """What a reader must be told beside the arithmetic."""
    if note.code is NoteCode.ONE_CERTIFICATE:
        said = _("Once ordered, %(licences)s licences of %(certificates)s certificates stand on one certificate.")
        return said % {key: count_words(int(value or 0)) for key, value in note.facts.items()}
    facts = {
        key: long_day(date.fromisoformat(str(value))) if key.endswith("until") else value
        for key, value in note.facts.items()
    }
    if note.code is NoteCode.CUT_AT_END_OF_SUPPORT:
        return (
            _(
                "Support of %(release)s ends on %(supported_until)s, so the term of %(serial)s ends there and not on"
                " %(asked_until)s."
            )
            % facts
        )
    return _("The usual list is in %(usual)s; only the list in %(currency)s has these products.") % facts


def _years(facts: Mapping[str, Any]) -> str:
    years = str(facts.get("years"))
    if years.isdecimal():
        return ngettext("%(n)s year", "%(n)s years", int(years)) % {"n": years}
    return _("%(years)s of a year") % {"years": years} if "+" not in years else _("%(years)s years") % {"years": years}


def _product(facts: Mapping[str, Any], currency: str) -> str:
    years = str(facts.get("years"))
    part = "" if years == "1" else f" × ({years})" if "+" in years else f" × {years}"
    return f"{quantity_words(int(facts.get('quantity', 1)))} × {_rate(facts, currency)}{part}"


def _rate(facts: Mapping[str, Any], currency: str) -> str:
    if facts.get("unit") is not None:
        return figures(Decimal(str(facts["unit"])), currency)
    told = {
        "percent": facts.get("percent_of_list_price"),
        "price": figures(Decimal(str(facts.get("unit_list_price", "0"))), currency),
    }
    return _("%(percent)s %% of %(price)s") % told


def _back(facts: Mapping[str, Any], currency: str) -> str:
    stretch = f"{facts['months']}/12" if "months" in facts else str(facts.get("years"))
    stretch = f"({stretch})" if "+" in stretch else stretch
    percent = "" if str(facts.get("percent")) == "100" else f" × {facts.get('percent')} %"
    return f"{quantity_words(int(facts.get('quantity', 1)))} × {_rate(facts, currency)} × {stretch}{percent}"


def _share(facts: Mapping[str, Any], currency: str) -> str:
    if "flat" in facts:
        return figures(Decimal(str(facts["flat"])), currency)
    told = {"percent": facts.get("percent")}
    if facts.get("of") == "lapsed_fee":
        return _("%(percent)s %% of the fee for the days without cover") % told
    return _("%(percent)s %% of the new term's fee") % told


def _day(value: object) -> str:
    return day_words(date.fromisoformat(str(value)))


def _locale() -> str:
    code = get_language() or "en"
    return BABEL.get(code, code.replace("-", "_"))
