"""Installed against licensed against covered: the list, one position with its arithmetic, and counting.  Row A9."""
