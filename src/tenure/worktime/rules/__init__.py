"""The arithmetic of working time: pure functions of a calendar and instants; numpy for tables and bulk.

`compile_calendar` is the door: its Timetable answers every question. `freeze_offsets` is for storing a calendar.
"""

from tenure.worktime.rules.timetable import Timetable, compile_calendar
from tenure.worktime.rules.zones import freeze_offsets

__all__ = ["Timetable", "compile_calendar", "freeze_offsets"]
