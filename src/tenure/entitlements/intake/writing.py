"""The rows of a faultless file, put where they belong: one statement a table."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from tenure.accounts.actions import take_numbers
from tenure.entitlements.intake.words import Outcome
from tenure.policy.words import Policy

# new_organisations: customers and resellers of the file that are not held
NEW_ORGANISATIONS = """
(SELECT DISTINCT ON (lower(customer), country) customer, country, 'customer',
        COALESCE(NULLIF(size, ''), 'enterprise'), COALESCE(NULLIF(language, ''), 'en')
 FROM intake_row WHERE organisation_id IS NULL ORDER BY lower(customer), country, line)
UNION ALL
(SELECT DISTINCT ON (lower(reseller)) reseller, country, 'reseller', 'enterprise', 'en'
 FROM intake_row WHERE reseller_id IS NULL AND reseller <> '' ORDER BY lower(reseller), line)
"""
ORGANISATIONS = """
INSERT INTO accounts_organisation (number, name, country, kind, size, language)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
"""
SITES = """
INSERT INTO accounts_site (organisation_id, name, address, country, subdivision, zone, region)
SELECT DISTINCT ON (o.id, lower(r.site)) o.id, r.site, '', r.country, '', r.zone, r.region
FROM intake_row r JOIN intake_customer o ON o.key = lower(r.customer) AND o.country = r.country
WHERE r.site_id IS NULL ORDER BY o.id, lower(r.site), r.line
"""
CONTACTS = """
INSERT INTO accounts_contact (organisation_id, role, name, email)
SELECT DISTINCT ON (o.id, e.role, lower(e.email)) o.id, e.role, e.name, e.email
FROM intake_row r JOIN intake_customer o ON o.key = lower(r.customer) AND o.country = r.country
CROSS JOIN LATERAL (VALUES ('owner', r.owner_name, r.owner_email),
                           ('technical', r.technical_name, r.technical_email)) e(role, name, email)
WHERE e.email <> '' ORDER BY o.id, e.role, lower(e.email), r.line
ON CONFLICT DO NOTHING RETURNING id
"""
# intake_customer, intake_seller: who the file's names are, now that all of them are held
PARTIES = """
CREATE TEMP TABLE intake_customer ON COMMIT DROP AS
SELECT o.id, lower(o.name) AS key, o.country FROM accounts_organisation o
WHERE o.kind = 'customer' AND (lower(o.name), o.country) IN (SELECT lower(customer), country FROM intake_row);
CREATE TEMP TABLE intake_seller ON COMMIT DROP AS
SELECT lower(name) AS key, min(id) AS id FROM accounts_organisation WHERE kind = 'reseller' GROUP BY 1;
ANALYZE intake_customer;
"""
CERTIFICATES = """
INSERT INTO entitlements_certificate (number, sales_order_number, issued_on, organisation_id, reseller_id, owner_id)
SELECT DISTINCT ON (r.certificate) r.certificate, r.sales_order, r.issued_on, o.id, s.id, k.id
FROM intake_row r JOIN intake_customer o ON o.key = lower(r.customer) AND o.country = r.country
LEFT JOIN intake_seller s ON s.key = lower(r.reseller)
LEFT JOIN accounts_contact k
    ON k.organisation_id = o.id AND k.role = 'owner' AND lower(k.email) = lower(r.owner_email)
WHERE r.certificate_id IS NULL ORDER BY r.certificate, r.line
"""
AGREEMENTS = """
INSERT INTO entitlements_agreement (organisation_id, level, region)
SELECT DISTINCT o.id, r.level, r.region FROM intake_row r
JOIN intake_customer o ON o.key = lower(r.customer) AND o.country = r.country
WHERE r.family IS NOT NULL ON CONFLICT DO NOTHING
"""
# assets: the last chain of their terms is put in at once, so that the trigger finds nothing to change
ASSETS = """
INSERT INTO entitlements_asset (serial_number, support_identifier, organisation_id, site_id, reseller_id,
    certificate_id, product_id, release_id, licence_kind, purpose, quantity, meter, zone, chain_starts_on,
    chain_ends_on)
SELECT r.serial, r.support, o.id, s.id, x.id, c.id, r.product_id, r.release_id, r.licence_kind,
       COALESCE(NULLIF(r.purpose, ''), 'production'), r.quantity, r.meter, r.zone, chain.starts, chain.ends
