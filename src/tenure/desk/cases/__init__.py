"""Cases at the desk: the queue by next due, one case with every step, and cases for callers."""
