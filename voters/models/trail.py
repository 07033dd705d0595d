"""Who did what."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from voters.placement import LOCAL, new_id
from voters.privacy import Privacy


class TrailEntry(models.Model):
    """One act. No foreign keys, so that it never blocks a delete and outlives what it tells of."""

    placement = LOCAL
    privacy = Privacy(internal="id at verb by_user by_name region subject before after reason")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(_("when"))
    verb = models.CharField(_("what"), max_length=40)
    by_user = models.BigIntegerField(_("account"), null=True)
    by_name = models.CharField(_("who"), max_length=150)
    region = models.CharField(_("region"), max_length=13, db_collation="C")
    subject = models.CharField(_("of what"), max_length=80)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("trail entry")
        verbose_name_plural = _("trail")
        indexes = [models.Index(fields=["region", "at"], name="trail_region_at")]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"
