"""The catalogues of messages: read from the source, kept as text a language, compiled for Django, and checked.

Source: D10, ours.
"""
