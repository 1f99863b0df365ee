"""Who did what, when, on whose behalf and why; append-only by trigger, sealed in batches."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func


class CurrentTransaction(Func):
    """The 64-bit number of the writing transaction."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class Entry(models.Model):
    """One act.  Plain identifiers and no foreign keys: the journal stands below everything it speaks of.

    at: the installation's clock; written_at: the real one, set by the database.  actor: "person:12", "token:3",
    "command" or "job"; subject: ("asset", "M1234567890").  transaction: orders the batches that seal.
    """

    at = models.DateTimeField()
    written_at = models.DateTimeField(db_default=Func(function="clock_timestamp"))
    actor = models.TextField()
    actor_name = models.TextField(blank=True, default="", db_default="")
    on_behalf_of = models.TextField(blank=True, default="")
    verb = models.TextField()
    subject_kind = models.TextField()
    subject = models.TextField()
    organisation_id = models.BigIntegerField(null=True)
    facts = models.JSONField(default=dict)
    why = models.TextField(blank=True, default="")
    transaction = models.BigIntegerField(db_default=CurrentTransaction())

    class Meta:
        indexes = [
            models.Index(F("subject_kind"), F("subject"), F("id"), name="entry_by_subject"),
            models.Index(F("organisation_id"), F("id"), name="entry_by_organisation"),
        ]


class Unsealed(models.Model):
    """An entry that waits for its seal.  A trigger on the entries writes it; sealing takes it away."""

    entry_id = models.BigIntegerField(primary_key=True)
    transaction = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(F("transaction"), F("entry_id"), name="unsealed_in_order")]


class Seal(models.Model):
    """A batch of committed entries, chained to the seal before it by SHA-256.

    marks: the 32-byte digests of the entries, one after the other, so that a broken one can be named.
    digest: SHA-256 of `previous` and `marks`; `previous` is empty in the first seal.
    """

    entries = ArrayField(models.BigIntegerField())
    marks = models.BinaryField()
    digest = models.BinaryField()
    previous = models.BinaryField()
    sealed_at = models.DateTimeField()


class RequestKey(models.Model):
    """A mutating request that took effect: the same key again gets the same answer and does nothing."""

    scope = models.TextField()
    key = models.TextField()
    fingerprint = models.BinaryField()
    status = models.SmallIntegerField(null=True)
    location = models.TextField(blank=True, default="")
    content_type = models.TextField(blank=True, default="")
    body = models.BinaryField(default=bytes)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="request_key_once")]
        indexes = [models.Index(F("kept_at"), name="request_key_by_age")]
