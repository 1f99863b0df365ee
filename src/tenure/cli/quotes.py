"""A quote in English sentences, for the command line: every step with its figures."""

from collections.abc import Mapping
from typing import Final

from tenure.renewals.queries import Priced
from tenure.renewals.words import Line, LineKind, NoteCode, RenewalRefusal, Step, StepCode
from tenure.toolbox.refused import Refused

_STEPS: Final = {
    StepCode.TERM_FEE: "{rate} x {quantity} x {length}",
    StepCode.MULTI_YEAR_DISCOUNT: "{percent} % off from {from_years} years on",
    StepCode.BACK_CHARGE: "back-coverage {from} to {to}, {days} days: {rate} x {quantity} x {stretch} at {percent} %",
    StepCode.SURCHARGE: "reinstatement after {days} days: {share}",
    StepCode.NEW_LEVEL: "{level} for the rest: {rate} x {quantity} x {length}",
    StepCode.PROGRAMME: "{percent} % off: programme {name}",
    StepCode.EXTENSION_FEE: "support of the old release: {percent} % of {rate} x {quantity} x {length}",
    StepCode.OLD_LEVEL: "less what {level} still had to give: {rate} x {quantity} x {length}",
}
_NOTES: Final = {
    NoteCode.CUT_AT_END_OF_SUPPORT: (
        "{serial}: support of {release} ends on {supported_until}, so the term ends there, not on {asked_until}."
    ),
    NoteCode.OTHER_CURRENCY: "The customer's list is in {usual}; only the {currency} list has these products.",
}
_REFUSALS: Final = {
    RenewalRefusal.UNKNOWN_SERIAL: "{serial} is no serial number known here.",
    RenewalRefusal.SERIAL_TWICE: "{serial} is named twice.",
    RenewalRefusal.SEVERAL_CUSTOMERS: "these belong to several customers: {customers}. One quote is for one customer.",
    RenewalRefusal.NO_PRICE: "no {currency} price for {quantity} of {product} at {level} holds on the order day.",
    RenewalRefusal.CURRENCY_UNKNOWN: "{currency} is no currency.",
    RenewalRefusal.LEVEL_UNKNOWN: "{level} is not a level of the policy.",
    RenewalRefusal.LEVEL_NOT_SOLD: "{level} is not sold for {kind}, which {serial} is.",
    RenewalRefusal.LEVEL_NEEDED: "{serial} was never covered: say at which level with --level.",
    RenewalRefusal.QUANTITY_OUT_OF_RANGE: "{serial}: {quantity} is not between 1 and {most}.",
    RenewalRefusal.END_IN_PAST: "the term would end on {ends_on}, which is not after the order day, {on}.",
    RenewalRefusal.ENDS_LATER: "{serial} is covered until {last_day}, which is after the common end {ends_on}.",
    RenewalRefusal.NOTHING_TO_RENEW: "everything named ends on {ends_on} already.",
    RenewalRefusal.TERM_TOO_LONG: "a term has between 1 and {most} months.",
    RenewalRefusal.LAPSED_TOO_LONG: (
        "{serial} has been without cover for {lapsed_days} days, since {last_day}; after {cap_days} the licence is"
        " bought again."
    ),
    RenewalRefusal.SUPPORT_ENDED: "{serial}: support of {release} ends on {supported_until}.",
    RenewalRefusal.FLAT_FEE_MISSING: "the policy names no flat reinstatement fee in {currency}.",
    RenewalRefusal.DAY_OUT_OF_RANGE: "days are taken up to the year {most}.",
    RenewalRefusal.PROGRAMME_UNKNOWN: "{programme} is not a programme of the policy.",
    RenewalRefusal.SERVICE_UNKNOWN: "{service} is not a service of the policy.",
    RenewalRefusal.SERVICE_NOT_SOLD: "{service} is not sold for {kinds}.",
    RenewalRefusal.SERVICE_NO_PRICE: "{service} has no price in {currency}.",
    RenewalRefusal.SERVICE_OUT_OF_RANGE: "{service}: {quantity} is not between 1 and {most}.",
    RenewalRefusal.EXTENSION_NOT_SOLD: "the policy sells no support of old releases.",
    RenewalRefusal.EXTENSION_NOT_OFFERED: (
        "{serial}: support of {release} ends on {supported_until}, and none is offered after it."
    ),
    RenewalRefusal.NOTHING_TO_EXTEND: "standard support of no release ends before {ends_on}.",
}


def refusal_words(refused: Refused) -> str:
    """Why there is no quote.  Source: ours."""
    facts = {key: ", ".join(value) if isinstance(value, list) else value for key, value in refused.facts.items()}
    return _REFUSALS[RenewalRefusal(refused.code.value)].format(**facts)


def quote_words(priced: Priced) -> str:
    """The quote, a line of text for each line and step; the last ones give the sums.  Source: ours."""
    quote = priced.quote
    programme = f", programme {quote.programme}" if quote.programme else ""
    said = [f"{priced.customer}, ordered on {quote.on}, policy {quote.policy}, {quote.currency}{programme}"]
    for line in quote.lines:
        said += _line(line)
    said += [
        f"{each.service} {each.name}, {each.quantity:,} x {each.unit_price} a {each.unit}: {each.amount}"
        for each in quote.services
    ]
    said += [f"left out: {serial} ends on the common day already" for serial in quote.left_out]
    said += [_NOTES[note.code].format(**note.facts) for note in quote.notes]
    rule = quote.tax.rule.replace("_", " ")
    said += [
        f"total {quote.total} {quote.currency}",
        f"tax   {quote.tax.amount} {quote.currency} ({rule}, {quote.tax.percent} %)",
        f"gross {quote.gross} {quote.currency}",
    ]
    return "\n".join(said)


def _line(line: Line) -> list[str]:
    extension = "extension, " if line.kind is LineKind.EXTENSION else ""
    head = (
        f"{line.serial} {line.product}, {extension}{line.level}, {_counted(line.quantity, 'unit')}, {line.starts_on} to"
        f" {line.ends_on}: {line.amount}"
    )
    steps = [f"  {step.amount:>14}  {_step(step)}" for step in line.steps]
    return [head, *steps, *(f"  {_NOTES[note.code].format(**note.facts)}" for note in line.notes)]


def _step(step: Step) -> str:
    facts: dict[str, object] = dict(step.facts)
    return _STEPS[step.code].format(**facts | _told(facts))


def _told(facts: Mapping[str, object]) -> dict[str, object]:
    rate = facts.get("unit") or f"{facts.get('percent_of_list_price')} % of {facts.get('unit_list_price')}"
    length = "1 year" if str(facts.get("years")) == "1" else f"{facts.get('years')} years"
    stretch = _counted(int(str(facts["months"])), "started month") if "months" in facts else length
    share = f"{facts.get('percent')} % of the {str(facts.get('of')).replace('_', ' ')}"
    if "flat" in facts:
        share = f"flat {facts['flat']}"
    if facts.get("named") not in (None, 1):
        share += ", the greatest that the policy names"
    return {"rate": rate, "length": length, "stretch": stretch, "share": share}


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
