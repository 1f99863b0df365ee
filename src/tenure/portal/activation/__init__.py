"""Activation: the codes of a licence, the machines it is in use on, and their files."""
