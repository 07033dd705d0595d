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
from voters.sync.judge import Standing, standing_after
from voters.sync.payload import Corrected, ResultEvent
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


@dataclass(frozen=True)
class _Result:
    """What is kept as current of one voter; None as `last_event` where there is no result."""

    standing: Standing
    last_event: UUID | None
    last_door: str | None


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


def _compared(rows: Sequence[tuple[Any, ...]]) -> tuple[_Result, _Result, int]:
    """The voter's result as it is kept, as the events make it, and the number of events."""
    voter, listed, deleted = rows[0][:3]
    kept = _kept(listed, deleted, rows[0][3:11])
    again = _Result(Standing(listed=listed), None, None)
    events = [row[11:] for row in rows if row[11] is not None]
    for event in events:
        again = _after(voter, again, event)
    return kept, again, len(events)


def _kept(listed: bool, deleted: bool, row: tuple[Any, ...]) -> _Result:
    code, corrected, evidence, revision, synced, author, event, door = row
    standing = Standing(
        listed=listed,
        deleted=deleted,
        code=code,
        corrected=json.loads(corrected) if corrected else None,
        evidence=evidence or "",
        revision=revision or 0,
        synced=bool(synced),
        author=author,
    )
    return _Result(standing, event, door)


def _after(voter: UUID, before: _Result, row: tuple[Any, ...]) -> _Result:
    event, code, said, evidence, revision, door, author, at = row
    standing = standing_after(
        _as_said(event, voter, code, said, evidence, at),
        before.standing,
        author=author,
        own_device=door == Door.PHONE,
        revision=revision,
        # The ledger holds the evidence as it was noted then, whatever the table of codes asks for today.
        proof_asked=False,
    )
    return _Result(standing, event, door)


def _as_said(event: UUID, voter: UUID, code: str, said: str | None, evidence: str, at: dt.datetime) -> ResultEvent:
    # A new voter's fields stand in the voter's own row and make no difference to the result.
    corrected = msgspec.json.decode(said, type=Corrected) if said and code != BARU else None
    return msgspec.convert(
        {"id": event, "voter": voter, "code": code, "at": at, "corrected": corrected, "evidence": evidence},
        type=ResultEvent,
    )
