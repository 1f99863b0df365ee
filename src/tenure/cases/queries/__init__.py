"""Reads of cases; each takes the person asking and answers only what they may see."""

from tenure.cases.queries.case import case
from tenure.cases.queries.lists import case_counts, cases

__all__ = ["case", "case_counts", "cases"]
