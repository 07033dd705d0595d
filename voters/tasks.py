"""Celery's door to the write side."""

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


@shared_task
def apply_stored_batches(**_: Any) -> int:
    """Apply the batches that were received but not applied, oldest first; says how many it applied."""
    with territory(NATION):
        waiting = SyncBatch.objects.filter(state=BatchState.STORED).order_by("received_at")
        found = list(waiting.values_list("kabkota_id", "pk")[:BATCHES_A_RUN])
    applied = 0
    for kabkota, batch in found:
        try:
            applied += apply_stored(kabkota=kabkota, batch=batch, now=clock.now())
        except Exception as error:
            # One batch that cannot be applied must not hold up the others; it stays stored and visible.
            # Where, not what: the database's own text quotes rows, which are personal data.
            where = "".join(traceback.format_tb(error.__traceback__))
            logger.error("Batch %s could not be applied: %s\n%s", batch, type(error).__name__, where)
    return applied
