"""Who held a contact seat, from when to when, named and ended by whom; and contacts whose address takes no mail."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from tenure.accounts.models import Contact
from tenure.accounts.queries import may_see_people
from tenure.accounts.words import LINKERS, Role, Who
from tenure.entitlements.words.contact_changes import AddressRow, SeatSpan
from tenure.journal.queries import acts_on
from tenure.journal.words import Line
from tenure.outbox.queries import bounced
from tenure.outbox.words import BounceRow

NAMED, ENDED = "entitlements.contact_named", "entitlements.seat_ended"
PAGE = 50
# seat_spans: every seat an organisation ever had, the newest first, with who asked for its naming and its end (D2, D3)
SEAT_SPANS = """
SELECT s.identifier, k.name, k.email, g.level, g.region, s.named_at, s.ended_at, g.id,
       coalesce(nullif(p.name, ''), p.email, ''), coalesce(n.words, ''),
       coalesce(nullif(q.name, ''), q.email, ''), coalesce(e.words, ''), s.id
FROM entitlements_agreement g
JOIN entitlements_contactseat s ON s.agreement_id = g.id
JOIN accounts_contact k ON k.id = s.contact_id
LEFT JOIN entitlements_contactrequest n ON n.seat_id = s.id
LEFT JOIN accounts_person p ON p.id = n.asked_by_id
LEFT JOIN entitlements_contactrequest e ON e.organisation_id = g.organisation_id AND e.replaces = s.identifier
     AND e.applied_at = s.ended_at
LEFT JOIN accounts_person q ON q.id = e.asked_by_id
WHERE g.organisation_id = %(organisation)s
  AND (%(before)s::bigint IS NULL OR (s.named_at, s.id) < (
      SELECT b.named_at, b.id FROM entitlements_contactseat b WHERE b.id = %(before)s::bigint))
ORDER BY s.named_at DESC, s.id DESC LIMIT %(limit)s
"""
# seats_ever: how many seats an organisation ever had, and how many it has now
SEATS_EVER = """
SELECT count(*), count(*) FILTER (WHERE s.ended_at IS NULL) FROM entitlements_agreement g
JOIN entitlements_contactseat s ON s.agreement_id = g.id WHERE g.organisation_id = %(organisation)s
"""
# addresses: open bounces with the contacts of that address, the oldest first (C5)
ADDRESSES = """
SELECT b.id, k.id, coalesce(k.name, ''), b.address, coalesce(k.role, ''), coalesce(o.name, ''), coalesce(o.number, ''),
       b.said, b.bounced_at, b.told_at
FROM outbox_bounce b
LEFT JOIN accounts_contact k ON lower(k.email) = lower(b.address)
LEFT JOIN accounts_organisation o ON o.id = k.organisation_id
WHERE b.settled_at IS NULL
  AND (%(text)s = '' OR b.address ILIKE %(like)s OR k.name ILIKE %(like)s OR o.name ILIKE %(like)s
       OR o.number = %(text)s)
  AND (%(kind)s = '' OR (%(kind)s = 'contacts') = (k.id IS NOT NULL))
