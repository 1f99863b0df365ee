"""Which notices were made and to whom they went: of an asset, of a customer, and the proof where a law asks for it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from tenure.accounts.words import Who
from tenure.policy.words import LegalWindow
from tenure.renewals.models import Notice, NoticeLetter
from tenure.renewals.queries.ending import EndingRow
from tenure.renewals.words import RecipientKind

PAGE = 25
CHUNK = 1000
# notices: each with its letters as rows of text; {which} narrows them
NOTICES = """
SELECT n.id, a.serial_number, p.name, n.step, n.ends_on, n.due_on, n.written_at, o.name, o.number, n.region,
       (SELECT coalesce(jsonb_agg(jsonb_build_array(l.recipient, l.address, m.written_at, m.sent_at, l.bounced_at)
                                  ORDER BY l.id), '[]')
        FROM renewals_noticeletter l JOIN outbox_mail m ON m.id = l.mail_id WHERE l.notice_id = n.id)
FROM renewals_notice n
JOIN entitlements_asset a ON a.id = n.asset_id
JOIN catalog_product p ON p.id = a.product_id
JOIN accounts_organisation o ON o.id = n.organisation_id
WHERE {which} AND (%(before)s::bigint IS NULL OR n.id < %(before)s) ORDER BY n.id DESC LIMIT %(limit)s
"""
# proofs: letters about terms in a place with a legal window, the newest first (B1)
PROOFS = """
SELECT l.id, o.name, o.number, a.serial_number, p.name, w.country, w.subdivision, n.ends_on, v.from_days, v.to_days,
       l.recipient, l.address, m.id, m.message_id, m.written_at, m.sent_at, l.bounced_at, a.zone
FROM unnest(%(countries)s::text[], %(subdivisions)s::text[], %(from_days)s::int[], %(to_days)s::int[])
     AS v (country, subdivision, from_days, to_days)
JOIN accounts_site w ON w.country = v.country AND v.subdivision IN ('', w.subdivision)
JOIN entitlements_asset a ON a.site_id = w.id
JOIN renewals_notice n ON n.asset_id = a.id
JOIN renewals_noticeletter l ON l.notice_id = n.id
JOIN outbox_mail m ON m.id = l.mail_id
JOIN catalog_product p ON p.id = a.product_id
JOIN accounts_organisation o ON o.id = n.organisation_id
WHERE (%(text)s = '' OR o.name ILIKE %(like)s OR o.number = %(text)s OR a.serial_number ILIKE %(like)s)
  AND (%(before)s::bigint IS NULL OR l.id < %(before)s)
