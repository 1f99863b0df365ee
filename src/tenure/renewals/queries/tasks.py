"""What the regional teams must do by hand."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from tenure.accounts.words import Who
from tenure.renewals.words import TaskKind

PAGE = 25
TASKS = """
SELECT t.id, t.kind, t.region, o.name, o.number, COALESCE(a.serial_number, ''), COALESCE(p.name, ''),
       a.chain_ends_on - 1, t.words, t.made_at, t.taken_by_id, COALESCE(NULLIF(k.name, ''), k.email, ''),
       t.done_at, COALESCE(NULLIF(d.name, ''), d.email, ''), t.subject,
       CASE t.kind WHEN 'bounced' THEN COALESCE((
           SELECT min(c.id) FROM accounts_contact c
           WHERE c.organisation_id = t.organisation_id AND lower(c.email) = lower(t.words)), 0) ELSE 0 END
FROM renewals_renewaltask t
JOIN accounts_organisation o ON o.id = t.organisation_id
LEFT JOIN entitlements_asset a ON a.id = t.asset_id
LEFT JOIN catalog_product p ON p.id = a.product_id
LEFT JOIN accounts_person k ON k.id = t.taken_by_id
LEFT JOIN accounts_person d ON d.id = t.done_by_id
WHERE {narrowed}
"""
NARROWED = """(t.done_at IS NOT NULL) = %(done)s AND (%(region)s = '' OR t.region = %(region)s)
  AND (%(kind)s = '' OR t.kind = %(kind)s) AND (%(taker)s::bigint IS NULL OR t.taken_by_id = %(taker)s)
  AND (%(text)s = '' OR o.name ILIKE %(like)s OR o.number = %(text)s OR a.serial_number ILIKE %(like)s)"""
OLDEST = " AND (%(place)s::bigint IS NULL OR t.id > %(place)s) ORDER BY t.id LIMIT %(limit)s"
NEWEST = " AND (%(place)s::bigint IS NULL OR t.id < %(place)s) ORDER BY t.id DESC LIMIT %(limit)s"
COUNT = """
SELECT count(*), count(*) FILTER (WHERE taken_by_id IS NULL) FROM renewals_renewaltask WHERE done_at IS NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilters:
    """Which tasks: of a region, of a kind, the reader's own; done ones instead of those that wait."""

    region: str = ""
    kind: str = ""
    text: str = ""
    mine: bool = False
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """A task.  words: the address that took no mail, or the first and last day of a legal window.

    subject: the number of the quote it is about, or "".  contact: whose address came back, on paper; 0: nobody's.
    """

    id: int
    kind: TaskKind
    region: str
    organisation: str
    number: str
    serial: str
    product: str
    last_day: date | None
    words: str
    made_at: datetime
    taken_by_id: int | None
    taken_by: str
    done_at: datetime | None
    done_by: str
    subject: str
    contact: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """A page, with how many wait in all, and how many of those nobody has taken.  next: None at the end."""

    rows: tuple[TaskRow, ...]
    next: int | None
    waiting: int
    untaken: int


def tasks(*, who: Who, filters: TaskFilters, place: int | None = None, limit: int = PAGE) -> TaskPage:
    """Tasks that wait, the oldest first, or done ones, the newest first; for the vendor's staff, else empty.

    Two queries.  Source: B1, B8.
    """
    if not who.is_staff:
        return TaskPage(rows=(), next=None, waiting=0, untaken=0)
    tidy = " ".join(filters.text.replace("\0", "").split())[:100]
    like = "".join(f"\\{sign}" if sign in "\\%_" else sign for sign in tidy)
    statement = TASKS.format(narrowed=NARROWED) + (NEWEST if filters.done else OLDEST)
    with connection.cursor() as cursor:
        cursor.execute(statement, {
            "done": filters.done, "region": filters.region.replace("\0", ""), "kind": filters.kind.replace("\0", ""),
            "taker": who.person_id if filters.mine else None, "text": tidy, "like": f"%{like}%", "place": place,
            "limit": limit + 1,
        })  # fmt: skip
        found = cursor.fetchall()
        cursor.execute(COUNT)
        waiting, untaken = cursor.fetchone()
    names = tuple(TaskRow.__dataclass_fields__)
    rows = [TaskRow(**dict(zip(names, (raw[0], TaskKind(raw[1]), *raw[2:]), strict=True))) for raw in found[:limit]]
    return TaskPage(
        rows=tuple(rows), next=rows[-1].id if len(found) > limit else None, waiting=waiting, untaken=untaken
    )
