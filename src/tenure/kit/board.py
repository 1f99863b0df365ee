"""The renewal board ready to print: its counts as tables, and the months as a plot beside theirs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tenure.kit.states import Word
from tenure.outlook.words import EndCount, EndState
from tenure.toolbox.formats import quantity_words

STATES: Final[dict[EndState, tuple[str, str, Promise]]] = {
    EndState.ON_TIME: ("good", "circle-check", lazy("Renewed on time")),
    EndState.LATE: ("soon", "refresh-cw", lazy("Renewed late")),
    EndState.ACCEPTED: ("wait", "circle-check", lazy("Quote accepted")),
    EndState.QUOTED: ("wait", "clock", lazy("Quoted")),
    EndState.OPEN: ("quiet", "clock-alert", lazy("No quote")),
    EndState.LAPSED: ("bad", "clock-alert", lazy("Lapsed")),
    EndState.LOST: ("bad", "circle-x", lazy("Lost")),
}
AT_RISK: Final = frozenset({EndState.OPEN, EndState.QUOTED, EndState.ACCEPTED, EndState.LAPSED})
SMALL: Final = 20  # of fewer a share is not said, only how many of how many
LEFT, RIGHT, TOP, FLOOR = 40.0, 952.0, 12.0, 236.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A row of a table.  counts: by state, in the order of `STATES`.  on_time, ended: of those that have ended."""

    key: str
    name: str
    url: str
    total: int
    counts: tuple[int, ...]
    on_time: int
    ended: int
    worth: tuple[str, ...]
    unpriced: int

    @property
    def rate(self) -> str:
        """9 of 12; of twenty and more the share as well; nothing where none has ended."""
        if not self.ended:
            return ""
        said = {"n": quantity_words(self.on_time), "all": quantity_words(self.ended)}
        if self.ended < SMALL:
            return _("%(n)s of %(all)s") % said
        return _("%(n)s of %(all)s, %(percent)s %%") % {**said, "percent": (100 * self.on_time) // self.ended}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    x: str
    y: str
    width: str
    height: str
    state: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """is_minor: goes where there is little room."""

    at: str
    words: str
    is_minor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPlot:
    """Geometry in the units of a 960 by 274 box."""

    label: str
    bars: tuple[Bar, ...]
    amounts: tuple[Mark, ...]
    months: tuple[Mark, ...]
    today: str


def end_word(state: EndState) -> Word:
    """How the end of a term stands.  Source: B9; the words are ours."""
    tone, icon, word = STATES[state]
    return Word(tone=tone, icon=icon, word=str(word))


def tallies(
    rows: Iterable[EndCount], *, names: Callable[[EndCount], str], urls: Callable[[str], str]
) -> tuple[Tally, ...]:  # fmt: skip
    """One row a key, in the order in which the keys come."""
    by: dict[str, list[EndCount]] = {}
    for row in rows:
        by.setdefault(row.key, []).append(row)
    return tuple(_tally(key, found, names(found[0]), urls(key)) for key, found in by.items())


def worths(rows: Iterable[EndCount], *, states: frozenset[EndState] = AT_RISK) -> dict[str, Decimal]:
    """What is at risk, by currency, the currencies in their order."""
    found: dict[str, Decimal] = {}
    for row in rows:
        if row.state in states and row.worth is not None:
            found[row.currency] = found.get(row.currency, Decimal(0)) + row.worth
    return dict(sorted(found.items()))


def worth_words(amounts: Mapping[str, Decimal]) -> tuple[str, ...]:
    """412,300 EUR, a currency each, to the whole unit."""
    return tuple(worth_word(amount, currency) for currency, amount in amounts.items())


def worth_word(amount: Decimal, currency: str) -> str:
    return _("%(amount)s\u00a0%(currency)s") % {
        "amount": quantity_words(amount.quantize(Decimal(1))),
        "currency": currency,
    }


def plot_of(months: Sequence[date], rows: Iterable[EndCount], *, today: date, rtl: bool = False) -> BoardPlot:
    """The ends of each month, stacked by state, the kept ones at the floor.  Time runs with the reading direction."""
    counted: dict[tuple[str, EndState], int] = {}
    for row in rows:
        counted[row.key, row.state] = counted.get((row.key, row.state), 0) + row.count
    totals = [sum(counted.get((month.isoformat(), state), 0) for state in STATES) for month in months]
    top = _above(max(totals, default=0))
    step = (RIGHT - LEFT) / len(months)

    def across(place: float) -> float:
        at = LEFT + step * place
        return LEFT + RIGHT - at if rtl else at

    bars = []
    for place, month in enumerate(months):
        base = FLOOR
        for state, (tone, _icon, _word) in STATES.items():
            height = (FLOOR - TOP) * counted.get((month.isoformat(), state), 0) / top
            if height:
                base -= height
                left = min(across(place + 0.16), across(place + 0.84))
                bars.append(
                    Bar(x=f"{left:.1f}", y=f"{base:.1f}", width=f"{step * 0.68:.1f}", height=f"{height:.1f}",
                        state=state.value, tone=tone)
                )  # fmt: skip
    shown = [month for month in months if month.month in {1, 4, 7, 10}]
    this = months.index(today.replace(day=1))
    return BoardPlot(
        label=_("Terms that end, by month and by what came of them; the table below has the figures."),
        bars=tuple(bars), today=f"{across(this + (today.day - 1) / 31):.1f}",
        amounts=tuple(
            Mark(at=f"{FLOOR - (FLOOR - TOP) * part / 4:.1f}", words=quantity_words(top * part // 4))
            for part in (range(5) if top >= 4 else (0, 4))
        ),
        months=tuple(
            Mark(
                at=f"{across(months.index(month) + 0.5):.1f}", words=month_words(month, short=True),
                is_minor=month.month not in {1, 7},
            )
            for month in shown
        ),
    )  # fmt: skip


def month_words(month: date, *, short: bool = False) -> str:
    """March 2027."""
    return date_format(month, "M Y" if short else "F Y")


def _tally(key: str, rows: Sequence[EndCount], name: str, url: str) -> Tally:
    counts = tuple(sum(row.count for row in rows if row.state is state) for state in STATES)
    ended = [row for row in rows if row.is_past]
    return Tally(
        key=key, name=name, url=url, total=sum(counts), counts=counts,
        on_time=sum(row.count for row in ended if row.state is EndState.ON_TIME), ended=sum(row.count for row in ended),
        worth=worth_words(worths(rows)), unpriced=sum(row.unpriced for row in rows if row.state in AT_RISK),
    )  # fmt: skip


def _above(most: int) -> int:
    """A round count for the top of the axis, that four parts divide."""
    size = 1
    while True:
        for lead in (4, 8, 20):
            if most <= lead * size:
                return lead * size
        size *= 10
