"""Elections are data: stages, dates, limits and the table of outcome codes."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from voters.placement import REFERENCE, Sharded
from voters.privacy import Privacy
from voters.terms import StageKind


class Election(models.Model):
    """One election with one coklit, whatever the number of its ballots."""

    placement = REFERENCE
    privacy = Privacy(
        public="id slug name voting_day voters_per_tps_planned voters_per_tps_limit two_pantarlih_above"
        " two_pantarlih_at_limit evaluation_days work_end_day ballots note"
    )

    id = models.PositiveSmallIntegerField(primary_key=True)
    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    ballots = models.CharField(_("ballots"), max_length=200)
    voting_day = models.DateField(_("voting day"))
    work_end_day = models.DateField(_("end of the pantarlih's work period"))
    voters_per_tps_planned = models.PositiveSmallIntegerField(_("planned voters per TPS"))
    voters_per_tps_limit = models.PositiveSmallIntegerField(_("voters per TPS at most"))
    two_pantarlih_above = models.PositiveSmallIntegerField(
        _("two pantarlih above this many voters"), null=True, blank=True
    )
    two_pantarlih_at_limit = models.BooleanField(_("two pantarlih already at exactly that number"), default=False)
    evaluation_days = models.PositiveSmallIntegerField(_("days kept for evaluation"), default=2)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("election")
        verbose_name_plural = _("elections")

    def __str__(self) -> str:
        return self.name

    def pantarlih_expected(self, voters: int) -> int:
        """1, or 2 where the election's rule asks for two in a TPS with this many voters."""
        if self.two_pantarlih_above is None:
            return 1
        at_limit = self.two_pantarlih_at_limit and voters == self.two_pantarlih_above
        return 2 if voters > self.two_pantarlih_above or at_limit else 1


class Stage(models.Model):
    """One stage of the voter list of an election, with its days (both included)."""

    placement = REFERENCE
    privacy = Privacy(public="id election kind first_day last_day verified sealed_at")

    election = models.ForeignKey(Election, models.CASCADE, related_name="stages")
    kind = models.CharField(_("stage"), max_length=12, choices=StageKind)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    verified = models.BooleanField(_("dates have a source"), default=True)
    sealed_at = models.DateTimeField(_("sealed"), null=True, blank=True)

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        constraints = [
            models.UniqueConstraint(fields=["election", "kind"], name="stage_once"),
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="stage_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.election} - {self.get_kind_display()}"


class OutcomeCode(models.Model):
    """One code of the KETERANGAN column in one election and stage: who may set it and what it needs.

    Everything that offers or accepts codes reads this table. The three `by_…` fields are switches.
    """

    placement = REFERENCE
    privacy = Privacy(public="id election stage code label by_pantarlih by_pps by_kpu proof needs_pair verified")

    election = models.ForeignKey(Election, models.CASCADE, related_name="codes", verbose_name=_("election"))
    stage = models.CharField(_("stage"), max_length=12, choices=StageKind)
    code = models.CharField(_("code"), max_length=2)
    label = models.CharField(_("meaning"), max_length=60)
    by_pantarlih = models.BooleanField(_("pantarlih may set it"))
    by_pps = models.BooleanField(_("PPS may set it"))
    by_kpu = models.BooleanField(_("KPU may set it"))
    proof = models.CharField(_("proof needed"), max_length=120, blank=True)
    needs_pair = models.BooleanField(_("needs a paired B in the right TPS"), default=False)
    verified = models.BooleanField(_("has a source"), default=True)

    class Meta:
        verbose_name = _("outcome code")
        verbose_name_plural = _("outcome codes")
        constraints = [models.UniqueConstraint(fields=["election", "stage", "code"], name="outcome_code_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class WindowExtension(Sharded):
    """A kelurahan's longer window for one stage, given by KPU kab/kota with a reason (flood, unrest …)."""

    privacy = Privacy(public="id kabkota kelurahan stage last_day reason", internal="given_by given_at")

    id = models.UUIDField(primary_key=True, editable=False)
    kelurahan = models.ForeignKey("voters.Region", models.PROTECT, related_name="+", verbose_name=_("village"))
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="extensions", verbose_name=_("stage"))
    last_day = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=200)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("given by"))
    given_at = models.DateTimeField(_("given at"))

    class Meta:
        verbose_name = _("longer window")
        verbose_name_plural = _("longer windows")
        constraints = [
            models.UniqueConstraint(fields=["kabkota", "stage", "kelurahan"], name="window_extension_once"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="window_extension_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.kelurahan_id} - {self.last_day}"
