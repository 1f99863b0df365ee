"""Quotes: prepared, read, answered, ordered."""
