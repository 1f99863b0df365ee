"""What a page costs: CPU-milliseconds a request of web server and database together, on a big installation.

    python benchmarks/pages.py [ASSETS] [REQUESTS]

A throw-away database of its own with ASSETS (100,000) over 500 customers, and a reader who is a reseller of all of
them; the real server on the loopback; REQUESTS (150) of each page after a warming up.  CPU time is read from /proc, so
that a busy machine changes it little.  Goals: list 9 ms, asset 10 ms.
"""

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

GOALS = {"list": 9.0, "asset": 10.0}
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


def main() -> None:
    """Fill, serve, measure, print; leave nothing behind."""
    assets, requests = (int(word) for word in [*sys.argv[1:3], *["100000", "150"][len(sys.argv) - 1 :]])
    folder = Path(tempfile.mkdtemp(prefix="tenure-bench-"))
    folder.chmod(0o711)
    from tenure.config import embedded

    try:
        urls = embedded.ensure(folder, fsync=False)
        os.environ.update(
            DJANGO_SETTINGS_MODULE="tenure.config.settings", TENURE_DATA=str(folder), DATABASE_URL=urls.owner,
            DATABASE_OWNER_URL=urls.owner, PYTHONPATH=str(ROOT / "src"),
        )  # fmt: skip
        started = time.perf_counter()
        readers = _fill(assets)
        print(f"{assets} assets over {CUSTOMERS} customers: filled in {time.perf_counter() - started:.0f} s")
        database = int((folder / "postgres").joinpath(*_pid_file(folder)).read_text().splitlines()[0])
        os.environ["DATABASE_URL"] = urls.app
        for name, (cookie, token, serial) in readers.items():
            _queries(name, cookie)
            with _Server() as server:
                _measure(name, server, database, cookie, token, serial, requests)
    finally:
        embedded.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _pid_file(folder: Path) -> tuple[str, ...]:
    [found] = (folder / "postgres").rglob("postmaster.pid")
    return found.relative_to(folder / "postgres").parts


def _fill(assets: int) -> dict[str, tuple[str, str, str]]:
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


def _reader(organisation: str, role: str, at: datetime) -> tuple[str, str, str]:
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
    return str(session.session_key), token, asset.serial_number


def _reader_of_one(at: datetime) -> tuple[str, str, str]:
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


class _Server:
    """`tenure serve` on a free port, for the length of a with block."""

    def __enter__(self) -> "_Server":
        with socket.socket() as door:
            door.bind(("127.0.0.1", 0))
            self.port = door.getsockname()[1]
        command = [sys.executable, "-m", "tenure.config.console", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen([*command, "--workers", str(WORKERS)])
        deadline = time.monotonic() + 60
        while True:
            with socket.socket() as door:
                if door.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise SystemExit("the server did not start")
            time.sleep(0.05)

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)


def _measure(name: str, server: _Server, database: int, cookie: str, token: str, serial: str, requests: int) -> None:
    """Print CPU-milliseconds a request of each page."""
    session, bearer = {"Cookie": f"sessionid={cookie}"}, {"Authorization": f"Bearer {token}"}
    api = f"/api/v1/entitlements/{serial}?benefit=version_upgrades"
    pages = {"list": ("/licences", session), "asset": (f"/licences/{serial}", session), "API decision": (api, bearer)}
    for page, (path, headers) in pages.items():
        ask = _asker(server.port, path, headers)
        for _ in range(30):
            ask()
        web, data, wall = _spent(server.process.pid), _spent(database), time.perf_counter()
        for _ in range(requests):
            ask()
        web, data = (_spent(server.process.pid) - web, _spent(database) - data)
        each, wall = (web + data) * 1000 / requests, (time.perf_counter() - wall) * 1000 / requests
        goal = f", goal {GOALS[page]:.0f}: {'met' if each <= GOALS[page] else 'missed'}" if page in GOALS else ""
        split = f"web {web * 1000 / requests:.1f} + database {data * 1000 / requests:.1f}"
        print(f"{name}: {page} {each:.1f} CPU-ms ({split}{goal}), {wall:.1f} ms on the wall", flush=True)


def _asker(port: int, path: str, headers: dict[str, str]) -> Callable[[], None]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask() -> None:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, (path, answer.status)

    return ask


def _spent(root: int) -> float:
    """CPU-seconds of a process, its living descendants, and those of its children that it has buried."""
    ticks = 0
    for stat in _tree(root):
        fields = stat.rpartition(")")[2].split()
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def _tree(root: int) -> Iterator[str]:
    stats: dict[int, tuple[int, str]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
        except OSError:
            continue  # it has just ended
        stats[int(folder.name)] = (int(stat.rpartition(")")[2].split()[1]), stat)
    wanted = {root}
    while more := {pid for pid, (parent, _) in stats.items() if parent in wanted} - wanted:
        wanted |= more
    return (stats[pid][1] for pid in wanted if pid in stats)


if __name__ == "__main__":
    main()
