"""Imports whose worker died, or whose order to a worker was lost."""

import datetime as dt
import logging
from uuid import UUID

from django.db import transaction

from voters.imports import outcomes
from voters.imports.asking import WORKING
from voters.imports.outcomes import Taken
from voters.imports.running import lock
from voters.models import FileImport

# A worker takes its lock at once after its claim; so long it may be kept waiting by a busy database.
CLAIM_TO_LOCK = dt.timedelta(seconds=60)

logger = logging.getLogger(__name__)


def put_back_lost(now: dt.datetime) -> int:
    """Let others try what dead workers left, at most `outcomes.ATTEMPTS` times; says how many were dead."""
    claimed = FileImport.objects.filter(state__in=WORKING, claimed_at__lt=now - CLAIM_TO_LOCK)
    return sum(_put_back(record) for record in claimed.select_related("area"))


def waiting() -> list[UUID]:
    """The imports that wait for a worker, the longest first."""
    rows = FileImport.objects.filter(state__in=WORKING, claimed_at=None)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _put_back(record: FileImport) -> bool:
    with transaction.atomic():
        if not lock(record.pk):
            return False
        try:
            outcomes.put_back(record)
        except Taken:
            return False
    logger.warning("Import %s lost its worker in attempt %d.", record.pk, record.attempts)
    return True
