"""The region tree: nation, provinces, kab/kota, kecamatan, kelurahan/desa."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from voters.placement import REFERENCE
from voters.privacy import Privacy
from voters.terms import Level

NATION = "ID"


class Region(models.Model):
    """One region by its official dotted code (Kepmendagri 300.2.2-2138/2025), "ID" for the nation.

    (parent, name) is not unique: 16 desa names repeat inside one kecamatan.
    """

    placement = REFERENCE
    privacy = Privacy(public="code parent name level kind zone source")

    # "C" collation: a territory is the range of codes that begin with it.
    code = models.CharField(_("code"), max_length=13, primary_key=True, db_collation="C")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    name = models.CharField(_("name"), max_length=100)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    kind = models.CharField(_("kind"), max_length=12)
    zone = models.CharField(_("time zone"), max_length=4, choices=[(z, z) for z in ("WIB", "WITA", "WIT")])
    source = models.CharField(_("source"), max_length=40)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level=Level.NATION, parent__isnull=True)
                | models.Q(level__gt=Level.NATION, parent__isnull=False),
                name="region_only_nation_has_no_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.name
