"""Celery's door to the write side."""

import datetime as dt
import logging
import traceback
from typing import Any

from celery import shared_task

from coklit import clock
from voters.access import territory
from voters.models import NATION, SyncBatch
from voters.sync.receive import apply_stored
from voters.terms import BatchState

logger = logging.getLogger(__name__)

# Bounds one run; what is left is taken by the next one.
BATCHES_A_RUN = 500
# What still cannot be applied so long after it came has a fault that stays: it is held for the PPS.
GIVE_UP_AFTER = dt.timedelta(hours=1)


@shared_task
def apply_stored_batches(**_: Any) -> int:
    """Apply the batches that were received but not applied, oldest first; says how many it applied."""
    with territory(NATION):
        waiting = SyncBatch.objects.filter(state=BatchState.STORED).order_by("received_at")
        found = list(waiting.values_list("kabkota_id", "pk", "device_id", "tps_id", "received_at")[:BATCHES_A_RUN])
    applied, held = 0, set()
    for kabkota, batch, device, tps, received_at in found:
        if (device, tps) in held:
            continue
        now = clock.now()
        try:
            applied += apply_stored(kabkota=kabkota, batch=batch, now=now, give_up=now - received_at > GIVE_UP_AFTER)
        except Exception as error:
            # One batch that cannot be applied must not hold up others than what the same phone sent after it.
            # Where, not what: the database's own text quotes rows, which are personal data.
            where = "".join(traceback.format_tb(error.__traceback__))
            logger.error("Batch %s could not be applied: %s\n%s", batch, type(error).__name__, where)
            held.add((device, tps))
    return applied
