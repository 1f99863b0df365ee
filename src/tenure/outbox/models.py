"""Mail on its way out, written in the transaction of its cause; a worker sends it.  And what came back."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower


class Mail(models.Model):
    """One message to one address, whole as it will go over SMTP.

    state is read from the instants: waiting while `sent_at` and `failed_at` are null.  message_id: by which a
    report about it is known.
    """

    recipient = models.TextField()
    subject = models.TextField()
    kind = models.TextField()
    language = models.TextField(default="en")
    text = models.TextField()
    html = models.TextField(blank=True, default="")
    mime = models.BinaryField()
    message_id = models.TextField(blank=True, default="", db_default="")
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
            models.Index(F("message_id"), condition=~Q(message_id=""), name="mail_by_message_id"),
            models.Index(Lower("recipient"), F("sent_at"), name="mail_to"),
        ]


class Bounce(models.Model):
    """C5: an address that takes no mail: the server refused it for good, or a report said so.  One an address is open.

    mail: the last that could not be delivered.  said: the server's words.  told_at: owners were asked for another one.
    settled_at: a letter arrived again, or another address was given.
    """

    address = models.TextField()
    mail = models.ForeignKey(Mail, models.PROTECT, null=True, related_name="bounces")
    said = models.TextField(blank=True, default="")
    bounced_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("address"), condition=Q(settled_at=None), name="bounce_open_once"),
        ]
        indexes = [
            models.Index(F("bounced_at"), F("id"), condition=Q(settled_at=None), name="bounce_open"),
            models.Index(F("id"), condition=Q(settled_at=None, told_at=None), name="bounce_untold"),
        ]
