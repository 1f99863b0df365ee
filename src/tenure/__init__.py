"""Tenure: licences, maintenance, renewals and support with contractual targets."""
