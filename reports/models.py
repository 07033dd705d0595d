"""What pages read: counts per TPS, and per region and day, always rebuilt from rows and never edited.

Every count is a whole number of voters, TPS or pantarlih; percentages are made in `figures.py` alone.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from voters.placement import LOCAL, ColocatedForeignKey, Sharded, new_id
from voters.privacy import Privacy

VOTER_COUNTS = (
    "listed listed_l listed_p sesuai ubah tms tms_no_proof baru synced"
    " tms_1 tms_2 tms_3 tms_4 tms_5 tms_6 tms_7 tms_8 tms_9 tms_10"
)


class VoterCounts(models.Model):
    """Counts of voters. All but `baru` are of listed voters; visited = sesuai + ubah + tms."""

    listed = models.PositiveIntegerField(default=0)
    listed_l = models.PositiveIntegerField(default=0)
    listed_p = models.PositiveIntegerField(default=0)
    sesuai = models.PositiveIntegerField(default=0)
    ubah = models.PositiveIntegerField(default=0)
    tms = models.PositiveIntegerField(default=0)
    tms_no_proof = models.PositiveIntegerField(default=0)
    baru = models.PositiveIntegerField(default=0)
    synced = models.PositiveIntegerField(default=0)
    tms_1 = models.PositiveIntegerField(default=0)
    tms_2 = models.PositiveIntegerField(default=0)
    tms_3 = models.PositiveIntegerField(default=0)
    tms_4 = models.PositiveIntegerField(default=0)
    tms_5 = models.PositiveIntegerField(default=0)
    tms_6 = models.PositiveIntegerField(default=0)
    tms_7 = models.PositiveIntegerField(default=0)
    tms_8 = models.PositiveIntegerField(default=0)
    tms_9 = models.PositiveIntegerField(default=0)
    tms_10 = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class TpsProgress(Sharded, VoterCounts):
    """The present counts of one TPS; its key is the TPS."""

    privacy = Privacy(
        public=f"kabkota election tps kelurahan number kind {VOTER_COUNTS}",
        internal="pantarlih last_event_at last_received_at counted_at",
    )

    tps = ColocatedForeignKey("voters.Tps", related_name="+", primary_key=True)
    election = models.ForeignKey(
        "voters.Election", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    kelurahan = models.ForeignKey(
        "voters.Region", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8)
    # Pantarlih with an open assignment to this TPS. Not summed upward: one person may serve two TPS.
    pantarlih = models.PositiveSmallIntegerField(default=0)
    last_event_at = models.DateTimeField(null=True)
    last_received_at = models.DateTimeField(null=True)
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("progress of a TPS")
        verbose_name_plural = _("progress of TPS")
        indexes = [models.Index(fields=["kelurahan", "election"], name="tps_progress_kelurahan")]

    def __str__(self) -> str:
        return f"{self.tps_id}"


class RegionProgress(VoterCounts):
    """The counts of one region as they stood at the end of one local day, or stand now for the newest day.

    Sums of the level below, but for pantarlih: they are counted where they were appointed (kelurahan), then summed.
    A day without a row is a day on which nothing changed: the newest row before it holds.
    """

    placement = LOCAL
    privacy = Privacy(
        public=f"id election region day parent level as_of {VOTER_COUNTS}"
        " tps tps_special tps_complete tps_untouched tps_without_pantarlih pantarlih pantarlih_synced"
    )

    election = models.ForeignKey("voters.Election", models.CASCADE, related_name="+")
    region = models.ForeignKey("voters.Region", models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    parent = models.ForeignKey("voters.Region", models.CASCADE, related_name="+", null=True, db_index=False)
    level = models.PositiveSmallIntegerField()
    tps = models.PositiveIntegerField(default=0)
    tps_special = models.PositiveIntegerField(default=0)
    tps_complete = models.PositiveIntegerField(default=0)
    tps_untouched = models.PositiveIntegerField(default=0)
    tps_without_pantarlih = models.PositiveIntegerField(default=0)
    pantarlih = models.PositiveIntegerField(default=0)
    pantarlih_synced = models.PositiveIntegerField(default=0)
    as_of = models.DateTimeField()

    class Meta:
        verbose_name = _("progress of a region")
        verbose_name_plural = _("progress of regions")
        constraints = [models.UniqueConstraint(fields=["election", "region", "day"], name="region_progress_once")]
        indexes = [models.Index(fields=["election", "parent", "region", "day"], name="region_progress_children")]

    def __str__(self) -> str:
        return f"{self.region_id} {self.day}"


class RollupRun(models.Model):
    """One run of the recount: begun, and finished when its time stands in `finished_at`."""

    placement = LOCAL
    privacy = Privacy(internal="id kind started_at finished_at marks tps")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10, choices=[("marks", _("what changed")), ("rebuild", _("everything"))])
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    marks = models.PositiveIntegerField(default=0)
    tps = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("recount")
        verbose_name_plural = _("recounts")
        indexes = [models.Index(fields=["-started_at"], name="rollup_run_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.started_at}"


class Delivery(models.Model):
    """One nightly mail to one recipient about one region and day: claimed before it is sent, so never sent twice.

    A row left in "claimed" after a crash is uncertain; it is listed, and never sent again by itself.
    """

    placement = LOCAL
    privacy = Privacy(internal="id election region day user state claimed_at sent_at error")

    class State(models.TextChoices):
        """What became of the mail."""

        CLAIMED = "claimed", _("claimed")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    election = models.ForeignKey("voters.Election", models.CASCADE, related_name="+")
    region = models.ForeignKey("voters.Region", models.CASCADE, related_name="+")
    day = models.DateField(_("day"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    state = models.CharField(_("state"), max_length=8, choices=State)
    claimed_at = models.DateTimeField(_("claimed at"))
    sent_at = models.DateTimeField(_("sent at"), null=True)
    error = models.CharField(_("error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("nightly mail")
        verbose_name_plural = _("nightly mails")
        constraints = [
            models.UniqueConstraint(fields=["election", "region", "day", "user"], name="delivery_once"),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.day} {self.state}"
