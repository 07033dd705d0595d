"""The SQL side of applying: what is known of one TPS' voters, and the writing of what was accepted.

Every statement names the kab/kota and touches one TPS' worth of rows.
"""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from coklit.sqlfiles import sql
from voters.codes import BARU, HAPUS
from voters.models import Election
from voters.sync.judge import Standing
from voters.sync.payload import ResultEvent, values_of
from voters.terms import Door

if TYPE_CHECKING:
    from voters.sync.apply import Source


@dataclass(frozen=True)
class LockedTps:
    """A TPS that this transaction has locked, with its revision before; each result gets one of its own."""

    kabkota: str
    id: UUID
    election: Election
    kelurahan: str
    revision: int


@dataclass(frozen=True)
class Entry:
    """One accepted event and the voter's standing after it."""

    event: ResultEvent
    digest: bytes
    after: Standing
    contested: bool


def lock_tps(kabkota: str, tps: UUID, events: int) -> LockedTps | None:
    """Raise the TPS' revision by `events`, which locks its row until the transaction ends; None for an unknown TPS.

    One revision for each event: they order the ledger of a voter, and so make the current result again from it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE voters_tps SET revision = revision + %s WHERE kabkota_id = %s AND id = %s"
            " RETURNING election_id, kelurahan_id, revision",
            [events, kabkota, tps],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    return LockedTps(kabkota, tps, Election.objects.get(pk=row[0]), row[1], row[2] - events)


def known_events(kabkota: str, ids: list[UUID]) -> dict[UUID, bytes]:
    """Content hashes of those of the events that are in the ledger."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, content_hash FROM voters_coklitevent WHERE kabkota_id = %s AND id = ANY(%s)", [kabkota, ids]
        )
        return {row[0]: bytes(row[1]) for row in cursor.fetchall()}


def standings(kabkota: str, tps: UUID, voters: list[UUID]) -> dict[UUID, Standing]:
    """The standing of each of the voters that the kab/kota has, in this TPS or in another one."""
    with connection.cursor() as cursor:
        cursor.execute(sql("voters", "standings"), {"kabkota": kabkota, "tps": tps, "voters": voters})
        return {
            row[0]: Standing(
                listed=row[1],
                here=row[2],
                deleted=row[3],
                code=row[4],
                corrected=json.loads(row[5]) if isinstance(row[5], str) else row[5],
                evidence=row[6] or "",
                revision=row[7] or 0,
                synced=row[8] or False,
                author=row[9],
            )
            for row in cursor.fetchall()
        }


def active_owners(kabkota: str, election: Election, niks: list[str]) -> dict[str, set[UUID]]:
    """For each NIK, the kab/kota's active voters (neither TMS nor taken back) that have it, listed or corrected."""
    owners: dict[str, set[UUID]] = {nik: set() for nik in niks}
    with connection.cursor() as cursor:
        cursor.execute(
            sql("voters", "active_owners"), {"kabkota": kabkota, "election": election.pk, "niks": list(owners)}
        )
        for nik, voter in cursor.fetchall():
            owners[nik].add(voter)
    return owners


def write(tps: LockedTps, entries: Sequence[Entry], *, source: "Source", now: dt.datetime) -> None:
    """Write new voters, ledger rows and current results of one call, and the pantarlih's sync times."""
    with connection.cursor() as cursor:
        for entry in entries:
            if entry.event.code == BARU:
                cursor.execute(sql("voters", "write_new_voter"), _new_voter(tps, entry))
            elif entry.event.code == HAPUS:
                cursor.execute(
                    "UPDATE voters_voter SET deleted_at = %s WHERE kabkota_id = %s AND id = %s AND NOT listed",
                    [now, tps.kabkota, entry.event.voter],
                )
        cursor.execute(sql("voters", "write_events"), _event_columns(tps, entries, source, now))
        # One row per voter: a batch may hold several events of one, of which the last one stands.
        latest = list({entry.event.voter: entry for entry in entries}.values())
        cursor.execute(sql("voters", "write_results"), _event_columns(tps, latest, source, now))
        if source.door == Door.PHONE and source.pantarlih:
            cursor.execute(
                "UPDATE voters_pantarlih SET last_synced_at = greatest(last_synced_at, %(now)s),"
                " first_synced_at = least(first_synced_at, %(now)s)"
                " WHERE kabkota_id = %(kabkota)s AND id = %(pantarlih)s",
                {"now": now, "kabkota": tps.kabkota, "pantarlih": source.pantarlih},
            )


def _event_columns(tps: LockedTps, entries: Sequence[Entry], source: "Source", now: dt.datetime) -> dict[str, Any]:
    """Parameters of write_events.sql and write_results.sql: arrays of one length, and what all rows share."""
    return {
        "kabkota": tps.kabkota,
        "tps": tps.id,
        "door": source.door.value,
        "pantarlih": source.pantarlih,
        "user": source.user.pk if source.user else None,
        "batch": source.batch,
        "now": now,
        "own_device": source.door == Door.PHONE,
        "ids": [entry.event.id for entry in entries],
        "voters": [entry.event.voter for entry in entries],
        "codes": [entry.event.code for entry in entries],
        # What the event says goes to the ledger, what follows from it to the result.
        "said": [_json(values_of(entry.event.corrected) or values_of(entry.event.new)) for entry in entries],
        "corrected": [_json(entry.after.corrected) for entry in entries],
        "evidence": [entry.after.evidence for entry in entries],
        "revisions": [entry.after.revision for entry in entries],
        "bases": [entry.event.base_revision for entry in entries],
        "contested": [entry.contested for entry in entries],
        "digests": [entry.digest for entry in entries],
        "times": [entry.event.at for entry in entries],
    }


def _json(fields: Any) -> str | None:
    return json.dumps(fields, ensure_ascii=False) if fields else None


def _new_voter(tps: LockedTps, entry: Entry) -> dict[str, Any]:
    values = values_of(entry.event.new) or {}
    return {**values, "id": entry.event.voter, "kabkota": tps.kabkota, "election": tps.election.pk, "tps": tps.id}
