"""What the cast does on a day of the made-up year: it acts on what has reached it, by the doors that people use."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F

from tenure.accounts.models import Organisation
from tenure.cli.demonstration.year.fates import DONE, REASONS, Fate, draw, fate_of
from tenure.cli.demonstration.year.stage import Stage, acting
from tenure.entitlements.models import Asset
from tenure.renewals.actions.losing import Ending, say_lost
from tenure.renewals.actions.orders import order_quote
from tenure.renewals.actions.quotes import (
    QuoteWanted,
    accept_quote,
    decline_quote,
    prepare_quote,
    send_quote,
)
from tenure.renewals.actions.tasks import finish_task, take_task
from tenure.renewals.models import Lost, Notice, Quote, QuoteLine, RenewalTask
from tenure.renewals.words import LostReason
from tenure.toolbox.formats import money_words
from tenure.toolbox.refused import Refused

DAY = timedelta(days=1)
QUOTED_BEFORE, GIVEN_UP_AFTER, FORGOTTEN_AFTER = 60 * DAY, 45 * DAY, 120 * DAY
TASKS_A_DAY = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """What ends together: of one customer, through one reseller, on one day."""

    organisation: Organisation
    reseller: Organisation | None
    ends_on: date
    serials: tuple[str, ...]
    tries: int
    is_open: bool

    @property
    def fate(self) -> Fate:
        return fate_of(self.serials, self.ends_on)


def play(*, stage: Stage, at: datetime, counts: Counter[str]) -> Iterator[str]:
    """Let everybody do what the day brings; a line each.  On Saturdays and Sundays nobody works."""
    if at.weekday() >= 5:
        return
    yield from _order(stage, at, counts)
    yield from _answer(stage, at, counts)
    for each in _ending(at.date()):
        yield from _see_to(each, stage, at, counts)
    yield from _work(stage, at, counts)


def _ending(today: date) -> list[Ends]:
    """What was told of, ends soon or ended lately, and is neither renewed nor lost; in a fixed order."""
    told = Notice.objects.filter(
        ends_on__range=(today - FORGOTTEN_AFTER, today + QUOTED_BEFORE), asset__chain_ends_on=F("ends_on") + 1,
        asset__quantity__gt=0,
    )  # fmt: skip
    assets = Asset.objects.filter(id__in=told.values("asset")).select_related("organisation", "reseller")
    lost = set(Lost.objects.filter(asset__in=assets, taken_back_at=None).values_list("asset", "ends_on"))
    tried: dict[int, list[Quote]] = defaultdict(list)
    for line in QuoteLine.objects.filter(asset__in=assets).select_related("quote"):
        tried[line.asset_id].append(line.quote)
    groups: dict[tuple[str, str, date], list[Asset]] = defaultdict(list)
    for asset in assets.order_by("serial_number"):
        last = _last_day(asset)
        if (asset.pk, last) not in lost:
            groups[asset.organisation.number, asset.reseller.number if asset.reseller else "", last].append(asset)
    return [
        _together(key[2], members, [quote for each in members for quote in tried[each.pk]], today)
        for key, members in sorted(groups.items())
    ]


def _together(ends_on: date, members: Sequence[Asset], quotes: Sequence[Quote], today: date) -> Ends:
    recent = {quote.pk: quote for quote in quotes if quote.order_day >= ends_on - QUOTED_BEFORE - 30 * DAY}
    return Ends(
        organisation=members[0].organisation, reseller=members[0].reseller, ends_on=ends_on,
        serials=tuple(each.serial_number for each in members), tries=len(recent),
        is_open=any(_stands(quote, today) for quote in recent.values()),
    )  # fmt: skip


def _stands(quote: Quote, today: date) -> bool:
    return quote.declined_at is None and quote.withdrawn_at is None and quote.valid_to >= today


def _see_to(each: Ends, stage: Stage, at: datetime, counts: Counter[str]) -> Iterator[str]:
    """Quote it, quote it again to those who come back, or give it up."""
    since = at.date() - each.ends_on
    if each.is_open:
        return
    if each.tries == 0:
        yield from _quote(each, stage, at, counts)
    elif each.fate is Fate.DECLINED:
        yield from _lose(each, stage, at, counts, *_reason(each.serials, each.ends_on))
    elif each.tries == 1 and each.fate is not Fate.SILENT and since >= _comes_back(each):
        yield from _quote(each, stage, at, counts)
    elif since > GIVEN_UP_AFTER and (each.fate is Fate.SILENT or each.tries > 1):
        yield from _lose(each, stage, at, counts, LostReason.COMPETITOR, "Nobody has answered for six weeks.")


def _comes_back(each: Ends) -> timedelta:
    """How long after the end; those who meant to renew on time are asked again at once."""
    return -QUOTED_BEFORE if each.fate is Fate.ON_TIME else (8 + draw(each.serials, each.ends_on, "back") % 60) * DAY


def _quote(each: Ends, stage: Stage, at: datetime, counts: Counter[str]) -> Iterator[str]:
    """Together where that can be, else one by one; what cannot be renewed at all is lost."""
    if len(each.serials) > 1:
        try:
            yield _sent(each, each.serials, stage, at, counts)
            return
        except Refused:
            pass
    for serial in each.serials:
        try:
            yield _sent(each, (serial,), stage, at, counts)
        except Refused as refused:
            why = f"It cannot be renewed: {str(refused.code.value).replace('_', ' ')}."
            alone = Ends(
                organisation=each.organisation, reseller=each.reseller, ends_on=each.ends_on, serials=(serial,),
                tries=0, is_open=False,
            )  # fmt: skip
            yield from _lose(alone, stage, at, counts, LostReason.END_OF_SUPPORT, why)


def _sent(each: Ends, serials: tuple[str, ...], stage: Stage, at: datetime, counts: Counter[str]) -> str:
    seller = stage.seller(each.reseller, at)
    stage.owner(each.organisation, at)  # who is not there yet signs up, as the letter asks to
    number = prepare_quote(wanted=QuoteWanted(serials=serials), **acting(seller, at))
    send_quote(number=number, **acting(seller, at))
    counts["quotes sent"] += 1
    kept = Quote.objects.get(number=number)
    price = money_words(kept.total, kept.currency, "en")
    from_whom = each.reseller.name if each.reseller else seller.name
    return f"{from_whom} quotes {number} to {each.organisation.name}, {price}"


def _answer(stage: Stage, at: datetime, counts: Counter[str]) -> Iterator[str]:
    """Owners accept what they mean to renew, and say no to what they do not, some days after they got it."""
    waiting = Quote.objects.filter(
        sent_at__isnull=False, accepted_at=None, declined_at=None, withdrawn_at=None, valid_to__gte=at.date() + DAY,
        revised_by=None,
    ).select_related("organisation")  # fmt: skip
    for kept in waiting.order_by("id"):
        serials, ends_on = _about(kept)
        fate = fate_of(serials, ends_on)
        patience = (3 + draw(serials, ends_on, "answer") % 12) * DAY
        if kept.sent_at is None or at - kept.sent_at < patience:
            continue
        if fate is Fate.SILENT or (fate is Fate.LATE and kept.order_day <= ends_on):
            continue
        owner = stage.owner(kept.organisation, at)
        if owner is None:
            continue
        try:
            if fate is Fate.DECLINED:
                _, why = _reason(serials, ends_on)
                decline_quote(number=kept.number, why=why, **acting(owner, at))
                counts["quotes declined"] += 1
                yield f"{owner.name} of {kept.organisation.name} declines {kept.number}: {why}"
            else:
                accept_quote(number=kept.number, **acting(owner, at))
                counts["quotes accepted"] += 1
                yield f"{owner.name} of {kept.organisation.name} accepts {kept.number}"
        except Refused:
            continue  # it ran out in its own zone; the seller asks again


def _order(stage: Stage, at: datetime, counts: Counter[str]) -> Iterator[str]:
    """What was accepted is ordered the day after."""
    accepted = Quote.objects.filter(
        accepted_at__lt=at - timedelta(hours=12), withdrawn_at=None, order=None, valid_to__gte=at.date() + DAY,
        revised_by=None,
    ).select_related("organisation", "reseller")  # fmt: skip
    for kept in accepted.order_by("id"):
        seller, (_, ends_on) = stage.seller(kept.reseller, at), _about(kept)
        try:
            made = order_quote(number=kept.number, **acting(seller, at))
        except Refused:
            continue  # its licences have changed since; it runs out, and they are quoted anew
        late = kept.order_day > ends_on
        counts["terms reinstated" if late else "terms renewed"] += kept.lines.count()
        verb = "reinstates" if late else "renews"
        yield f"{kept.organisation.name} {verb} by {kept.number}: certificate {made.certificate}"


def _lose(
    each: Ends, stage: Stage, at: datetime, counts: Counter[str], reason: LostReason, words: str
) -> Iterator[str]:  # fmt: skip
    terms = [Ending(serial=serial, ends_on=each.ends_on) for serial in each.serials]
    try:
        said = say_lost(terms=terms, reason=reason, words=words, **acting(stage.remy(), at))
    except Refused:
        return
    if said.count:
        counts["terms lost"] += said.count
        yield f"{each.organisation.name} does not renew {', '.join(each.serials)}: {words}"


def _work(stage: Stage, at: datetime, counts: Counter[str]) -> Iterator[str]:
    remy = stage.remy()
    for task in list(RenewalTask.objects.filter(done_at=None).order_by("id")[:TASKS_A_DAY]):
        take_task(task_id=task.pk, **acting(remy, at))
        finish_task(task_id=task.pk, words=DONE[task.pk % len(DONE)], **acting(remy, at))
        counts["tasks done"] += 1
        yield f"{remy.name} has done a task: {task.kind.replace('_', ' ')}"


def _about(kept: Quote) -> tuple[list[str], date]:
    """The serial numbers of a quote, and the last covered day of the first of them."""
    assets = Asset.objects.filter(id__in=kept.lines.values("asset")).order_by("serial_number")
    found = list(assets)
    return [each.serial_number for each in found], _last_day(found[0])


def _last_day(asset: Asset) -> date:
    return (asset.chain_ends_on or date.max) - DAY


def _reason(serials: Sequence[str], ends_on: date) -> tuple[LostReason, str]:
    return REASONS[draw(serials, ends_on, "why") % len(REASONS)]
