"""The phones' door: bytes in, one commit, answers out.

In come the bytes of one upload; afterwards they are stored as they came, and each of their events is in the ledger or
held, in the same commit. If applying fails, the bytes stay stored and a worker does it later. It never answers before
the commit.
"""

import datetime as dt
import hashlib
import json
import logging
import time
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, InterfaceError, OperationalError, transaction

from coklit.prepared import prepared
from coklit.sqlfiles import sql
from voters.access import territory
from voters.models import Device, SyncBatch
from voters.placement import new_id
from voters.sync import salvage
from voters.sync.apply import Answer, Source, apply_results, problems_of
from voters.sync.faults import log_fault
from voters.sync.held import Held, hold
from voters.sync.judge import TEXTS, Problem
from voters.sync.payload import BadEvent, Envelope, ResultEvent, Unreadable, read_envelope, read_event
from voters.sync.reasons import in_words
from voters.sync.timing import clock_offset, in_utc
from voters.sync.wire import unpacked
from voters.terms import BatchState, Door, Setter

logger = logging.getLogger(__name__)

# A TPS that is locked for longer is being imported or recounted: the upload is stored, and the phone not kept waiting.
LOCK_WAIT = "3s"
# How an upload is applied, the cheapest first: without a look-up of its events, as a whole, piece by piece.
_WAYS = FRESH, WHOLE, ONE_BY_ONE = "fresh", "whole", "one by one"
_AS_RECEIVED = (
    "id phone_batch state encoding body body_hash received_at phone_at clock_offset recorded waiting failed app_version"
    " attempts events"
)
# Nothing was wrong with the upload: the database is away, or somebody else holds the TPS for too long.
PASSING = (OperationalError, InterfaceError)


@dataclass(frozen=True)
class Receipt:
    """What the phone is told: `applied` False means stored safely, to be applied by a worker.

    `attempts` is the phone's own number of this attempt.
    """

    batch: UUID
    applied: bool
    answers: list[Answer]
    attempts: int


class NotYourTps(PermissionError):
    """The pantarlih was never assigned to this TPS."""


def receive_batch(
    body: bytes, *, device: Device, now: dt.datetime, encoding: str = "", at_once: bool = True
) -> Receipt:
    """Store one upload of a known device, and apply it unless `at_once` is False. Sending it again is harmless.

    Raises wire.TooLarge, wire.BadEncoding, payload.TooMany and NotYourTps before anything is written, and
    payload.Unreadable after the bytes are kept.
    """
    began = time.monotonic()
    content = unpacked(body, encoding)
    try:
        envelope = read_envelope(content)
    except Unreadable:
        _keep_unreadable(body, encoding, device, now)
        raise
    batch = _batch(body, encoding, envelope, device, now)
    answers = _applied(batch, envelope, device, now, began) if at_once else None
    if answers is None:
        with territory(device.kabkota_id):
            _may_apply(device, envelope.tps)
            _store(batch, BatchState.STORED)
            _mark_seen(batch)
    return Receipt(envelope.batch, answers is not None, answers or [], envelope.attempts)


def _applied(
    batch: SyncBatch, envelope: Envelope, device: Device, now: dt.datetime, began: float
) -> list[Answer] | None:
    """Store and apply in one commit; None, and nothing written, where it cannot be applied now. Raises NotYourTps.

    What cannot be applied as a whole is tried event by event, so that one bad event does not hold up the others.
    """
    for way in _WAYS if batch.attempts == 1 else _WAYS[1:]:
        try:
            with territory(device.kabkota_id):
                if not _may_apply(device, envelope.tps):
                    return None
                _store(batch, BatchState.APPLIED)
                return _apply(batch, envelope, device.pantarlih_id, now, began, way=way)
        except NotYourTps:
            raise
        except PASSING as error:
            logger.warning("Batch %s is stored but not applied: %s", batch.pk, type(error).__name__)
            return None
        except Exception as error:
            # Sent before after all: looked up next.
            if way != FRESH or not isinstance(error, IntegrityError):
                log_fault(logger, batch.pk, error)
    return None


