"""Marks which TPS must be counted anew. The read side claims the marks; nothing here knows it."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from coklit.prepared import prepared
from voters.placement import new_id


def mark(*, kabkota: str, tps: Iterable[UUID], now: dt.datetime) -> None:
    """Mark the TPS, in the transaction of what changed them. More marks of one TPS are one recount."""
    # By hand: one mark is part of every upload, and a statement of the mapper costs more than all of it.
    with prepared() as cursor:
        cursor.executemany(
            "INSERT INTO voters_change (id, kabkota_id, tps_id, marked_at) VALUES (%s, %s, %s, %s)",
            [(new_id(), kabkota, one, now) for one in tps],
        )
