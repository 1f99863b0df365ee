"""Reads of entitlements.  Each takes the person asking and answers only what they may see; None: a command, all."""

from tenure.entitlements.queries.bulk import decide_all, decide_many
from tenure.entitlements.queries.decisions import decision_for, decisions_for_asset, terms_of
from tenure.entitlements.queries.licences import asset, export_licences, licence_choices, licence_counts, licences
from tenure.entitlements.queries.rights import rights_of, rights_on
from tenure.entitlements.queries.sight import Sight, visible_assets

__all__ = [
    "Sight",
    "asset",
    "decide_all",
    "decide_many",
    "decision_for",
    "decisions_for_asset",
    "export_licences",
    "licence_choices",
    "licence_counts",
    "licences",
    "rights_of",
    "rights_on",
    "terms_of",
    "visible_assets",
]
