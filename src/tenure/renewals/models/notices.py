"""Notices that a term ends: who was told which step, when, and what is left for the team to do."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from tenure.renewals.words import LostReason, RecipientKind, TaskKind


class Notice(models.Model):
    """B1: one step of the schedule for one term.  step: days after the last covered day; before it, negative.

    ends_on: the last covered day; with the asset and the step it makes a second run send nothing.  region: whose team
    it is routed to.  written_at: when its letters were written.
    """

    asset = models.ForeignKey("entitlements.Asset", models.PROTECT, related_name="+")
    term = models.ForeignKey("entitlements.Term", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    reseller = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+")
    region = models.TextField()
    step = models.SmallIntegerField()
    ends_on = models.DateField()
    due_on = models.DateField()
    policy = models.IntegerField()
    run_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "ends_on", "step"], name="notice_once"),
            models.CheckConstraint(condition=Q(due_on=F("ends_on") + F("step")), name="notice_due"),
        ]
        indexes = [
            models.Index(F("organisation"), F("id"), condition=Q(written_at=None), name="notice_to_write"),
            models.Index(F("organisation"), F("id"), name="notice_of_customer"),
        ]


class NoticeLetter(models.Model):
    """A notice that went to somebody: the proof.  mail: the letter; several notices may stand in one.

    bounced_at: the address took no mail; then the next contact is written to, or a task is made.
    """

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="letters")
    recipient = models.TextField(choices=[(k.value, k.value) for k in RecipientKind])
    address = models.TextField()
    mail = models.ForeignKey("outbox.Mail", models.PROTECT, related_name="+")
    bounced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(F("notice"), Lower("address"), name="notice_letter_once"),
        ]
        indexes = [models.Index(F("mail"), name="notice_letter_by_mail")]


class Unsubscribed(models.Model):
    """Somebody wants no reminders of an organisation's renewals at an address.  Open while `ended_at` is null."""

    address = models.TextField()
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("address"), F("organisation"), condition=Q(ended_at=None), name="unsubscribed_once"
            ),
        ]


class RenewalTask(models.Model):
    """Something a regional team must do by hand: nobody could be told, a quote is wanted, a bounce has no next.

    taken_by: who works on it.  words: what is known beside the kind, such as the address that took no mail.  subject: a
    quote's number where it is about one, or "".
    """

    kind = models.TextField(choices=[(k.value, k.value) for k in TaskKind])
    region = models.TextField()
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    asset = models.ForeignKey("entitlements.Asset", models.PROTECT, null=True, related_name="+")
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="tasks")
    words = models.TextField(blank=True, default="")
    subject = models.TextField(blank=True, default="", db_default="")
    made_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "organisation", "asset", "notice", "subject"],
                condition=Q(done_at=None),
                nulls_distinct=False,
                name="renewal_task_once",
            ),
        ]
        indexes = [models.Index(F("region"), F("id"), condition=Q(done_at=None), name="renewal_task_open")]


class Lost(models.Model):
    """A term that will not be renewed, and why, as a representative learned it.  The last word of an asset counts."""

    asset = models.ForeignKey("entitlements.Asset", models.PROTECT, related_name="+")
    ends_on = models.DateField()
    reason = models.TextField(choices=[(r.value, r.value) for r in LostReason])
    words = models.TextField(blank=True, default="")
    said_at = models.DateTimeField()
    said_by = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "ends_on"], condition=Q(taken_back_at=None), name="lost_once"),
        ]


class CalendarFeed(models.Model):
    """A secret address of a person's renewals and ends of support.  Only its digest is kept."""

    person = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    digest = models.BinaryField(unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at=None), name="calendar_feed_once"),
        ]
