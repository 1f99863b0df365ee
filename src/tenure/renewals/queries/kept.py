"""Quotes as they are kept: lists, one with its lines, the same as a file.  Prices are those of the reader's side."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from tenure.accounts.words import Who
from tenure.renewals.queries.sides import visible_quotes
from tenure.renewals.rules.standing import partner_amount
from tenure.renewals.words import LineKind, Note, NoteCode, QuoteSide, QuoteState, Step, StepCode, Waiting

PAGE = 25
OPEN = "open"
LONGEST_TEXT = 100

# state: how a quote stands at an instant, as `rules.standing.state_of` says; change one, change both
STATE = """CASE WHEN d.id IS NOT NULL THEN 'ordered' WHEN q.withdrawn_at IS NOT NULL THEN 'withdrawn'
    WHEN q.declined_at IS NOT NULL THEN 'declined' WHEN n.id IS NOT NULL THEN 'revised'
    WHEN (%(at)s::timestamptz AT TIME ZONE q.zone)::date > q.valid_to THEN 'expired'
    WHEN q.accepted_at IS NOT NULL THEN 'accepted' WHEN q.sent_at IS NOT NULL THEN 'sent' ELSE 'prepared' END"""
FROM = """FROM renewals_quote q
LEFT JOIN renewals_order d ON d.quote_id = q.id
LEFT JOIN renewals_quote n ON n.revises_id = q.id"""
# quote_rows: quotes with the reader's own price alone; partner_* are read for the vendor's people only (B3)
QUOTE_ROWS = f"""
WITH seen AS (
    SELECT q.*, {STATE} AS state, {{side}} AS side, d.certificate_id AS paper, d.ordered_at, n.number AS newer,
           (%(at)s::timestamptz AT TIME ZONE q.zone)::date AS today
    {FROM} WHERE {{seen}} {{narrowed}} ORDER BY q.id DESC LIMIT %(limit)s
)
SELECT q.id, q.number, q.side, q.state, o.id, o.name, o.number, s.id, COALESCE(s.name, ''), COALESCE(s.number, ''),
       q.prepared_at, q.order_day, q.valid_to, q.today, q.currency,
       CASE q.side WHEN 'reseller' THEN q.partner_total ELSE q.total END,
       CASE q.side WHEN 'reseller' THEN q.partner_tax ELSE q.tax END,
       CASE q.side WHEN 'reseller' THEN q.partner_tax_rule ELSE q.tax_rule END,
       CASE q.side WHEN 'reseller' THEN q.partner_tax_percent ELSE q.tax_percent END,
       CASE q.side WHEN 'customer' THEN NULL ELSE q.partner_percent END,
       CASE q.side WHEN 'vendor' THEN q.partner_total END, CASE q.side WHEN 'vendor' THEN q.partner_tax END,
       (SELECT count(*) FROM renewals_quoteline l WHERE l.quote_id = q.id AND l.kind <> 'extension'), q.why,
       COALESCE(b.number, ''), COALESCE(q.newer, ''), q.sent_at, q.accepted_at,
       CASE q.side WHEN 'reseller' THEN '' ELSE COALESCE(NULLIF(p.name, ''), p.email, '') END,
       q.declined_at, q.withdrawn_at, q.ordered_at, COALESCE(c.number, ''),
       q.wish, q.notes, q.waiting, q.policy, o.country,
       CASE q.side WHEN 'reseller' THEN '' ELSE q.signed_by END, q.signed_on,
       g.objected_at IS NOT NULL AND g.taken_back_at IS NULL, q.programme,
       (SELECT jsonb_agg(jsonb_build_array(v.service, v.name, v.unit, v.quantity, v.unit_price::text, v.amount::text,
               CASE q.side WHEN 'reseller' THEN v.partner_amount ELSE v.amount END::text) ORDER BY v.place)
        FROM renewals_quoteservice v WHERE v.quote_id = q.id)
FROM seen q
JOIN accounts_organisation o ON o.id = q.organisation_id
LEFT JOIN accounts_organisation s ON s.id = q.reseller_id
LEFT JOIN renewals_quote b ON b.id = q.revises_id
LEFT JOIN accounts_person p ON p.id = q.accepted_by_id
LEFT JOIN entitlements_certificate c ON c.id = q.paper
LEFT JOIN renewals_signedpaper g ON g.quote_id = q.id
ORDER BY q.id DESC
"""  # noqa: S608
QUOTE_LINES = """
SELECT l.kind, a.serial_number, pr.name, COALESCE(r.label, ''), a.meter, l.level, l.quantity, l.starts_on, l.ends_on,
       l.lapsed_days, CASE %(side)s WHEN 'reseller' THEN l.partner_amount ELSE l.amount END, l.steps, l.notes, l.held
