"""Reads across the jobs.  Each takes the person asking; None: a command, all."""

from tenure.outlook.queries.ahead import ahead, ahead_all, ahead_counts

__all__ = ["ahead", "ahead_all", "ahead_counts"]