"""
AFTER = " AND (b.bounced_at, b.id, coalesce(k.id, 0)) > (%(at)s, %(bounce)s, %(contact)s)"
IN_ORDER = " ORDER BY b.bounced_at, b.id, coalesce(k.id, 0) LIMIT %(limit)s"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPlace:
    """A contact whose address may be changed.  bounce: why it is asked for, if it is."""

    id: int
    name: str
    email: str
    role: Role
    bounce: BounceRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressPage:
    """A page of addresses.  next: the place where the next one begins, or ""."""

    rows: tuple[AddressRow, ...]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """A page of contact seats.  next: the seat after which the next one begins, or None; ever, now: of all."""

    rows: tuple[SeatSpan, ...]
    next: int | None
    ever: int
    now: int


def contact_history(
    who: Who, organisation_id: int, *, limit: int = PAGE, before: int | None = None
) -> HistoryPage:  # fmt: skip
    """The contact seats that an organisation ever had, the newest first; none unless `may_see_people`.  Three queries.

    Source: D2, D3; that it is shown is ours.
    """
    if not may_see_people(who, organisation_id):
        return HistoryPage(rows=(), next=None, ever=0, now=0)
    with connection.cursor() as cursor:
        cursor.execute(SEATS_EVER, {"organisation": organisation_id})
        ever, now = cursor.fetchone()
        cursor.execute(SEAT_SPANS, {"organisation": organisation_id, "before": before, "limit": limit + 1})
        rows = cursor.fetchall()
    lines = acts_on(subject_kind="agreement", subjects={str(row[7]) for row in rows}, verbs=(NAMED, ENDED))
    acts = {(line.verb, str(line.facts.get("identifier", ""))): line for line in lines}
    follows = rows[limit - 1][12] if len(rows) > limit else None
    return HistoryPage(rows=tuple(_span(row, acts) for row in rows[:limit]), next=follows, ever=ever, now=now)


def bounced_contacts(who: Who, organisation_id: int) -> dict[str, BounceRow]:
    """The addresses of an organisation's contacts that take no mail, in small letters; empty unless `may_see_people`.

    Two queries.  Source: C5.
    """
    if not may_see_people(who, organisation_id):
        return {}
    return bounced(Contact.objects.filter(organisation_id=organisation_id).values_list("email", flat=True))


def contact_place(who: Who, organisation_id: int, contact_id: int) -> ContactPlace | None:
    """A contact of an organisation, for its owners and customer care; else None.  Source: C5."""
    if not (who.holds(organisation_id, Role.OWNER) or who.staff & LINKERS):
        return None
    found = Contact.objects.filter(pk=contact_id, organisation_id=organisation_id).first()
    if found is None:
        return None
    flagged = bounced([found.email]).get(found.email.lower())
    return ContactPlace(id=found.pk, name=found.name, email=found.email, role=Role(found.role), bounce=flagged)


def contacts_by_address(who: Who, organisation_id: int) -> list[ContactPlace]:
    """The contacts of an organisation whose address takes no mail, by name; empty unless `may_see_people`."""
    flagged = bounced_contacts(who, organisation_id)
    if not flagged:
        return []
    rows = Contact.objects.filter(organisation_id=organisation_id).order_by("name", "pk")
    return [
        ContactPlace(id=row.pk, name=row.name, email=row.email, role=Role(row.role), bounce=flagged[row.email.lower()])
        for row in rows if row.email.lower() in flagged
    ]  # fmt: skip


def addresses_for_care(who: Who, *, text: str = "", kind: str = "", limit: int = PAGE, after: str = "") -> AddressPage:
    """Addresses that take no mail, the longest first; for the vendor's staff, else empty.

    kind: "contacts" for those that the paperwork names, "others" for the rest.  after: the `next` of the page before;
    what cannot be read begins anew.  Source: C5.
    """
    if not who.is_staff:
        return AddressPage(rows=(), next="")
    tidy = " ".join(text.replace("\0", "").split())[:100]
    like = "%" + _LIKE.sub(r"\\\g<0>", tidy) + "%"
    asked: dict[str, Any] = {"text": tidy, "like": like, "kind": kind, "limit": limit + 1}
    place = _place(after)
    if place:
        asked |= {"at": place[0], "bounce": place[1], "contact": place[2]}
    with connection.cursor() as cursor:
        cursor.execute(ADDRESSES + (AFTER if place else "") + IN_ORDER, asked)
        rows = [AddressRow(**dict(zip(_NAMES, row, strict=True))) for row in cursor.fetchall()]
    last = rows[limit - 1] if len(rows) > limit else None
    follows = f"{last.bounced_at.isoformat()}~{last.bounce_id}~{last.id or 0}" if last else ""
    return AddressPage(rows=tuple(rows[:limit]), next=follows)


_LIKE = re.compile(r"[\\\\%_]")
_NAMES = ("bounce_id", "id", "name", "email", "role", "organisation", "number", "said", "bounced_at", "told_at")


def _place(after: str) -> tuple[datetime, int, int] | None:
    at, _, rest = after.partition("~")
    bounce, _, contact = rest.partition("~")
    try:
        instant = datetime.fromisoformat(at)
    except ValueError:
        return None
    if instant.tzinfo is None or not (bounce.isdecimal() and contact.isdecimal()) or len(rest) > 36:
        return None
    return instant, int(bounce), int(contact)


def _span(row: tuple[Any, ...], acts: dict[tuple[str, str], Line]) -> SeatSpan:
    identifier, name, email, level, region, since, until, _agreement, asked_by, why, end_asked_by, end_why, _seat = row
    named, ended = acts.get((NAMED, identifier)), acts.get((ENDED, identifier))
    return SeatSpan(
        identifier=identifier, name=name, email=email, level=level, region=region, since=since, until=until,
        by=named.actor_name if named else "", ended_by=ended.actor_name if ended else "", asked_by=asked_by, why=why,
        end_asked_by=end_asked_by, end_why=end_why,
    )  # fmt: skip
