"""The renewal board: what came of the terms that end, what is at risk, why terms were lost, and what to do next."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from babel.numbers import list_currencies
from django.db import connection

from tenure.accounts.words import Who
from tenure.entitlements.queries.rights import version_on
from tenure.outlook.queries import board_statements as statements
from tenure.outlook.queries.ahead import READERS
from tenure.outlook.rules.board import Facts, last_of, last_steps, months_of, next_step
from tenure.outlook.words import (
    BoardFilters,
    EndCount,
    EndState,
    LostCount,
    NextStep,
    Pipeline,
    WorkFilters,
    WorkPage,
    WorkRow,
)
from tenure.policy.words import Policy
from tenure.renewals.rules.money import minor_unit
from tenure.renewals.words import QuoteState
from tenure.toolbox.planning import planned_anew

PAGE = 25
CHUNK = 1000
MOST_RESELLERS = 12
ALL_RESELLERS = 100_000
OTHERS = "*"
WORKED_ON = (EndState.OPEN, EndState.QUOTED, EndState.ACCEPTED, EndState.LAPSED, EndState.LOST)
BY_MONTH, BY_REGION, BY_RESELLER, BY_KIND = 7, 11, 13, 14  # as GROUPING says them: the bit that is not set
EMPTY = Pipeline(months=(), regions=(), resellers=(), kinds=())


def may_see_board(who: Who) -> bool:
    """Those who see what falls due: renewals, customer care, managers, operators.  Source: B8; ours."""
    return bool(who.staff & READERS)


def pipeline(*, who: Who, at: datetime, filters: BoardFilters, resellers: int = MOST_RESELLERS) -> Pipeline:
    """The ends of terms from twelve months back to twelve ahead, as known now, counted four ways.  One statement.

    resellers: how many of the largest are named; the others stand together under `OTHERS`.  Terms without a price are
    counted as such, and never added up; nor are two currencies.  Raises Refused(NO_VERSION).  Source: B8, A13; ours.
    """
    if not may_see_board(who):
        return EMPTY
    with planned_anew() as cursor:
        cursor.execute(statements.PIPELINE, {**_params(at, filters), "most": resellers})
        found = cursor.fetchall()
    by: dict[int, list[EndCount]] = {BY_MONTH: [], BY_REGION: [], BY_RESELLER: [], BY_KIND: []}
    for way, key, name, state, is_past, currency, count, worth, unpriced in found:
        by[way].append(
            EndCount(
                key=key, name=name, state=EndState(state), is_past=is_past, currency=currency, count=count,
                worth=worth, unpriced=unpriced,
            )
        )  # fmt: skip
    return Pipeline(
        months=tuple(by[BY_MONTH]), regions=tuple(by[BY_REGION]), resellers=tuple(by[BY_RESELLER]),
        kinds=tuple(by[BY_KIND]),
    )  # fmt: skip


def work(
    *, who: Who, at: datetime, filters: BoardFilters, only: WorkFilters, after: str = "", limit: int = PAGE
) -> WorkPage:
    """A page of terms without another after them, each with its next step.  One statement.

    Raises Refused(NO_VERSION).  Source: B8; ours.
    """
    if not may_see_board(who):
        return WorkPage(rows=(), next="")
    policy = version_on(at.date()).policy
    text = _tidy(only.text)
    like = "".join(f"\\{sign}" if sign in "\\%_" else sign for sign in text)
    day, place, currency, minus = _place(after)
    state = only.state if only.state in {each.value for each in WORKED_ON} else ""
    params = {
        **_params(at, filters), "from": only.first, "until": only.last, "state": state, "like": f"%{like}%",
        "day": day, "place": place, "currency": currency, "minus": minus, "limit": limit + 1,
    }  # fmt: skip
    sql = statements.WORK.format(
        text=statements.TEXT if text else "",
        first_further="" if only.worth else statements.FIRST_FURTHER,
        first_limit="" if only.worth else statements.FIRST_LIMIT,
        then_further=statements.THEN_FURTHER if only.worth and after else "",
        order=statements.WORTH_ORDER if only.worth else statements.FIRST_ORDER,
    )  # fmt: skip
    with planned_anew() as cursor:
        cursor.execute(sql, params)
        found = cursor.fetchall()
    steps = last_steps(policy.notices)
    rows = tuple(_row(raw, policy, steps.get((raw[3], raw[-2], raw[6]))) for raw in found[:limit])
    return WorkPage(rows=rows, next=_spelled(rows[-1]) if len(found) > limit else "")


def work_all(*, who: Who, at: datetime, filters: BoardFilters, only: WorkFilters) -> Iterator[WorkRow]:
    """The same whole, a thousand at a time, for a file."""
    after = ""
    while True:
        page = work(who=who, at=at, filters=filters, only=only, after=after, limit=CHUNK)
        yield from page.rows
        after = page.next
        if not after:
            return


def lost_reasons(*, who: Who, at: datetime, filters: BoardFilters) -> tuple[LostCount, ...]:
    """Why terms of the board's span were lost, the most frequent reason above.  One statement.  Source: ours."""
    if not may_see_board(who):
        return ()
    params = _params(at, filters)
    with planned_anew() as cursor:
        cursor.execute(statements.REASONS.format(text=""), {**params, "from": params["first"], "until": params["last"]})
        return tuple(
            LostCount(reason=reason, currency=currency, count=count, worth=worth, unpriced=unpriced)
            for reason, currency, count, worth, unpriced in cursor.fetchall()
        )


