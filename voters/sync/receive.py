"""The phones' door: bytes in, one commit, answers out.

In come the bytes of one upload; afterwards they are stored as they came, and their results are applied in the same
commit. If applying fails, the bytes stay stored and `apply_stored` does it later. It never answers before the commit.
"""

import datetime as dt
import hashlib
import logging
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from voters.access import territory
from voters.models import Assignment, Device, SyncBatch
from voters.sync.apply import Answer, Source, apply_results, problems_of
from voters.sync.judge import TEXTS, Problem
from voters.sync.payload import BadEvent, Envelope, read_envelope, read_events
from voters.terms import BatchState, Door, Setter

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Receipt:
    """What the phone is told: `applied` False means stored safely, to be applied by a worker."""

    batch: UUID
    applied: bool
    answers: list[Answer]


class NotYourTps(PermissionError):
    """The pantarlih was never assigned to this TPS."""


def receive_batch(body: bytes, *, device: Device, now: dt.datetime) -> Receipt:
    """Store and apply one upload of a known device.

    Raises payload.Unreadable and NotYourTps, both before anything is written. Sending the same again is harmless.
    """
    envelope = read_envelope(body)
    with territory(device.kabkota_id):
        _require_assignment(device, envelope.tps)
        waiting = _has_waiting(device, envelope.tps)
        batch = _store(body, envelope, device, now)
        if waiting:
            # What this phone sent earlier comes first, or its older result would end up as the current one.
            return Receipt(envelope.batch, applied=False, answers=[])
        try:
            with transaction.atomic():
                answers = _apply(batch, envelope, device.pantarlih_id, now)
        except Exception as error:
            # Whatever went wrong, the phone's only copy must not be lost: the bytes are kept and tried again.
            logger.warning("Batch %s is stored but not applied: %s", batch.pk, type(error).__name__)
            return Receipt(envelope.batch, applied=False, answers=[])
        return Receipt(envelope.batch, applied=True, answers=answers)


def apply_stored(*, kabkota: str, batch: UUID, now: dt.datetime) -> bool:
    """Apply a stored batch; False when another worker has it or did it. Raises what applying raises.

    Its results count as received when the batch was, not when it is applied.
    """
    with territory(kabkota):
        waiting = SyncBatch.objects.select_for_update(skip_locked=True, of=("self",)).select_related("device")
        stored = waiting.filter(kabkota_id=kabkota, pk=batch, state=BatchState.STORED).first()
        if stored is None:
            return False
        _apply(stored, read_envelope(bytes(stored.body)), stored.device.pantarlih_id, now)
        return True


def give_up(*, kabkota: str, batch: UUID) -> None:
    """Mark a stored batch as one that cannot be applied: it is kept, shown, and no longer in the way of later ones."""
    with territory(kabkota):
        SyncBatch.objects.filter(kabkota_id=kabkota, pk=batch, state=BatchState.STORED).update(state=BatchState.FAILED)


def _has_waiting(device: Device, tps: UUID) -> bool:
    stored = SyncBatch.objects.filter(kabkota_id=device.kabkota_id, device=device, tps=tps, state=BatchState.STORED)
    return stored.exists()


def _require_assignment(device: Device, tps: UUID) -> None:
    # A closed assignment counts: a replaced pantarlih's phone may still hold the only copy of earlier visits.
    served = Assignment.objects.filter(kabkota_id=device.kabkota_id, pantarlih=device.pantarlih_id, tps=tps)
    if not served.exists():
        raise NotYourTps(f"Device {device.pk} has no assignment to TPS {tps}.")


def _store(body: bytes, envelope: Envelope, device: Device, now: dt.datetime) -> SyncBatch:
    return SyncBatch.objects.create(
        kabkota_id=device.kabkota_id,
        phone_batch=envelope.batch,
        device=device,
        tps_id=envelope.tps,
        state=BatchState.STORED,
        body=body,
        body_hash=hashlib.sha256(body).digest(),
        received_at=now,
        phone_at=envelope.sent_at,
        clock_offset=_seconds_off(envelope.sent_at, now),
        recorded=envelope.recorded,
        waiting=envelope.waiting,
        failed=envelope.failed,
        app_version=envelope.app_version,
        attempts=envelope.attempts,
        events=len(envelope.events),
    )


def _seconds_off(phone_at: dt.datetime, now: dt.datetime) -> int:
    """How far the phone's clock is ahead, in seconds, within what the column holds."""
    return max(-(2**31), min(2**31 - 1, round((phone_at - now).total_seconds())))


def _apply(batch: SyncBatch, envelope: Envelope, pantarlih: UUID, now: dt.datetime) -> list[Answer]:
    events, bad = read_events(envelope)
    answers = apply_results(
        kabkota=batch.kabkota_id,
        tps=envelope.tps,
        events=events,
        source=Source(Door.PHONE, Setter.PANTARLIH, pantarlih=pantarlih, batch=batch.pk),
        now=batch.received_at,
    )
    answers += [_quarantined(one) for one in bad]
    SyncBatch.objects.filter(kabkota_id=batch.kabkota_id, pk=batch.pk).update(
        state=BatchState.APPLIED,
        applied_at=now,
        accepted=sum(answer.status in ("accepted", "conflict") for answer in answers),
        problems=problems_of(answers),
    )
    _mark_seen(batch)
    return answers


def _mark_seen(batch: SyncBatch) -> None:
    """Keep when the phone last came, and with which version of the app.

    After the results, as issuing a token locks the pantarlih before the device too.
    """
    # A batch that waited may be older than what the phone has sent since.
    earlier = Q(seen_at__isnull=True) | Q(seen_at__lt=batch.received_at)
    Device.objects.filter(earlier, kabkota_id=batch.kabkota_id, pk=batch.device_id).update(
        seen_at=batch.received_at, app_version=batch.app_version
    )


def _quarantined(bad: BadEvent) -> Answer:
    # Without an id the phone knows an event by its place alone.
    field = bad.field if bad.id else f"events[{bad.index}].{bad.field}".rstrip(".")
    return Answer(bad.id, "quarantined", Problem.BAD_VALUE, field, f"{TEXTS[Problem.BAD_VALUE]} {bad.reason}")
