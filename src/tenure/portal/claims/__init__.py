"""Claiming a serial number, and answering who claims one of ours."""
