"""A quote ready to print: its lines with each step, its totals, and what waiting costs as a plot beside its table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from tenure.policy.sentences import policy_words
from tenure.policy.words import Policy
from tenure.renewals import quote_sentences as sentences
from tenure.renewals.queries.kept import QuoteLineRow, QuoteRow, QuoteServiceRow, waiting_of
from tenure.renewals.words import QuoteSide, RenewalRefusal, StepCode, Waiting
from tenure.toolbox.formats import day_words, long_day, money_words, quantity_words, short_day

LATE: Final = frozenset({StepCode.BACK_CHARGE, StepCode.SURCHARGE})
LEFT, RIGHT, TOP, FLOOR = 64.0, 552.0, 18.0, 296.0
NEAREST, WIDE = 96.0, 150.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStep:
    """kind: "late" for what lateness adds, "" for any other."""

    words: str
    counted: str
    amount: str
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLine:
    head: str
    serial: str
    days: str
    steps: tuple[ShownStep, ...]
    net: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTotals:
    """partner: what the reseller pays, for the vendor's people; "" for all others."""

    net: str
    tax_words: str
    tax: str
    gross: str
    partner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownWait:
    """One row of the table beside the plot.  more: than on the first day; "" where nothing.  code: why refused."""

    day: date
    total: str
    more: str
    refused: str
    is_first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    at: str
    words: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Geometry in the units of a 560 by 330 box.  base_top: of what is due anyway.  again: where buying anew lies."""

    label: str
    amounts: tuple[Tick, ...]
    days: tuple[Tick, ...]
    base_top: str
    base_height: str
    base_width: str
    area: str
    edge: str
    again: str
    again_words: str
    again_text: str
    first: Tick
    first_y: str
    last: Tick | None
    last_y: str
    is_late: bool
    ended: str


def shown_lines(row: QuoteRow, lines: Sequence[QuoteLineRow], policy: Policy) -> tuple[ShownLine, ...]:
    """The lines with each step, then the services; a reseller's end with its discount.  Source: A13, B3, B10."""
    services = (_service(row, each, policy) for each in row.services)
    return (*(_line(row, line, policy) for line in lines), *services)


def shown_totals(row: QuoteRow) -> ShownTotals:
    partner = "" if row.partner_total is None else money_words(row.partner_total, row.currency)
    return ShownTotals(
        net=sentences.figures(row.total, row.currency), tax=sentences.figures(row.tax, row.currency),
        tax_words=sentences.tax_words(row.tax_rule, row.tax_percent), gross=money_words(row.gross, row.currency),
        partner=partner,
    )  # fmt: skip


def shown_waiting(row: QuoteRow) -> tuple[ShownWait, ...]:
    """What waiting costs, a day a row, in the price of the reader's side.  Source: B9."""
    told = waiting_of(row)
    first = told[0].total if told else None
    return tuple(_wait(each, first, row.currency, is_first=place == 0) for place, each in enumerate(told))


def plot_of(row: QuoteRow, lines: Sequence[QuoteLineRow]) -> Plot | None:
    """The same drawn: what is due anyway, and above it what lateness adds; None where there is no way to wait.

    Between two days that were counted a straight line: the days in between cost between the two.  Source: B9; ours.
    """
    told = waiting_of(row)
    priced = [(each.on, each.total) for each in told if each.total is not None]
    if len(priced) < 2:
        return None
    base = min(_anyway(row, lines, priced[0][1]), *(total for _, total in priced))
    again = told[0].buy_again
    most = max(total for _, total in priced)
    fits = again is not None and again <= most * 2
    top = _above(max(most, again) if fits and again is not None else most)
    begins, ends = priced[0][0], max(told[-1].on, priced[-1][0])

    def across(day: date) -> float:
        return LEFT + (RIGHT - LEFT) * (day - begins).days / max(1, (ends - begins).days)

    def down(amount: Decimal) -> float:
        return FLOOR - (FLOOR - TOP) * float(amount / top)

    points = [(across(day), down(total)) for day, total in priced]
    edge = " ".join(f"{'M' if not place else 'L'}{x:.1f} {y:.1f}" for place, (x, y) in enumerate(points))
    floor = down(base)
    last = priced[-1]
    return Plot(
        label=_label(row, told, priced), amounts=_amounts(top, down),
        days=_days([each.on for each in told], across), base_top=f"{floor:.1f}", base_height=f"{FLOOR - floor:.1f}",
        base_width=f"{points[-1][0] - LEFT:.1f}",
        area=f"{edge} L{points[-1][0]:.1f} {floor:.1f} L{points[0][0]:.1f} {floor:.1f}Z", edge=edge,
        again=f"{down(again):.1f}" if fits and again is not None else "",
        again_text=f"{down(again) - 6:.1f}" if fits and again is not None else "",
        again_words=_("buying again: %(amount)s") % {"amount": _round(again)} if again else "",
        first=Tick(
            at=f"{points[0][0] + 5:.1f}", words=_("today %(amount)s") % {"amount": _round(priced[0][1])},
            anchor="start",
        ),
        first_y=f"{max(TOP + 4, points[0][1] - 22):.1f}", last_y=f"{max(TOP + 4, points[-1][1] - 8):.1f}",
        is_late=base < most,
        ended=_why(told[-1].code) if RIGHT - points[-1][0] > WIDE else "",
        last=Tick(
            at=f"{points[-1][0]:.1f}", words=f"{day_words(last[0])} {_round(last[1])}", anchor="end"
        ) if last[1] != priced[0][1] else None,
    )  # fmt: skip


