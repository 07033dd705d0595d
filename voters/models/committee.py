"""Who sits in which office: one account may hold several roles, each over one region and for a time."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from voters.placement import REFERENCE
from voters.privacy import Privacy
from voters.terms import Role


class Membership(models.Model):
    """An account's role in one region, from one day to another."""

    placement = REFERENCE
    privacy = Privacy(internal="id user role region from_day to_day gets_nightly")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role)
    region = models.ForeignKey("voters.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    from_day = models.DateField(_("from"))
    to_day = models.DateField(_("until"), null=True, blank=True)
    gets_nightly = models.BooleanField(_("gets the nightly mail"), default=True)

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "region", "from_day"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(to_day__isnull=True) | models.Q(to_day__gte=models.F("from_day")),
                name="membership_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["region", "role"], name="membership_region_role")]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.region_id}"
