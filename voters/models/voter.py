"""The voter list."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from voters.placement import ColocatedForeignKey, Sharded, new_id
from voters.privacy import Privacy
from voters.terms import Disability, KtpEl, Marital, Sex


class Voter(Sharded):
    """One row of the list, with the values as listed: corrections live in the result (docs/adr/0007).

    `listed` is false for a new voter (code B). A listed voter is never deleted; a new one may be taken back.
    NIK is never unique: duplicates are found and listed. `doubts` names defects of a listed row that coklit
    should mend ("perlu dicek"). `loaded_by` is the import that made the row.
    """

    privacy = Privacy(
        internal="id kabkota election tps dpid listed source doubts loaded_by deleted_at",
        personal="nkk nik name birth_place birth_day sex marital address rt rw ktp_el",
        sensitive="disability",
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    election = models.ForeignKey(
        "voters.Election", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    tps = ColocatedForeignKey("voters.Tps", related_name="voters", verbose_name=_("TPS"))
    listed = models.BooleanField(_("on the list"))
    dpid = models.CharField(_("DPID"), max_length=20, null=True, blank=True)  # noqa: DJ001  # NULL: many rows have none
    nkk = models.CharField(_("NKK"), max_length=16, blank=True)
    nik = models.CharField(_("NIK"), max_length=16, blank=True)
    name = models.CharField(_("name"), max_length=100)
    birth_place = models.CharField(_("birth place"), max_length=60, blank=True)
    birth_day = models.DateField(_("birth date"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex, blank=True)
    marital = models.CharField(_("marital status"), max_length=1, choices=Marital, blank=True)
    address = models.CharField(_("address"), max_length=150, blank=True)
    rt = models.PositiveSmallIntegerField(_("RT"), default=0)
    rw = models.PositiveSmallIntegerField(_("RW"), default=0)
    disability = models.PositiveSmallIntegerField(_("disability"), choices=Disability, default=Disability.NONE)
    ktp_el = models.CharField(_("KTP-el"), max_length=1, choices=KtpEl, blank=True)
    source = models.CharField(_("source"), max_length=20, blank=True)
    doubts = ArrayField(models.CharField(max_length=30), verbose_name=_("to be checked"), null=True, blank=True)
    loaded_by = models.UUIDField(null=True, editable=False)
    deleted_at = models.DateTimeField(_("taken back"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("voter")
        verbose_name_plural = _("voters")
        constraints = [
            # NULLs are distinct: rows without a DPID do not meet here.
            models.UniqueConstraint(fields=["kabkota", "election", "dpid"], name="voter_dpid_once"),
            models.CheckConstraint(
                condition=models.Q(listed=False) | models.Q(deleted_at__isnull=True),
                name="voter_listed_is_never_deleted",
            ),
            models.CheckConstraint(
                condition=models.Q(listed=True) | models.Q(dpid__isnull=True), name="voter_new_has_no_dpid"
            ),
        ]
        indexes = [
            models.Index(fields=["tps"], name="voter_tps"),
            models.Index(fields=["nik"], name="voter_nik"),
        ]

    def __str__(self) -> str:
        return f"DPID {self.dpid}" if self.dpid else f"{self.id}"
