"""Moving licences at the desk: what would happen, doing it, the list of moves, taking one back."""
