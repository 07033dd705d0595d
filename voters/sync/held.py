"""Events beside the ledger: holds what cannot be applied yet, and does with it what an office decides.

Every event of a phone ends in the ledger or here, exactly once. A held event is never changed but for its decision,
and never deleted; the same content is held once.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from coklit.clock import local_day
from voters import access, nik, trail
from voters.access import Verb
from voters.elections import coklit_days
from voters.models import CoklitResult, HeldEvent, Pantarlih, SyncBatch, User
from voters.sync.apply import Answer, Source, apply_results
from voters.sync.judge import TEXTS, Problem
from voters.sync.payload import BadEvent, ResultEvent, content_hash, raw_hash, read_event
from voters.sync.reasons import in_words
from voters.sync.timing import is_ahead, made_at
from voters.terms import Door, HeldKind, HeldState, Setter


class DecisionRefused(ValueError):
    """A held event cannot be decided so; `code` is stable, the text is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Held:
    """An event to hold, its bytes, and the answer that was given."""

    event: ResultEvent | BadEvent
    raw: bytes
    answer: Answer


def hold(batch: SyncBatch, tps: UUID, pantarlih: UUID, held: Iterable[Held]) -> None:
    """Keep the events of a batch that were not applied; those that are held already stay as they are. One statement.

    Call it in the transaction that stores the batch.
    """
    rows = [_row(batch, tps, pantarlih, one) for one in held]
    if rows:
        HeldEvent.objects.bulk_create(rows, ignore_conflicts=True)


def _row(batch: SyncBatch, tps: UUID, pantarlih: UUID, one: Held) -> HeldEvent:
    answer, event = one.answer, one.event
    row = HeldEvent(
        id=_held_id(pantarlih, one),
        kabkota_id=batch.kabkota_id,
        kind=HeldKind.LATE if answer.late else HeldKind.QUARANTINED,
        tps_id=tps,
        raw=one.raw,
        content_hash=_digest(one),
        problem=answer.problem,
        field=answer.field[:80],
        pantarlih_id=pantarlih,
        device_id=batch.device_id,
        batch_id=batch.pk,
        received_at=batch.received_at,
    )
    if isinstance(event, ResultEvent):
        row.voter, row.code = event.voter, event.code
        row.event_at = made_at(event.at, batch.clock_offset or 0)
        row.ahead = is_ahead(row.event_at, batch.received_at)
    return row


def _digest(one: Held) -> bytes:
    return content_hash(one.event) if isinstance(one.event, ResultEvent) else raw_hash(one.raw)


def _held_id(pantarlih: UUID, one: Held) -> UUID:
    """The event's own id; one made from its content where that is unknown or stands for something else already."""
    if isinstance(one.event, ResultEvent) and one.answer.problem != Problem.ID_REUSED:
        return one.event.id
    return UUID(bytes=hashlib.blake2b(pantarlih.bytes + _digest(one), digest_size=16).digest())


def release(*, held: HeldEvent, by: User, now: dt.datetime, note: str = "") -> Answer:
    """Let a held event in: it is judged anew, as its pantarlih's, and applied unless a rule still forbids it.

    KPU kab/kota lets late ones in with this, too. Raises DecisionRefused where it cannot be applied; then nothing
    changed. The door asks `access.require`, and calls this inside `access.territory`.
    """
    row = _claimed(held, note)
    _refuse_after_the_seal(row, by, now)
    event = read_event(bytes(row.raw))
    if isinstance(event, BadEvent):
        raise DecisionRefused("unreadable", _("This result cannot be read: %s") % in_words(event.reason))
    _refuse_overtaken(row)
    source = Source(
        Door.PHONE,
        Setter.PANTARLIH,
        pantarlih=row.pantarlih_id,
        batch=row.batch_id,
        clock_offset=row.batch.clock_offset or 0,
        released=True,
    )
    (answer,) = apply_results(
        kabkota=row.kabkota_id, tps=row.tps_id, events=[event], source=source, now=row.received_at
    )
    if answer.status not in ("accepted", "conflict") or answer.problem == Problem.ID_REUSED:
        raise DecisionRefused(answer.problem or answer.status, answer.message or str(TEXTS[Problem.ID_REUSED]))
    _settle(row, HeldState.APPLIED, by, now, note, event.id)
    return answer


