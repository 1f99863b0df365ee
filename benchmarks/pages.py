"""What a page costs: CPU-milliseconds a request of web server and database together, on a big installation.

    python benchmarks/pages.py [ASSETS] [REQUESTS]

A throw-away database of its own with ASSETS (100,000) over 500 customers, and a reader who is a reseller of all of
them; the real server on the loopback; REQUESTS (150) of each page after a warming up.  CPU time is read from /proc, so
that a busy machine changes it little.  Goals: list 9 ms, asset 10 ms.
"""

import os
import re
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from measuring import Line, bearer, house, measured, serving

GOALS = {"list": 9, "asset": 10}
CUSTOMERS = 500
WORKERS = 1
FILL = """
INSERT INTO accounts_organisation (number, name, country, kind, size, language)
    SELECT 'bench-' || n, 'Bench ' || n, 'DE', 'customer', 'enterprise', 'en' FROM generate_series(1, {customers}) n;
INSERT INTO accounts_organisation (number, name, country, kind, size, language)
    VALUES ('bench-seller', 'Bench seller', 'DE', 'reseller', 'enterprise', 'en');
INSERT INTO accounts_site (organisation_id, name, address, country, subdivision, zone, region)
    SELECT id, 'Works of ' || name, '', 'DE', '', 'Europe/Berlin', 'emea'
    FROM accounts_organisation WHERE kind = 'customer';
INSERT INTO catalog_product (slug, name, kind, category, has_content, reminds_customer, aliases)
    SELECT 'bench-' || n, 'Bench ' || n, 'software', '', TRUE, FALSE, '{{}}' FROM generate_series(1, 20) n;
INSERT INTO entitlements_certificate (number, sales_order_number, issued_on, organisation_id)
    SELECT 'B' || id, 'S' || id, '2025-01-01', id FROM accounts_organisation WHERE kind = 'customer';
INSERT INTO entitlements_asset (serial_number, support_identifier, organisation_id, reseller_id, site_id,
    certificate_id, product_id, licence_kind, quantity, meter, zone)
    SELECT 'M' || lpad(n::text, 10, '0'), 'B' || n, c.organisation_id, seller.id, s.id, c.id, p.id, 'perpetual', 10,
           'users', 'Europe/Berlin'
    FROM generate_series(1, {assets}) n
    JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS turn FROM entitlements_certificate) c
        ON c.turn = n % {customers}
    JOIN accounts_site s ON s.organisation_id = c.organisation_id
    JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS turn FROM catalog_product WHERE slug LIKE 'bench-%') p
        ON p.turn = n % 20
    CROSS JOIN (SELECT id FROM accounts_organisation WHERE name = 'Bench seller') seller;
INSERT INTO entitlements_term (asset_id, family, level, quantity, covers, known)
    SELECT a.id, 1, 'essential', 10, daterange(begins, begins + 365), tstzrange('2024-01-01', NULL)
    FROM entitlements_asset a CROSS JOIN generate_series(0, 2) turn
    CROSS JOIN LATERAL (SELECT '2024-01-01'::date + (a.id % 700)::int + 365 * turn AS begins) b;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who asks: a session, a token; and a serial number of theirs."""

    cookie: str
    token: str
    serial: str


def main() -> None:
    """Fill, serve, measure, print; leave nothing behind."""
    assets, requests = (int(word) for word in [*sys.argv[1:3], *["100000", "150"][len(sys.argv) - 1 :]])
    with house() as made:
        started = time.perf_counter()
        readers = _fill(assets)
        print(f"{assets} assets over {CUSTOMERS} customers: filled in {time.perf_counter() - started:.0f} s")
        os.environ["DATABASE_URL"] = made.app
        for name, reader in readers.items():
            _queries(name, reader.cookie)
            with serving(WORKERS) as (web, port):
                _measure(name, reader, {"web": web, "database": made.database}, port, requests)


def _fill(assets: int) -> dict[str, Reader]:
    """The rows, and for a customer and the seller of everything: a session, a token and a serial number."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tenure.policy.actions import ensure_standard

    call_command("migrate", verbosity=0)
    at = datetime.now(UTC)
    ensure_standard(at=at, places=[])
    with connection.cursor() as cursor:
        cursor.execute(FILL.format(assets=assets, customers=CUSTOMERS))
        cursor.execute("ANALYZE")
    readers = {
        f"a customer's {assets // CUSTOMERS}": _reader("Bench 1", "owner", at),
        f"a reseller's {assets}": _reader("Bench seller", "reseller", at),
        "a customer's 1": _reader_of_one(at),
    }
    connection.close()
    return readers


def _reader(organisation: str, role: str, at: datetime) -> Reader:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db.models import Q

    from tenure.accounts.actions import add_token
    from tenure.accounts.models import Membership, Organisation, Person
    from tenure.accounts.words import Scope
    from tenure.entitlements.models import Asset
    from tenure.journal.words import COMMAND

    owner = Organisation.objects.get(name=organisation)
    person = Person.objects.create(email=f"{role}@{owner.pk}.example", name=role, password="!", joined_at=at)  # noqa: S106
    Membership.objects.create(person=person, organisation=owner, role=role, began_at=at)
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    scopes = [Scope.ENTITLEMENTS_READ]
    token = add_token(person_id=person.pk, name="bench", scopes=scopes, expires_at=None, at=at, by=COMMAND)
    asset = Asset.objects.filter(Q(organisation=owner) | Q(reseller=owner)).order_by("id")[0]
    return Reader(cookie=str(session.session_key), token=token, serial=asset.serial_number)


def _reader_of_one(at: datetime) -> Reader:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_organisation (number, name, country, kind, size, language)"
            " VALUES ('bench-single', 'Bench single', 'DE', 'customer', 'enterprise', 'en');"
            " UPDATE entitlements_asset SET organisation_id ="
            " (SELECT id FROM accounts_organisation WHERE name = 'Bench single')"
            " WHERE serial_number = 'M0000000007'"
        )
    return _reader("Bench single", "owner", at)


def _queries(name: str, cookie: str) -> None:
    """Print the number of statements of the list."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    client.get("/licences")
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/licences")
    rows = len(re.findall(rb"<tr data-row>", page.content))
    print(f"{name}: list of {rows} rows, {len(asked)} statements")
    connection.close()


def _measure(name: str, reader: Reader, trees: Mapping[str, int], port: int, requests: int) -> None:
    """Print CPU-milliseconds a request of each page."""
    page, api = Line(port, {"Cookie": f"sessionid={reader.cookie}"}), Line(port, bearer(reader.token))
    decision = f"/api/v1/entitlements/{reader.serial}?benefit=version_upgrades"
    asked: dict[str, Callable[[int], object]] = {
        "list": lambda _turn: page.get("/licences"),
        "asset": lambda _turn: page.get(f"/licences/{reader.serial}"),
        "API decision": lambda _turn: api.get(decision),
    }
    for what, ask in asked.items():
        cost = measured(ask, times=requests, trees=trees)
        goal = GOALS.get(what)
        word = "" if goal is None else f"; goal {goal}: {'met' if cost.total <= goal else 'MISSED'}"
        print(f"{name}: {what} {cost}{word}", flush=True)


if __name__ == "__main__":
    main()
