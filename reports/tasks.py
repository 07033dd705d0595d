"""Celery's door to the read side."""

from typing import Any

from celery import shared_task

from coklit import clock
from reports import nightly, rollup


@shared_task
def roll_up(**_: Any) -> int:
    """Recount what changed since the last run."""
    return rollup.roll_up(now=clock.now())


@shared_task
def send_nightly(**_: Any) -> int:
    """Send the nightly mails that are due."""
    return nightly.send_due(now=clock.now())