def _refuse_after_the_seal(row: HeldEvent, by: User, now: dt.datetime) -> None:
    """Once KPU has sealed the stage, only KPU kab/kota still lets results in, late or not."""
    days = coklit_days(row.tps.election_id, row.tps.kelurahan_id)
    sealed = days.sealed_at is not None and now >= days.sealed_at
    if sealed and not access.may(by, Verb.DECIDE_LATE, row.tps.kelurahan_id, local_day(now, days.zone)):
        raise DecisionRefused(Problem.STAGE_SEALED, str(TEXTS[Problem.STAGE_SEALED]))


def _refuse_overtaken(row: HeldEvent) -> None:
    """What the same pantarlih said of the voter later, and was taken in, is not undone by what waited."""
    newer = CoklitResult.objects.filter(
        kabkota_id=row.kabkota_id,
        voter=row.voter,
        by_pantarlih=row.pantarlih_id,
        received_at__gt=row.received_at,
    )
    if newer.exists():
        raise DecisionRefused("newer_result", _("The same pantarlih has sent a newer result of this voter since."))


def settle_corrected(*, held: HeldEvent, event: UUID, by: User, now: dt.datetime, note: str = "") -> None:
    """Note that the office entered the result itself, as the ledger event `event`."""
    _settle(_claimed(held, note), HeldState.CORRECTED, by, now, note, event)


def carry(*, held: HeldEvent, by: User, now: dt.datetime, note: str = "") -> None:
    """Leave a late result to the next stage of the list: it never counts as coklit."""
    row = _claimed(held, note)
    if row.kind != HeldKind.LATE:
        raise DecisionRefused("not_late", _("Only a late result is carried to the next stage."))
    _settle(row, HeldState.CARRIED, by, now, note, None)


def discard(*, held: HeldEvent, by: User, now: dt.datetime, note: str) -> None:
    """Set a held event aside, with the reason. It is kept."""
    if not note.strip():
        raise DecisionRefused("note_missing", _("Say why the result is set aside."))
    _settle(_claimed(held, note), HeldState.DISCARDED, by, now, note, None)


def _claimed(held: HeldEvent, note: str) -> HeldEvent:
    """The row, locked; raises where somebody else has decided meanwhile, or the note names a person by number."""
    if nik.stands_in(note):
        raise DecisionRefused(
            "looks_like_nik", _("The note contains 16 digits that look like a NIK or NKK. Say it without the number.")
        )
    rows = HeldEvent.objects.select_for_update(of=("self",)).select_related("batch", "tps")
    row = rows.get(kabkota_id=held.kabkota_id, pk=held.pk)
    if row.state != HeldState.WAITING:
        raise DecisionRefused("decided", _("This result was decided already: %s.") % row.get_state_display())
    return row


def _settle(row: HeldEvent, state: HeldState, by: User, now: dt.datetime, note: str, event: UUID | None) -> None:
    row.state, row.settled_by, row.settled_at, row.note, row.event = state, by, now, note.strip()[:200], event
    row.save(update_fields=["state", "settled_by", "settled_at", "note", "event"])
    kelurahan = Pantarlih.objects.values_list("kelurahan_id", flat=True)
    trail.record(
        verb=f"held_{state.value}",
        by=by,
        region=kelurahan.get(kabkota_id=row.kabkota_id, pk=row.pantarlih_id),
        subject=f"held:{row.pk}",
        now=now,
        before={"kind": row.kind, "problem": row.problem},
        after={"event": str(event) if event else None},
        reason=row.note,
    )
