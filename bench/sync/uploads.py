"""What the phones of the bench send: uploads of 250 results in the mix of the demonstration, made before any measuring.

Ids of events are random, as phones make them: of all kinds of ids the one that costs an index most.
"""

import datetime as dt
import gzip
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bench.sync.ground import VoterList
from coklit.sqlfiles import sql
from voters.demo import visits

EVENTS = 250
# What a pantarlih may set in the invented election, which follows Pemilu 2024.
_CODES = ("0", "U", "B", "1", "3", "6", "7")
_SEED = 20_230_212


@dataclass(frozen=True)
class Upload:
    """One request of one phone. `body` is compressed where `encoding` says so."""

    token: str
    batch: UUID
    body: bytes
    encoding: str
    events: int

    @property
    def headers(self) -> dict[str, str]:
        """As a phone sends them."""
        told = {"Content-Encoding": self.encoding} if self.encoding else {}
        return {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Accept-Encoding": "gzip",
            **told,
        }


def uploads_for(one: VoterList, *, now: dt.datetime, compressed: bool) -> list[Upload]:
    """One upload for each TPS that is written, the TPS in a mixed order."""
    with one.connect() as connection:
        rows = connection.execute(
            sql("bench", "phones_written").encode(), {"written_step": one.written_step}
        ).fetchall()
    draw = random.Random(_SEED)
    return [upload(token, tps, voters, now=now, compressed=compressed, draw=draw) for token, tps, voters in rows]


def upload(
    token: str,
    tps: str,
    voters: Sequence[Mapping[str, Any]],
    *,
    now: dt.datetime,
    compressed: bool,
    draw: random.Random,
) -> Upload:
    """A day's work of one phone: 250 results, or as many as the list has voters."""
    begin = now - dt.timedelta(hours=8)
    events = visits.visits(voters, begin, now - dt.timedelta(minutes=10), _CODES, draw)[:EVENTS]
    for event in events:
        # The demonstration makes its ids from what they stand for; a phone draws them.
        event |= {"id": _drawn(draw), "sticker": True, "receipt": draw.random() < 0.98}
    batch = _drawn(draw)
    body = json.dumps(
        {
            "batch": str(batch),
            "tps": tps,
            "sent_at": now.isoformat(),
            "app_version": "bench 1",
            "attempts": 1,
            "recorded": len(events),
            "waiting": 0,
            "failed": 0,
            "events": events,
        },
        default=_as_text,
        separators=(",", ":"),
    ).encode()
    body = gzip.compress(body, compresslevel=6, mtime=0) if compressed else body
    return Upload(token, batch, body, "gzip" if compressed else "", len(events))


def _drawn(draw: random.Random) -> UUID:
    return UUID(int=draw.getrandbits(128), version=4)


def _as_text(value: Any) -> str:
    return str(value) if isinstance(value, UUID) else str(value.isoformat())
