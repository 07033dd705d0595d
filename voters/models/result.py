"""The ledger of coklit results and the current result of each voter."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext_lazy as _

from voters.placement import ColocatedForeignKey, Sharded, new_id
from voters.privacy import Privacy
from voters.terms import ConflictKind, Door, Effect, Evidence, Timing


class CoklitEvent(Sharded):
    """One result as it was given, keyed by the UUID made where it was made. Append-only: the truth (docs/adr/0006).

    `content_hash` tells a repeated event from another one with the same id. `revision` is that of the TPS after it.
    `event_at` is the maker's time by the server's clock: a phone's time less its batch's `clock_offset`; `ahead` marks
    one that still lies in the future. `contested` marks an event that disagrees with a result its maker had not seen.
    Sticker and receipt are the household's; the position is where it was saved, `accuracy` its radius in metres.
    """

    privacy = Privacy(
        internal="id kabkota tps voter code evidence base_revision revision contested effect timing ahead content_hash"
        " door by_pantarlih by_user batch event_at received_at sticker receipt",
        personal="corrected latitude longitude accuracy",
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
    effect = models.CharField(_("effect"), max_length=4, choices=Effect, default=Effect.SET)
    timing = models.CharField(_("timing"), max_length=5, choices=Timing, blank=True, default=Timing.ORDINARY)
    ahead = models.BooleanField(_("lies in the future"), default=False)
    sticker = models.BooleanField(_("sticker"), null=True, blank=True)
    receipt = models.BooleanField(_("receipt"), null=True, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    accuracy = models.PositiveIntegerField(_("accuracy, metres"), null=True, blank=True)
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
    `event` is the event that made the result what it is; a confirmation leaves it. `sticker` and `receipt` are what
    was said last.
    """

    privacy = Privacy(
        internal="voter kabkota code evidence event revision door by_pantarlih synced sticker receipt event_at"
        " received_at",
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
    sticker = models.BooleanField(_("sticker"), null=True, blank=True)
    receipt = models.BooleanField(_("receipt"), null=True, blank=True)
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


class Conflict(Sharded):
    """Two results of one voter that disagree, the second made without knowledge of the first. For the PPS to settle.

    `event` is the one that disagreed, `earlier` the one it met; `settled_by` the event that settled it: any later
    result of an office, or of a phone that had seen both.
    """

    privacy = Privacy(internal="id kabkota tps voter event earlier kind fields opened_at settled_at settled_by")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tps = ColocatedForeignKey("voters.Tps", related_name="+", verbose_name=_("TPS"))
    voter = ColocatedForeignKey("voters.Voter", related_name="conflicts")
    event = models.UUIDField()
    earlier = models.UUIDField()
    kind = models.CharField(_("kind"), max_length=8, choices=ConflictKind)
    fields = ArrayField(models.CharField(max_length=20), verbose_name=_("fields"), default=list)
    opened_at = models.DateTimeField(_("since"))
    settled_at = models.DateTimeField(_("settled"), null=True)
    settled_by = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("conflict")
        verbose_name_plural = _("conflicts")
        indexes = [
            models.Index(fields=["voter"], condition=models.Q(settled_at__isnull=True), name="conflict_open_voter"),
            models.Index(fields=["tps"], condition=models.Q(settled_at__isnull=True), name="conflict_open_tps"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
