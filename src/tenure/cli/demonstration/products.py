"""Halden Systems' catalogue, in the public lifecycle shape with our optional keys."""

import json
from dataclasses import dataclass
from datetime import date, timedelta

SOFTWARE, SERVICE, HARDWARE = "software", "online_service", "hardware"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One product: its releases come out every `every` months, the newest `newest` days before today."""

    name: str
    family: str
    kind: str
    releases: tuple[str, ...]
    every: int = 14
    newest: int = 90
    content: bool = False

    @property
    def slug(self) -> str:
        return self.name.lower().replace(" ", "-")


def _made(kind: str, family: str, *rows: tuple[str, str, int, int, bool]) -> tuple[Made, ...]:
    return tuple(
        Made(name=name, family=family, kind=kind, releases=tuple(releases.split()), every=every, newest=newest, content=content)
        for name, releases, every, newest, content in rows
    )  # fmt: skip


PRODUCTS: tuple[Made, ...] = (
    *_made(SOFTWARE, "Backup and archive",
           ("Halden Vault", "7.5 8.0 8.6 9.0 9.2 9.4 10.0", 12, 34, False),
           ("Halden Vault Agent", "8.6 9.0 9.2 9.4 10.0", 12, 34, False),
           ("Halden Archive", "3.0 3.5 4.0 4.2", 16, 210, False),
           ("Halden Snapshot", "1.0 1.4 2.0", 13, 400, False)),
    *_made(SOFTWARE, "Protection",
           ("Halden Ward", "11 12 12.1 14", 15, 120, True),
           ("Halden Ward for Mail", "6.0 6.5 7.0", 14, 300, True),
           ("Halden Gate", "6.8 7.0 7.2", 13, 150, True),
           ("Halden Filter", "4.1 4.4 5.0", 18, 500, True),
           ("Halden Quarantine Server", "2.0 2.2 3.0", 20, 80, True)),
    *_made(SOFTWARE, "Messaging",
           ("Halden Relay", "3.2 3.6 4.0 4.1", 11, 60, False),
           ("Halden Courier", "1.8 2.0 2.3", 15, 270, False),
           ("Halden Post Office", "9 10 11", 17, 700, False)),
    *_made(SOFTWARE, "Records and search",
           ("Halden Index", "4.2 4.8 5.0", 14, 180, False),
           ("Halden Ledger", "2.0 2.1 2.3", 12, 45, False),
           ("Halden Register", "5.5 6.0", 22, 330, False),
           ("Halden Atlas", "1.1 1.2 2.0", 13, 20, False)),
    *_made(SOFTWARE, "Operations",
           ("Halden Console", "2023 2024 2025 2026", 12, 160, False),
           ("Halden Beacon", "3.3 3.6 4.0", 13, 240, False),
           ("Halden Inventory", "7.0 7.1 8.0", 16, 410, False),
           ("Halden Pilot", "1.0 1.1", 18, 100, False),
           ("Halden Loom", "2.4 2.6 3.0", 12, 75, False),
           ("Halden Cluster File System", "5.0 5.1 6.0", 24, 600, False)),
    *_made(SERVICE, "Online services",
           ("Halden Tide", "2025 2026", 12, 200, False),
           ("Halden Harbour", "2025 2026", 12, 150, False),
           ("Halden Mail Shield", "2025 2026", 12, 90, True),
           ("Halden Web Shield", "2025 2026", 12, 120, True),
           ("Halden Vault Online", "2024 2025 2026", 12, 30, False),
           ("Halden Sign", "2025 2026", 12, 320, False),
           ("Halden Watch", "2026", 12, 250, True),
           ("Halden Exchange Room", "2024 2025", 12, 380, False),
           ("Halden Learning", "2026", 12, 60, False)),
    *_made(HARDWARE, "Appliances",
           ("Halden Block 200", "2.7 2.8 3.0", 18, 140, False),
           ("Halden Block 400", "2.7 2.8 3.0", 18, 140, False),
           ("Halden Block 800", "3.0 3.1", 15, 40, False),
           ("Halden Gate 1U", "7.0 7.2", 14, 150, True),
           ("Halden Gate 2U", "7.0 7.2", 14, 150, True),
           ("Halden Tape Library", "1.0", 18, 1500, False),
           ("Halden Edge", "1.0 1.2", 12, 220, False),
           ("Halden Probe", "4 5", 20, 510, False)),
)  # fmt: skip

PLATFORMS = {SOFTWARE: ["Debian 12", "Red Hat Enterprise Linux 9", "Windows Server 2022"], HARDWARE: ["Halden OS"]}
CATEGORY = {SOFTWARE: "server-app", SERVICE: "service", HARDWARE: "device"}


def released_on(product: Made, index: int, today: date) -> date:
    """The day on which the product's release number `index` came out, as seen from `today`."""
    return today - timedelta(days=product.newest + (len(product.releases) - 1 - index) * product.every * 30)


def catalogue(today: date) -> str:
    """The whole catalogue as JSON text."""
    return json.dumps({"schema_version": "1.2.0", "result": [_product(product, today) for product in PRODUCTS]})


def _product(product: Made, today: date) -> dict[str, object]:
    releases = [_release(product, index, today) for index in reversed(range(len(product.releases)))]
    return {
        "name": product.slug,
        "label": product.name,
        "category": CATEGORY[product.kind],
        "kind": product.kind,
        "family": product.family,
        "has_content": product.content,
        "platforms": PLATFORMS.get(product.kind, []),
        "releases": releases,
    }


def _release(product: Made, index: int, today: date) -> dict[str, object]:
    out = released_on(product, index, today)
    standard, extended = out + timedelta(days=1095), out + timedelta(days=1460)
    name = product.releases[index]
    return {
        "name": name,
        "label": name,
        "releaseDate": out.isoformat(),
        "isLts": False,
        "isEoas": False,
        "eoasFrom": None,
        "isEol": standard <= today,
        "eolFrom": standard.isoformat(),
        "isEoes": extended <= today,
        "eoesFrom": extended.isoformat(),
        "isDiscontinued": False,
        "discontinuedFrom": None,
        "latest": {"name": f"{name}.1", "date": (out + timedelta(days=20)).isoformat(), "link": None},
    }
