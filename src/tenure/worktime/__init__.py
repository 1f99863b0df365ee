"""Working time: calendars and the arithmetic of open hours."""
