"""Documents that were asked for, and the characters that no font has."""

from django.db import models
from django.db.models import F, Q


class Paper(models.Model):
    """One document: what it says, and the file once it is printed.  Equal words are one row (`digest`).

    It waits while `printed_at` is null.  file: its name in the storage.
    """

    digest = models.TextField()
    kind = models.TextField()
    about = models.TextField()
    language = models.TextField()
    said = models.JSONField()
    ordered_at = models.DateTimeField()
    printed_at = models.DateTimeField(null=True)
    file = models.TextField(blank=True, default="")
    size_bytes = models.BigIntegerField(default=0)
    tries = models.SmallIntegerField(default=0)
    error = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="paper_once"),
            models.CheckConstraint(
                condition=Q(printed_at=None, file="") | Q(printed_at__isnull=False, size_bytes__gt=0) & ~Q(file=""),
                name="paper_file",
            ),
        ]
        indexes = [models.Index(F("tries"), F("id"), condition=Q(printed_at=None), name="paper_waiting")]


class MissingGlyph(models.Model):
    """A character of a document that was spelled out, because no font has it: somebody has to look at the document."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="missing_glyphs")
    code_point = models.IntegerField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "code_point"], name="missing_glyph_once")]