FROM (SELECT DISTINCT ON (serial) * FROM intake_row WHERE asset_id IS NULL ORDER BY serial, line) r
JOIN intake_customer o ON o.key = lower(r.customer) AND o.country = r.country
JOIN accounts_site s ON s.organisation_id = o.id AND lower(s.name) = lower(r.site)
LEFT JOIN intake_seller x ON x.key = lower(r.reseller)
JOIN entitlements_certificate c ON c.number = r.certificate
LEFT JOIN (SELECT serial, max(starts) FILTER (WHERE reached IS NULL OR starts > reached) AS starts, max(ends) AS ends
           FROM (SELECT serial, starts, ends, max(ends) OVER (PARTITION BY serial ORDER BY starts, ends
                     ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
                 FROM intake_row WHERE starts < ends AND family < 4) spans GROUP BY serial) chain
    ON chain.serial = r.serial
ORDER BY r.line
"""
CLOSE = """
UPDATE entitlements_term t SET known = tstzrange(lower(t.known), %(at)s)
WHERE t.id IN (SELECT term_id FROM intake_change)
"""
NEW_TERMS = """
INSERT INTO entitlements_term (asset_id, certificate_id, agreement_id, family, level, quantity, covers, known)
SELECT a.id, c.id, g.id, r.family, r.level, r.quantity, daterange(r.starts, r.ends), tstzrange(%(at)s, NULL)
FROM intake_row r JOIN intake_term n ON n.line = r.line AND NOT n.held
JOIN entitlements_asset a ON a.serial_number = r.serial
JOIN entitlements_certificate c ON c.number = r.certificate
JOIN entitlements_agreement g ON g.organisation_id = a.organisation_id AND g.level = r.level AND g.region = r.region
ORDER BY r.line
"""
# new_seats: the technical contacts that hold no seat of their agreement yet, each with the next free number
NEW_SEATS = """
SELECT g.id, k.id, nextval('entitlements_contact_number')
FROM (SELECT DISTINCT customer, country, level, region, lower(technical_email) AS email FROM intake_row
      WHERE technical_email <> '' AND family IS NOT NULL) r
JOIN intake_customer o ON o.key = lower(r.customer) AND o.country = r.country
JOIN entitlements_agreement g ON g.organisation_id = o.id AND g.level = r.level AND g.region = r.region
JOIN accounts_contact k ON k.organisation_id = o.id AND k.role = 'technical' AND lower(k.email) = r.email
WHERE NOT EXISTS (SELECT FROM entitlements_contactseat s
                  WHERE s.agreement_id = g.id AND s.contact_id = k.id AND s.ended_at IS NULL)
GROUP BY g.id, k.id
"""
SEATS = """
INSERT INTO entitlements_contactseat (agreement_id, contact_id, identifier, seat, named_at)
SELECT n.agreement, n.contact, n.identifier, free.seat, %(at)s
FROM (SELECT *, row_number() OVER (PARTITION BY agreement ORDER BY contact) AS place
      FROM unnest(%(agreements)s::bigint[], %(contacts)s::bigint[], %(identifiers)s::text[])
           AS u(agreement, contact, identifier)) n
JOIN entitlements_agreement g ON g.id = n.agreement JOIN intake_level l ON l.level = g.level
CROSS JOIN LATERAL (
    SELECT seat FROM generate_series(1, l.contacts) AS seat
    WHERE NOT EXISTS (SELECT FROM entitlements_contactseat s
                      WHERE s.agreement_id = n.agreement AND s.seat = seat.seat AND s.ended_at IS NULL)
    ORDER BY seat OFFSET n.place - 1 LIMIT 1) free
RETURNING id
"""


def write(*, policy: Policy, at: datetime, lines: int) -> Outcome:
    """Insert what is new, correct what changed; says how much of each.  at: when it became known."""
    with connection.cursor() as cursor:
        _organisations(cursor, policy)
        for statement in (PARTIES, SITES):
            cursor.execute(statement)
        cursor.execute(CONTACTS)
        contacts = tuple(contact for (contact,) in cursor.fetchall())
        certificates = _count(cursor, CERTIFICATES)
        cursor.execute(AGREEMENTS)
        assets = _count(cursor, ASSETS)
        corrected = _count(cursor, CLOSE, {"at": at})
        terms = _count(cursor, NEW_TERMS, {"at": at})
        seats = _seat(cursor, policy, at)
        cursor.execute(
            "SELECT count(*) FROM intake_row r LEFT JOIN intake_term n USING (line)"
            " WHERE r.asset_id IS NOT NULL AND COALESCE(n.held, TRUE)"
        )
        unchanged: int = cursor.fetchone()[0]
    return Outcome(
        lines=lines,
        certificates=certificates,
        assets=assets,
        terms=terms,
        corrected=corrected,
        unchanged=unchanged,
        contact_ids=contacts,
        seat_ids=seats,
    )


def _count(cursor: CursorWrapper, statement: str, params: dict[str, datetime] | None = None) -> int:
    cursor.execute(statement, params)
    return int(cursor.rowcount)


def _organisations(cursor: CursorWrapper, policy: Policy) -> None:
    cursor.execute(NEW_ORGANISATIONS)
    found = cursor.fetchall()
    if not found:
        return
    numbers = take_numbers(form=policy.identifiers["organisation"], how_many=len(found))
    cursor.execute(ORGANISATIONS, [numbers, *(list(column) for column in zip(*found, strict=True))])


def _seat(cursor: CursorWrapper, policy: Policy, at: datetime) -> tuple[int, ...]:
    cursor.execute(NEW_SEATS)
    found = cursor.fetchall()
    if not found:
        return ()
    form = policy.identifiers["contact_id"]
    values: dict[str, Any] = {
        "agreements": [agreement for agreement, _, _ in found],
        "contacts": [contact for _, contact, _ in found],
        "identifiers": [form.made_from(number=number) for _, _, number in found],
        "at": at,
    }
    cursor.execute(SEATS, values)
    return tuple(seat for (seat,) in cursor.fetchall())
