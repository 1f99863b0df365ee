"""What activation costs: codes for an installed base in bulk, then CPU-milliseconds of a check-in over HTTP.

    python benchmarks/check_ins.py [ASSETS] [REQUESTS] [--kept FOLDER]

A throw-away database with ASSETS (100,000) covered assets of 500 customers, each given its activation code; a
technical contact of the first 40 customers activates 50 machines by API, and REQUESTS (300) check-ins follow after a
warming up, each of another machine in turn: one worker of the real server on the loopback, one client.  CPU time is
read from /proc.
"""

import argparse
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from measuring import Line, bearer, house, measured, serving

GOAL, LIMIT = 4, 7  # CPU-ms of a check-in
CODES_GOAL = 60  # seconds for 100,000
CUSTOMERS, SEEN, MACHINES = 500, 40, 50


def main() -> None:
    """Fill, serve, measure, print; leave nothing behind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("assets", nargs="?", type=int, default=100_000)
    parser.add_argument("requests", nargs="?", type=int, default=300)
    parser.add_argument("--kept", type=Path)
    asked = parser.parse_args()
    with house(asked.kept) as made:
        import django

        django.setup()
        from django.db import connection

        token, codes = _fill(asked.assets)
        connection.close()
        import os

        os.environ["DATABASE_URL"] = made.app
        with serving(1) as (web, port):
            line = Line(port, bearer(token))
            numbers = [_activated(line, code, place) for place, code in enumerate(codes)]
            trees = {"web": web, "database": made.database}
            for name, path in (("check-in", "check-ins"), ("check-in again", "check-ins")):
                cost = measured(
                    lambda turn, path=path: line.post(
                        f"/api/v1/activations/{numbers[turn % len(numbers)]}/{path}", _report()
                    ),
                    times=asked.requests, trees=trees,
                )  # fmt: skip
                word = "met" if cost.total <= GOAL else "within the limit" if cost.total <= LIMIT else "MISSED"
                print(f"{name:15} {cost}; goal {GOAL}, limit {LIMIT}: {word}", flush=True)


def _report() -> dict[str, object]:
    return {"installed": 5, "version": "9.4.1", "clock": datetime.now(UTC).isoformat()}


def _activated(line: Line, code: str, place: int) -> int:
    import json

    body = {"code": code, "host": f"host-{place}", "units": 5}
    return int(json.loads(line.post("/api/v1/activations", body))["id"])


def _fill(assets: int) -> tuple[str, list[str]]:
    """The installed base and its codes; a token, and the codes of some machines of its person."""
    from django.core.management import call_command

    from tenure.accounts.actions import add_token
    from tenure.accounts.models import Membership, Organisation, Person
    from tenure.accounts.words import Role, Scope
    from tenure.activation.actions import issue_codes
    from tenure.activation.models import ActivationCode
    from tenure.journal.words import COMMAND
    from tenure.policy.actions import ensure_standard

    at = datetime.now(UTC)
    call_command("migrate", verbosity=0)
    ensure_standard(at=at, places=[])
    _base(assets, at)
    started = time.perf_counter()
    issued = issue_codes(at=at, by=COMMAND)
    took = time.perf_counter() - started
    started = time.perf_counter()
    again = issue_codes(at=at, by=COMMAND)
    nothing = time.perf_counter() - started
    word = "met" if took <= CODES_GOAL * assets / 100_000 else "MISSED"
    print(
        f"codes: {issued:,} in {took:.1f} s, goal {CODES_GOAL} s for 100,000: {word}; again {again} in {nothing:.2f} s"
    )
    person = Person.objects.create(email=f"{uuid.uuid4().hex}@bench.example", name="Bench", joined_at=at)
    customers = list(Organisation.objects.filter(kind="customer").order_by("id")[:SEEN])
    Membership.objects.bulk_create(
        Membership(person=person, organisation=each, role=Role.TECHNICAL, began_at=at) for each in customers
    )
    token = add_token(
        person_id=person.pk, name="bench", scopes=[Scope.ACTIVATIONS_WRITE], expires_at=None, at=at, by=COMMAND
    )  # fmt: skip
    theirs = ActivationCode.objects.filter(asset__organisation__in=customers).order_by("id")
    return token, list(theirs.values_list("code", flat=True)[:MACHINES])


def _base(assets: int, at: datetime) -> None:
    """Customers, their assets, a running term each, and the terms of the years before."""
    from django.db import connection

    from tenure.accounts.models import Organisation, Site
    from tenure.catalog.models import Product
    from tenure.entitlements.models import Asset, Certificate, Term

    if Asset.objects.count() >= assets:
        return
    product = Product.objects.create(slug="bench", name="Bench", kind="software", has_content=True)
    places: list[tuple[Any, Any, Any]] = []
    for n in range(CUSTOMERS):
        owner = Organisation.objects.create(number=f"K-{n:06}", name=f"Customer {n}", country="DE", kind="customer")
        site = Site.objects.create(organisation=owner, name="Works", country="DE", zone="Europe/Berlin", region="EMEA")
        paper = Certificate.objects.create(
            number=f"{n:08}-0000001", sales_order_number=f"{n:08}", issued_on=at.date(), organisation=owner
        )  # fmt: skip
        places.append((owner, site, paper))
    made = Asset.objects.bulk_create([
        Asset(
            serial_number=f"M{n:010}", support_identifier=f"{n:010}", organisation=owner, site=site, certificate=paper,
            product=product, licence_kind="perpetual", quantity=500, meter="machines", zone="Europe/Berlin",
        )
        for n in range(assets) for owner, site, paper in [places[n % CUSTOMERS]]
    ], batch_size=5000)  # fmt: skip
    starts = at.date() - timedelta(days=100)
    covers = (starts, starts + timedelta(days=365))
    Term.objects.bulk_create([
        Term(asset=asset, family=1, level="essential", quantity=500, covers=covers, known=(at, None)) for asset in made
    ], batch_size=5000)  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    main()
