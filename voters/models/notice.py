"""Notes from the PPS that a pantarlih's phone shows."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Left
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from voters.placement import ColocatedForeignKey, Sharded, new_id
from voters.privacy import Privacy


class Notice(Sharded):
    """A note to the pantarlih of a kelurahan, of one TPS, or about one voter. It goes out with the next download."""

    privacy = Privacy(
        internal="id kabkota kelurahan tps voter given_by given_at withdrawn_at",
        personal="text",
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kelurahan = models.ForeignKey("voters.Region", models.PROTECT, related_name="+", verbose_name=_("village"))
    tps = ColocatedForeignKey("voters.Tps", related_name="notices", null=True, blank=True, verbose_name=_("TPS"))
    voter = ColocatedForeignKey("voters.Voter", related_name="notices", null=True, blank=True, verbose_name=_("voter"))
    text = models.CharField(_("text"), max_length=500)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("from")
    )
    given_at = models.DateTimeField(_("given"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("note to pantarlih")
        verbose_name_plural = _("notes to pantarlih")
        constraints = [
            models.CheckConstraint(
                condition=Exact(Left("kelurahan", 5), models.F("kabkota")), name="notice_kelurahan_in_kabkota"
            ),
        ]

    def __str__(self) -> str:
        return self.text
