"""Reads of entitlements.  Each takes the person asking and answers only what they may see; None: a command, all."""

from tenure.entitlements.queries.bulk import decide_all, decide_many
from tenure.entitlements.queries.certificates import certificate
from tenure.entitlements.queries.decisions import decision_for, decisions_for_asset, decisions_of, terms_of
from tenure.entitlements.queries.joining import joining_for_care, joining_requests, joinings_for_care, own_joinings
from tenure.entitlements.queries.licences import asset, export_licences, licences
from tenure.entitlements.queries.overview import licence_overview
from tenure.entitlements.queries.rights import rights_of, rights_on
from tenure.entitlements.queries.seating import seat_of, seats_of
from tenure.entitlements.queries.seats import seats_of_asset
from tenure.entitlements.queries.sight import Sight, visible_assets

__all__ = [
    "Sight",
    "asset",
    "certificate",
    "decide_all",
    "decide_many",
    "decision_for",
    "decisions_for_asset",
    "decisions_of",
    "export_licences",
    "joining_for_care",
    "joining_requests",
    "joinings_for_care",
    "licence_overview",
    "licences",
    "own_joinings",
    "rights_of",
    "rights_on",
    "seat_of",
    "seats_of",
    "seats_of_asset",
    "terms_of",
    "visible_assets",
]
