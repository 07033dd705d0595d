"""Takes the results of a file back: each is withdrawn in the ledger, and what had stood before it is said again.

Nothing is deleted (docs/adr/0015). Refused as a whole where anything was said of a voter since.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from voters import access
from voters.codes import BARU, HAPUS, TARIK
from voters.imports import undoing
from voters.imports.author import source_of
from voters.imports.content import restoring_id, withdrawing_id
from voters.imports.giving import lock
from voters.imports.undoing import Undoing
from voters.intake.findings import Report, Rule
from voters.models import CoklitEvent, Conflict, FileImport, ImportChange, Voter
from voters.sync.apply import Source, apply_results
from voters.sync.payload import ResultEvent
from voters.terms import Door

_BLOCK = 1_000


class _Given(NamedTuple):
    """A result that the import set, and what had stood before."""

    event: UUID
    tps: UUID
    voter: UUID
    code: str
    revision: int
    before: dict[str, Any] | None


def undo(record: FileImport, now: dt.datetime, door: Door, rules: Sequence[Rule]) -> Report:
    """Withdraw every result that the import set. Raises UndoRefused."""
    found = Undoing(record, rules)
    source = source_of(door, record.undone_by or record.undo_asked_by, record.area, now)
    if source is None:
        found.refuse("no_author", record.file_name)
        found.raise_refused()
        raise AssertionError("A refusal raises.")
    kabkota = record.area_id[:5]
    with access.territory(kabkota):
        given = _given(kabkota, found.changes.get(kabkota, []))
        by_tps: dict[UUID, list[_Given]] = defaultdict(list)
        for one in given:
            by_tps[one.tps].append(one)
        lock(kabkota, by_tps)
        for own in by_tps.values():
            _refuse_touched(found, kabkota, own)
        found.raise_refused()
        for tps in sorted(by_tps):
            _withdraw(found, kabkota, tps, by_tps[tps], source, now)
        found.raise_refused()
    return found.report()


def _given(kabkota: str, changes: Sequence[ImportChange]) -> list[_Given]:
    before = {UUID(undoing.key_of(one).partition(":")[0]): one.before for one in changes}
    events = []
    for ids in _blocks(list(before)):
        rows = CoklitEvent.objects.filter(kabkota_id=kabkota, pk__in=ids)
        events += list(rows.values_list("pk", "tps_id", "voter_id", "code", "revision"))
    return [_Given(*told, before[told[0]]) for told in events]


def _refuse_touched(found: Undoing, kabkota: str, own: Sequence[_Given]) -> None:
    """Whatever was said of a voter since would be lost, and an older conflict would be settled by nobody."""
    mine = {one.event for one in own}
    revisions = {one.voter: one.revision for one in own}
    later = CoklitEvent.objects.filter(kabkota_id=kabkota, voter__in=list(revisions)).exclude(pk__in=mine)
    told = later.values_list("voter_id", "revision")
    touched = {voter for voter, revision in told if revision > revisions[voter]}
    older = Conflict.objects.filter(kabkota_id=kabkota, voter__in=list(revisions), settled_at__isnull=True)
    contested = set(older.exclude(event__in=mine).values_list("voter_id", flat=True)) - touched
    names = _names(kabkota, touched | contested)
    for voter in sorted(touched):
        found.refuse(undoing.CHANGED_SINCE.code, names[voter])
    for voter in sorted(contested):
        found.refuse("conflict_open", names[voter])


def _withdraw(found: Undoing, kabkota: str, tps: UUID, own: Sequence[_Given], source: Source, now: dt.datetime) -> None:
    events = [event for one in own for event in _events(one, now)]
    answers = apply_results(kabkota=kabkota, tps=tps, events=events, source=source, now=now)
    for event, answer in zip(events, answers, strict=True):
        if answer.status != "accepted":
            found.refuse(answer.problem, _names(kabkota, {event.voter}).get(event.voter, ""))


def _events(one: _Given, now: dt.datetime) -> Iterator[ResultEvent]:
    """What withdraws the result, made on it; then what had stood before."""
    told = {"voter": one.voter, "at": now, "base_revision": one.revision}
    if one.code == BARU:
        new = (one.before or {}).get("new")
        said = {"code": BARU, "new": new} if new else {"code": HAPUS}
        yield msgspec.convert({**told, "id": withdrawing_id(one.event), **said}, ResultEvent)
        return
    yield msgspec.convert({**told, "id": withdrawing_id(one.event), "code": TARIK}, ResultEvent)
    if one.before:
        before = {name: value for name, value in one.before.items() if value is not None}
        yield msgspec.convert({**told, "id": restoring_id(one.event), **before}, ResultEvent)


def _names(kabkota: str, voters: set[UUID]) -> dict[UUID, str]:
    """DPID of the voters, for the report; a new voter has none."""
    rows = Voter.objects.filter(kabkota_id=kabkota, pk__in=voters).values_list("pk", "dpid")
    return {voter: f"DPID {dpid}" if dpid else str(voter) for voter, dpid in rows}


def _blocks(ids: list[UUID]) -> Iterator[list[UUID]]:
    rest = iter(ids)
    while block := list(islice(rest, _BLOCK)):
        yield block
