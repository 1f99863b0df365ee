"""Resellers: found by everybody, asked by customers; what a reseller was asked; whom it may act for."""
