"""Pure decisions of the outlook: what is counted of a simulation, and what of two policies can differ at all."""

from tenure.outlook.rules.differing import (
    late_edges,
    levels_touched,
    promises_differ,
    renewals_differ,
    rights_differ,
)
from tenure.outlook.rules.plain import from_plain, to_plain
from tenure.outlook.rules.tally import Tally

__all__ = [
    "Tally",
    "from_plain",
    "late_edges",
    "levels_touched",
    "promises_differ",
    "renewals_differ",
    "rights_differ",
    "to_plain",
]
