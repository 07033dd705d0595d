"""Refused attempts: from the list that `pressure.ask` fills in Valkey into rows.

In come lines of the list, oldest first; afterwards each is a `SyncAttempt` once, and its phone is marked. Lines leave
the list after the commit only: a worker that dies in between loses nothing, and the next one writes nothing twice.
"""

import datetime as dt
import logging
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import redis
from django.db import connection

from coklit.sqlfiles import sql
from voters.access import territory
from voters.sync.attempts import LARGEST_SIZE
from voters.sync.pressure import DROPPED, LIMITS, REFUSED, STATUS
from voters.sync.valkey import ask_valkey
from voters.terms import AttemptOutcome

logger = logging.getLogger(__name__)

LINES_AT_ONCE = 1_000
# Bounds one run, which comes every 30 seconds.
LINES_A_RUN = 20_000

# Whoever wrote the lines takes them away; a second worker that wrote the same finds another line at the head.
_TAKE_AWAY = """
if redis.call('LINDEX', KEYS[1], 0) == ARGV[1] then redis.call('LTRIM', KEYS[1], ARGV[2], -1) end
"""


@dataclass(frozen=True)
class Refused:
    """One refused attempt, as it stands in the list."""

    id: UUID
    kabkota: str
    device: UUID
    size: int
    outcome: AttemptOutcome
    at: dt.datetime


def keep_refused() -> int:
    """Write what the list holds, up to 20,000 lines; says how many it wrote. Without Valkey it does nothing."""
    done = 0
    while done < LINES_A_RUN:
        lines: list[str] = ask_valkey(_oldest, otherwise=[])
        if not lines:
            break
        _keep([_read(line) for line in lines])
        _take_away(lines)
        done += len(lines)
    _tell_dropped()
    return done


def _oldest(valkey: redis.Redis) -> list[str]:
    # Text, as the client decodes; its types leave that open.
    return cast("list[str]", valkey.lrange(REFUSED, 0, LINES_AT_ONCE - 1))


def _take_away(lines: list[str]) -> None:
    ask_valkey(lambda valkey: valkey.eval(_TAKE_AWAY, 1, REFUSED, lines[0], len(lines)), otherwise=None)


def _tell_dropped() -> None:
    dropped = ask_valkey(lambda valkey: valkey.getdel(DROPPED), otherwise=None)
    if dropped:
        logger.warning("%s refused attempts are not on record: their list was full.", dropped)


def _read(line: str) -> Refused:
    attempt, kabkota, device, size, place, at = line.split(" ")
    return Refused(
        id=UUID(attempt),
        kabkota=kabkota,
        device=UUID(device),
        size=min(int(size), LARGEST_SIZE),
        outcome=LIMITS[int(place) - 1],
        at=dt.datetime.fromtimestamp(float(at), dt.UTC),
    )


def _keep(attempts: list[Refused]) -> None:
    by_kabkota: dict[str, list[Refused]] = defaultdict(list)
    for attempt in attempts:
        by_kabkota[attempt.kabkota].append(attempt)
    for kabkota, some in by_kabkota.items():
        values: dict[str, Any] = {
            "kabkota": kabkota,
            "ids": [one.id for one in some],
            "devices": [one.device for one in some],
            "ats": [one.at for one in some],
            "outcomes": [one.outcome.value for one in some],
            "statuses": [STATUS[one.outcome] for one in some],
            "sizes": [one.size for one in some],
        }
        with territory(kabkota), connection.cursor() as cursor:
            cursor.execute(sql("voters", "keep_refused"), values)
            cursor.execute(sql("voters", "mark_refused"), values)
