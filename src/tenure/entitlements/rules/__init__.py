"""Pure decisions of entitlements; a module a subject."""

from tenure.entitlements.rules.decision import chain_end, cover, decide, grants, is_registered, unknown
from tenure.entitlements.rules.seats import heirs

__all__ = ["chain_end", "cover", "decide", "grants", "heirs", "is_registered", "unknown"]
