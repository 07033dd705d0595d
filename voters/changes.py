"""Marks which TPS must be counted anew. The read side claims the marks; nothing here knows it."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from voters.models import Change


def mark(*, kabkota: str, tps: Iterable[UUID], now: dt.datetime) -> None:
    """Mark the TPS, in the transaction of what changed them. More marks of one TPS are one recount."""
    Change.objects.bulk_create(Change(kabkota_id=kabkota, tps_id=one, marked_at=now) for one in tps)
