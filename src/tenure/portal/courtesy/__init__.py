"""Courtesy as the customer sees it: ask for one, and how it stands."""
