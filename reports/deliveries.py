"""Nightly mails as rows: claimed before they are sent, then sent or failed.

A claim is committed before anything goes out, so that one mail is never sent twice. A row that stays "claimed" is
uncertain: its run ended, or the line broke, before anybody knew. Only a person has it sent again (`reclaim`).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from coklit.sqlfiles import sql
from reports.models import Delivery
from voters import trail
from voters.placement import new_id

# Longer than any run may last (CELERY_TASK_TIME_LIMIT): whoever claimed it works on it no more.
UNCERTAIN_AFTER = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Repeat:
    """Which mails of the day that were tried already may be tried again: in these states, claimed up to `before`."""

    states: Sequence[Delivery.State]
    before: dt.datetime


def claim(*, election: int, region: str, day: dt.date, user: int, repeat: Repeat, now: dt.datetime) -> UUID | None:
    """The delivery's id where this mail is ours to send, None where somebody else has it. Committed on return."""
    values: dict[str, Any] = {
        "id": new_id(),
        "election": election,
        "region": region,
        "day": day,
        "user": user,
        "now": now,
        "states": [state.value for state in repeat.states],
        "before": repeat.before,
    }
    # Durable: a claim that could still be rolled back would be worth nothing.
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(sql("reports", "claim_delivery"), values)
        row = cursor.fetchone()
    return row[0] if row else None


def mark_sent(delivery: UUID, now: dt.datetime) -> None:
    """The server has taken it."""
    _mark(delivery, state=Delivery.State.SENT, sent_at=now)


def mark_failed(delivery: UUID, error: str) -> None:
    """It was certainly not sent."""
    _mark(delivery, state=Delivery.State.FAILED, error=error[:300])


def note_uncertain(delivery: UUID, error: str) -> None:
    """Keep why nobody knows; the row stays "claimed"."""
    _mark(delivery, state=Delivery.State.CLAIMED, error=error[:300])


def uncertain(now: dt.datetime) -> list[Delivery]:
    """Claimed, and its run is over: perhaps sent, perhaps not. Oldest first."""
    rows = Delivery.objects.filter(state=Delivery.State.CLAIMED, claimed_at__lte=now - UNCERTAIN_AFTER)
    return list(rows.select_related("election", "region", "user").order_by("claimed_at", "id"))


def reclaim(delivery: Delivery, now: dt.datetime) -> bool:
    """A person's decision to send an uncertain mail again, with its trail; False where it is no longer uncertain."""
    with transaction.atomic(durable=True):
        rows = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.CLAIMED, claimed_at=delivery.claimed_at)
        if rows.filter(claimed_at__lte=now - UNCERTAIN_AFTER).update(claimed_at=now, error="") != 1:
            return False
        trail.record(
            verb="resend_nightly", by=None, region=delivery.region_id, subject=f"delivery:{delivery.pk}", now=now
        )
    return True


def _mark(delivery: UUID, **values: object) -> None:
    changed = Delivery.objects.filter(pk=delivery, state=Delivery.State.CLAIMED).update(**values)
    if changed != 1:
        raise RuntimeError(f"Delivery {delivery} was not claimed when its mail had been tried.")
