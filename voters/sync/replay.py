"""Proves that the current results are what the ledger says: makes them anew from its events and compares.

In comes a kab/kota; out goes how many voters differ. Writes nothing, and holds one voter's events in memory at a time.
"""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from coklit.sqlfiles import sql
from voters.access import territory
from voters.codes import BARU
from voters.sync.payload import Corrected, ResultEvent
from voters.sync.standing import Author, Standing, outcome_of
from voters.terms import Door

SAMPLES = 10
_ROWS_AT_ONCE = 2_000


@dataclass(frozen=True)
class Check:
    """How many events and voters were read, how many voters differ, and the first of those."""

    events: int
    voters: int
    differing: int
    first: list[UUID]


def check(kabkota: str) -> Check:
    """Compare the results of one kab/kota with its ledger."""
    events = voters = differing = 0
    first: list[UUID] = []
    with territory(kabkota):
        for voter, rows in groupby(_rows(kabkota), key=itemgetter(0)):
            kept, again, count = _compared(list(rows))
            events, voters = events + count, voters + 1
            if kept != again:
                differing += 1
                first += [voter] if len(first) < SAMPLES else []
    return Check(events, voters, differing, first)


def _rows(kabkota: str) -> Iterator[tuple[Any, ...]]:
    # A cursor of the server: the client holds one block of rows, however long the ledger is.
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql("voters", "replay_ledger"), {"kabkota": kabkota})
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            yield from rows


def _compared(rows: Sequence[tuple[Any, ...]]) -> tuple[Standing, Standing, int]:
    """The voter's standing as it is kept, as the events make it, and the number of events."""
    voter, listed, deleted = rows[0][:3]
    kept = _kept(listed, deleted, rows[0][3:14])
    again = Standing(listed=listed)
    events = [row[14:] for row in rows if row[14] is not None]
    for event in events:
        again = _after(voter, again, event)
    return kept, again, len(events)


def _kept(listed: bool, deleted: bool, row: tuple[Any, ...]) -> Standing:
    code, corrected, evidence, revision, synced, author, door, event, sticker, receipt, open_conflicts = row
    return Standing(
        listed=listed,
        deleted=deleted,
        code=code,
        corrected=json.loads(corrected) if corrected else None,
        evidence=evidence or "",
        revision=revision or 0,
        synced=bool(synced),
        author=author,
        door=door or "",
        event=event,
        sticker=sticker,
        receipt=receipt,
        contested=bool(open_conflicts),
    )


def _after(voter: UUID, before: Standing, row: tuple[Any, ...]) -> Standing:
    event, code, said, evidence, base, revision, door, author, at, sticker, receipt = row
    outcome = outcome_of(
        _as_said(event, voter, code, said, evidence, base, at, sticker, receipt),
        before,
        Author(Door(door), author),
        revision=revision,
        # The ledger holds the evidence as it was noted then, whatever the table of codes asks for today.
        proof_asked=False,
    )
    return outcome.after


def _as_said(
    event: UUID,
    voter: UUID,
    code: str,
    said: str | None,
    evidence: str,
    base: int,
    at: dt.datetime,
    sticker: bool | None,
    receipt: bool | None,
) -> ResultEvent:
    # A new voter's fields stand in the voter's own row and make no difference to the result.
    corrected = msgspec.json.decode(said, type=Corrected) if said and code != BARU else None
    told = {"id": event, "voter": voter, "code": code, "at": at, "corrected": corrected, "evidence": evidence}
    return msgspec.convert({**told, "base_revision": base, "sticker": sticker, "receipt": receipt}, ResultEvent)
