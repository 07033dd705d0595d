"""What a phone sent, byte for byte."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from voters.placement import ColocatedForeignKey, Sharded, new_id
from voters.privacy import Privacy
from voters.terms import BatchState


class SyncBatch(Sharded):
    """One upload attempt, kept raw before it is read. `phone_batch` is the UUID the phone gave it.

    `phone_at` is the phone's own clock, `recorded`, `waiting` and `failed` are its counts; `problems` holds the
    answers other than accepted and duplicate. A repeated attempt is a row of its own: its events are told apart.
    """

    privacy = Privacy(
        internal="id phone_batch kabkota device tps state body_hash received_at applied_at phone_at clock_offset"
        " recorded waiting failed app_version attempts events accepted problems",
        personal="body",
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    phone_batch = models.UUIDField()
    device = ColocatedForeignKey("voters.Device", related_name="batches")
    tps = ColocatedForeignKey("voters.Tps", related_name="+", null=True, verbose_name=_("TPS"))
    state = models.CharField(_("state"), max_length=8, choices=BatchState)
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
        ]

    def __str__(self) -> str:
        return f"{self.id}"
