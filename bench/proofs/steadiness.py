"""What is looked at during a soak, and what of it must not grow or stay open. No duration is judged."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from types import TracebackType
from typing import Self

import psycopg
from psycopg.rows import TupleRow

from bench.processes import resident_bytes
from bench.proofs.installation import Installation

# Parts of the time that are compared: when pools and caches are filled, and the end.
_SETTLED, _END = (0.35, 0.55), (0.85, 1.01)
# What may be more at the end: allocators keep what one large upload needed.
_MEMORY_MAY, _MEMORY_MAY_MB, _SIZES_MAY = 1.10, 15.0, 1.10
_LOOKS_AT_REST, _REST_SECONDS = 4, 2.0
_MB = 1024 * 1024
_SESSIONS = """
SELECT count(*), coalesce(array_agg(pid || '/' || xact_start) FILTER (WHERE state LIKE 'idle in transaction%'), '{}'),
       coalesce(array_agg(pid || '/' || xact_start) FILTER (WHERE xact_start IS NOT NULL), '{}')
FROM pg_stat_activity WHERE usename = 'coklit_web'
"""
_STORED = "SELECT count(*) FROM voters_syncbatch WHERE state = 'stored'"


@dataclass(frozen=True)
class Sample:
    """One look: seconds since the beginning, MB of the web's and the worker's processes, sessions of our role,
    transactions that do nothing (process and beginning of each), uploads that wait to be applied.
    """

    at: float
    web: float
    worker: float
    sessions: int
    idle: frozenset[str]
    stored: int


class Watch:
    """Looks by a connection of its own."""

    def __init__(self, installation: Installation, began: float) -> None:
        self._installation, self._began = installation, began

    def __enter__(self) -> Self:
        self._connection = _connected(self._installation)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def sample(self) -> Sample:
        """Now."""
        sessions, idle, _ = _one_row(self._connection, _SESSIONS)
        (stored,) = _one_row(self._connection, _STORED)
        web, worker = (
            resident_bytes(self._installation.services[name].processes()) / _MB for name in ("web", "worker")
        )
        return Sample(time.monotonic() - self._began, web, worker, sessions, frozenset(idle), stored)


def faults(samples: Sequence[Sample], sizes: Sequence[tuple[float, float]], seconds: float) -> list[str]:
    """A sentence for everything that grew, or was left open between two looks. `sizes`: see table."""
    wrong = []
    for name in ("web", "worker"):
        memory = [(one.at, float(getattr(one, name))) for one in samples]
        settled, end = _median(memory, _SETTLED, seconds), _median(memory, _END, seconds)
        if end > settled * _MEMORY_MAY + _MEMORY_MAY_MB:
            wrong.append(f"memory of {name} grew from {settled:.0f} to {end:.0f} MB")
    settled, end = _median(sizes, _SETTLED, seconds), _median(sizes, _END, seconds)
    if end > settled * _SIZES_MAY:
        wrong.append(f"answers grew from {settled:.0f} to {end:.0f} bytes for a result")
    for one, following in pairwise(samples):
        if one.idle & following.idle:
            wrong.append(f"a transaction stayed open and did nothing at {one.at:.0f} s: {sorted(one.idle)}")
    return wrong


def left_open(installation: Installation) -> list[str]:
    """Transactions that stay open, and uploads that stay unapplied, when nobody sends any more."""
    with _connected(installation) as connection:
        looks = []
        for _ in range(_LOOKS_AT_REST):
            looks.append(set(_one_row(connection, _SESSIONS)[2]))
            time.sleep(_REST_SECONDS)
        (stored,) = _one_row(connection, _STORED)
    wrong = [f"transaction left open: {one}" for one in set.intersection(*looks)]
    return wrong + ([f"{stored} uploads were not applied"] if stored else [])


def table(samples: Sequence[Sample], sizes: Sequence[tuple[float, float]], seconds: float) -> str:
    """A row for each tenth of the time. `sizes` are moments (seconds since the beginning) and bytes for a result."""
    rows = ["  until s  uploads  bytes/result  web MB  worker MB  sessions  waiting to be applied"]
    last = max([seconds, *(one.at for one in samples)])
    for tenth in range(10):
        begin, end = seconds * tenth / 10, seconds * (tenth + 1) / 10 if tenth < 9 else last + 1
        seen = [one for one in samples if begin <= one.at < end]
        told = [size for at, size in sizes if begin <= at < end]
        if seen and told:
            rows.append(
                f"{min(end, last):>9.0f}{len(told):>9}{median(told):>14.1f}{median(one.web for one in seen):>8.0f}"
                f"{median(one.worker for one in seen):>11.0f}{max(one.sessions for one in seen):>10}"
                f"{max(one.stored for one in seen):>23}"
            )
    return "\n".join(rows)


def _median(values: Sequence[tuple[float, float]], part: tuple[float, float], seconds: float) -> float:
    """Of the values in a part of the time; all that came later belong to the end."""
    begin, end = (share * seconds for share in part)
    found = [value for at, value in values if begin <= at and (at < end or part is _END)]
    if not found:
        raise RuntimeError(f"Nothing was seen from {begin:.0f} to {end:.0f} s; let it run for longer.")
    return median(found)


def _connected(installation: Installation) -> psycopg.Connection[TupleRow]:
    return psycopg.connect(installation.superuser_url, autocommit=True)


def _one_row(connection: psycopg.Connection[TupleRow], query: str) -> TupleRow:
    row = connection.execute(query.encode()).fetchone()
    if row is None:
        raise RuntimeError("A count has a row.")
    return row
