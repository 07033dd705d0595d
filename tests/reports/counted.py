"""Counts as the recount leaves them, written directly where a test is about reading them."""

import datetime as dt
from typing import Any

from reports.models import RegionProgress, TpsProgress
from tests.scene import NOW, TODAY
from voters.models import Election, Region, Tps

COUNTS = {
    "listed": 1234,
    "listed_l": 600,
    "listed_p": 634,
    "sesuai": 700,
    "ubah": 100,
    "tms": 76,
    "baru": 9,
    "synced": 820,
    "tms_1": 76,
    "tps": 4,
    "pantarlih": 4,
    "pantarlih_synced": 3,
}


def counted_region(election: Election, code: str, day: dt.date = TODAY, **counts: Any) -> RegionProgress:
    """The counts of one region on one day."""
    region = Region.objects.get(pk=code)
    values = {"as_of": NOW, **COUNTS, **counts}
    return RegionProgress.objects.create(
        election=election, region=region, day=day, parent_id=region.parent_id, level=region.level, **values
    )


def counted_tps(tps: Tps, **counts: Any) -> TpsProgress:
    """The present counts of one TPS."""
    values = {"listed": 300, "sesuai": 150, "ubah": 10, "tms": 5, "synced": 120, "pantarlih": 1, **counts}
    return TpsProgress.objects.create(
        kabkota_id=tps.kabkota_id,
        tps=tps,
        election_id=tps.election_id,
        kelurahan_id=tps.kelurahan_id,
        number=tps.number,
        kind=tps.kind,
        counted_at=NOW,
        **values,
    )
