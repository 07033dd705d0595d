"""The SQL side of applying: what is known of one TPS' voters, and the writing of what was accepted.

Every statement names the kab/kota and touches one TPS' worth of rows. Those that look among results or the ledger are
planned each time: both grow from nothing to millions of rows while a connection lives.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from django.db import connection

from coklit.prepared import prepared
from coklit.sqlfiles import sql
from voters.codes import BARU, HAPUS
from voters.elections import CoklitDays
from voters.models import Conflict
from voters.sync.arrays import as_array, as_words
from voters.sync.payload import ResultEvent, values_of
from voters.sync.standing import Disagreement, Outcome, Standing
from voters.terms import Door, Effect, Setter, Timing

if TYPE_CHECKING:
    from voters.sync.apply import Source


# The standing of nearly every voter whom a phone brings: on the list, here, no result yet.
_FRESH = Standing(listed=True)


@dataclass(frozen=True)
class LockedTps:
    """A TPS that this transaction has locked, with its revision before; each result gets one of its own.

    `days` are those of coklit there, `codes` what the setter may give, each with whether it asks for proof.
    """

    kabkota: str
    id: UUID
    election: int
    kelurahan: str
    revision: int
    days: CoklitDays
    codes: dict[str, bool]


class Known(msgspec.Struct, frozen=True, gc=False):
    """An event id that is taken: by the ledger, or by a held event of this `kind`."""

    digest: bytes
    kind: str = ""
    state: str = ""
    problem: str = ""
    field: str = ""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One accepted event, what it met and what it does; `made` is its time by the server's clock."""

    event: ResultEvent
    digest: bytes
    revision: int
    before: Standing | None
    outcome: Outcome
    timing: Timing
    made: dt.datetime
    ahead: bool


def lock_tps(kabkota: str, tps: UUID, setter: Setter, events: int) -> LockedTps | None:
    """Raise the TPS' revision by `events`, which locks its row until the transaction ends; None for an unknown TPS.

    One revision for each event: they order the ledger of a voter, and so make the current result again from it.
    """
    with prepared() as cursor:
        cursor.execute(
            sql("voters", "lock_tps"), {"events": events, "kabkota": kabkota, "tps": tps, "setter": setter.value}
        )
        row = cursor.fetchone()
    if row is None:
        return None
    election, kelurahan, revision, *days, codes = row
    return LockedTps(kabkota, tps, election, kelurahan, revision, CoklitDays(*days), json.loads(codes))


def known_held(kabkota: str, ids: list[UUID]) -> dict[int, Known]:
    """Those of the event ids that are held, by their number (`UUID.int`)."""
    with prepared() as cursor:
        cursor.execute(sql("voters", "known_held"), {"kabkota": kabkota, "ids": as_array(ids)})
        return {row[0].int: Known(bytes(row[1]), *row[2:]) for row in cursor.fetchall()}


def known_events(kabkota: str, ids: list[UUID]) -> dict[int, Known]:
    """Those of the event ids that are in the ledger, by their number."""
    with connection.cursor() as cursor:
        cursor.execute(sql("voters", "known_events"), {"kabkota": kabkota, "ids": as_array(ids)})
        return {row[0].int: Known(bytes(row[1])) for row in cursor.fetchall()}


