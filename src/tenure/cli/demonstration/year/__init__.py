"""A year of the demonstration vendor, lived through day by day by the moved clock."""
