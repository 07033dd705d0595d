"""Where a model's rows live, so that partitions and Citus stay possible (docs/adr/0002).

Every model says `placement`: SHARDED rows belong to one kab/kota and carry it in their key; REFERENCE rows are
few and known everywhere; LOCAL rows belong to the installation itself. A schema test walks every model.
"""

import os
import time
import uuid
from collections.abc import Iterable
from typing import Any, Self

from django.db import models
from django.db.models.sql.where import AND, WhereNode

SHARDED, REFERENCE, LOCAL = "sharded", "reference", "local"


def new_id() -> uuid.UUID:
    """A UUIDv7 made by the application: sorts by time, and is known before the row is written."""
    millis = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = millis << 80 | random & ~(0xF << 76 | 0x3 << 62) | 0x7 << 76 | 0x2 << 62
    return uuid.UUID(int=value)


class KabkotaIsFixed(ValueError):
    """A sharded row was given another kab/kota. A move is a TMS there and a new voter here."""


class Sharded(models.Model):
    """A row of one kab/kota. Django sees `id` as the key; the table's key is (kabkota, id)."""

    placement = SHARDED
    _kabkota_as_loaded: str | None = None

    # No constraint of its own: a sharded row reaches its region through its TPS or kelurahan, which have one.
    kabkota = models.ForeignKey(
        "voters.Region",
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
        editable=False,
    )

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuses another kab/kota."""
        loaded = self._kabkota_as_loaded
        if loaded is not None and loaded != self.kabkota_id:
            raise KabkotaIsFixed(f"{type(self).__name__} {self.pk} cannot move from {loaded} to {self.kabkota_id}.")
        super().save(*args, **kwargs)
        self._kabkota_as_loaded = self.kabkota_id

    @classmethod
    def from_db(cls, db: str | None, field_names: Iterable[str], values: Iterable[Any]) -> Self:
        """Remembers the kab/kota, so that a change of it is noticed."""
        row = super().from_db(db, list(field_names), list(values))
        row._kabkota_as_loaded = row.__dict__.get("kabkota_id")
        return row

    def _do_update(self, base_qs: Any, *args: Any, **kwargs: Any) -> bool:
        # Django-internal hook, pinned by a test: the UPDATE must name the kab/kota.
        return super()._do_update(base_qs.filter(kabkota_id=self.kabkota_id), *args, **kwargs)

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Deletes by (kabkota, id)."""
        return type(self)._base_manager.using(using).filter(kabkota_id=self.kabkota_id, pk=self.pk).delete()

    def refresh_from_db(self, using: str | None = None, fields: Any = None, from_queryset: Any = None) -> None:
        """Reads by (kabkota, id)."""
        rows = type(self)._base_manager.using(using) if from_queryset is None else from_queryset
        super().refresh_from_db(using, fields, rows.filter(kabkota_id=self.kabkota_id))


class ColocatedForeignKey(models.ForeignKey[Any, Any]):
    """A foreign key between two sharded rows of the same kab/kota: joins and lookups name it.

    The constraint (kabkota, id) is made by the migration operation `PlaceSharded`.
    """

    def __init__(self, to: Any, on_delete: Any = models.DO_NOTHING, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs.setdefault("db_index", False)
        super().__init__(to, on_delete, **kwargs)

    def get_extra_restriction(self, alias: str | None, related_alias: str | None) -> WhereNode:
        """remote.kabkota = local.kabkota, added to every join in both directions."""
        there: Any = self.remote_field.model._meta.get_field("kabkota")
        here: Any = self.model._meta.get_field("kabkota")
        same = here.get_lookup("exact")(there.get_col(alias), here.get_col(related_alias))
        return WhereNode([same], connector=AND)

    def get_extra_descriptor_filter(self, instance: Any) -> dict[str, Any]:
        """`row.tps` reads by (kabkota, id)."""
        return {"kabkota_id": instance.kabkota_id}
