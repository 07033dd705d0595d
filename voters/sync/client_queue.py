"""What a phone keeps on disk: every result until its answer came, the lists it got, and how its last attempts went.

One SQLite file for each phone, every change flushed to the disk before it counts. No result is ever deleted from it:
it is `waiting`, `stored` (the server has the bytes), `done` (answered for good) or `set_aside` (unreadable there).
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

# What the envelope takes beside its events, generously.
ENVELOPE_BYTES = 1024
_BUSY_SECONDS = 30.0
_TABLES = """
CREATE TABLE IF NOT EXISTS event (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    tps TEXT NOT NULL,
    voter TEXT NOT NULL,
    body BLOB NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'stored', 'done', 'set_aside')),
    batch TEXT,
    alone INTEGER NOT NULL DEFAULT 0,
    status TEXT,
    answer TEXT
);
CREATE INDEX IF NOT EXISTS event_open ON event (tps, number) WHERE state IN ('waiting', 'stored');
CREATE INDEX IF NOT EXISTS event_in_batch ON event (batch) WHERE batch IS NOT NULL;
CREATE INDEX IF NOT EXISTS event_status ON event (status) WHERE status IS NOT NULL;
CREATE TABLE IF NOT EXISTS receipt (batch TEXT PRIMARY KEY, asked_at REAL NOT NULL, wait REAL NOT NULL);
CREATE TABLE IF NOT EXISTS list (tps TEXT PRIMARY KEY, etag TEXT NOT NULL, body TEXT NOT NULL, stale INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Event:
    """One result as it will be sent: `body` is its JSON and never changes."""

    id: str
    tps: str
    voter: str
    body: bytes


@dataclass(frozen=True)
class Upload:
    """Events of one TPS under one batch id, in the order they were recorded; `last` is the number of the last."""

    batch: str
    tps: str
    events: Sequence[Event]
    last: int


@dataclass(frozen=True)
class Counts:
    """Of the envelope: results recorded in all, not answered yet, refused."""

    recorded: int
    waiting: int
    failed: int


class Queue:
    """The file. To be used by one thread at a time; several processes may have it open."""

    def __init__(self, path: Path) -> None:
        self._base = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        self._base.execute("PRAGMA journal_mode = WAL")
        # In WAL, only FULL flushes every commit; a phone's battery may be out at any moment.
        self._base.execute("PRAGMA synchronous = FULL")
        with self._writing():
            for statement in _TABLES.split(";"):
                self._base.execute(statement)

    def close(self) -> None:
        """Everything is on disk already."""
        self._base.close()

    def record(self, events: Iterable[Event]) -> None:
        """On disk on return. The same event again changes nothing; its id with another content raises ValueError."""
        with self._writing():
            for event in events:
                known = self._base.execute("SELECT body, tps FROM event WHERE id = ?", [event.id]).fetchone()
                if known is None:
                    self._base.execute(
                        "INSERT INTO event (id, tps, voter, body) VALUES (?, ?, ?, ?)",
                        [event.id, event.tps, event.voter, event.body],
                    )
                elif known != (event.body, event.tps):
                    raise ValueError(f"Event {event.id} was recorded with another content; an event never changes.")

    def tps_waiting(self) -> list[str]:
        """The TPS that have something to send, the one with the oldest result first."""
        rows = self._base.execute(
            "SELECT tps FROM event WHERE state = 'waiting' GROUP BY tps ORDER BY min(number)"
        ).fetchall()
        return [tps for (tps,) in rows]

    def last_number(self) -> int:
        """The number of the last recorded event, 0 without any."""
        return int(self._base.execute("SELECT coalesce(max(number), 0) FROM event").fetchone()[0])

    def unanswered(self, tps: str) -> list[Upload]:
        """Uploads that were begun and have no answer, in the order of their events."""
        rows = self._base.execute(
            "SELECT batch FROM event WHERE tps = ? AND state = 'waiting' AND batch IS NOT NULL"
            " GROUP BY batch ORDER BY min(number)",
            [tps],
        ).fetchall()
        return [self.upload(batch) for (batch,) in rows]

    def upload(self, batch: str) -> Upload:
        """What is in a batch that has no final answer."""
        rows = self._base.execute(
            "SELECT number, id, tps, voter, body FROM event WHERE batch = ? ORDER BY number", [batch]
        ).fetchall()
        return Upload(batch, rows[0][2], [Event(*row[1:]) for row in rows], rows[-1][0])

    def pack(self, tps: str, *, after: int, upto: int, events: int, size: int) -> Upload | None:
        """The next waiting events with a number in (after, upto] under a new batch id, within both limits if they can.

        An event that an answer passed over goes alone, so that the next answer can be for it only.
        """
        rows = self._base.execute(
            "SELECT number, body, alone FROM event WHERE tps = ? AND state = 'waiting' AND batch IS NULL"
            " AND number > ? AND number <= ? ORDER BY number LIMIT ?",
            [tps, after, upto, events],
        )
        chosen: list[int] = []
        taken = ENVELOPE_BYTES
        for number, body, alone in rows.fetchall():
            taken += len(body) + 1
            if chosen and (taken > size or alone):
                break
            chosen.append(number)
            if alone:
                break
        return self._begin(chosen) if chosen else None

    def split(self, upload: Upload) -> tuple[Upload, Upload]:
        """Its two halves, in their order, each under a new batch id. It has two events at least."""
        rows = self._base.execute("SELECT number FROM event WHERE batch = ? ORDER BY number", [upload.batch])
        numbers = [number for (number,) in rows.fetchall()]
        middle = len(numbers) // 2
        return self._begin(numbers[:middle]), self._begin(numbers[middle:])

    def _begin(self, numbers: Sequence[int]) -> Upload:
        batch = str(uuid4())
        with self._writing():
            self._base.executemany("UPDATE event SET batch = ? WHERE number = ?", [(batch, one) for one in numbers])
        return self.upload(batch)

    def stored(self, upload: Upload, *, now: float, wait: float) -> None:
        """The server has the bytes: ask for the answers not before `wait` seconds from `now`."""
        with self._writing():
            self._base.execute("UPDATE event SET state = 'stored' WHERE batch = ?", [upload.batch])
            self._base.execute("INSERT OR REPLACE INTO receipt VALUES (?, ?, ?)", [upload.batch, now, wait])

    def receipts(self) -> list[tuple[str, float, float]]:
        """Batches whose answers are to be asked for, oldest first: id, since when, for how many seconds to wait."""
        return self._base.execute("SELECT batch, asked_at, wait FROM receipt ORDER BY rowid").fetchall()

    def take(self, upload: Upload, final: Mapping[str, Mapping[str, Any]], again: Collection[str] = ()) -> None:
        """Final answers by event id, and ids to be sent again. What has neither waits too, and goes alone next time."""
        with self._writing():
            for event in upload.events:
                if event.id in final:
                    self._base.execute(
                        "UPDATE event SET state = 'done', batch = NULL, status = ?, answer = ? WHERE id = ?",
                        [final[event.id]["status"], json.dumps(final[event.id]), event.id],
                    )
                else:
                    self._base.execute(
                        "UPDATE event SET state = 'waiting', batch = NULL, alone = ? WHERE id = ?",
                        [event.id not in again, event.id],
                    )
            self._base.execute("DELETE FROM receipt WHERE batch = ?", [upload.batch])

    def set_aside(self, upload: Upload, answer: Mapping[str, Any]) -> None:
        """The server cannot read what is in it. It stays here, with what the server said."""
        with self._writing():
            self._base.execute(
                "UPDATE event SET state = 'set_aside', batch = NULL, status = 'unreadable', answer = ? WHERE batch = ?",
                [json.dumps(answer), upload.batch],
            )

    def counts(self) -> Counts:
        """Of all results on this phone."""
        recorded = self._base.execute("SELECT count(*) FROM event").fetchone()[0]
        waiting = self._base.execute("SELECT count(*) FROM event WHERE state IN ('waiting', 'stored')").fetchone()[0]
        failed = "SELECT count(*) FROM event WHERE status IN ('quarantined', 'unreadable')"
        return Counts(recorded, waiting, self._base.execute(failed).fetchone()[0])

    def answered(self, *statuses: str) -> list[tuple[Event, dict[str, Any]]]:
        """Results with one of these answers (`quarantined`, `unreadable`, …), each with the whole answer."""
        rows = self._base.execute(
            f"SELECT id, tps, voter, body, answer FROM event WHERE status IN ({','.join('?' * len(statuses))})"  # noqa: S608  # question marks only
            " ORDER BY number",
            statuses,
        ).fetchall()
        return [(Event(*row[:4]), json.loads(row[4])) for row in rows]

    def open_events(self, tps: str) -> list[Event]:
        """Results of a TPS that have no final answer yet."""
        rows = self._base.execute(
            "SELECT id, tps, voter, body FROM event WHERE tps = ? AND state IN ('waiting', 'stored') ORDER BY number",
            [tps],
        ).fetchall()
        return [Event(*row) for row in rows]

    def keep_list(self, tps: str, etag: str, body: Mapping[str, Any]) -> None:
        """The list of a TPS as it is now on the server. Recorded results are not touched."""
        with self._writing():
            self._base.execute("INSERT OR REPLACE INTO list VALUES (?, ?, ?, 0)", [tps, etag, json.dumps(body)])

    def kept_list(self, tps: str) -> tuple[str, dict[str, Any]] | None:
        """ETag and list of a TPS, None if it never was downloaded."""
        row = self._base.execute("SELECT etag, body FROM list WHERE tps = ?", [tps]).fetchone()
        return (row[0], json.loads(row[1])) if row else None

    def mark_list(self, tps: str, *, stale: bool) -> None:
        """Whether the kept list is to be downloaded again, because somebody else recorded there too."""
        with self._writing():
            self._base.execute("UPDATE list SET stale = ? WHERE tps = ?", [stale, tps])

    def stale_lists(self) -> list[str]:
        """TPS whose list is to be downloaded again."""
        return [tps for (tps,) in self._base.execute("SELECT tps FROM list WHERE stale").fetchall()]

    def fact(self, name: str, otherwise: Any = None) -> Any:
        """A small thing to be remembered, such as the token; a JSON value."""
        row = self._base.execute("SELECT value FROM fact WHERE name = ?", [name]).fetchone()
        return json.loads(row[0]) if row else otherwise

    def remember(self, **facts: Any) -> None:
        """Several at once."""
        with self._writing():
            self._base.executemany(
                "INSERT OR REPLACE INTO fact VALUES (?, ?)", [(name, json.dumps(one)) for name, one in facts.items()]
            )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._base.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._base.execute("ROLLBACK")
            raise
        self._base.execute("COMMIT")