FROM renewals_quoteline l
JOIN entitlements_asset a ON a.id = l.asset_id
JOIN catalog_product pr ON pr.id = a.product_id
LEFT JOIN catalog_release r ON r.id = a.release_id
WHERE l.quote_id = %(quote)s ORDER BY l.place
"""
COUNTED = f"""
SELECT state, count(*) FROM (SELECT {STATE} AS state {FROM} WHERE {{seen}} {{narrowed}}) each GROUP BY state
"""  # noqa: S608
TEXT = """AND (q.number ILIKE %(text)s OR EXISTS (
    SELECT FROM accounts_organisation o WHERE o.id IN (q.organisation_id, q.reseller_id)
      AND (o.name ILIKE %(text)s OR o.number ILIKE %(text)s)) OR EXISTS (
    SELECT FROM renewals_quoteline l JOIN entitlements_asset a ON a.id = l.asset_id
    WHERE l.quote_id = q.id AND a.serial_number ILIKE %(text)s))"""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRow:
    """A quote as one side sees it.  total, tax: in the price of `side`; partner_total, partner_tax: for the vendor.

    partner_percent: off the list price; None for a customer.  today: in the quote's zone.  revises, revised_by: their
    numbers.  country: of the customer.  signed_by, signed_on: of an acceptance on paper; no name for a reseller.
    is_disputed: the customer objects to it.  programme: a key of the policy, or "".
    """

    id: int
    number: str
    side: QuoteSide
    state: QuoteState
    organisation_id: int
    organisation: str
    organisation_number: str
    reseller_id: int | None
    reseller: str
    reseller_number: str
    prepared_at: datetime
    order_day: date
    valid_to: date
    today: date
    currency: str
    total: Decimal
    tax: Decimal
    tax_rule: str
    tax_percent: Decimal
    partner_percent: Decimal | None
    partner_total: Decimal | None
    partner_tax: Decimal | None
    lines: int
    why: str
    revises: str
    revised_by: str
    sent_at: datetime | None
    accepted_at: datetime | None
    accepted_by: str
    declined_at: datetime | None
    withdrawn_at: datetime | None
    ordered_at: datetime | None
    certificate: str
    wish: Mapping[str, Any]
    notes: tuple[Note, ...]
    waiting: tuple[Waiting, ...]
    policy: int
    country: str
    signed_by: str
    signed_on: date | None
    is_disputed: bool
    programme: str
    services: tuple["QuoteServiceRow", ...]

    @property
    def gross(self) -> Decimal:
        return self.total + self.tax


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteServiceRow:
    """A service of a quote as one side sees it.  unit_price, listed: at list price; amount: of that side."""

    service: str
    name: str
    unit: str
    quantity: int
    unit_price: Decimal
    listed: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteLineRow:
    """A line as one side sees it.  amount: of that side.  steps: at list price; for a reseller the rest is its share.

    before: the last covered day when it was quoted.  old_level: the level then.
    """

    kind: LineKind
    serial: str
    product: str
    release: str
    meter: str
    level: str
    quantity: int
    starts_on: date
    ends_on: date
    lapsed_days: int
    amount: Decimal
    steps: tuple[Step, ...]
    notes: tuple[Note, ...]
    ended: date | None
    old_level: str
    held_quantity: int

    @property
    def listed(self) -> Decimal:
        """At list price."""
        return sum((step.amount for step in self.steps), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteFilters:
    """view: a state, "open" for those that wait for somebody, "" for all.  customer: an organisation's number."""

    view: str = ""
    text: str = ""
    customer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotePage:
    """next: the cursor to hand back as `after`; "" at the end.  counts: by state, under the same words."""

    rows: tuple[QuoteRow, ...]
    next: str
    counts: Mapping[QuoteState, int]


def quotes(*, who: Who, filters: QuoteFilters, at: datetime, after: str = "", limit: int = PAGE) -> QuotePage:
    """A page of the quotes that the person may see, the newest first.  Two queries.  Source: B3."""
    narrowed, values = _narrowed(filters)
    cursor = int(after) if after.isascii() and after.isdecimal() and len(after) < 18 else None
    beyond = "AND q.id < %(after)s" if cursor is not None else ""
    rows = _rows(who, f"{narrowed}{_viewed(filters.view)} {beyond}", {**values, "after": cursor}, at, limit + 1)
    shown = rows[:limit]
    following = str(shown[-1].id) if len(rows) > limit else ""
    return QuotePage(rows=shown, next=following, counts=_counts(who, narrowed, values, at))


def export_quotes(*, who: Who, filters: QuoteFilters, at: datetime) -> Iterator[QuoteRow]:
    """All quotes of a filtered list, in its order, read a page at a time.  Source: B3."""
    after = ""
    while True:
        page = quotes(who=who, filters=filters, at=at, after=after, limit=500)
        yield from page.rows
        after = page.next
        if not after:
            return


def quote(*, who: Who, number: str, at: datetime) -> QuoteRow | None:
    """One quote as the reader's side sees it; None for any that is not theirs.  One query.  Source: B3."""
    if "\0" in number:
        return None
    return next(iter(_rows(who, "AND q.number = %(number)s", {"number": number.strip().upper()}, at, 1)), None)


