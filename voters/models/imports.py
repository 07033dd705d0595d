"""What was loaded, when and by whom."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from voters.placement import LOCAL, new_id
from voters.privacy import Privacy


class ListImport(models.Model):
    """One voter list that was loaded, with its proof: rows in the file = created + changed + unchanged."""

    placement = LOCAL
    privacy = Privacy(
        internal="id election area file_name file_hash rows created changed unchanged missing doubtful"
        " by started_at finished_at"
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    election = models.ForeignKey("voters.Election", models.PROTECT, related_name="+", verbose_name=_("election"))
    area = models.ForeignKey("voters.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    file_name = models.CharField(_("file"), max_length=200)
    file_hash = models.CharField(max_length=64)
    rows = models.PositiveBigIntegerField(_("rows in the file"))
    created = models.PositiveBigIntegerField(_("created"))
    changed = models.PositiveBigIntegerField(_("changed"))
    unchanged = models.PositiveBigIntegerField(_("unchanged"))
    missing = models.PositiveBigIntegerField(_("on the list but not in the file"))
    doubtful = models.PositiveBigIntegerField(_("loaded but to be checked"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("by"))
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"))

    class Meta:
        verbose_name = _("list import")
        verbose_name_plural = _("list imports")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rows=models.F("created") + models.F("changed") + models.F("unchanged")),
                name="list_import_no_row_is_lost",
            )
        ]

    def __str__(self) -> str:
        return self.file_name
