"""How many licence files one core signs and verifies in a second.

    python benchmarks/licence_files.py [FILES]

FILES (20,000) different files: each is written canonically, signed and laid out as it is handed out; then each is
verified as a product does it, from its bytes to its facts, by the standalone package.  CPU time of this process; the
best of three runs, as other work on the machine only ever makes it slower.  No database.
"""

import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tenure.activation.rules.files import facts_of, years_of
from tenure.activation.words import Licensed, LicensedTerm
from tenure.entitlements.words import LicenceKind, LicencePurpose, TermFamily
from tenure_licence import Keys, document, key_id_of, signed, verify

SIGN_GOAL, VERIFY_GOAL, RUNS = 2_000, 5_000, 3
AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
STARTS = date(2026, 4, 1)
T = TypeVar("T")


def main() -> None:
    """Sign all, verify all, print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    trusted, key_id = Keys([public]), key_id_of(public)
    term = LicensedTerm(
        family=TermFamily.MAINTENANCE, starts=STARTS, ends=STARTS + timedelta(days=365), level="essential", quantity=500
    )  # fmt: skip
    [year] = years_of(term)
    owned = [_licensed(place, term) for place in range(count)]

    def sign() -> list[bytes]:
        made = []
        for place, licensed in enumerate(owned):
            facts = facts_of(
                licensed=licensed, year=year, number=f"LF-{place:08}", issued_at=AT, host=f"host-{place}", quantity=5
            )  # fmt: skip
            said, signature = signed(facts, key_id=key_id, signer=key)
            made.append(document(said=said, signature=signature))
        return made

    files = _told("signing", SIGN_GOAL, count, sign)
    read = _told("verifying", VERIFY_GOAL, count, lambda: [verify(each, keys=trusted) for each in files])
    assert [each.serial for each in read] == [each.serial for each in owned]
    assert sign() == files
    print(f"a file has {len(files[0])} bytes; signed again, all {count:,} are the same to the byte")


def _licensed(place: int, term: LicensedTerm) -> Licensed:
    return Licensed(
        asset_id=place, organisation_id=1, serial=f"M{place:010}", product="Quay Vault", product_slug="quay-vault",
        customer="Aster Mills", release="9.4", quantity=500, meter="machines", kind=LicenceKind.PERPETUAL,
        purpose=LicencePurpose.PRODUCTION, zone="Europe/Berlin", issued_on=STARTS, today=AT.date(), terms=(term,),
    )  # fmt: skip


def _told(name: str, goal: int, count: int, act: Callable[[], T]) -> T:
    best = float("inf")
    for _ in range(RUNS):
        started = time.process_time()
        made = act()
        best = min(best, time.process_time() - started)
    word = "met" if count / best >= goal else "MISSED"
    print(f"{name:10} {count / best:>9,.0f} files a second a core ({count:,} files), goal {goal:,}: {word}", flush=True)
    return made


if __name__ == "__main__":
    main()
