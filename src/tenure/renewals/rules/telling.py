"""Who is told of a term's end, and whom next when mail does not reach them.  Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from email.utils import parseaddr

from tenure.policy.words import LegalWindow, NoticeSchedule, Recipient, Reminder
from tenure.renewals.rules.schedule import steps_of
from tenure.renewals.words import RecipientKind

CUSTOMER = (RecipientKind.LICENCE_OWNER, RecipientKind.RENEWAL_CONTACT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Somebody with an address, and how they read.  language: their own, or their organisation's."""

    email: str
    name: str
    language: str
    zone: str

    @property
    def key(self) -> str:
        return self.email.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Everybody a notice could go to, each group in its order.

    paper_owner: as the certificate names them.  owners, buyers: of the customer; those who signed up come first.
    resellers: of the reseller of record.  public: its address in the finder, where none of them is reached.
    """

    paper_owner: tuple[Reached, ...] = ()
    owners: tuple[Reached, ...] = ()
    buyers: tuple[Reached, ...] = ()
    resellers: tuple[Reached, ...] = ()
    public: tuple[Reached, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Who is told, each address once, and whether anybody could be reached at all."""

    told: tuple[tuple[RecipientKind, Reached], ...]
    reachable: bool


def kinds_told(*, schedule: NoticeSchedule, reminds_customer: bool) -> tuple[RecipientKind, ...]:
    """The recipients of a schedule, and the customer's own where the product is to remind them.  Source: B1, B7."""
    wanted = [RecipientKind(each.value) for each in schedule.recipients]
    if schedule.remind_customer is Reminder.ALWAYS or (
        schedule.remind_customer is Reminder.BY_PRODUCT and reminds_customer
    ):
        wanted += [kind for kind in CUSTOMER if kind not in wanted]
    return tuple(wanted)


def chosen(
    *, kinds: Sequence[RecipientKind], reach: Reach, silent: Collection[str], unwanted: Collection[str],
    bound: Collection[RecipientKind],
) -> Choice:  # fmt: skip
    """Who is told: of each kind the first group of whom somebody can be reached.

    silent: addresses that take no mail; unwanted: that have unsubscribed; both in small letters.  bound: kinds that
    cannot be unsubscribed from this notice.  Source: B1; the order is ours.
    """
    told: dict[str, tuple[RecipientKind, Reached]] = {}
    reachable = False
    for kind in kinds:
        for group in _groups(kind, reach):
            able = [each for each in group if usable(each.email) and each.key not in silent]
            if able:
                reachable = True
                for each in able:
                    if each.key not in unwanted or kind in bound:
                        told.setdefault(each.key, (kind, each))
                break
    return Choice(told=tuple(told.values()), reachable=reachable)


def next_after(
    *, kind: RecipientKind, reach: Reach, silent: Collection[str], tried: Collection[str]
) -> Reached | None:  # fmt: skip
    """Who is written to when an address took no mail: the next in the kind's order who was not, and can be."""
    for group in _groups(kind, reach):
        for each in group:
            if usable(each.email) and each.key not in silent and each.key not in tried:
                return each
    return None


def bound_kinds(
    *, schedule: NoticeSchedule, step: int, in_window: bool, kinds: Sequence[RecipientKind]
) -> frozenset[RecipientKind]:  # fmt: skip
    """The kinds of recipients that this notice reaches whatever they unsubscribed from.

    The customer inside a legal window; the licence owner of the last notice before the end.  Source: B1; ours.
    """
    if in_window:
        return frozenset(kinds) & frozenset(CUSTOMER)
    before = [each for each in steps_of(schedule) if each <= 0]
    return frozenset({RecipientKind.LICENCE_OWNER}) if before and step == before[-1] else frozenset()


def window_on(
    *, windows: Sequence[LegalWindow], country: str, subdivision: str, ends_on: date, on: date
) -> LegalWindow | None:  # fmt: skip
    """The legal window that is open on a day for a term that ends on `ends_on`, if one is.  Source: B1; ours."""
    for window in windows:
        if window.country == country and window.subdivision in ("", subdivision):
            first, last = ends_on - timedelta(days=window.from_days), ends_on - timedelta(days=window.to_days)
            if first <= on <= last:
                return window
    return None


def usable(address: str) -> bool:
    """Whether a message can be written to it at all: addresses of old paperwork are whatever was typed."""
    name, found = parseaddr(address)
    return found == address and not name and "@" in address and address.isprintable() and " " not in address


def _groups(kind: RecipientKind, reach: Reach) -> Iterator[tuple[Reached, ...]]:
    if kind is RecipientKind.RESELLER:
        yield from (reach.resellers, reach.public)
    elif kind is RecipientKind.RENEWAL_CONTACT:
        yield from (reach.buyers, reach.paper_owner, reach.owners)
    else:
        yield from (reach.paper_owner, reach.owners, reach.buyers)


assert {each.value for each in Recipient} == {each.value for each in RecipientKind}  # noqa: S101  one set of words