def apply_stored(*, kabkota: str, batch: UUID, now: dt.datetime, give_up: bool = False) -> BatchState | None:
    """Apply a stored batch and tell its state; None when another worker has it or did it. Raises what applying raises.

    Its results count as received when the batch was, not when it is applied. With `give_up`, events that cannot be
    applied are held instead, so that it always comes to an end.
    """
    began = time.monotonic()
    with territory(kabkota):
        _wait_briefly()
        waiting = SyncBatch.objects.select_for_update(skip_locked=True, of=("self",)).select_related("device")
        stored = waiting.filter(kabkota_id=kabkota, pk=batch, state=BatchState.STORED).first()
        if stored is None:
            return None
        try:
            envelope = read_envelope(unpacked(bytes(stored.body), stored.encoding))
        except ValueError:
            if not give_up:
                raise
            # It could be read when it came, and another version of the program cannot: kept like any such bytes.
            SyncBatch.objects.filter(kabkota_id=kabkota, pk=batch).update(state=BatchState.UNREADABLE)
            return BatchState.UNREADABLE
        pantarlih = stored.device.pantarlih_id
        try:
            with transaction.atomic():
                _apply(stored, envelope, pantarlih, now, began)
        except PASSING:
            raise
        except Exception:
            _apply(stored, envelope, pantarlih, now, began, way=ONE_BY_ONE, give_up=give_up)
        return BatchState.APPLIED


def _may_apply(device: Device, tps: UUID) -> bool:
    """False while an earlier upload of this phone for this TPS waits: its older result must not end up as current.

    Raises NotYourTps. A closed assignment counts: a replaced pantarlih's phone may hold the only copy of visits.
    """
    with prepared() as cursor:
        cursor.execute(
            sql("voters", "may_send"),
            {
                "lock_wait": LOCK_WAIT,
                "kabkota": device.kabkota_id,
                "pantarlih": device.pantarlih_id,
                "device": device.pk,
                "tps": tps,
            },
        )
        _lock_wait, served, waiting = cursor.fetchone()
    if not served:
        raise NotYourTps(f"Device {device.pk} has no assignment to TPS {tps}.")
    return not waiting


def _wait_briefly() -> None:
    """A worker that waits for one TPS keeps all others waiting."""
    with prepared() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_WAIT])


def _batch(body: bytes, encoding: str, envelope: Envelope, device: Device, now: dt.datetime) -> SyncBatch:
    return SyncBatch(
        id=new_id(),
        kabkota_id=device.kabkota_id,
        phone_batch=envelope.batch,
        device_id=device.pk,
        tps_id=envelope.tps,
        encoding=encoding,
        body=body,
        body_hash=hashlib.sha256(body).digest(),
        received_at=now,
        phone_at=in_utc(envelope.sent_at),
        clock_offset=clock_offset(envelope.sent_at, now),
        recorded=envelope.recorded,
        waiting=envelope.waiting,
        failed=envelope.failed,
        app_version=envelope.app_version,
        attempts=envelope.attempts,
        events=len(envelope.events),
    )


def _store(batch: SyncBatch, state: BatchState) -> None:
    batch.state = state
    told = {name: getattr(batch, name) for name in _AS_RECEIVED.split()}
    with prepared() as cursor:
        cursor.execute(
            sql("voters", "store_batch"),
            {**told, "kabkota": batch.kabkota_id, "device": batch.device_id, "tps": batch.tps_id},
        )


def _keep_unreadable(body: bytes, encoding: str, device: Device, now: dt.datetime) -> None:
    """Keep bytes that nobody could read, once, so that no result is lost by a fault of an app."""
    digest = hashlib.sha256(body).digest()
    with territory(device.kabkota_id):
        kept = SyncBatch.objects.filter(
            kabkota_id=device.kabkota_id, device=device, body_hash=digest, state=BatchState.UNREADABLE
        )
        if not kept.exists():
            SyncBatch.objects.create(
                kabkota_id=device.kabkota_id,
                device=device,
                state=BatchState.UNREADABLE,
                encoding=encoding,
                body=body,
                body_hash=digest,
                received_at=now,
            )


