"""Statements and proofs of entitlement: made, kept, printed."""

from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction

from tenure.accounts.words import Who
from tenure.entitlements.models import Proof
from tenure.entitlements.queries.proofs import proof
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.queries.statement import StatementOf, statement_of, whole_statement
from tenure.entitlements.statement_papers import proof_sheet, statement_sheet
from tenure.entitlements.words.statement import (
    MOST_PRINTED,
    ProofRefusal,
    StatementFilters,
    StatementRow,
    digest_of,
)
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.papers.actions import order
from tenure.toolbox.refused import Refused


@transaction.atomic
def make_proof(*, who: Who, customer: str, on: date, at: datetime, by: Actor) -> str:
    """Keep what a customer owned at the end of a day, under a number and a digest; its number.

    The same facts again give the same proof.  Raises Refused: NOT_FOUND, DAY_AHEAD, NOTHING_OWNED, TOO_MUCH.
    Source: A8.
    """
    of = _of(who, customer)
    if on > at.date():
        raise Refused(ProofRefusal.DAY_AHEAD, today=at.date())
    rows = _rows(of, StatementFilters(on=on), at)
    said: dict[str, Any] = {
        "as_of": on.isoformat(),
        "customer": {"number": of.number, "name": of.name},
        "owned": [_said(row) for row in rows],
    }
    digest = digest_of(said)
    kept = Proof.objects.filter(organisation_id=of.id, as_of=on, digest=bytes.fromhex(digest)).first()
    if kept:
        return kept.number
    number = _next_number(at)
    Proof.objects.create(
        number=number, organisation_id=of.id, as_of=on, made_at=at, made_by_id=who.person_id, said=said,
        digest=bytes.fromhex(digest),
    )  # fmt: skip
    record(
        verb="entitlements.proof_made", subject=("proof", number), at=at, by=by,
        facts={"as_of": on.isoformat(), "digest": digest, "assets": len(rows)}, organisation_id=of.id,
    )  # fmt: skip
    return number


@transaction.atomic
def order_proof(*, who: Who, number: str, language: str, at: datetime) -> bytes | None:
    """The proof as a signed PDF; None while the worker is printing it.  Raises Refused: NOT_FOUND.  Source: A8."""
    row = proof(who=who, number=number)
    if row is None:
        raise Refused(ProofRefusal.NOT_FOUND)
    return order(sheet=proof_sheet(row, language=language, policy=version_on(row.as_of).policy), at=at)


@transaction.atomic
def order_statement(
    *, who: Who, customer: str, filters: StatementFilters, language: str, at: datetime
) -> bytes | None:  # fmt: skip
    """The statement as a signed PDF; None while the worker is printing it.

    Raises Refused: NOT_FOUND, NOTHING_OWNED, TOO_MUCH.  Source: A8.
    """
    of = _of(who, customer)
    on = filters.on or at.date()
    rows = _rows(of, filters, at)
    sheet = statement_sheet(
        customer=of.name, number=of.number, on=on, rows=rows, language=language, policy=version_on(on).policy
    )
    return order(sheet=sheet, at=at)


def _of(who: Who, customer: str) -> StatementOf:
    found = statement_of(who, customer)
    if found is None:
        raise Refused(ProofRefusal.NOT_FOUND)
    return found


def _rows(of: StatementOf, filters: StatementFilters, at: datetime) -> list[StatementRow]:
    rows = list(islice(whole_statement(of=of, filters=filters, at=at), MOST_PRINTED + 1))
    if not rows:
        raise Refused(ProofRefusal.NOTHING_OWNED)
    if len(rows) > MOST_PRINTED:
        raise Refused(ProofRefusal.TOO_MUCH, most=MOST_PRINTED)
    return rows


def _said(row: StatementRow) -> dict[str, Any]:
    return {
        "serial_number": row.serial, "support_identifier": row.support_identifier, "certificate": row.certificate,
        "product": row.product, "release": row.release, "purpose": row.purpose.value, "quantity": row.quantity,
        "meter": row.meter, "site": row.site, "zone": row.zone, "level": row.level,
        "last_covered_day": row.last_day.isoformat() if row.last_day else None, "state": row.cover.state.value,
    }  # fmt: skip


def _next_number(at: datetime) -> str:
    form = version_on(at.date()).policy.identifiers["proof"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('entitlements_proof_number')")
        (number,) = cursor.fetchone()
    return form.made_from(number=int(number) % form.capacity)
