"""Tables and constraints of activation: keys, codes, machines, licence files, and what products report.  No verbs."""

from django.db import models
from django.db.models import F, Q

from tenure.entitlements.models import Asset
from tenure.entitlements.words import LicencePurpose, TermFamily


class SigningKey(models.Model):
    """A key that signs licence files; its private half is a file in `TENURE_DATA/keys`.

    public: the 32 bytes of Ed25519.  used_from: since when it signs; null while it is only prepared, so that products
    can learn it before.  The one that signs is the last used of those that are not withdrawn.
    """

    key_id = models.TextField()
    public = models.BinaryField()
    made_at = models.DateTimeField()
    used_from = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key_id"], name="signing_key_once"),
            models.CheckConstraint(condition=Q(withdrawn_at=None) | ~Q(why=""), name="signing_key_why"),
        ]


class ActivationCode(models.Model):
    """What people type after a purchase or a renewal: one for each term of an asset.  Source: A7.

    The term is named by its family and first day, so that a correction that keeps them keeps the code.  Without them
    it is the code of a licence without end that no term covers.  code: its symbols alone, without hyphens.
    """

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="codes")
    family = models.SmallIntegerField(choices=[(f.value, f.name) for f in TermFamily], null=True)
    starts_on = models.DateField(null=True)
    code = models.TextField()
    issued_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="activation_code_once"),
            models.UniqueConstraint(
                fields=["asset", "family", "starts_on"], condition=Q(withdrawn_at=None), nulls_distinct=False,
                name="activation_code_of_term",
            ),
            models.CheckConstraint(
                condition=Q(family=None, starts_on=None) | Q(family__isnull=False, starts_on__isnull=False),
                name="activation_code_term",
            ),
        ]  # fmt: skip


class Activation(models.Model):
    """So many units of an asset, put to use on one machine.  Live while `ended_at` is null.  Source: A7.

    host: what the product says of its machine.  moved_from: the activation that it took over from.  The units of all
    live ones are at most the asset's quantity: who adds one locks the asset's row and counts.
    """

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="activations")
    units = models.BigIntegerField()
    host = models.TextField()
    host_name = models.TextField(blank=True, default="")
    activated_at = models.DateTimeField()
    activated_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    moved_from = models.OneToOneField("self", models.PROTECT, null=True, related_name="moved_to")
    by_care = models.BooleanField(default=False)
    why = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(units__gt=0), name="activation_units"),
            models.CheckConstraint(condition=~Q(host=""), name="activation_host"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("activated_at")), name="activation_ends_after"
            ),
            models.UniqueConstraint(fields=["asset", "host"], condition=Q(ended_at=None), name="activation_host_once"),
        ]
        indexes = [models.Index(F("asset"), F("id"), name="activation_by_asset")]


class LicenceFile(models.Model):
    """A signed statement of at most a year of one asset's term; without days it speaks of the right to use alone.

    Source: A7.  ends_on: the last covered day.  facts: all that it says, canonical, without the key's ID.
    signature: of `key` over what the file says; a rotation writes both anew and leaves number and facts alone.
    replaced_by: the file that says it anew.
    """

    number = models.TextField()
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="licence_files")
    activation = models.ForeignKey(Activation, models.PROTECT, null=True, related_name="files")
    family = models.SmallIntegerField(choices=[(f.value, f.name) for f in TermFamily], null=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    purpose = models.TextField(choices=[(p.value, p.value) for p in LicencePurpose])
    facts = models.TextField()
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="+")
    signature = models.BinaryField()
    issued_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True, default="")
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaces")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="licence_file_number_once"),
            models.UniqueConstraint(
                fields=["asset", "activation", "family", "starts_on"],
                condition=Q(withdrawn_at=None),
                nulls_distinct=False,
                name="licence_file_of_year",
            ),
            models.CheckConstraint(condition=Q(withdrawn_at=None) | ~Q(why=""), name="licence_file_why"),
            models.CheckConstraint(
                condition=Q(family=None, starts_on=None, ends_on=None)
                | Q(family__isnull=False, starts_on__isnull=False, ends_on__gte=F("starts_on")),
                name="licence_file_days",
            ),
        ]
        indexes = [
            models.Index(F("asset"), F("id"), name="licence_file_by_asset"),
            models.Index(F("key"), F("id"), condition=Q(withdrawn_at=None), name="licence_file_by_key"),
            models.Index(F("withdrawn_at"), F("id"), condition=Q(withdrawn_at__isnull=False), name="licence_file_gone"),
        ]  # fmt: skip


class CheckIn(models.Model):
    """What a product reported on a day (of the asset's zone); the last report of the day stays.  Source: A7, A9.

    installed: how many units it counted.  clock_at: what its own clock showed.
    """

    activation = models.ForeignKey(Activation, models.PROTECT, related_name="check_ins")
    on = models.DateField()
    at = models.DateTimeField()
    installed = models.BigIntegerField()
    version = models.TextField()
    clock_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activation", "on"], name="check_in_once_a_day"),
            models.CheckConstraint(condition=Q(installed__gte=0), name="check_in_installed"),
        ]


class RevocationList(models.Model):
    """The signed list of withdrawn files and keys, as it was published.  said: canonical, with the key's ID.

    entries: how many files and keys it lists.  Withdrawals are never undone, so as many as there are is all of them.
    """

    number = models.BigIntegerField()
    said = models.TextField()
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="+")
    signature = models.BinaryField()
    issued_at = models.DateTimeField()
    fresh_until = models.DateTimeField()
    entries = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number"], name="revocation_list_once")]
