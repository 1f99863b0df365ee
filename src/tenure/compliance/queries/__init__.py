"""Reads of compliance.  Each takes the person asking; `who=None` is a command and sees all."""

from tenure.compliance.queries.counting import countable_products, history, may_count, places
from tenure.compliance.queries.facts import Detail, detail
from tenure.compliance.queries.positions import export_positions, positions

__all__ = [
    "Detail",
    "countable_products",
    "detail",
    "export_positions",
    "history",
    "may_count",
    "places",
    "positions",
]
