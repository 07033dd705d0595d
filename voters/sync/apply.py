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
from voters.codes import TARIK, is_tms
from voters.models import User
from voters.sync import ledger
from voters.sync.judge import TEXTS, Problem, Refusal, nik_claimed, refusal
from voters.sync.payload import ResultEvent, content_hash
from voters.sync.standing import Author, Outcome, Standing, outcome_of
from voters.sync.timing import Window, is_ahead, made_at, timing_of, window_of
from voters.terms import ConflictKind, Door, HeldKind, HeldState, Setter, Timing


@dataclass(frozen=True)
class Source:
    """Who gave the results, and by which door. `clock_offset`: seconds the phone's clock was ahead.

    `released`: an office lets held events in; what it accepts is no longer too late. `fresh`: a first attempt, whose
    events are looked up in the ledger only before one is refused; one that is applied and in there fails the call.
    """

    door: Door
    setter: Setter
    pantarlih: UUID | None = None
    user: User | None = None
    batch: UUID | None = None
    clock_offset: int = 0
    released: bool = False
    fresh: bool = False


class Answer(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What became of one event. `problem` is a stable code, `message` its text for people."""

    id: str
    status: str
    problem: str = ""
    field: str = ""
    message: str = ""
    late: bool = False


class UnknownTps(LookupError):
    """There is no such TPS in this kab/kota."""


@dataclass
class _Work:
    """What one call knows and collects. By the number of an id (`UUID.int`): hashing an id itself is Python's work."""

    tps: ledger.LockedTps
    source: Source
    author: Author
    now: dt.datetime
    window: Window
    sealed: Refusal | None
    codes: dict[str, bool]
    known: dict[int, ledger.Known]
    # Ids that were not looked up in the ledger yet.
    unread: list[UUID]
    standings: dict[int, Standing]
    # The voters' own, corrections aside; and who has those that are claimed, by what stands now.
    niks: dict[int, str]
    nik_owners: dict[str, set[int]]
    # Voters who have, or had, one of the claimed NIK.
    owning: set[int]
    accepted: list[ledger.Entry] = field(default_factory=list)


def apply_results(
    *, kabkota: str, tps: UUID, events: Sequence[ResultEvent], source: Source, now: dt.datetime
) -> list[Answer]:
    """Apply the events in their order and answer each: accepted, duplicate, conflict or quarantined.

    `now` is when they were received. Raises UnknownTps. The TPS is locked first, so that two writers of one TPS follow
    one another. Late events of a phone are answered, but not applied: who receives them holds them.
    """
    locked = ledger.lock_tps(kabkota, tps, source.setter, len(events))
    if locked is None:
        raise UnknownTps(f"TPS {tps} is not in {kabkota}.")
    ids = [event.id for event in events]
    claimed = [nik for event in events if (nik := nik_claimed(event))]
    standings, niks = ledger.standings(kabkota, tps, [event.voter for event in events])
    owners = ledger.active_owners(kabkota, locked.election, claimed) if claimed else {}
    window = window_of(locked.days, now)
    work = _Work(
        tps=locked,
        source=source,
        author=Author(source.door, source.pantarlih),
        now=now,
        window=window,
        sealed=_sealed(window, source.door),
        # A phone cannot take a result away: what its pantarlih finds at the next visit replaces it.
        codes=locked.codes if source.door is Door.PHONE else {**locked.codes, TARIK: False},
        known=ledger.known_held(kabkota, ids) | ({} if source.fresh else ledger.known_events(kabkota, ids)),
        unread=ids if source.fresh else [],
        standings=standings,
        niks=niks,
        nik_owners=owners,
        owning={voter for voters in owners.values() for voter in voters},
    )
    answers = [_apply_one(work, event) for event in events]
    if work.accepted:
        ledger.write(locked, work.accepted, source=source, now=now)
        changes.mark(kabkota=kabkota, tps=[tps], now=now)
    return answers


def _apply_one(work: _Work, event: ResultEvent) -> Answer:
    digest = content_hash(event)
    known = work.known.get(event.id.int)
    if known is not None and not (work.source.released and known.kind and known.digest == digest):
        return _answer_known(event, known, digest)
    before = work.standings.get(event.voter.int)
    made = made_at(event.at, work.source.clock_offset)
    timing = _timing(work, made)
    late = timing is Timing.LATE and not work.source.released
    refused = None if late else work.sealed or refusal(event, before, work.codes, work.now) or _nik_refusal(work, event)
    if late or refused:
        return _answer_in_ledger(work, event, digest) or _answer_held(work, event, digest, refused)
    revision = work.tps.revision + len(work.accepted) + 1
    outcome = outcome_of(
        event,
        before,
        work.author,
        revision=revision,
        proof_asked=work.codes.get(event.code, False),
    )
    work.known[event.id.int] = ledger.Known(digest)
    work.standings[event.voter.int] = outcome.after
    _note_nik(work, event, outcome.after)
    entry = ledger.Entry(event, digest, revision, before, outcome, timing, made, is_ahead(made, work.now))
    work.accepted.append(entry)
    return _answer_applied(event, outcome)


def _answer_in_ledger(work: _Work, event: ResultEvent, digest: bytes) -> Answer | None:
    """The answer to an event that is in the ledger already; nothing is refused that was accepted before."""
    if work.unread:
        in_ledger = ledger.known_events(work.tps.kabkota, work.unread)
        work.known, work.unread = in_ledger | work.known, []
    known = work.known.get(event.id.int)
    return _answer_known(event, known, digest) if known and not work.source.released else None


def _answer_held(work: _Work, event: ResultEvent, digest: bytes, refused: Refusal | None) -> Answer:
    """Late without a refusal; the same id later in the call is answered alike."""
    if refused is None:
        work.known[event.id.int] = ledger.Known(digest, HeldKind.LATE)
        return Answer(str(event.id), "accepted", late=True)
    work.known[event.id.int] = ledger.Known(digest, HeldKind.QUARANTINED, "", refused.problem, refused.field)
    return _answer(event, "quarantined", refused)


def _answer_known(event: ResultEvent, known: ledger.Known, digest: bytes) -> Answer:
    """The same answer as before for the same content; another content under this id is refused."""
    if known.digest != digest:
        return _answer(event, "conflict", Refusal(Problem.ID_REUSED, "id"))
    if not known.kind:
        return Answer(str(event.id), "duplicate")
    if known.kind == HeldKind.LATE:
        return Answer(str(event.id), "accepted", late=True)
    problem = Problem.SET_ASIDE if known.state == HeldState.DISCARDED else Problem(known.problem)
    return _answer(event, "quarantined", Refusal(problem, known.field))


def _answer_applied(event: ResultEvent, outcome: Outcome) -> Answer:
    if outcome.disagreement is None:
        return Answer(str(event.id), "accepted")
    decided = outcome.disagreement.kind == ConflictKind.DECIDED
    return _answer(event, "conflict", Refusal(Problem.PPS_DECIDED if decided else Problem.NEWER_RESULT))


def _timing(work: _Work, made: dt.datetime) -> Timing:
    # An office enters what it has on paper: its own clock says nothing of the visit.
    return timing_of(made, work.window) if work.source.door == Door.PHONE else Timing.ORDINARY


def _sealed(window: Window, door: Door) -> Refusal | None:
    """A sealed stage takes no more results from an office; a phone's are late instead, and KPU may let them in."""
    return Refusal(Problem.STAGE_SEALED) if window.sealed and door != Door.PHONE else None


def _nik_refusal(work: _Work, event: ResultEvent) -> Refusal | None:
    nik = nik_claimed(event) if work.nik_owners else None
    if nik is None:
        return None
    if work.nik_owners.get(nik, set()) - {event.voter.int}:
        return Refusal(Problem.NIK_TAKEN, "new.nik" if event.new else "corrected.nik")
    return None


def _note_nik(work: _Work, event: ResultEvent, after: Standing) -> None:
    """Later events of the same call see who has which NIK by now, as a later call would."""
    if not work.nik_owners:
        return
    voter = event.voter.int
    if event.new and after.event == event.id:
        work.niks[voter] = event.new.nik
    nik = (after.corrected.get("nik") if after.corrected else None) or work.niks[voter]
    if nik not in work.nik_owners and voter not in work.owning:
        return
    work.owning.add(voter)
    active = not after.deleted and not is_tms(after.code or "")
    for claimed, owners in work.nik_owners.items():
        owners.discard(voter)
        if active and claimed == nik:
            owners.add(voter)


def _answer(event: ResultEvent, status: str, refused: Refusal) -> Answer:
    return Answer(str(event.id), status, refused.problem, refused.field, str(TEXTS[refused.problem]))


def problems_of(answers: Sequence[Answer]) -> list[dict[str, Any]] | None:
    """The answers that say more than accepted or duplicate, as kept on the batch; None for none."""
    told = [a for a in answers if a.late or a.status not in ("accepted", "duplicate")]
    return [msgspec.to_builtins(a) for a in told] or None