def _line(row: QuoteRow, line: QuoteLineRow, policy: Policy) -> ShownLine:
    steps = []
    for step in line.steps:
        words, counted = sentences.step_words(step, row.currency, policy)
        kind = "late" if step.code in LATE else ""
        steps.append(
            ShownStep(words=words, counted=counted, amount=sentences.figures(step.amount, row.currency), kind=kind)
        )
    steps += _own_discount(row, line.amount - line.listed)
    return ShownLine(
        head=sentences.line_head(line, policy), serial=line.serial, days=sentences.line_days(line, policy),
        steps=tuple(steps), net=sentences.figures(line.amount, row.currency),
        notes=tuple(sentences.note_words(note) for note in line.notes),
    )  # fmt: skip


def _service(row: QuoteRow, service: QuoteServiceRow, policy: Policy) -> ShownLine:
    """A service as one more item; what it is comes from the policy that the quote was made by."""
    known = policy.services.get(service.service)
    counted = f"{quantity_words(service.quantity)} × {sentences.figures(service.unit_price, row.currency)}"
    listed = sentences.figures(service.listed, row.currency)
    step = ShownStep(words=policy_words(service.name), counted=counted, amount=listed)
    return ShownLine(
        head=sentences.service_words(service), serial="", days=policy_words(known.description) if known else "",
        steps=(step, *_own_discount(row, service.amount - service.listed)),
        net=sentences.figures(service.amount, row.currency), notes=(),
    )  # fmt: skip


def _own_discount(row: QuoteRow, off: Decimal) -> list[ShownStep]:
    """What the reseller does not pay of the list price; nothing for any other reader."""
    if row.side is not QuoteSide.RESELLER or row.partner_percent is None:
        return []
    percent = quantity_words(row.partner_percent.normalize())
    amount = sentences.figures(off, row.currency)
    return [ShownStep(words=_("Your discount as a reseller"), counted=f"− {percent} %", amount=amount)]


def _anyway(row: QuoteRow, lines: Sequence[QuoteLineRow], today: Decimal) -> Decimal:
    """Today's total without what lateness has added so far, in proportion to the reader's price."""
    amounts = [*(line.listed for line in lines), *(service.listed for service in row.services)]
    listed = sum(amounts, Decimal(0))
    late = sum((step.amount for line in lines for step in line.steps if step.code in LATE), Decimal(0))
    return today * (listed - late) / listed if listed > 0 else today


def _wait(each: Waiting, first: Decimal | None, currency: str, *, is_first: bool) -> ShownWait:
    more = None if each.total is None or first is None else each.total - first
    return ShownWait(
        day=each.on, total="" if each.total is None else sentences.figures(each.total, currency),
        more="" if not more else f"{'+' if more > 0 else '−'}{sentences.figures(abs(more), currency)}",
        refused=_why(each.code), is_first=is_first,
    )  # fmt: skip


def _why(code: str) -> str:
    if not code:
        return ""
    if code == RenewalRefusal.LAPSED_TOO_LONG:
        return _("must be bought again")
    if code == RenewalRefusal.SUPPORT_ENDED:
        return _("support has ended")
    return _("not possible any more")


def _label(row: QuoteRow, told: Sequence[Waiting], priced: Sequence[tuple[date, Decimal]]) -> str:
    (begins, first), (ends, last) = priced[0], priced[-1]
    facts = {
        "begins": long_day(begins), "first": money_words(first, row.currency), "ends": long_day(ends),
        "last": money_words(last, row.currency), "refused": long_day(told[-1].on), "why": _why(told[-1].code),
    }  # fmt: skip
    said = _("The net price goes from %(first)s on %(begins)s to %(last)s on %(ends)s.") % facts
    return said + (" " + _("From %(refused)s: %(why)s.") % facts if told[-1].code else "")


def _amounts(top: Decimal, down: Callable[[Decimal], float]) -> tuple[Tick, ...]:
    parts = 4
    return tuple(
        Tick(at=f"{down(top * part / parts):.1f}", words=_round(top * part / parts), anchor="end")
        for part in range(parts + 1)
    )


def _days(days: Sequence[date], across: Callable[[date], float]) -> tuple[Tick, ...]:
    """A few of the days below the floor, never nearer to each other than their words are long."""
    shown: list[Tick] = []
    reached = -100.0
    for day in days:
        at = across(day)
        if at - reached >= NEAREST:
            anchor = "start" if at < LEFT + 20 else "end" if at > RIGHT - 20 else "middle"
            shown.append(Tick(at=f"{at:.1f}", words=short_day(day), anchor=anchor))
            reached = at
    return tuple(shown)


def _above(amount: Decimal) -> Decimal:
    """A round amount for the top of the axis, a little above."""
    most = amount * Decimal("1.08")
    size = Decimal(10) ** (most.adjusted())
    for step in (1, Decimal("1.2"), Decimal("1.6"), 2, Decimal("2.4"), 3, 4, 5, 6, 8, 10):
        if most <= size * step:
            return size * step
    return size * 10


def _round(amount: Decimal | None) -> str:
    return "" if amount is None else quantity_words(amount.quantize(Decimal(1)))
