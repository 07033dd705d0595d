"""What a phone gets: its TPS, and the list of one TPS with the full numbers of that TPS only."""

from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from coklit.sqlfiles import sql
from voters.elections import codes_for
from voters.models import Assignment, Device, Tps
from voters.sync.payload import MAX_EVENTS
from voters.terms import Setter, StageKind

MAX_BODY_BYTES = 1024 * 1024


def tps_of(device: Device) -> list[dict[str, Any]]:
    """The TPS that the device's pantarlih serves now: id, number, kelurahan, revision."""
    assigned = Assignment.objects.filter(
        kabkota_id=device.kabkota_id, pantarlih=device.pantarlih_id, to_day__isnull=True
    ).select_related("tps__kelurahan")
    return [
        {
            "id": a.tps.pk,
            "number": a.tps.number,
            "kelurahan": a.tps.kelurahan_id,
            "kelurahan_name": a.tps.kelurahan.name,
            "revision": a.tps.revision,
        }
        for a in assigned.order_by("tps__kelurahan_id", "tps__number")
    ]


def served_tps(device: Device, tps: UUID) -> Tps | None:
    """The TPS, if the device's pantarlih serves it now."""
    assigned = Assignment.objects.filter(
        kabkota_id=device.kabkota_id, pantarlih=device.pantarlih_id, tps=tps, to_day__isnull=True
    ).select_related("tps__election")
    found = assigned.first()
    return found.tps if found else None


def list_of(tps: Tps) -> dict[str, Any]:
    """One TPS' voters in door-to-door order with their current results, the codes to choose from, and the limits.

    `revision` was read before the voters: what is written meanwhile comes with the next download, never is missed.
    """
    codes = codes_for(tps.election, StageKind.COKLIT, Setter.PANTARLIH).values()
    return {
        "tps": tps.pk,
        "revision": tps.revision,
        "codes": [{"code": c.code, "label": c.label, "proof": c.proof} for c in codes],
        "limits": {"events": MAX_EVENTS, "bytes": MAX_BODY_BYTES},
        "voters": _voters(tps),
    }


def _voters(tps: Tps) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql("voters", "list_of_tps"), {"kabkota": tps.kabkota_id, "tps": tps.pk})
        names = [column.name for column in cursor.description or ()]
        voters = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for voter in voters:
        # JSON as the database has it, put into the answer as it is.
        voter["corrected"] = msgspec.Raw((voter["corrected"] or "null").encode())
    return voters
