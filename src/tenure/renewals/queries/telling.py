"""What the letters of a customer's notices are made of: three statements, however many notices and people there are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from tenure.renewals.rules.telling import Reach, Reached

MOST_AT_ONCE = 1000

# notices: of a customer, the most urgent first; {which}: the ones that wait, or some by number (B1)
NOTICES = """
SELECT n.id, n.asset_id, n.organisation_id, n.reseller_id, n.region, n.step, n.ends_on, n.due_on, n.policy,
       a.serial_number, a.quantity, a.meter, a.zone, p.name, COALESCE(r.label, ''), p.kind, p.reminds_customer,
       o.name, o.number, o.size, t.level, a.chain_starts_on, w.name, w.country, w.subdivision, COALESCE(s.name, ''),
       CASE WHEN paper.organisation_id = n.organisation_id THEN c.owner_id END,
       a.organisation_id = n.organisation_id AND a.chain_ends_on = n.ends_on + 1 AND a.quantity > 0
FROM renewals_notice n
JOIN entitlements_asset a ON a.id = n.asset_id
JOIN entitlements_term t ON t.id = n.term_id
JOIN entitlements_certificate c ON c.id = a.certificate_id
JOIN catalog_product p ON p.id = a.product_id
JOIN accounts_organisation o ON o.id = n.organisation_id
JOIN accounts_site w ON w.id = a.site_id
LEFT JOIN catalog_release r ON r.id = a.release_id
LEFT JOIN accounts_organisation s ON s.id = n.reseller_id
LEFT JOIN accounts_contact paper ON paper.id = c.owner_id
WHERE {which}
ORDER BY n.ends_on, n.id LIMIT %(limit)s
"""
WAITING = "n.organisation_id = %(organisation)s AND n.written_at IS NULL"
NUMBERED = "n.id = ANY(%(numbers)s::bigint[])"
# people: of the customer and the resellers, those who signed up first; then as the paperwork names them; a reseller's
# public address last.  Language and zone are the reader's own; before they sign up, their organisation's.
PEOPLE = """
WITH places AS (
    SELECT o.id, o.language,
           COALESCE((SELECT w.zone FROM accounts_site w WHERE w.organisation_id = o.id ORDER BY w.id LIMIT 1),
                    'UTC') AS zone
    FROM accounts_organisation o WHERE o.id = ANY(%(places)s::bigint[])
), everybody AS (
    SELECT 1 AS part, m.organisation_id, m.role, m.id AS place, NULL::bigint AS contact, p.email, p.name, p.language,
           p.zone
    FROM accounts_membership m JOIN accounts_person p ON p.id = m.person_id
    WHERE m.organisation_id = ANY(%(places)s::bigint[]) AND m.ended_at IS NULL AND p.is_active
      AND m.role IN ('owner', 'purchasing', 'reseller')
    UNION ALL
    SELECT 2, c.organisation_id, c.role, c.id, c.id, c.email, c.name, COALESCE(p.language, l.language),
           COALESCE(p.zone, l.zone)
    FROM accounts_contact c JOIN places l ON l.id = c.organisation_id
    LEFT JOIN accounts_person p ON lower(p.email) = lower(c.email) AND p.joined_at IS NOT NULL AND p.is_active
    WHERE c.role IN ('owner', 'purchasing', 'reseller') OR c.id = ANY(%(papers)s::bigint[])
    UNION ALL
    SELECT 3, f.organisation_id, 'public', f.id, NULL, f.email, '', l.language, l.zone
    FROM renewals_resellerprofile f JOIN places l ON l.id = f.organisation_id WHERE f.email <> ''
)
SELECT organisation_id, role, contact, email, name, language, zone FROM everybody ORDER BY part, place
"""
# quiet: of these addresses, those that take no mail, and those that want none about a customer
QUIET = """
SELECT lower(b.address), TRUE FROM outbox_bounce b
WHERE b.settled_at IS NULL AND lower(b.address) = ANY(%(addresses)s::text[])
UNION ALL
SELECT lower(u.address), FALSE FROM renewals_unsubscribed u
WHERE u.ended_at IS NULL AND u.organisation_id = %(organisation)s AND lower(u.address) = ANY(%(addresses)s::text[])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """A notice with what its letter says of the term.

    step: days after the last covered day `ends_on`; before it, negative.  level: a key of the policy.  reseller: of
    record when it was made.  customer: its number.  paper_owner: the contact whom the certificate names, while it is
    the customer's.  stands: the term still ends so, and is theirs.
    """

    id: int
    asset_id: int
    organisation_id: int
    reseller_id: int | None
    region: str
    step: int
    ends_on: date
    due_on: date
    policy: int
    serial: str
    quantity: int
    meter: str
    zone: str
    product: str
    release: str
    kind: str
    reminds_customer: bool
    organisation: str
    customer: str
    size: str
    level: str
    chain_starts: date | None
    site: str
    country: str
    subdivision: str
    reseller: str
    paper_owner: int | None
    stands: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everybody around a customer's notices, and which of their addresses are silent or want no notice."""

    members: tuple[tuple[int, str, int | None, Reached], ...]
    silent: frozenset[str]
    unwanted: frozenset[str]

    def reach(self, row: NoticeRow) -> Reach:
        """Who a notice could go to."""
        return Reach(
            paper_owner=tuple(
                each for _, _, contact, each in self.members if contact is not None and contact == row.paper_owner
            ),
            owners=self._of(row.organisation_id, "owner"),
            buyers=self._of(row.organisation_id, "purchasing"),
            resellers=self._of(row.reseller_id, "reseller") or self._of(row.reseller_id, "owner"),
            public=self._of(row.reseller_id, "public"),
        )

    def _of(self, organisation_id: int | None, role: str) -> tuple[Reached, ...]:
        seen: dict[str, Reached] = {}
        for place, held, _, each in self.members:
            if (place, held) == (organisation_id, role):
                seen.setdefault(each.key, each)
        return tuple(seen.values())


