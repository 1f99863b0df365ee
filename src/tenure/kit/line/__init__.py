"""The line of time: spans and events of one thing on one axis, drawn on the server."""

from tenure.kit.line.drawing import head, lane
from tenure.kit.line.small import mini, year_head
from tenure.kit.line.words import Axis, Lane, Point, Span, around

__all__ = ["Axis", "Lane", "Point", "Span", "around", "head", "lane", "mini", "year_head"]
