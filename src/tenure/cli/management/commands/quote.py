"""`tenure quote --serial S [--serial S2] --on DATE`: what renewing costs on a day, with each step."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tenure.cli.quotes import quote_words, refusal_words
from tenure.policy.queries import source_on
from tenure.policy.rules import is_part, read_policy, whole
from tenure.policy.words import Policy, PolicyMistakes
from tenure.renewals.queries import Priced, quote_for
from tenure.renewals.words import Line, Note, ServiceLine, Waiting, Wish
from tenure.toolbox.refused import Refused


class Command(BaseCommand):
    help = "Price the renewal of serial numbers as ordered on a day: lines with each step, and the total."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--serial", action="append", required=True, dest="serials", help="again for more than one")
        parser.add_argument("--on", required=True, type=_day, metavar="DATE", help="the order day, such as 2027-03-31")
        how_long = parser.add_mutually_exclusive_group()
        how_long.add_argument("--years", type=int, metavar="N", help="whole years; with several serials one common end")
        how_long.add_argument("--until", type=_day, metavar="DATE", help="the common last covered day")
        parser.add_argument("--level", default="", metavar="L", help="another level than each asset's own")
        parser.add_argument("--quantity", type=int, metavar="N", help="of a partial renewal; one serial only")
        parser.add_argument("--currency", default="", metavar="CODE", help="of another price list, such as USD")
        parser.add_argument(
            "--service", action="append", default=[], dest="services", metavar="KEY=N",
            help="so many units of a service of the policy, such as training=2; again for more",
        )  # fmt: skip
        parser.add_argument("--extend", action="store_true", help="support of old releases too, past its standard end")
        parser.add_argument("--programme", default="", metavar="KEY", help="as if the customer were in this programme")
        parser.add_argument(
            "--policy", type=Path, metavar="FILE", help="judge by this file instead of the one in force"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        serials = [serial.strip().upper() for serial in options["serials"]]
        if options["quantity"] is not None and len(serials) != 1:
            raise CommandError("--quantity goes with one --serial.", returncode=2)
        quantities = {} if options["quantity"] is None else {serials[0]: options["quantity"]}
        wish = Wish(
            on=options["on"], years=options["years"], until=options["until"], level=options["level"].strip().lower(),
            quantities=quantities, services=_services(options["services"]), extend=options["extend"],
        )  # fmt: skip
        policy = _policy(options["policy"], wish.on) if options["policy"] else None
        try:
            priced = quote_for(
                who=None, serials=serials, wish=wish, currency=options["currency"], policy=policy,
                programme=options["programme"].strip().lower(),
            )  # fmt: skip
        except Refused as refused:
            told = {"code": refused.code.value, "facts": refused.facts}
            if options["json"]:
                self.stdout.write(json.dumps({"refused": told}, ensure_ascii=False))
            raise CommandError(f"{refused.code.value}: {refusal_words(refused)}", returncode=1) from None
        self.stdout.write(json.dumps(as_json(priced), ensure_ascii=False) if options["json"] else quote_words(priced))


def as_json(priced: Priced) -> dict[str, object]:
    """The quote as plain values; amounts are texts, so that they stay exact.

    `services` and `programme` are there where the quote has any.  Source: B3, B10, B11.
    """
    quote = priced.quote
    more: dict[str, object] = {"programme": quote.programme} if quote.programme else {}
    if quote.services:
        more["services"] = [_service(each) for each in quote.services]
    return {
        "on": quote.on.isoformat(), "customer": priced.customer, "policy": quote.policy, "currency": quote.currency,
        "lines": [_line(each) for each in quote.lines], "left_out": list(quote.left_out), "total": str(quote.total),
        "tax": str(quote.tax.amount), "tax_rule": quote.tax.rule, "tax_percent": str(quote.tax.percent),
        "gross": str(quote.gross), "notes": [_note(each) for each in quote.notes],
        "waiting": [_waiting(each) for each in priced.waiting], **more,
    }  # fmt: skip


def _line(line: Line) -> dict[str, object]:
    steps = [{"code": step.code.value, "amount": str(step.amount), "facts": dict(step.facts)} for step in line.steps]
    return {
        "kind": line.kind.value, "serial": line.serial, "product": line.product, "level": line.level,
        "quantity": line.quantity, "starts_on": line.starts_on.isoformat(), "ends_on": line.ends_on.isoformat(),
        "lapsed_days": line.lapsed_days, "amount": str(line.amount), "steps": steps,
        "notes": [_note(each) for each in line.notes],
    }  # fmt: skip


def _service(each: ServiceLine) -> dict[str, object]:
    return {
        "service": each.service, "name": each.name, "unit": each.unit, "quantity": each.quantity,
        "unit_price": str(each.unit_price), "amount": str(each.amount),
    }  # fmt: skip


def _waiting(each: Waiting) -> dict[str, object]:
    return {
        "on": each.on.isoformat(), "total": None if each.total is None else str(each.total), "code": each.code,
        "buy_again": None if each.buy_again is None else str(each.buy_again),
    }  # fmt: skip


def _note(note: Note) -> dict[str, object]:
    return {"code": note.code.value, "facts": dict(note.facts)}


def _services(told: list[str]) -> dict[str, int]:
    """Units by the service's key."""
    services: dict[str, int] = {}
    for each in told:
        key, _, count = each.partition("=")
        key = key.strip().lower()
        if not key or not count.strip().isascii() or not count.strip().isdecimal() or len(count) > 15:
            raise CommandError(f"--service {each!r}: write it as training=2", returncode=2)
        if key in services:
            raise CommandError(f"--service {key}: is named twice", returncode=2)
        services[key] = int(count)
    return services


def _policy(path: Path, on: date) -> Policy:
    """The policy of a file; one that holds only what differs stands on the policy in force on the order day."""
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig", errors="replace")
        return read_policy(whole(part=text, base=source_on(on)) if is_part(text) else content)
    except OSError as error:
        raise CommandError(f"{path}: cannot be read: {error.strerror}", returncode=2) from None
    except PolicyMistakes as found:
        first = found.mistakes[0]
        more = f" ({len(found.mistakes)} in all; see tenure policy check)"
        raise CommandError(f"{path}:{first.line}: {first.key}: {first.reason}{more}", returncode=2) from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r}: not a day; write it as 2027-03-31", returncode=2) from None
