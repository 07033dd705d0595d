"""Marks of what changed. The write side sets them, the read side claims them."""

from django.db import models

from voters.placement import ColocatedForeignKey, Sharded, new_id
from voters.privacy import Privacy


class Change(Sharded):
    """A TPS whose counts must be made anew; written in the same transaction as what changed them."""

    privacy = Privacy(internal="id kabkota tps marked_at")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tps = ColocatedForeignKey("voters.Tps", related_name="+")
    marked_at = models.DateTimeField()

    class Meta:
        verbose_name = "change mark"
        verbose_name_plural = "change marks"

    def __str__(self) -> str:
        return f"{self.tps_id}"
