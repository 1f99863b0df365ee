"""What renewing would cost, and what open quotes would if they were revised.  What is quoted holds."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from tenure.outlook.queries.simulation.sides import Supposed
from tenure.outlook.rules import Tally, late_edges, renewals_differ
from tenure.outlook.words import ChangedRow, Outcome, Part, PartResult
from tenure.policy.words import Policy
from tenure.renewals.queries.holdings import HeldRow, holdings_of
from tenure.renewals.queries.kept import FROM, STATE
from tenure.renewals.queries.many import PriceDesk
from tenure.renewals.rules import quote
from tenure.renewals.rules.quoting import tax_on
from tenure.renewals.rules.standing import partner_amount
from tenure.renewals.words import Buyer, Holding, Price, Quote, RenewalRefusal, Wish
from tenure.toolbox.refused import Refused

CHUNK: Final = 5000
QUOTES_AT_ONCE: Final = 50  # one may have ten thousand lines
# renewing: assets by their end, a chunk at a time; those never covered, gone or on trial are left out (A3, B3)
RENEWING = """
SELECT a.chain_ends_on, a.id, a.serial_number, o.number
FROM entitlements_asset a JOIN accounts_organisation o ON o.id = a.organisation_id
WHERE a.quantity > 0 AND a.purpose <> 'trial' AND a.chain_ends_on BETWEEN %(first)s AND %(last)s
  AND (a.chain_ends_on, a.id) > (%(ends)s, %(id)s)
ORDER BY a.chain_ends_on, a.id LIMIT %(limit)s
"""
# open_quotes: those that wait for somebody, with what was asked for, and where their reseller is (B3)
OPEN_QUOTES = f"""
SELECT q.id, q.number, o.name, o.number, q.wish, COALESCE(s.country, ''), COALESCE(s.tax_identifier, ''), s.id
{FROM}
JOIN accounts_organisation o ON o.id = q.organisation_id
LEFT JOIN accounts_organisation s ON s.id = q.reseller_id
WHERE q.id > %(id)s AND {STATE} IN ('prepared', 'sent', 'accepted')
ORDER BY q.id LIMIT %(limit)s
"""
ON_TIME, TODAY, LISTED, PARTNER = "on_time", "today", "list", "partner"
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Costs:
    """What something costs, gross, and the days that are bought, or why it is refused.  said: all of it, compared."""

    amount: Decimal | None
    currency: str
    said: str


def renewals(supposed: Supposed) -> PartResult:
    """Every term that ends in the next days, renewed on its last covered day; every lapsed one, renewed at once.

    By the price list of the first order day under the policy.  Lapsed for longer than either policy's cap is refused
    both ways.  Source: B3, B9; ours.
    """
    tally, day = Tally(Part.RENEWALS, limit=supposed.limit), supposed.order_day
    old, new = (each.policy for each in supposed.versions_on(day))
    desk = PriceDesk(on=day)
    if renewals_differ(old, new, late=True):
        cap = max(old.reinstatement.cap_days, new.reinstatement.cap_days) + 31  # a later first of a month counts, too
        for row, number in _held(day - timedelta(days=cap), day, day):
            _add(tally, row, number, TODAY, [_cost(desk, [row], Wish(on=day), each) for each in (old, new)])
    pairs: dict[date, tuple[Policy, Policy] | None] = {}
    if _ever_differ(supposed):
        for row, number in _held(day + _DAY, supposed.at.date() + timedelta(days=supposed.days + 1), day):
            last = row.holding.last_day or day
            if last not in pairs:
                pairs[last] = _pair(supposed, last)
            sides = pairs[last]
            if sides is not None:
                _add(tally, row, number, ON_TIME, [_cost(desk, [row], Wish(on=last), each) for each in sides])
    return tally.result()


def _ever_differ(supposed: Supposed) -> bool:
    """Whether a renewal on time can cost otherwise on the day; what comes later has its own versions."""
    old, new = (each.policy for each in supposed.versions_on(supposed.order_day))
    return renewals_differ(old, new, late=False)


def _pair(supposed: Supposed, day: date) -> tuple[Policy, Policy] | None:
    """The policies of a day; None where they cost the same."""
    old, new = (each.policy for each in supposed.versions_on(day))
    return (old, new) if renewals_differ(old, new, late=False) else None


def _held(first: date, last: date, day: date) -> Iterator[tuple[HeldRow, str]]:
    """Assets whose chain ends (half-open) between the days, by their end, with their customer's number."""
    place: tuple[date, int] = (first, 0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                RENEWING, {"first": first, "last": last, "ends": place[0], "id": place[1], "limit": CHUNK}
            )  # fmt: skip
            rows = cursor.fetchall()
        if not rows:
            return
        place = rows[-1][:2]
        numbers = {row[2]: row[3] for row in rows}
        for held in holdings_of(who=None, serials=list(numbers), on=day):
            yield held, numbers[held.holding.serial]


