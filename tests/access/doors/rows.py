"""What a row says, and the roles it names."""

from dataclasses import dataclass, field

from tenure.accounts.words import StaffRole

ROLES = (
    "visitor", "stranger", "viewer", "purchasing", "technical", "owner", "other_owner", "reseller",
    *(role.value for role in StaffRole),
)  # fmt: skip
STAFF = frozenset(role.value for role in StaffRole)
MEMBERS = frozenset({"viewer", "purchasing", "technical", "owner"})
EVERYBODY = frozenset(ROLES)
SIGNED_IN = EVERYBODY - {"visitor"}
BUYERS = frozenset({"purchasing", "owner"})
LINKERS = frozenset({"care_agent", "operator"})
QUOTE_STAFF = frozenset({"care_agent", "renewals", "manager", "operator"})
OWN, FOREIGN = "M1000000001", "M2000000002"
PAPER, FOREIGN_PAPER = "10000000-1000001", "20000000-1000001"


@dataclass(frozen=True, kw_only=True)
class Door:
    """One row.  own, foreign: the roles that enter with an object of Aster and of Bellwether; everybody else is told
    `shut` (a visitor is sent to sign in unless `open`).  Entering answers `status`."""

    own: frozenset[str]
    foreign: frozenset[str] = frozenset()
    args: dict[str, str] = field(default_factory=dict)
    other: dict[str, str] = field(default_factory=dict)
    method: str = "get"
    data: dict[str, str] = field(default_factory=dict)
    query: str = ""
    status: int = 200
    shut: int = 404
    open: bool = False
