"""Polling stations. A TPS belongs to one election."""

from django.db import models
from django.db.models.functions import Left
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from voters.placement import Sharded, new_id
from voters.privacy import Privacy
from voters.terms import TpsKind


class Tps(Sharded):
    """One polling station. `revision` grows with every write to its voters' results.

    It is the download cursor, and the lock that orders writers of one TPS: update it first. `list_revision` is the
    revision at which the list itself changed last: a phone with an older cursor gets the whole list.
    """

    privacy = Privacy(public="id kabkota election kelurahan number kind", internal="revision list_revision")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    election = models.ForeignKey(
        "voters.Election", models.PROTECT, related_name="+", db_index=False, verbose_name=_("election")
    )
    kelurahan = models.ForeignKey("voters.Region", models.PROTECT, related_name="+", verbose_name=_("village"))
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=8, choices=TpsKind, default=TpsKind.REGULAR)
    revision = models.BigIntegerField(_("revision"), default=0, editable=False)
    list_revision = models.BigIntegerField(_("revision of the list"), default=0, editable=False)

    class Meta:
        verbose_name = _("TPS")
        verbose_name_plural = _("TPS")
        constraints = [
            models.UniqueConstraint(fields=["kabkota", "election", "kelurahan", "number"], name="tps_number_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="tps_number_from_1"),
            # The kab/kota is the beginning of the kelurahan's code: "62.71" of "62.71.01.1001".
            models.CheckConstraint(
                condition=Exact(Left("kelurahan", 5), models.F("kabkota")), name="tps_kelurahan_in_kabkota"
            ),
        ]

    def __str__(self) -> str:
        return f"TPS {self.number:03d}"
