"""Reads of renewals."""

from tenure.renewals.queries.quotes import Priced, quote_for

__all__ = ["Priced", "quote_for"]
