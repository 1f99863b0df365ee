"""Licences: what the reader owns, what it entitles to on any day, and why.  Rows A5, A6, A8."""
