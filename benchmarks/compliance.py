"""What a page of installed against licensed costs: CPU-milliseconds of web server and database together.

    python benchmarks/compliance.py [ASSETS] [REQUESTS]

A throw-away database of its own with ASSETS (100,000) of 20 products over 500 customers, three terms each; two of three
positions are counted by hand twice, and every tenth asset has a machine that reported four times.  The readers are one
of the vendor's people, who sees all, the owner of one customer, and a customer with one asset.  The real server on the
loopback; REQUESTS (60) of each page after a warming up.  CPU time is read from /proc.
"""

import os
import re
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from measuring import Line, house, measured, serving
from pages import CUSTOMERS, FILL, WORKERS, Reader, _reader, _reader_of_one

SPREAD = FILL.replace("ON p.turn = n % 20", "ON p.turn = (n / {customers}) % 20")
COUNTED = """
INSERT INTO compliance_count (organisation_id, site_id, product_id, host, quantity, counted_on, source, kept_at)
    SELECT a.organisation_id, min(a.site_id), a.product_id, '', sum(a.quantity) * (80 + a.product_id % 40) / 100,
           CURRENT_DATE - 10 - 200 * turn, 'imported', now()
    FROM entitlements_asset a CROSS JOIN generate_series(0, 1) turn
    WHERE (a.organisation_id + a.product_id) % 3 > 0 GROUP BY a.organisation_id, a.product_id, turn;
INSERT INTO activation_activation (asset_id, units, host, host_name, activated_at, by_care, why)
    SELECT id, 10, 'host-' || id, '', now() - interval '90 days', FALSE, '' FROM entitlements_asset WHERE id % 10 = 0;
INSERT INTO activation_checkin (activation_id, "on", at, installed, version, clock_at)
    SELECT id, CURRENT_DATE - 7 * turn, now(), 10, '9.4', now()
    FROM activation_activation CROSS JOIN generate_series(0, 3) turn;
"""


def main() -> None:
    """Fill, serve, measure, print; leave nothing behind."""
    assets, requests = (int(word) for word in [*sys.argv[1:3], *["100000", "60"][len(sys.argv) - 1 :]])
    with house() as made:
        started = time.perf_counter()
        readers = _fill(assets)
        print(f"{assets} assets over {CUSTOMERS} customers: filled in {time.perf_counter() - started:.0f} s")
        os.environ["DATABASE_URL"] = made.app
        for name, (reader, paths) in readers.items():
            for path in paths:
                _queries(name, reader.cookie, path)
            with serving(WORKERS) as (web, port):
                _measure(name, reader, paths, {"web": web, "database": made.database}, port, requests)


def _fill(assets: int) -> dict[str, tuple[Reader, tuple[str, ...]]]:
    """The rows, and the readers with the pages that they open."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tenure.accounts.models import Organisation
    from tenure.policy.actions import ensure_standard

    call_command("migrate", verbosity=0)
    at = datetime.now(UTC)
    ensure_standard(at=at, places=[])
    with connection.cursor() as cursor:
        cursor.execute(SPREAD.format(assets=assets, customers=CUSTOMERS))
        cursor.execute(COUNTED)
        cursor.execute("ANALYZE")
    one = _reader_of_one(at)
    number = Organisation.objects.get(name="Bench 1").number
    readers = {
        f"the desk's {assets}": (_staff(at), ("/desk/compliance", "/desk/compliance?state=short&on=2026-06-01")),
        f"a customer's {assets // CUSTOMERS}": (
            _reader("Bench 1", "owner", at), ("/compliance", f"/compliance/{number}/bench-1"),
        ),
        "a customer's 1": (one, ("/compliance",)),
    }  # fmt: skip
    connection.close()
    return readers


def _staff(at: datetime) -> Reader:
    from tenure.accounts.models import Person, StaffMembership

    reader = _reader("Bench seller", "reseller", at)
    person = Person.objects.get(name="reseller")
    StaffMembership.objects.create(person=person, role="engineer", began_at=at)
    return reader


def _queries(name: str, cookie: str, path: str) -> None:
    """Print the number of statements of a page."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(path)
    rows = len(re.findall(rb"<tr data-row>", page.content))
    print(f"{name}: {path}, {page.status_code}, {rows} rows, {len(asked)} statements")
    connection.close()


def _measure(
    name: str, reader: Reader, paths: tuple[str, ...], trees: Mapping[str, int], port: int, requests: int
) -> None:
    """Print CPU-milliseconds a request of each page."""
    page = Line(port, {"Cookie": f"sessionid={reader.cookie}"})
    for path in paths:
        ask: Callable[[int], object] = lambda _turn, path=path: page.get(path)  # noqa: E731
        print(f"{name}: {path} {measured(ask, times=requests, trees=trees)}", flush=True)


if __name__ == "__main__":
    main()
