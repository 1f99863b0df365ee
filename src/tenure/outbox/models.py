"""Mail on its way out, written in the transaction of its cause; a worker sends it."""

from django.db import models
from django.db.models import F, Q


class Mail(models.Model):
    """One message to one address, whole as it will go over SMTP.

    state is read from the instants: waiting while `sent_at` and `failed_at` are null.
    """

    recipient = models.TextField()
    subject = models.TextField()
    kind = models.TextField()
    language = models.TextField(default="en")
    text = models.TextField()
    html = models.TextField(blank=True, default="")
    mime = models.BinaryField()
    written_at = models.DateTimeField()
    due_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")

    class Meta:
        indexes = [
            models.Index(F("due_at"), condition=Q(sent_at=None, failed_at=None), name="mail_waiting"),
            models.Index(F("id").desc(), F("recipient"), name="mail_newest"),
        ]