def _cost(desk: PriceDesk, held: Sequence[HeldRow], wish: Wish, policy: Policy, currency: str = "") -> Costs:
    try:
        made = desk.quoted(held=held, wish=wish, policy=policy, currency=currency)
    except Refused as refused:
        return Costs(None, "", refused.code.value)
    return Costs(made.gross, made.currency, f"{made.gross} {made.currency}{_days(made)}")


def _days(made: Quote) -> str:
    """The days that are bought, of a quote with one line."""
    return f" {made.lines[0].starts_on} {made.lines[0].ends_on}" if len(made.lines) == 1 else ""


def _add(tally: Tally, row: HeldRow, number: str, detail: str, costs: list[Costs]) -> None:
    tally.looked_at += 1
    found = _changed(tally, detail, costs)
    if found is not None:
        tally.add(ChangedRow(
            part=tally.part, outcome=found, about=row.holding.serial, detail=detail, organisation=row.organisation,
            number=number, on=row.holding.last_day, before=costs[0].said, after=costs[1].said,
            currency=costs[1].currency or costs[0].currency,
        ))  # fmt: skip


def _changed(tally: Tally, detail: str, costs: list[Costs]) -> Outcome | None:
    """How the second differs from the first; what both cost is added up."""
    before, after = costs
    if before.amount is not None and after.amount is not None and before.currency == after.currency:
        tally.sum(detail, after.currency, before.amount, after.amount)
    return None if before.said == after.said else _outcome(before, after)


def _outcome(before: Costs, after: Costs) -> Outcome:
    if before.amount is None and after.amount is None:
        return Outcome.OTHERWISE
    if after.amount is None or before.amount is None:
        return Outcome.REFUSED if after.amount is None else Outcome.POSSIBLE
    if before.currency != after.currency or before.amount == after.amount:
        return Outcome.OTHERWISE
    return Outcome.DEARER if after.amount > before.amount else Outcome.CHEAPER


def late(supposed: Supposed) -> PartResult:
    """What one licence of 1,000.00 a year costs, net, renewed so many days late: at each edge of both rules.

    Made up, so that the rule is seen even where nobody is late today.  about: the lapsed days.  Source: B9; ours.
    """
    tally = Tally(Part.LATE, limit=0)
    old, new = (each.policy for each in supposed.versions_on(supposed.order_day))
    if old.reinstatement == new.reinstatement:
        return tally.result()
    for days in late_edges(old.reinstatement, new.reinstatement):
        before, after = (_made_up(policy, supposed.order_day, days) for policy in (old, new))
        tally.looked_at += 1
        if before.said != after.said:
            tally.add(ChangedRow(
                part=Part.LATE, outcome=_outcome(before, after), about=str(days), detail="", organisation="", number="",
                on=None, before=before.said, after=after.said, currency=after.currency or before.currency,
            ))  # fmt: skip
    return tally.result()


def _made_up(policy: Policy, ended: date, days: int) -> Costs:
    """A licence that ended, renewed so many days late, by the policy's lowest level and its first currency."""
    level = min(policy.levels.values(), key=lambda each: each.rank)
    currency = next(iter(policy.prices.currencies.values()))
    holding = Holding(
        serial="", product="", kind=level.sold_for[0].value, release="", quantity=1, level=level.key,
        chain_starts=ended.replace(year=ended.year - 1, day=min(ended.day, 28)), chain_ends=ended,
    )  # fmt: skip
    price = Price(band_from=1, unit_list_price=None, unit_maintenance_per_year=Decimal(1000), valid_from=date.min)
    try:
        made = quote(
            holdings=[holding], wish=Wish(on=ended + timedelta(days=days)), policy=policy, currency=currency,
            book={("", level.key): (price,)}, buyer=Buyer(country=policy.taxes[0].countries[0]),
        )  # fmt: skip
    except Refused as refused:
        return Costs(None, "", refused.code.value)
    return Costs(made.total, currency, f"{made.total} {currency}{_days(made)}")


