"""Asking for a missing contact ID, and for contacts to be replaced or added."""
