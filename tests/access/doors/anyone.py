"""Pages that nobody signs in for."""

from tests.access.doors.rows import EVERYBODY, Door

ANYONE = Door(own=EVERYBODY, open=True)
DOORS: dict[str, Door] = {
    "home": ANYONE,
    "api": ANYONE,
    "preferences": ANYONE,
    "lifecycle": ANYONE,
    "lifecycle-product": Door(own=EVERYBODY, open=True, args={"slug": "quay-vault"}),
    "lifecycle-json": Door(own=EVERYBODY, open=True, args={"slug": "quay-vault"}),
    "getting-started": ANYONE,
    "getting-started-product": Door(own=EVERYBODY, open=True, args={"slug": "quay-vault"}),
    "contact": ANYONE,
    "renewing": ANYONE,
    "resellers": ANYONE,
    "reseller": Door(own=EVERYBODY, open=True, args={"number": "cinder"}),
    "verify": Door(own=EVERYBODY, open=True, args={"number": "PE-00000000"}, query="?digest=0"),
    # the secret in the address is the right; with one in tests/portal/test_notices.py
    "renewal-unsubscribe": Door(own=frozenset(), open=True, args={"token": "unsigned"}),
    "renewal-calendar": Door(own=frozenset(), open=True, args={"secret": "unknown"}),
}  # fmt: skip