def _apply(
    batch: SyncBatch,
    envelope: Envelope,
    pantarlih: UUID,
    now: dt.datetime,
    began: float,
    *,
    way: str = WHOLE,
    give_up: bool = False,
) -> list[Answer]:
    """Apply what can be read, hold the rest, and note on batch and device what became of it."""
    read = [(read_event(raw, index), raw) for index, raw in enumerate(envelope.events)]
    good = [(event, raw) for event, raw in read if isinstance(event, ResultEvent)]
    events = [event for event, _raw in good]
    source = Source(
        Door.PHONE,
        Setter.PANTARLIH,
        pantarlih=pantarlih,
        batch=batch.pk,
        clock_offset=batch.clock_offset or 0,
        # The look-up of what nobody has sent before is a tenth of the database's work.
        fresh=way == FRESH,
    )

    def applied(some: list[ResultEvent]) -> list[Answer]:
        return apply_results(
            kabkota=batch.kabkota_id, tps=envelope.tps, events=some, source=source, now=batch.received_at
        )

    if way == ONE_BY_ONE:
        answers = salvage.piecewise(applied, events, failed_before=_failed_before(batch), give_up=give_up)
    else:
        answers = applied(events)
    kept = [
        Held(event, bytes(raw), answer)
        for (event, raw), answer in zip(good, answers, strict=True)
        if answer.late or answer.status == "quarantined" or answer.problem == Problem.ID_REUSED
    ]
    for event, raw in read:
        if isinstance(event, BadEvent):
            answers.append(_quarantined(event))
            kept.append(Held(event, bytes(raw), answers[-1]))
    hold(batch, envelope.tps, pantarlih, kept)
    _finish(batch, answers, now, began)
    return answers


def _failed_before(batch: SyncBatch) -> set[str]:
    """Ids of the events that this phone was told to send again."""
    told = SyncBatch.objects.filter(
        kabkota_id=batch.kabkota_id, device=batch.device_id, problems__contains=[{"status": "retry"}]
    ).values_list("problems", flat=True)
    return {answer["id"] for problems in told for answer in problems or [] if answer["status"] == "retry"}


def _finish(batch: SyncBatch, answers: list[Answer], now: dt.datetime, began: float) -> None:
    """Batch and device, after the results: issuing a token locks the pantarlih before the device too."""
    problems = problems_of(answers)
    with prepared() as cursor:
        cursor.execute(
            sql("voters", "finish_batch"),
            {
                "kabkota": batch.kabkota_id,
                "batch": batch.pk,
                "now": now,
                "accepted": sum(a.status in ("accepted", "conflict") and not a.late for a in answers),
                "problems": json.dumps(problems) if problems else None,
                "took_ms": round(1000 * (time.monotonic() - began)),
            },
        )
    _mark_seen(batch)


def _mark_seen(batch: SyncBatch) -> None:
    """Note on the phone when it came and what it told; its trouble is over."""
    with prepared() as cursor:
        cursor.execute(
            sql("voters", "device_seen"),
            {
                "kabkota": batch.kabkota_id,
                "device": batch.device_id,
                "at": batch.received_at,
                "app_version": batch.app_version,
                "recorded": batch.recorded,
                "waiting": batch.waiting,
                "failed": batch.failed,
                "clock_offset": batch.clock_offset,
            },
        )


def _quarantined(bad: BadEvent) -> Answer:
    # Without an id the phone knows an event by its place alone.
    field = bad.field if bad.id else f"events[{bad.index}].{bad.field}".rstrip(".")
    return Answer(bad.id, "quarantined", Problem.BAD_VALUE, field, f"{TEXTS[Problem.BAD_VALUE]} {in_words(bad.reason)}")