def lines_of(row: QuoteRow) -> tuple[QuoteLineRow, ...]:
    """The lines of a quote that the reader was shown, in its side's price.  One query.  Source: B3."""
    with connection.cursor() as cursor:
        cursor.execute(QUOTE_LINES, {"quote": row.id, "side": row.side.value})
        return tuple(_line(raw) for raw in cursor.fetchall())


def waiting_of(row: QuoteRow) -> tuple[Waiting, ...]:
    """What waiting costs, in the price of the reader's side.  Source: B9; ours."""
    if row.side is not QuoteSide.RESELLER or row.partner_percent is None:
        return row.waiting
    percent, currency = row.partner_percent, row.currency

    def own(amount: Decimal | None) -> Decimal | None:
        return None if amount is None else partner_amount(amount, percent, currency)

    return tuple(
        Waiting(on=each.on, total=own(each.total), code=each.code, buy_again=own(each.buy_again))
        for each in row.waiting
    )


def _narrowed(filters: QuoteFilters) -> tuple[str, dict[str, Any]]:
    text, customer = (each[:LONGEST_TEXT].replace("\0", "").strip() for each in (filters.text, filters.customer))
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    sql = TEXT if text else ""
    if customer:
        sql += " AND q.organisation_id IN (SELECT id FROM accounts_organisation WHERE number = %(customer)s)"
    return sql, {"text": f"%{escaped}%", "customer": customer}


def _viewed(view: str) -> str:
    if view == OPEN:
        return f" AND {STATE} IN ('prepared', 'sent', 'accepted')"
    known = next((state for state in QuoteState if state.value == view), None)
    return f" AND {STATE} = '{known.value}'" if known else ""


def _counts(who: Who, narrowed: str, values: dict[str, Any], at: datetime) -> dict[QuoteState, int]:
    sight = visible_quotes(who)
    with connection.cursor() as cursor:
        cursor.execute(COUNTED.format(seen=sight.sql, narrowed=narrowed), {**values, **sight.params, "at": at})
        found = dict(cursor.fetchall())
    return {state: found.get(state.value, 0) for state in QuoteState}


def _rows(who: Who, narrowed: str, values: dict[str, Any], at: datetime, limit: int) -> tuple[QuoteRow, ...]:
    sight = visible_quotes(who)
    sql = QUOTE_ROWS.format(seen=sight.sql, side=sight.side, narrowed=narrowed)
    with connection.cursor() as cursor:
        cursor.execute(sql, {**values, **sight.params, "at": at, "limit": limit})
        return tuple(_row(raw) for raw in cursor.fetchall())


def _row(raw: tuple[Any, ...]) -> QuoteRow:
    names = tuple(QuoteRow.__dataclass_fields__)
    found = dict(zip(names, raw, strict=True))
    wish, notes, waiting = (_read(found[name]) for name in ("wish", "notes", "waiting"))
    told = {
        **found, "side": QuoteSide(found["side"]), "state": QuoteState(found["state"]), "wish": wish,
        "notes": tuple(_note(each) for each in notes), "waiting": tuple(_waiting(each) for each in waiting),
        "services": tuple(_service(each) for each in _read(found["services"]) or ()),
    }  # fmt: skip
    return QuoteRow(**told)


def _service(told: list[Any]) -> QuoteServiceRow:
    return QuoteServiceRow(
        service=told[0], name=told[1], unit=told[2], quantity=told[3], unit_price=Decimal(told[4]),
        listed=Decimal(told[5]), amount=Decimal(told[6]),
    )  # fmt: skip


def _line(raw: tuple[Any, ...]) -> QuoteLineRow:
    steps, notes, held = (_read(each) for each in raw[11:14])
    return QuoteLineRow(
        kind=LineKind(raw[0]), serial=raw[1], product=raw[2], release=raw[3], meter=raw[4], level=raw[5],
        quantity=raw[6], starts_on=raw[7], ends_on=raw[8], lapsed_days=raw[9], amount=raw[10],
        steps=tuple(
            Step(code=StepCode(each["code"]), amount=Decimal(each["amount"]), facts=each["facts"]) for each in steps
        ),
        notes=tuple(_note(each) for each in notes),
        ended=date.fromisoformat(held["ends"]) if held.get("ends") else None, old_level=held.get("level", ""),
        held_quantity=held.get("quantity", raw[6]),
    )  # fmt: skip


def _note(told: Mapping[str, Any]) -> Note:
    return Note(code=NoteCode(told["code"]), facts=told["facts"])


def _waiting(told: Mapping[str, Any]) -> Waiting:
    def amount(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    return Waiting(
        on=date.fromisoformat(told["on"]), total=amount(told["total"]), code=told["code"],
        buy_again=amount(told["buy_again"]),
    )  # fmt: skip


def _read(value: Any) -> Any:
    """JSON columns arrive as text where a cursor of Django's is used."""
    return json.loads(value) if isinstance(value, str) else value