ORDER BY l.id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRow:
    """To whom a notice went.  address: "" where the reader is of another side.  sent_at: None while it waits."""

    recipient: RecipientKind
    address: str
    written_at: datetime
    sent_at: datetime | None
    bounced_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeRow:
    """A notice that was made, and its letters.  step: days after the last covered day; before it, negative."""

    id: int
    serial: str
    product: str
    step: int
    ends_on: date
    due_on: date
    written_at: datetime | None
    organisation: str
    number: str
    region: str
    letters: tuple[LetterRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePage:
    """A page.  next: the number before which the next one begins; None at the end."""

    rows: tuple[MadeRow, ...]
    next: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofRow:
    """That somebody was written to about a term where a law asks for notice in time.

    from_days, to_days: the window, in days before the last covered day.  in_window: it was written inside it, by the
    day of the asset's zone.  mail: the number of the letter in the outbox; the channel is e-mail.
    """

    id: int
    organisation: str
    number: str
    serial: str
    product: str
    country: str
    subdivision: str
    ends_on: date
    from_days: int
    to_days: int
    recipient: RecipientKind
    address: str
    mail: int
    message_id: str
    written_at: datetime
    sent_at: datetime | None
    bounced_at: datetime | None
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofPage:
    """A page.  next: the number before which the next one begins; None at the end."""

    rows: tuple[ProofRow, ...]
    next: int | None


def notices_of_asset(*, who: Who, row: EndingRow) -> tuple[MadeRow, ...]:
    """The last notices of an asset that the reader was shown already; addresses of the reader's own side alone.

    A customer's people see whom of theirs it went to, a reseller's people whom of theirs.  One query.  Source: B1.
    """
    found = _made(
        "n.asset_id = %(asset)s AND n.organisation_id = %(organisation)s",
        {"asset": row.id, "organisation": row.organisation_id}, limit=100, before=None,
    )  # fmt: skip
    if who.is_staff:
        return tuple(_row(raw, frozenset(RecipientKind)) for raw in found)
    own = row.organisation_id in who.organisation_ids
    shown = frozenset(kind for kind in RecipientKind if own is not (kind is RecipientKind.RESELLER))
    return tuple(_row(raw, shown) for raw in found)


def notices_of_customer(*, who: Who, number: str, before: int | None = None, limit: int = PAGE) -> MadePage:
    """The notices of a customer, the newest first; for the vendor's staff, else empty.  One query.  Source: B1."""
    if not who.is_staff or "\0" in number:
        return MadePage(rows=(), next=None)
    found = _made("o.number = %(number)s", {"number": number}, limit=limit + 1, before=before)
    rows = tuple(_row(raw, frozenset(RecipientKind)) for raw in found[:limit])
    return MadePage(rows=rows, next=rows[-1].id if len(found) > limit else None)


def proofs(
    *, who: Who, windows: Sequence[LegalWindow], text: str = "", before: int | None = None, limit: int = PAGE
) -> ProofPage:  # fmt: skip
    """Letters about terms in places with a legal window, the newest first; for staff, else empty.  One query.

    Source: B1.
    """
    if not who.is_staff:
        return ProofPage(rows=(), next=None)
    tidy = " ".join(text.replace("\0", "").split())[:100]
    like = "".join(f"\\{sign}" if sign in "\\%_" else sign for sign in tidy)
    found = _fetch(PROOFS, {
        "countries": [each.country for each in windows], "subdivisions": [each.subdivision for each in windows],
        "from_days": [each.from_days for each in windows], "to_days": [each.to_days for each in windows],
        "text": tidy, "like": f"%{like}%", "before": before, "limit": limit + 1,
    })  # fmt: skip
    names = tuple(ProofRow.__dataclass_fields__)
    rows = [_proof(dict(zip(names, raw, strict=True))) for raw in found[:limit]]
    return ProofPage(rows=tuple(rows), next=rows[-1].id if len(found) > limit else None)


def proofs_all(*, who: Who, windows: Sequence[LegalWindow], text: str = "") -> Iterator[ProofRow]:
    """The same whole, a thousand at a time, for a file."""
    before: int | None = None
    while True:
        page = proofs(who=who, windows=windows, text=text, before=before, limit=CHUNK)
        yield from page.rows
        if page.next is None:
            return
        before = page.next


def _proof(values: dict[str, Any]) -> ProofRow:
    return ProofRow(**values | {"recipient": RecipientKind(values["recipient"])})


def unwritten(*, run_at: datetime) -> bool:
    """Whether letters of the waves run at an instant are still to be written; for commands."""
    return Notice.objects.filter(run_at=run_at, written_at=None).exists()


def letters_of(*, run_at: datetime) -> int:
    """How many letters are about notices made at an instant, whoever wrote them; for commands.  Source: B1."""
    return NoticeLetter.objects.filter(notice__run_at=run_at).values("mail").distinct().count()


def _made(which: str, params: dict[str, Any], *, limit: int, before: int | None) -> list[tuple[Any, ...]]:
    return _fetch(NOTICES.format(which=which), {**params, "limit": limit, "before": before})


def _row(raw: tuple[Any, ...], shown: frozenset[RecipientKind]) -> MadeRow:
    names = tuple(MadeRow.__dataclass_fields__)
    letters = raw[-1] if isinstance(raw[-1], list) else _json(raw[-1])
    told = tuple(
        LetterRow(
            recipient=RecipientKind(kind), address=address if RecipientKind(kind) in shown else "",
            written_at=datetime.fromisoformat(written), sent_at=sent and datetime.fromisoformat(sent),
            bounced_at=bounced and datetime.fromisoformat(bounced),
        )
        for kind, address, written, sent, bounced in letters
    )  # fmt: skip
    return MadeRow(**dict(zip(names, (*raw[:-1], told), strict=True)))


def _json(text: str) -> list[Any]:
    found: list[Any] = json.loads(text)
    return found


def _fetch(statement: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
