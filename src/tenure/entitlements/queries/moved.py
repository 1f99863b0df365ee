"""Moves that were done: the list, one of them, and what taking it back would do."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tenure.accounts.words import LINKERS, Who
from tenure.entitlements.models import Certificate, ContactSeat, Move, MoveLine, Registration, Term
from tenure.entitlements.queries.guards import remarks_of
from tenure.entitlements.queries.holdings import owned, terms_before
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.queries.sight import visible_assets
from tenure.entitlements.rules import moving as rules
from tenure.entitlements.words import MoveKind
from tenure.entitlements.words.moving import Holding, MovedAsset, MoveRefusal, Moving, Plan, Wish
from tenure.toolbox.refused import Refused
from tenure.toolbox.spans import ONE_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRow:
    """A move in one line.  customers: names of whose assets it touched; undone_by: the move that took it back."""

    id: int
    kind: MoveKind
    at: datetime
    by: str
    why: str
    assets: int
    customers: tuple[str, ...]
    undoes: int | None
    undone_by: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveLineRow:
    """What a move did to one asset; "" for a side on which it was not there."""

    serial: str
    product: str
    customer_before: str
    customer_after: str
    site_before: str
    site_after: str
    quantity_before: int
    quantity_after: int
    term_days_before: int
    term_days_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePage:
    rows: tuple[MoveRow, ...]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveShown:
    """One move with its lines, of which there are at most `most`.  undo_by: the last day on which it can be undone."""

    row: MoveRow
    lines: tuple[MoveLineRow, ...]
    most: int
    undo_by: date
    days_before: int
    days_after: int


MOST_LINES = 500


def moves(*, who: Who, text: str = "", after: str = "", limit: int = 25) -> MovePage:
    """The moves, the newest first; for care agents and operators, else none.  text: a serial or a customer's number.

    Source: A8.
    """
    if not who.staff & LINKERS:
        return MovePage(rows=(), next="")
    found = Move.objects.all()
    if after.isdecimal() and len(after) < 18:
        found = found.filter(id__lt=int(after))
    asked = text.replace("\0", "").strip().upper()
    if asked:
        touched = MoveLine.objects.filter(
            Q(asset__serial_number=asked) | Q(organisation_before__number=asked) | Q(organisation_after__number=asked),
            move=OuterRef("pk"),
        )
        found = found.filter(Exists(touched))
    rows = _rows(found.order_by("-id")[: limit + 1])
    return MovePage(rows=tuple(rows[:limit]), next=str(rows[limit - 1].id) if len(rows) > limit else "")


def move(*, who: Who, move_id: int) -> MoveShown | None:
    """One move; None for anybody who is not care agent or operator.  Source: A8."""
    if not who.staff & LINKERS or not 0 < move_id < 2**63:
        return None
    rows = _rows(Move.objects.filter(pk=move_id))
    if not rows:
        return None
    found = MoveLine.objects.filter(move_id=move_id).select_related(
        "asset__product", "organisation_before", "organisation_after", "site_before", "site_after"
    )
    lines = tuple(
        MoveLineRow(
            serial=line.asset.serial_number, product=line.asset.product.name,
            customer_before=line.organisation_before.name if line.organisation_before else "",
            customer_after=line.organisation_after.name if line.organisation_after else "",
            site_before=line.site_before.name if line.site_before else "",
            site_after=line.site_after.name if line.site_after else "",
            quantity_before=line.quantity_before, quantity_after=line.quantity_after,
            term_days_before=line.term_days_before, term_days_after=line.term_days_after,
        )
        for line in found.order_by("id")[:MOST_LINES]
    )  # fmt: skip
    sums = MoveLine.objects.filter(move_id=move_id).values_list("term_days_before", "term_days_after")
    return MoveShown(
        row=rows[0], lines=lines, most=MOST_LINES, undo_by=_last_day(rows[0].at),
        days_before=sum(before for before, _ in sums), days_after=sum(after for _, after in sums),
    )  # fmt: skip


def undo_plan_of(*, who: Who, move_id: int, at: datetime) -> Plan:
    """What taking a move back would do.

    Raises Refused: NOT_FOUND; UNDO_OF_UNDO, ALREADY_UNDONE, UNDO_TOO_LATE; LATER_MOVE, LATER_TERM, LATER_REGISTRATION,
    LATER_SEAT, LATER_CERTIFICATE naming what has changed since.  Source: A8; the days are the policy's.
    """
    found = Move.objects.filter(pk=move_id).first() if who.staff & LINKERS and 0 < move_id < 2**63 else None
    if found is None:
        raise Refused(MoveRefusal.NOT_FOUND)
    _refuse_untimely(found, at)
    lines = list(MoveLine.objects.filter(move=found).select_related("asset", "site_before").order_by("id"))
    assets = [line.asset_id for line in lines]
    _refuse_changed(found, assets)
    refuse_carried_changed(found)
    now, earlier = owned(assets), terms_before(assets, found.at)
    done = [
        MovedAsset(
            asset=line.asset_id, product=line.asset.product_id, before=_before(line, earlier.get(line.asset_id, ())),
            after=now[line.asset_id].held,
        )
        for line in lines
    ]  # fmt: skip
    source = next((line.organisation_after_id for line in lines if line.organisation_after_id), 0)
    target = next((line.organisation_before_id for line in lines if line.organisation_before_id), 0)
    plan = Plan(
        wish=Wish(kind=MoveKind.UNDO), assets=rules.undone(done),
        cards={number: each.card for number, each in now.items()},
        new_sites=(), source=source or 0, target=target or 0, people=(), remarks=(),
    )  # fmt: skip
    asked = tuple((each.asset, plan.cards[each.asset].serial, each.before, each.after) for each in plan.assets)
    return replace(plan, remarks=remarks_of(Moving(kind=MoveKind.UNDO, assets=asked, since=found.at)))


def refuse_carried_changed(found: Move) -> None:
    """Refused where a certificate or contact seat that went along is not where the move left it."""
    papers = found.carried.get("certificates", [])
    there = Certificate.objects.filter(pk__in=papers, organisation_id=found.carried.get("target"))
    if there.count() != len(papers):
        raise Refused(MoveRefusal.LATER_CERTIFICATE)
    for seat in found.carried.get("seats", []):
        stands = ContactSeat.objects.filter(
            pk=seat["id"], agreement_id=seat["agreement_after"], ended_at=found.at if seat["ended"] else None
        )
        if not stands.exists():
            raise Refused(MoveRefusal.LATER_SEAT, identifier=seat["identifier"])


def _refuse_untimely(found: Move, at: datetime) -> None:
    if found.undoes_id is not None:
        raise Refused(MoveRefusal.UNDO_OF_UNDO)
    taken_back = Move.objects.filter(undoes=found).values_list("id", flat=True).first()
    if taken_back is not None:
        raise Refused(MoveRefusal.ALREADY_UNDONE, move=taken_back)
    if at.date() > _last_day(found.at):
        raise Refused(MoveRefusal.UNDO_TOO_LATE, days=version_on(found.at.date()).policy.licence_care.undo_days)


def _refuse_changed(found: Move, assets: Iterable[int]) -> None:
    """What has happened to the assets since the move, each named by its serial."""
    own = list(assets)
    later = MoveLine.objects.filter(asset_id__in=own, move_id__gt=found.pk).order_by("id")
    hit = later.values_list("asset__serial_number", "move_id").first()
    if hit:
        raise Refused(MoveRefusal.LATER_MOVE, serial=hit[0], move=hit[1])
    since = Q(known__startswith__gt=found.at) | Q(known__endswith__gt=found.at)
    serial = Term.objects.filter(since, asset_id__in=own).values_list("asset__serial_number", flat=True).first()
    if serial:
        raise Refused(MoveRefusal.LATER_TERM, serial=serial)
    registered = Registration.objects.filter(
        Q(registered_at__gt=found.at) | Q(withdrawn_at__gt=found.at), asset_id__in=own
    )
    serial = registered.values_list("asset__serial_number", flat=True).first()
    if serial:
        raise Refused(MoveRefusal.LATER_REGISTRATION, serial=serial)


def _before(line: MoveLine, terms: Iterable[object]) -> Holding | None:
    if line.organisation_before_id is None or line.site_before is None:
        return None
    return Holding(
        organisation=line.organisation_before_id, site=line.site_before.pk, region=line.site_before.region,
        quantity=line.quantity_before, terms=tuple(terms),  # type: ignore[arg-type]
    )  # fmt: skip


def _last_day(at: datetime) -> date:
    return at.date() + version_on(at.date()).policy.licence_care.undo_days * ONE_DAY


def _rows(found: QuerySet[Move]) -> list[MoveRow]:
    moved = list(found.select_related("by_person"))
    names: dict[int, set[str]] = {}
    counts: dict[int, int] = {}
    touched = MoveLine.objects.filter(move__in=[each.pk for each in moved])
    for side in ("organisation_before__name", "organisation_after__name"):
        for number, name in touched.filter(**{f"{side}__isnull": False}).values_list("move_id", side).distinct():
            names.setdefault(number, set()).add(name)
    for number in touched.values_list("move_id", flat=True):
        counts[number] = counts.get(number, 0) + 1
    undone = dict(Move.objects.filter(undoes__in=[each.pk for each in moved]).values_list("undoes_id", "id"))
    return [
        MoveRow(
            id=each.pk, kind=MoveKind(each.kind), at=each.at, why=each.why, assets=counts.get(each.pk, 0),
            by=(each.by_person.name or each.by_person.email) if each.by_person else "",
            customers=tuple(sorted(names.get(each.pk, ()))), undoes=each.undoes_id, undone_by=undone.get(each.pk),
        )
        for each in moved
    ]  # fmt: skip


def joined_into(*, who: Who | None, asset_id: int) -> str:
    """The serial number that an asset which is gone went into, where the reader may see that one; else "".

    A part whose split was taken back went back into the whole.  Source: A8; ours.
    """
    last = MoveLine.objects.filter(asset_id=asset_id, quantity_after=0).order_by("-id").first()
    if last is None:
        return ""
    others = MoveLine.objects.filter(move_id=last.move_id, quantity_after__gt=F("quantity_before"))
    seen = visible_assets(who)
    for serial in others.order_by("id").values_list("asset__serial_number", flat=True):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT FROM entitlements_asset a WHERE a.serial_number = %(serial)s AND {seen.sql}",
                {"serial": serial, **seen.params},
            )
            if cursor.rowcount:
                return str(serial)
    return ""
