"""Terms that will not be renewed: a representative says so and why, and takes it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from tenure.accounts.words import Who
from tenure.entitlements.actions.move_writing import lock_assets
from tenure.entitlements.models import Asset
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.renewals.models import Lost, QuoteLine
from tenure.renewals.queries.sides import may_sell
from tenure.renewals.words import LostReason, LostRefusal
from tenure.toolbox.refused import Refused
from tenure.toolbox.texts import tidy_body

MOST_TERMS = 100
LONGEST_WORDS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A term by its asset's serial number and its last covered day."""

    serial: str
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidLost:
    """How many terms are newly lost, or for another reason, and the quotes of them that still wait for somebody."""

    count: int
    open_quotes: tuple[str, ...]


@transaction.atomic
def say_lost(
    *, who: Who, terms: Sequence[Ending], reason: LostReason, words: str, at: datetime, by: Actor
) -> SaidLost:  # fmt: skip
    """The terms will not be renewed; all of them or none.  Said again in the same words, nothing happens.

    A lost term is told of no more.  Its open quotes are left as they are, and named.  Once another term follows, what
    was said counts no longer: it holds for that one end of the asset.
    Raises Refused: NOT_ALLOWED, NOTHING_CHOSEN, TOO_MANY, WORDS_MISSING for another reason than those of the list,
    NOT_FOUND with `serial`, NOT_LAST_END with `serial` and the last covered day now.  Source: ours.
    """
    if who.person_id is None or not may_sell(who):
        raise Refused(LostRefusal.NOT_ALLOWED)
    speaker: int = who.person_id
    wanted = {each.serial.replace("\0", "").strip().upper(): each for each in terms}
    if not wanted:
        raise Refused(LostRefusal.NOTHING_CHOSEN)
    if len(wanted) > MOST_TERMS:
        raise Refused(LostRefusal.TOO_MANY, most=MOST_TERMS)
    said = tidy_body(words)[:LONGEST_WORDS].strip()
    if reason is LostReason.OTHER and not said:
        raise Refused(LostRefusal.WORDS_MISSING)
    assets = _locked(wanted)
    ends = {each.pk: _last_day(each) for each in assets}
    rows = Lost.objects.filter(asset__in=assets, taken_back_at=None)
    known = {row.asset_id: row for row in rows if row.ends_on == ends[row.asset_id]}
    fresh = [each for each in assets if not _same(known.get(each.pk), reason, said)]
    Lost.objects.filter(pk__in=[known[each.pk].pk for each in fresh if each.pk in known]).update(taken_back_at=at)
    Lost.objects.bulk_create(
        Lost(asset=each, ends_on=ends[each.pk], reason=reason.value, words=said, said_at=at, said_by_id=speaker)
        for each in fresh
    )  # fmt: skip
    for each in fresh:
        _journal("renewals.term_lost", each, ends[each.pk], at, by, {"reason": reason.value}, said)
    return SaidLost(count=len(fresh), open_quotes=_open_quotes(assets, at))


@transaction.atomic
def take_back(*, who: Who, term: Ending, at: datetime, by: Actor) -> bool:
    """The term is not lost after all; whether it had been said to be.  Raises Refused: NOT_ALLOWED, NOT_FOUND.

    Source: ours.
    """
    if not may_sell(who):
        raise Refused(LostRefusal.NOT_ALLOWED)
    serial = term.serial.replace("\0", "").strip().upper()
    asset = Asset.objects.filter(serial_number=serial).first()
    if asset is None:
        raise Refused(LostRefusal.NOT_FOUND, serial=serial)
    lock_assets([asset.pk])
    taken = Lost.objects.filter(asset=asset, ends_on=term.ends_on, taken_back_at=None).update(taken_back_at=at)
    if taken:
        _journal("renewals.term_not_lost", asset, term.ends_on, at, by, {}, "")
    return bool(taken)


def _locked(wanted: Mapping[str, Ending]) -> list[Asset]:
    """The assets under their locks, an order of any of them waits.  Refused: NOT_FOUND, NOT_LAST_END."""
    found = dict(Asset.objects.filter(serial_number__in=wanted).values_list("serial_number", "pk"))
    for serial in wanted:
        if serial not in found:
            raise Refused(LostRefusal.NOT_FOUND, serial=serial)
    lock_assets(found.values())
    assets = list(Asset.objects.filter(pk__in=found.values(), quantity__gt=0).order_by("pk"))
    last = {each.serial_number: each.chain_ends_on and _last_day(each) for each in assets}
    for serial, term in wanted.items():
        if last.get(serial) != term.ends_on:
            now = last.get(serial)
            raise Refused(LostRefusal.NOT_LAST_END, serial=serial, last_day=now.isoformat() if now else "")
    return assets


def _last_day(asset: Asset) -> date:
    assert asset.chain_ends_on is not None  # noqa: S101  compared with a day before
    return asset.chain_ends_on - timedelta(days=1)


def _same(known: Lost | None, reason: LostReason, said: str) -> bool:
    return known is not None and (known.reason, known.words) == (reason.value, said)


def _open_quotes(assets: Sequence[Asset], at: datetime) -> tuple[str, ...]:
    """Quotes of the assets that wait for somebody today."""
    lines = QuoteLine.objects.filter(
        asset__in=assets, quote__order=None, quote__withdrawn_at=None, quote__declined_at=None,
        quote__revised_by=None, quote__valid_to__gte=at.date(),
    )  # fmt: skip
    return tuple(lines.order_by("quote__number").values_list("quote__number", flat=True).distinct())


def _journal(
    verb: str, asset: Asset, ends_on: date, at: datetime, by: Actor, facts: Mapping[str, str], why: str
) -> None:  # fmt: skip
    record(
        verb=verb, subject=("asset", asset.serial_number), at=at, by=by,
        facts={"ends_on": ends_on.isoformat(), **facts}, why=why, organisation_id=asset.organisation_id,
    )  # fmt: skip
