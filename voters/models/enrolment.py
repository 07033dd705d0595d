"""Codes with which a pantarlih's phone is made known."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from voters.placement import ColocatedForeignKey, Sharded, new_id
from voters.privacy import Privacy


class EnrolmentCode(Sharded):
    """A code for one phone of one pantarlih, good once and until the end of `last_day`. Only its keyed hash is kept.

    A new one withdraws the one before. `device` is the phone that used it.
    """

    privacy = Privacy(
        internal="id kabkota pantarlih code_hash last_day expires_at issued_by issued_at used_at withdrawn_at device"
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    pantarlih = ColocatedForeignKey("voters.Pantarlih", related_name="enrolment_codes", verbose_name=_("pantarlih"))
    code_hash = models.BinaryField(max_length=32, editable=False)
    last_day = models.DateField(_("valid through"))
    expires_at = models.DateTimeField(_("expires"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,
        verbose_name=_("issued by"),
    )
    issued_at = models.DateTimeField(_("issued"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    device = ColocatedForeignKey("voters.Device", related_name="+", null=True, blank=True)

    class Meta:
        verbose_name = _("enrolment code")
        verbose_name_plural = _("enrolment codes")
        constraints = [
            models.UniqueConstraint(fields=["kabkota", "code_hash"], name="enrolment_code_once"),
            models.UniqueConstraint(
                fields=["kabkota", "pantarlih"],
                condition=models.Q(used_at__isnull=True, withdrawn_at__isnull=True),
                name="enrolment_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id}"
