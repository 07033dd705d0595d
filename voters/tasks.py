"""Celery's door to the write side."""

import datetime as dt
import logging
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from celery import shared_task
from django.db.models import Q

from coklit import clock
from voters.access import territory
from voters.imports import resuming, running
from voters.intake import vault
from voters.models import NATION, SyncBatch
from voters.sync.faults import log_fault
from voters.sync.pressure import note_backlog
from voters.sync.receive import apply_stored
from voters.sync.refused import keep_refused
from voters.terms import BatchState

logger = logging.getLogger(__name__)

# Bounds one run; what is left is taken by the next one, which comes every 30 seconds.
SECONDS_A_RUN = 25
BATCHES_AT_ONCE = 500
# What still cannot be applied so long after it came has a fault that stays: it is held for the PPS.
GIVE_UP_AFTER = dt.timedelta(hours=1)

Waiting = tuple[str, UUID, UUID, UUID, dt.datetime]


@shared_task
def apply_stored_batches(**_: Any) -> int:
    """Apply the batches that were received but not applied, oldest first; says how many it applied.

    Afterwards phones that are told to wait are told as well how long the rest will take.
    """
    began, applied, tried, stuck = time.monotonic(), 0, 0, 0
    held: set[tuple[UUID, UUID]] = set()
    for kabkota, batch, device, tps, received_at in _stored():
        if (device, tps) in held:
            stuck += 1
            continue
        tried += 1
        try:
            now = clock.now()
            done = apply_stored(kabkota=kabkota, batch=batch, now=now, give_up=now - received_at > GIVE_UP_AFTER)
            applied += done is BatchState.APPLIED
            if done is None:
                # Another worker has it: what the phone sent after it waits for that one.
                held.add((device, tps))
        except Exception as error:
            # One batch that cannot be applied must not hold up others than what the same phone sent after it.
            log_fault(logger, batch, error)
            held.add((device, tps))
            stuck += 1
        if time.monotonic() - began > SECONDS_A_RUN:
            break
    # Those that are stuck wait for something else than a free worker.
    note_backlog(batches=max(0, _number_stored() - stuck), per_second=tried / (time.monotonic() - began))
    return applied


@shared_task
def keep_refused_attempts(**_: Any) -> int:
    """Write the attempts that were refused, which are counted in Valkey alone until then; says how many."""
    return keep_refused()


@shared_task
def run_import(import_id: str, **_: Any) -> None:
    """Check, load or take back one file. A task that comes twice finds nothing left to do."""
    running.run(UUID(import_id))


@shared_task
def resume_imports(**_: Any) -> int:
    """Order anew what waits: its worker died, or its order never arrived. Says how many."""
    resuming.put_back_lost(clock.now())
    waiting = resuming.waiting()
    for import_id in waiting:
        # What a busy worker has not taken by then is ordered again.
        run_import.apply_async((str(import_id),), expires=30)
    return len(waiting)


@shared_task
def expire_uploads(**_: Any) -> int:
    """Delete the uploaded files whose time is over; says how many."""
    return vault.expire(clock.now())


def _stored() -> Iterator[Waiting]:
    """Every batch that waits, oldest first, in portions: those that fail again do not hide what is behind them."""
    behind = Q()
    while True:
        with territory(NATION):
            waiting = SyncBatch.objects.filter(behind, state=BatchState.STORED).order_by("received_at", "pk")
            found = list(
                waiting.values_list("kabkota_id", "pk", "device_id", "tps_id", "received_at")[:BATCHES_AT_ONCE]
            )
        yield from found
        if len(found) < BATCHES_AT_ONCE:
            return
        _, batch, _, _, received_at = found[-1]
        behind = Q(received_at__gt=received_at) | Q(received_at=received_at, pk__gt=batch)


def _number_stored() -> int:
    with territory(NATION):
        return SyncBatch.objects.filter(state=BatchState.STORED).count()