def standings(kabkota: str, tps: UUID, voters: list[UUID]) -> tuple[dict[int, Standing], dict[int, str]]:
    """The standing of each of the voters that the kab/kota has, here or elsewhere, and their NIK, corrections aside.

    By the number of the voter's id.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql("voters", "standings"), {"kabkota": kabkota, "tps": tps, "voters": as_array(voters)})
        rows = cursor.fetchall()
    return {row[0].int: _standing(*row[2:]) for row in rows}, {row[0].int: row[1] for row in rows}


def _standing(listed: bool, here: bool, deleted: bool, code: str | None, *result: Any) -> Standing:
    if code is None:
        return _FRESH if listed and here and not deleted else Standing(listed, here, deleted)
    corrected, evidence, revision, synced, author, door, event, sticker, receipt, contested = result
    said = json.loads(corrected) if corrected else None
    return Standing(
        listed, here, deleted, code, said, evidence, revision, synced, author, door, event, sticker, receipt, contested
    )


def active_owners(kabkota: str, election: int, niks: list[str]) -> dict[str, set[int]]:
    """For each NIK, the kab/kota's active voters (neither TMS nor taken back) that have it, listed or corrected."""
    owners: dict[str, set[int]] = {nik: set() for nik in niks}
    with connection.cursor() as cursor:
        cursor.execute(sql("voters", "active_owners"), {"kabkota": kabkota, "election": election, "niks": list(owners)})
        for nik, voter in cursor.fetchall():
            owners[nik].add(voter.int)
    return owners


def write(tps: LockedTps, entries: Sequence[Entry], *, source: "Source", now: dt.datetime) -> None:
    """Write new voters, ledger rows, current results and conflicts of one call, and the pantarlih's sync times."""
    with prepared() as cursor:
        _write_new_voters(cursor, tps, entries, now)
        _write_ledger(cursor, tps, entries, source, now)
        if source.door == Door.PHONE and source.pantarlih:
            cursor.execute(
                "UPDATE voters_pantarlih SET last_synced_at = greatest(last_synced_at, %(now)s),"
                " first_synced_at = least(first_synced_at, %(now)s)"
                " WHERE kabkota_id = %(kabkota)s AND id = %(pantarlih)s",
                {"now": now, "kabkota": tps.kabkota, "pantarlih": source.pantarlih},
            )
    _write_conflicts(tps, entries, now)


def _write_new_voters(cursor: Any, tps: LockedTps, entries: Sequence[Entry], now: dt.datetime) -> None:
    """New voters' rows. What the office decided of one stays against a phone that had not seen it."""
    setting = [entry.event for entry in entries if entry.outcome.effect is Effect.SET]
    new = {event.voter: values_of(event.new) for event in setting if event.code == BARU}
    gone = [event.voter for event in setting if event.code == HAPUS]
    if new:
        rows = [{**(values or {}), "id": str(voter)} for voter, values in new.items()]
        cursor.execute(
            sql("voters", "write_new_voters"),
            {"kabkota": tps.kabkota, "election": tps.election, "tps": tps.id, "voters": json.dumps(rows)},
        )
    if gone:
        cursor.execute(
            sql("voters", "take_back_voters"), {"kabkota": tps.kabkota, "voters": as_array(gone), "now": now}
        )


def _write_ledger(cursor: Any, tps: LockedTps, entries: Sequence[Entry], source: "Source", now: dt.datetime) -> None:
    """Events, and one result per voter: the last that set it stands, with what later ones added."""
    # By the number of the voter's id; of events of one voter the last one stays.
    setting = {e.event.voter.int: e for e in entries if e.outcome.effect is Effect.SET}
    final = {e.event.voter.int: e for e in entries}
    cursor.execute(sql("voters", "write_ledger"), _columns(tps, entries, setting, final, source, now))
    if len(setting) == len(final):
        return
    first = {e.event.voter.int: e.before for e in reversed(entries)}
    touched = [e for voter, e in final.items() if voter not in setting and e.outcome.after != first[voter]]
    if touched:
        voters, after = as_array([e.event.voter for e in touched]), _after_columns([e.outcome.after for e in touched])
        with connection.cursor() as planned:
            planned.execute(sql("voters", "touch_results"), {"kabkota": tps.kabkota, "voters": voters, **after})