def waiting_notices(*, organisation_id: int) -> list[NoticeRow]:
    """The notices of a customer whose letters were not written, at most 1,000, the most urgent first."""
    return notice_rows(NOTICES.format(which=WAITING), {"organisation": organisation_id})


def numbered_notices(*, numbers: Sequence[int]) -> list[NoticeRow]:
    return notice_rows(NOTICES.format(which=NUMBERED), {"numbers": list(numbers)})


def people_around(rows: Sequence[NoticeRow]) -> People:
    """Everybody that the notices of one customer could go to.  Two statements."""
    places = {row.organisation_id for row in rows} | {row.reseller_id for row in rows if row.reseller_id is not None}
    papers = {row.paper_owner for row in rows if row.paper_owner is not None}
    members = tuple(
        (place, role, contact, Reached(email=email, name=name, language=language, zone=zone))
        for place, role, contact, email, name, language, zone in _fetch(
            PEOPLE, {"places": sorted(places), "papers": sorted(papers)}
        )
    )
    silent, unwanted = _quiet({each.key for *_, each in members}, rows[0].organisation_id)
    return People(members=members, silent=silent, unwanted=unwanted)


def _quiet(addresses: Collection[str], organisation_id: int) -> tuple[frozenset[str], frozenset[str]]:
    found = _fetch(QUIET, {"addresses": sorted(addresses), "organisation": organisation_id})
    return (
        frozenset(address for address, is_silent in found if is_silent),
        frozenset(address for address, is_silent in found if not is_silent),
    )


def notice_rows(statement: str, params: dict[str, Any]) -> list[NoticeRow]:
    """The notices that a statement made of `NOTICES` finds, at most 1,000.  One query."""
    names = tuple(NoticeRow.__dataclass_fields__)
    found = _fetch(statement, {**params, "limit": MOST_AT_ONCE})
    return [NoticeRow(**dict(zip(names, raw, strict=True))) for raw in found]


def _fetch(statement: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