def quotes(supposed: Supposed) -> PartResult:
    """Open quotes, at list price and at their reseller's, gross: what each would cost if it were revised.

    Their own prices hold until their last day; both sides price them anew on the first order day.  Source: B3; ours.
    """
    tally, day = Tally(Part.QUOTES, limit=supposed.limit), supposed.order_day
    old, new = (each.policy for each in supposed.versions_on(day))
    if not renewals_differ(old, new, late=True):
        return tally.result()
    desk, place = PriceDesk(on=day), 0
    while rows := _open_quotes(supposed, place):
        place = rows[-1][0]
        wishes = [_read(row[4]) for row in rows]
        held = {
            each.holding.serial: each
            for each in holdings_of(who=None, serials=[s for wish in wishes for s in wish["serials"]], on=day)
        }
        for row, wish in zip(rows, wishes, strict=True):
            tally.looked_at += 1
            sides = [_anew(desk, held, wish, policy, day) for policy in (old, new)]
            _tell(tally, row, LISTED, [_costs(each) for each in sides])
            if row[7] is not None:
                buyer = Buyer(country=row[5], tax_identifier=row[6])
                _tell(tally, row, PARTNER, [
                    _partner(made, policy, buyer) for made, policy in zip(sides, (old, new), strict=True)
                ])  # fmt: skip
    return tally.result()


def _open_quotes(supposed: Supposed, place: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(OPEN_QUOTES, {"at": supposed.at, "id": place, "limit": QUOTES_AT_ONCE})
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _anew(
    desk: PriceDesk, held: dict[str, HeldRow], wish: dict[str, Any], policy: Policy, day: date
) -> Quote | Refused:  # fmt: skip
    missing = next((serial for serial in wish["serials"] if serial not in held), None)
    if missing is not None:
        return Refused(RenewalRefusal.UNKNOWN_SERIAL, serial=missing)
    asked = Wish(
        on=day, years=wish["years"], until=date.fromisoformat(wish["until"]) if wish["until"] else None,
        level=wish["level"], quantities=wish["quantities"], services=wish.get("services") or {},
        extend=bool(wish.get("extend")),
    )  # fmt: skip
    try:
        return desk.quoted(
            held=[held[serial] for serial in wish["serials"]], wish=asked, policy=policy, currency=wish["currency"]
        )
    except Refused as refused:
        return refused


def _costs(made: Quote | Refused) -> Costs:
    if isinstance(made, Refused):
        return Costs(None, "", made.code.value)
    return Costs(made.gross, made.currency, f"{made.gross} {made.currency}{_days(made)}")


def _partner(made: Quote | Refused, policy: Policy, buyer: Buyer) -> Costs:
    """At the reseller's price: each line less the policy's percentage, and the reseller's own tax."""
    if isinstance(made, Refused):
        return Costs(None, "", made.code.value)
    percent = policy.prices.partner_percent
    amounts = [each.amount for each in made.lines] + [each.amount for each in made.services]
    total = sum((partner_amount(each, percent, made.currency) for each in amounts), Decimal(0))
    gross = total + tax_on(total=total, policy=policy, buyer=buyer, currency=made.currency).amount
    return Costs(gross, made.currency, f"{gross} {made.currency}{_days(made)}")


def _tell(tally: Tally, row: tuple[Any, ...], detail: str, costs: list[Costs]) -> None:
    found = _changed(tally, detail, costs)
    if found is not None:
        tally.add(ChangedRow(
            part=Part.QUOTES, outcome=found, about=row[1], detail=detail, organisation=row[2], number=row[3], on=None,
            before=costs[0].said, after=costs[1].said, currency=costs[1].currency or costs[0].currency,
        ))  # fmt: skip


def _read(wish: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(wish) if isinstance(wish, str) else wish
    return found