def _write_conflicts(tps: LockedTps, entries: Sequence[Entry], now: dt.datetime) -> None:
    """In the order of the entries: an event settles what was open before it, and may open anew. Two statements."""
    opened: list[Conflict] = []
    settling: dict[UUID, UUID] = {}
    for entry in entries:
        event, outcome = entry.event, entry.outcome
        if outcome.settles:
            settling.setdefault(event.voter, event.id)
            for conflict in opened:
                if conflict.voter_id == event.voter and conflict.settled_at is None:
                    conflict.settled_at, conflict.settled_by = now, event.id
        if outcome.disagreement:
            opened.append(_conflict(tps, event, outcome.disagreement, now))
    if settling:
        with connection.cursor() as cursor:
            voters, events = as_array(list(settling)), as_array(list(settling.values()))
            told: dict[str, Any] = {"kabkota": tps.kabkota, "voters": voters, "events": events, "now": now}
            cursor.execute(sql("voters", "settle_conflicts"), told)
    if opened:
        Conflict.objects.bulk_create(opened)


def _conflict(tps: LockedTps, event: ResultEvent, disagreement: Disagreement, now: dt.datetime) -> Conflict:
    return Conflict(
        kabkota_id=tps.kabkota,
        tps_id=tps.id,
        voter_id=event.voter,
        event=event.id,
        earlier=disagreement.earlier,
        kind=disagreement.kind,
        fields=list(disagreement.fields),
        opened_at=now,
    )


def _columns(
    tps: LockedTps,
    entries: Sequence[Entry],
    setting: Mapping[int, Entry],
    final: Mapping[int, Entry],
    source: "Source",
    now: dt.datetime,
) -> dict[str, Any]:
    """Parameters of write_ledger.sql: arrays of one length, and what all rows share."""
    events = [entry.event for entry in entries]
    places = [event.position for event in events]
    return {
        "kabkota": tps.kabkota,
        "tps": tps.id,
        "door": source.door.value,
        "pantarlih": source.pantarlih,
        "user": source.user.pk if source.user else None,
        "batch": source.batch,
        "now": now,
        "ids": as_array([event.id for event in events]),
        "voters": as_array([event.voter for event in events]),
        "codes": as_words([event.code for event in events]),
        # What the event says goes to the ledger, what follows from it to the result.
        "said": as_array([_json(values_of(event.corrected) or values_of(event.new)) for event in events]),
        "evidence": as_words([entry.outcome.evidence for entry in entries]),
        "bases": as_array([event.base_revision for event in events]),
        "revisions": as_array([entry.revision for entry in entries]),
        "contested": as_array([entry.outcome.disagreement is not None for entry in entries]),
        "effects": as_words([entry.outcome.effect for entry in entries]),
        "timings": as_words([entry.timing for entry in entries]),
        "ahead": as_array([entry.ahead for entry in entries]),
        "stickers": as_array([event.sticker for event in events]),
        "receipts": as_array([event.receipt for event in events]),
        "latitudes": as_array([place.latitude if place else None for place in places]),
        "longitudes": as_array([place.longitude if place else None for place in places]),
        "accuracies": as_array([place.accuracy if place else None for place in places]),
        "digests": as_array([entry.digest for entry in entries]),
        "times": as_array([entry.made for entry in entries]),
        "sets": as_array([setting.get(entry.event.voter.int) is entry for entry in entries]),
        **_after_columns([final[event.voter.int].outcome.after for event in events]),
    }


def _after_columns(after: Sequence[Standing]) -> dict[str, Any]:
    """What write_ledger.sql and touch_results.sql set of a result."""
    return {
        "after_corrected": as_array([_json(standing.corrected) for standing in after]),
        "after_evidence": as_words([standing.evidence for standing in after]),
        "after_revisions": as_array([standing.revision for standing in after]),
        "after_synced": as_array([standing.synced for standing in after]),
        "after_stickers": as_array([standing.sticker for standing in after]),
        "after_receipts": as_array([standing.receipt for standing in after]),
    }


def _json(fields: Any) -> str | None:
    return msgspec.json.encode(fields).decode() if fields else None
