"""Events that came in but are not in the ledger: quarantined ones and late ones."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from voters.placement import ColocatedForeignKey, Sharded, new_id
from voters.privacy import Privacy
from voters.terms import HeldKind, HeldState


class HeldEvent(Sharded):
    """An event of a phone that waits for an office: it broke a rule, or it is late (docs/sync-protocol.md).

    `id` is the event's; one whose id could not be read, or stands for other content already, has an id made from its
    content, so that the same content is held once. `raw` is the event as JSON. `event` is the ledger event it became.
    """

    privacy = Privacy(
        internal="id kabkota kind tps voter code problem field content_hash pantarlih device batch event_at ahead"
        " received_at state settled_at settled_by note event",
        personal="raw",
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("why it waits"), max_length=10, choices=HeldKind)
    tps = ColocatedForeignKey("voters.Tps", related_name="held", verbose_name=_("TPS"))
    # No reference: it may be a voter that nobody knows, which is then the reason why the event is held.
    voter = models.UUIDField(null=True, blank=True)
    code = models.CharField(_("outcome"), max_length=2, blank=True)
    raw = models.BinaryField()
    content_hash = models.BinaryField(max_length=16)
    problem = models.CharField(_("problem"), max_length=40, blank=True)
    field = models.CharField(_("field"), max_length=80, blank=True)
    pantarlih = ColocatedForeignKey("voters.Pantarlih", related_name="+", verbose_name=_("pantarlih"))
    device = ColocatedForeignKey("voters.Device", related_name="held", verbose_name=_("device"))
    batch = ColocatedForeignKey("voters.SyncBatch", related_name="+")
    event_at = models.DateTimeField(_("made at"), null=True, blank=True)
    ahead = models.BooleanField(_("lies in the future"), default=False)
    received_at = models.DateTimeField(_("received at"))
    state = models.CharField(_("state"), max_length=9, choices=HeldState, default=HeldState.WAITING)
    settled_at = models.DateTimeField(_("decided"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("decided by"),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    event = models.UUIDField(null=True, blank=True)

    class Meta:
        verbose_name = _("held result")
        verbose_name_plural = _("held results")
        indexes = [
            models.Index(fields=["tps"], condition=models.Q(state=HeldState.WAITING), name="held_waiting_tps"),
            models.Index(fields=["device", "received_at"], name="held_device"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class LateEvent(HeldEvent):
    """The late ones of the held events, as a list of their own: other people decide on them."""

    class Meta:
        proxy = True
        verbose_name = _("late result")
        verbose_name_plural = _("late results")
