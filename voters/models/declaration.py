"""What was declared as done, beside what came in."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from voters.placement import ColocatedForeignKey, Sharded, new_id
from voters.privacy import Privacy
from voters.terms import DeclaredBy


class Declaration(Sharded):
    """The work of one day in one TPS as its pantarlih counted it; the sum over the days is the declared coverage.

    A second one for the same day replaces the first (docs/domain.md, "Declared coverage").
    """

    privacy = Privacy(internal="id kabkota tps pantarlih day source sesuai ubah tms baru stickers declared_at device")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tps = ColocatedForeignKey("voters.Tps", related_name="declarations", verbose_name=_("TPS"))
    pantarlih = ColocatedForeignKey("voters.Pantarlih", related_name="+", verbose_name=_("pantarlih"))
    day = models.DateField(_("day"))
    source = models.CharField(_("source"), max_length=10, choices=DeclaredBy)
    sesuai = models.PositiveIntegerField(_("matched"), default=0)
    ubah = models.PositiveIntegerField(_("changed"), default=0)
    tms = models.PositiveIntegerField(_("ineligible"), default=0)
    baru = models.PositiveIntegerField(_("new"), default=0)
    stickers = models.PositiveIntegerField(_("stickers"), default=0)
    declared_at = models.DateTimeField(_("declared"))
    device = ColocatedForeignKey("voters.Device", related_name="+", null=True, blank=True)

    class Meta:
        verbose_name = _("declared counts")
        verbose_name_plural = _("declared counts")
        constraints = [
            models.UniqueConstraint(
                fields=["kabkota", "tps", "pantarlih", "day", "source"], name="declaration_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tps_id} {self.day}"
