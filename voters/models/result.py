"""The ledger of coklit results and the current result of each voter."""

from django.conf import settings
from django.db import models
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext_lazy as _

from voters.placement import ColocatedForeignKey, Sharded
from voters.privacy import Privacy
from voters.terms import Door, Evidence


class CoklitEvent(Sharded):
    """One result as it was given, keyed by the UUID made where it was made. Append-only: the truth (docs/adr/0006).

    `content_hash` tells a repeated event from another one with the same id. `revision` is that of the TPS after it.
    `contested` marks an event that met a newer, different result and was applied all the same.
    """

    privacy = Privacy(
        internal="id kabkota tps voter code evidence base_revision revision contested content_hash door by_pantarlih"
        " by_user batch event_at received_at",
        personal="corrected",
    )

    id = models.UUIDField(primary_key=True, editable=False)
    tps = ColocatedForeignKey("voters.Tps", related_name="+", verbose_name=_("TPS"))
    voter = ColocatedForeignKey("voters.Voter", related_name="events")
    code = models.CharField(_("outcome"), max_length=2)
    corrected = models.JSONField(_("corrected fields"), null=True, blank=True)
    evidence = models.CharField(_("evidence"), max_length=10, choices=Evidence, blank=True)
    base_revision = models.BigIntegerField(_("revision it was made on"), default=0)
    revision = models.BigIntegerField(_("revision"))
    contested = models.BooleanField(_("contested"), default=False)
    content_hash = models.BinaryField(max_length=16)
    door = models.CharField(_("door"), max_length=10, choices=Door)
    by_pantarlih = ColocatedForeignKey("voters.Pantarlih", related_name="+", null=True, blank=True)
    by_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, db_index=False)
    batch = ColocatedForeignKey("voters.SyncBatch", related_name="+", null=True, blank=True)
    event_at = models.DateTimeField(_("made at"))
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("coklit event")
        verbose_name_plural = _("coklit events")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(by_pantarlih__isnull=False, door=Door.PHONE)
                | models.Q(by_user__isnull=False) & ~models.Q(door=Door.PHONE),
                name="event_has_one_author",
            ),
        ]
        indexes = [models.Index(fields=["voter"], name="event_voter")]

    def __str__(self) -> str:
        return f"{self.code} {self.id}"


class CoklitResult(Sharded):
    """The current result of one voter, keyed by the voter. A projection of the ledger.

    `synced` says that at least one event came from a pantarlih's own device (record sync); it never goes back.
    """

    privacy = Privacy(
        internal="voter kabkota code evidence event revision door by_pantarlih synced event_at received_at",
        personal="corrected",
    )

    voter = ColocatedForeignKey("voters.Voter", related_name="results", primary_key=True)
    code = models.CharField(_("outcome"), max_length=2)
    corrected = models.JSONField(_("corrected fields"), null=True, blank=True)
    evidence = models.CharField(_("evidence"), max_length=10, choices=Evidence, blank=True)
    event = models.UUIDField()
    revision = models.BigIntegerField()
    door = models.CharField(_("door"), max_length=10, choices=Door)
    by_pantarlih = ColocatedForeignKey("voters.Pantarlih", related_name="+", null=True, blank=True)
    synced = models.BooleanField(_("synced"))
    event_at = models.DateTimeField(_("made at"))
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("coklit result")
        verbose_name_plural = _("coklit results")
        indexes = [
            models.Index(
                KeyTextTransform("nik", "corrected"),
                condition=models.Q(corrected__has_key="nik"),
                name="result_corrected_nik",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.voter_id}"
