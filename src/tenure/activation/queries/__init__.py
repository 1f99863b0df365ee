"""Reads of activation: codes, machines, files, keys, and what products reported."""

from tenure.activation.queries.facts import licensed_of
from tenure.activation.queries.files import bytes_of_file, files_of, held_activation, verified
from tenure.activation.queries.keys import current_key, signing_keys
from tenure.activation.queries.machines import codes_of, export_machines, machine, machines, standing_of
from tenure.activation.queries.reported import REPORTED, reported

__all__ = [
    "REPORTED",
    "bytes_of_file",
    "codes_of",
    "current_key",
    "export_machines",
    "files_of",
    "held_activation",
    "licensed_of",
    "machine",
    "machines",
    "reported",
    "signing_keys",
    "standing_of",
    "verified",
]
