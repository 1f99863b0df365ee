"""`tenure decide SERIAL BENEFIT --on DATE [--known INSTANT] [--json]`: the one decision, with its reasons."""

from argparse import ArgumentParser
from datetime import UTC, date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tenure.entitlements.queries import decision_for
from tenure.entitlements.words import BY_COURTESY, Benefit, Decision, Fact, Reason, Why

SENTENCES = {
    Why.COVERED: "{serial} has {benefit} on {on}, by {level}, until {until}.",
    Why.NO_TERM: "{serial} has no {benefit} on {on}: it has never been covered.",
    Why.TERM_ENDED: (
        "{serial} has no {benefit} on {on}: its cover by {ended_level} ended on {ended_on}, {days_since} days before."
    ),
    Why.TERM_NOT_STARTED: "{serial} has no {benefit} on {on}: its cover by {starts_level} starts on {starts_on}.",
    Why.BETWEEN_TERMS: (
        "{serial} has no {benefit} on {on}: its cover by {ended_level} ended on {ended_on},"
        " and {starts_level} starts on {starts_on}."
    ),
    Why.LEVEL_LACKS_BENEFIT: (
        "{serial} has no {benefit} on {on}: it is covered until {covered_until}, but {level} does not include it."
    ),
    Why.PRODUCT_HAS_NO_CONTENT: "{serial} has no {benefit} on {on}: its product has no content to update.",
    Why.NOT_REGISTERED: (
        "{serial} has no {benefit} on {on}: {level} includes it until {covered_until},"
        " but the serial number is not registered on that day."
    ),
    Why.UNKNOWN_SERIAL: "{serial} is no serial number known here.",
}
BY_COURTESY_ALONE = {
    Why.COVERED: "{serial} has {benefit} on {on}, by a courtesy at {level}, until {until}.",
    Why.LEVEL_LACKS_BENEFIT: (
        "{serial} has no {benefit} on {on}: it has a courtesy until {covered_until}, which does not include it."
    ),
}


class Command(BaseCommand):
    help = "Say whether a serial number has a benefit on a day, until when, and why."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("serial", help="serial number, such as M1234567890")
        parser.add_argument("benefit", choices=[benefit.value for benefit in Benefit])
        parser.add_argument("--on", required=True, type=_day, metavar="DATE", help="a day, such as 2027-03-31")
        parser.add_argument(
            "--known", type=_instant, metavar="INSTANT", help="answer as it was known then, such as 2027-01-31T12:00Z"
        )
        parser.add_argument("--json", action="store_true", help="print the receipt as one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        decision = decision_for(
            who=None,
            serial=options["serial"],
            benefit=Benefit(options["benefit"]),
            on=options["on"],
            known=options["known"],
        )
        self.stdout.write(decision.as_json() if options["json"] else sentences(decision))


def sentences(decision: Decision) -> str:
    """The answer in words, a line a reason."""
    return "\n".join(
        _sentence(reason).format(
            **{"level": decision.level or "", **_told(reason.facts)},
            serial=decision.serial,
            benefit=decision.benefit.value,
            on=decision.on.isoformat(),
        )
        for reason in decision.because
    )


def _sentence(reason: Reason) -> str:
    alone = BY_COURTESY_ALONE if reason.facts.get("by") == BY_COURTESY else {}
    return alone.get(reason.code, SENTENCES[reason.code])


def _told(facts: Any) -> dict[str, Fact]:
    return {key: value for key, value in facts.items() if key not in {"serial", "benefit", "on"}}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--on {text!r}: not a day; write it as 2027-03-31", returncode=2) from None


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--known {text!r}: not an instant; write it as 2027-01-31T12:00Z", returncode=2) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
