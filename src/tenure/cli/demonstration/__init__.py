"""The demonstration vendor, Halden Systems: made up from end to end, the same on every machine.

Everything goes in by the doors that a vendor uses: a catalogue file, a certificates file, people who join by address.
"""
