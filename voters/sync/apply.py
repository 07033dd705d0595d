"""Applies results to one TPS: ledger event, current result and change mark, all in the caller's transaction.

In come typed events of one TPS from any door; afterwards each is in the ledger once, or is answered why not.
It never trusts an id to be new, and never opens or commits a transaction itself: call it inside `access.territory`.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec

from voters import changes
from voters.codes import HAPUS, is_tms
from voters.elections import codes_for
from voters.models import OutcomeCode, User
from voters.sync import ledger
from voters.sync.judge import (
    TEXTS,
    Problem,
    Refusal,
    Standing,
    contests,
    nik_claimed,
    refusal,
    standing_after,
)
from voters.sync.payload import ResultEvent, content_hash
from voters.terms import Door, Setter, StageKind


@dataclass(frozen=True)
class Source:
    """Who gave the results, and by which door."""

    door: Door
    setter: Setter
    pantarlih: UUID | None = None
    user: User | None = None
    batch: UUID | None = None


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one event. `problem` is a stable code, `message` its text for people."""

    id: str
    status: str
    problem: str = ""
    field: str = ""
    message: str = ""


class UnknownTps(LookupError):
    """There is no such TPS in this kab/kota."""


@dataclass
class _Work:
    """What one call knows and collects."""

    tps: ledger.LockedTps
    source: Source
    now: dt.datetime
    codes: dict[str, OutcomeCode]
    known: dict[UUID, bytes]
    standings: dict[UUID, Standing]
    nik_owners: dict[str, set[UUID]]
    accepted: list[ledger.Entry] = field(default_factory=list)


def apply_results(
    *, kabkota: str, tps: UUID, events: Sequence[ResultEvent], source: Source, now: dt.datetime
) -> list[Answer]:
    """Apply the events in their order and answer each: accepted, duplicate, conflict or quarantined.

    Raises UnknownTps. The TPS is locked first, so that two writers of one TPS follow one another.
    """
    locked = ledger.lock_tps(kabkota, tps, len(events))
    if locked is None:
        raise UnknownTps(f"TPS {tps} is not in {kabkota}.")
    niks = [nik for event in events if (nik := nik_claimed(event))]
    work = _Work(
        tps=locked,
        source=source,
        now=now,
        codes=codes_for(locked.election, StageKind.COKLIT, source.setter),
        known=ledger.known_events(kabkota, [event.id for event in events]),
        standings=ledger.standings(kabkota, tps, [event.voter for event in events]),
        nik_owners=ledger.active_owners(kabkota, locked.election, niks) if niks else {},
    )
    answers = [_apply_one(work, event) for event in events]
    if work.accepted:
        ledger.write(locked, work.accepted, source=source, now=now)
        changes.mark(kabkota=kabkota, tps=[tps], now=now)
    return answers


def _apply_one(work: _Work, event: ResultEvent) -> Answer:
    digest = content_hash(event)
    if event.id in work.known:
        if work.known[event.id] == digest:
            return Answer(str(event.id), "duplicate")
        return _answer(event, "conflict", Refusal(Problem.ID_REUSED, "id"))
    before = work.standings.get(event.voter)
    refused = refusal(event, before, work.codes, work.now) or _nik_refusal(work, event)
    if refused:
        return _answer(event, "quarantined", refused)
    after = standing_after(
        event,
        before,
        author=work.source.pantarlih,
        own_device=work.source.door == Door.PHONE,
        revision=work.tps.revision + len(work.accepted) + 1,
        proof_asked=bool(event.code in work.codes and work.codes[event.code].proof),
    )
    contested = contests(event, before, after)
    work.known[event.id] = digest
    work.standings[event.voter] = after
    _note_nik(work, event)
    work.accepted.append(ledger.Entry(event, digest, after, contested))
    return _answer(event, "conflict", Refusal(Problem.NEWER_RESULT)) if contested else Answer(str(event.id), "accepted")


def _nik_refusal(work: _Work, event: ResultEvent) -> Refusal | None:
    nik = nik_claimed(event)
    if nik is None:
        return None
    if work.nik_owners.get(nik, set()) - {event.voter}:
        return Refusal(Problem.NIK_TAKEN, "new.nik" if event.new else "corrected.nik")
    return None


def _note_nik(work: _Work, event: ResultEvent) -> None:
    """Later events of the same call see who has which NIK by now."""
    nik = nik_claimed(event)
    if nik or event.code == HAPUS or is_tms(event.code):
        for owners in work.nik_owners.values():
            owners.discard(event.voter)
    if nik:
        work.nik_owners.setdefault(nik, set()).add(event.voter)


def _answer(event: ResultEvent, status: str, refused: Refusal) -> Answer:
    return Answer(str(event.id), status, refused.problem, refused.field, str(TEXTS[refused.problem]))


def problems_of(answers: Sequence[Answer]) -> list[dict[str, Any]] | None:
    """The answers other than accepted and duplicate, as kept on the batch; None for none."""
    return [msgspec.to_builtins(a) for a in answers if a.status not in ("accepted", "duplicate")] or None
