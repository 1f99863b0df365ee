"""The installation's clock: real, or, in a sandbox, moved on by one row."""

from django.db import models
from django.db.models import Q


class Moved(models.Model):
    """How far a sandbox's clock stands ahead of the real one.  At most one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    ahead = models.DurationField()
    moved_at = models.DateTimeField()
    moved_by = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="clock_one_row")]