def resellers_of_board(*, who: Who) -> tuple[tuple[str, str], ...]:
    """Number and name of resellers, for choosing one; two hundred at most.  One statement."""
    if not may_see_board(who):
        return ()
    with connection.cursor() as cursor:
        cursor.execute(statements.RESELLERS)
        return tuple(cursor.fetchall())


def _params(at: datetime, filters: BoardFilters) -> dict[str, Any]:
    policy = version_on(at.date()).policy
    months = months_of(today=at.date())
    currencies = policy.prices.currencies
    by_country = {each: region.key for region in policy.regions.values() for each in region.countries}
    moneys = _moneys()
    return {
        "at": at, "today": at.date(), "months": list(months), "first": months[0], "last": last_of(months[-1]),
        "region": filters.region.replace("\0", ""), "kind": filters.kind.replace("\0", ""),
        "reseller": filters.reseller.replace("\0", ""), "levels": list(policy.levels),
        "percents": [level.yearly_percent_of_list_price for level in policy.levels.values()],
        "countries": list(by_country), "regions": list(by_country.values()),
        "currencies": [currencies[region] for region in by_country.values()], "programmes": list(policy.programmes),
        "moneys": list(moneys), "digits": list(moneys.values()),
    }  # fmt: skip


@lru_cache(maxsize=1)
def _moneys() -> dict[str, int]:
    """Every currency with the digits of its minor unit."""
    return {each: -int(minor_unit(each).as_tuple().exponent) for each in sorted(list_currencies())}


def _row(raw: Sequence[Any], policy: Policy, last_step: int | None) -> WorkRow:
    names = tuple(field.name for field in fields(WorkRow))
    told = dict(zip(names, (*raw[:-2], NextStep.NONE), strict=True))
    state = EndState(told["state"])
    quote = QuoteState(told["quote_state"]) if told["quote_state"] else None
    facts = Facts(state=state, quote=quote, told=told["step"], last_step=last_step, late_days=raw[-1])
    cap = policy.reinstatement.cap_days
    return WorkRow(**{**told, "state": state, "next_step": next_step(facts=facts, cap_days=cap)})


def _tidy(text: str) -> str:
    return " ".join(text.replace("\0", "").split())[:100]


def _spelled(row: WorkRow) -> str:
    amount = Decimal(-1) if row.worth is None else row.worth
    return f"{row.last_day.isoformat()}~{row.id}~{row.currency}~{amount:f}"


def _place(after: str) -> tuple[date, int, str, Decimal]:
    """Where a page begins: by the end of its term, or by what it is worth."""
    day, _, rest = after.partition("~")
    ident, _, rest = rest.partition("~")
    currency, _, amount = rest.partition("~")
    try:
        known = Decimal(amount or "0")
        return date.fromisoformat(day), int(ident) if len(ident) < 19 else 0, currency.replace("\0", ""), -known
    except (ValueError, InvalidOperation):
        return date.min, 0, "", Decimal("-Infinity")
