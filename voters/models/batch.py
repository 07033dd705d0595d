"""What a phone sent, byte for byte."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from voters.placement import ColocatedForeignKey, Sharded, new_id
from voters.privacy import Privacy
from voters.terms import AttemptOutcome, BatchState


class SyncBatch(Sharded):
    """One upload, kept as it came before it is read. `phone_batch` is the UUID the phone gave it.

    `body` is what was received, compressed where `encoding` says so. `phone_at` is the phone's own clock, `recorded`,
    `waiting` and `failed` are its counts; `problems` holds the answers other than accepted and duplicate.
    `took_ms` is the server's work until just before its commit. A repeated upload is a row of its own: its events are
    told apart. Bytes that cannot be read have neither `phone_batch` nor TPS, and are kept once.
    """

    privacy = Privacy(
        internal="id phone_batch kabkota device tps state encoding body_hash received_at applied_at phone_at"
        " clock_offset recorded waiting failed app_version attempts events accepted problems took_ms",
        personal="body",
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    phone_batch = models.UUIDField(null=True)
    device = ColocatedForeignKey("voters.Device", related_name="batches")
    tps = ColocatedForeignKey("voters.Tps", related_name="+", null=True, verbose_name=_("TPS"))
    state = models.CharField(_("state"), max_length=10, choices=BatchState)
    encoding = models.CharField(max_length=4, blank=True, default="")
    body = models.BinaryField()
    body_hash = models.BinaryField(max_length=32)
    received_at = models.DateTimeField(_("received at"))
    applied_at = models.DateTimeField(_("applied at"), null=True)
    phone_at = models.DateTimeField(_("phone's clock"), null=True)
    clock_offset = models.IntegerField(_("clock offset, seconds"), null=True)
    recorded = models.PositiveIntegerField(_("recorded on the phone"), null=True)
    waiting = models.PositiveIntegerField(_("waiting on the phone"), null=True)
    failed = models.PositiveIntegerField(_("failed on the phone"), null=True)
    app_version = models.CharField(_("app version"), max_length=40, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=1)
    events = models.PositiveSmallIntegerField(_("events"), default=0)
    accepted = models.PositiveSmallIntegerField(_("accepted"), default=0)
    problems = models.JSONField(_("problems"), null=True)
    took_ms = models.PositiveIntegerField(_("server's time, ms"), null=True)

    class Meta:
        verbose_name = _("sync batch")
        verbose_name_plural = _("sync batches")
        indexes = [
            models.Index(fields=["device", "received_at"], name="batch_device"),
            models.Index(
                fields=["received_at"],
                condition=models.Q(state=BatchState.STORED),
                name="batch_waiting_to_be_applied",
            ),
            models.Index(
                fields=["device", "body_hash"],
                condition=models.Q(state=BatchState.UNREADABLE),
                name="batch_unreadable",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {str(self.pk)[-6:]}"


class SyncAttempt(Sharded):
    """An attempt of a phone that brought nothing in: refused, unreadable, or lost on the way as the phone tells.

    Attempts that brought something in are batches. `status` is the HTTP answer, 0 for none; `took_ms` the server's
    time; `size` the bytes of the body, as announced.
    """

    privacy = Privacy(internal="id kabkota device at outcome status took_ms size")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    device = ColocatedForeignKey("voters.Device", related_name="attempts")
    at = models.DateTimeField(_("when"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=AttemptOutcome)
    status = models.PositiveSmallIntegerField(_("HTTP status"))
    took_ms = models.PositiveIntegerField(_("server's time, ms"), null=True)
    size = models.PositiveIntegerField(_("bytes"), null=True)

    class Meta:
        verbose_name = _("failed attempt")
        verbose_name_plural = _("failed attempts")
        indexes = [models.Index(fields=["device", "at"], name="attempt_device")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.at}"
