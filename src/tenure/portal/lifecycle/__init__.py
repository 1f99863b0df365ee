"""Product lifecycle: which release is the latest, and what is supported on a day.  Open to anyone."""
