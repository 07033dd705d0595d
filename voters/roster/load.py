"""Streams a list file into a staging table of this transaction, checks it, and merges it into the voter list.

Every step works on all rows at once in the database; in Python stands one chunk of the file. The staging tables are
temporary: private to this connection and gone with its transaction.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection

from coklit.sqlfiles import sql
from voters.models import NATION, Election, Region
from voters.roster.files import ALIASES, DELIMITER, BrokenFile, RosterFile
from voters.roster.rows import CHECKS, SOUND, doubts_expression

CHUNK = 1 << 20
SAMPLES = 5
# No list has this byte: quotes in names are plain characters, as Sidalih writes them.
NO_QUOTE = r"E'\x01'"
CONTROLS = (b"\x00", b"\x01", b"\x02")
# One column to join by: over its four parts the planner takes most rows for equal, and sorts the whole list. No value
# holds the delimiter, so different places have different keys.
PLACE = "place text GENERATED ALWAYS AS (kode || '#' || kecamatan || '#' || kelurahan || '#' || tps) STORED"


@dataclass(frozen=True)
class Defect:
    """A rule that rows break: how many, and the first of them by their row in the file (1 is the header)."""

    code: str
    column: str
    rows: int
    first: list[int]
    mend: str


@dataclass(frozen=True)
class Merged:
    """What the merge did with the rows of the file."""

    rows: int
    created: int
    changed: int
    unchanged: int
    missing: int
    doubtful: int
    tps: int


def stage(file: RosterFile, progress: Callable[[int], None]) -> str:
    """COPY the file into the table `staged`; returns the SHA-256 of its bytes. Raises BrokenFile with the row."""
    columns = ", ".join(
        f"{name} text NOT NULL DEFAULT ''" for name in {**dict.fromkeys(ALIASES), **dict.fromkeys(file.columns)}
    )
    digest, done = hashlib.sha256(), 0
    with connection.cursor() as cursor, file.path.open("rb") as stream:
        cursor.execute(f"CREATE TEMP TABLE staged (row_no bigserial, {columns}, {PLACE}) ON COMMIT DROP")
        digest.update(stream.read(file.header_bytes))
        copy = (
            f"COPY staged ({', '.join(file.columns)}) FROM STDIN"
            f" (FORMAT csv, DELIMITER '{DELIMITER}', QUOTE {NO_QUOTE}, NULL E'\\x02', ENCODING 'UTF8')"
        )
        lines = Lines()
        try:
            with cursor.copy(copy) as sink:
                while chunk := stream.read(CHUNK):
                    lines.count(chunk)
                    sink.write(chunk)
                    digest.update(chunk)
                    done += len(chunk)
                    progress(done)
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            # Not chained: the database's own text quotes the row, which is personal data.
            raise BrokenFile(_where(error)) from None
        if cursor.rowcount != lines.total:
            raise BrokenFile(
                f"The file has {lines.total} lines below the header, of which {cursor.rowcount} were read."
            )
        cursor.execute("ANALYZE staged")
    return digest.hexdigest()


class Lines:
    """Counts the lines of a file that is read in chunks, so that no line can get lost unseen."""

    def __init__(self) -> None:
        self._newlines = self._returns = 0
        self._last = b""

    def count(self, chunk: bytes) -> None:
        """Raises BrokenFile for a control character that COPY would take as a quote or as "no value"."""
        for byte in CONTROLS:
            place = chunk.find(byte)
            if place >= 0:
                row = self._newlines + chunk.count(b"\n", 0, place) + 2
                raise BrokenFile(f"Row {row}: it holds a control character (byte {byte[0]}). Remove it.")
        self._newlines += chunk.count(b"\n")
        self._returns += chunk.count(b"\r")
        self._last = chunk[-1:]

    @property
    def total(self) -> int:
        """Lines so far, whether they end in LF, CR LF or CR alone; the last one needs no end."""
        ends = self._newlines or self._returns
        return ends + (self._last not in (b"", b"\n", b"\r"))


def _where(error: psycopg.Error) -> str:
    """Row and reason of a COPY error, without the row's content (that is personal data)."""
    line = re.search(r"line (\d+)", error.diag.context or "")
    row = f"Row {int(line[1]) + 1}" if line else "Somewhere in the file"
    reason = re.sub(
        r'column "(\w+)"', lambda m: f'column "{ALIASES.get(m[1], [m[1]])[0]}"', error.diag.message_primary or ""
    )
    return f"{row}: {reason}. Each row needs as many columns as the header, in UTF-8. Nothing was loaded."


def defects() -> list[Defect]:
    """Every broken check of the staged rows; nothing more than one quick pass where all rows are sound."""
    counts = ", ".join(f"count(*) FILTER (WHERE {check.broken})" for check in CHECKS)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM staged WHERE NOT ({SOUND}))")  # noqa: S608  # our own constants
        if not _one(cursor):
            return []
        cursor.execute(f"SELECT {counts} FROM staged")  # noqa: S608
        found = []
        for check, rows in zip(CHECKS, cursor.fetchone() or (), strict=True):
            if rows:
                sample = f"SELECT row_no + 1 FROM staged WHERE {check.broken} ORDER BY row_no LIMIT {SAMPLES}"  # noqa: S608
                cursor.execute(sample)
                found.append(Defect(check.code, check.column, rows, [r[0] for r in cursor.fetchall()], check.mend))
    return found


def place(file: RosterFile, election: Election, area: Region, *, create_tps: bool) -> list[Defect]:
    """Find the TPS of each row (table `placed`); with `create_tps`, TPS that the list names are made.

    Rows with a code are placed by it, others by the names of kecamatan and kelurahan within the area.
    """
    parameters = _parameters(election, area)
    with connection.cursor() as cursor:
        cursor.execute(sql("voters", "roster_place_by_code" if file.has_codes else "roster_place_by_name"), parameters)
        if create_tps:
            cursor.execute(sql("voters", "roster_create_tps"), parameters)
        cursor.execute(sql("voters", "roster_place_tps"), parameters)
        cursor.execute("ANALYZE placed")
        found = [_misplaced(cursor, *rule) for rule in _placing_rules(file, area)]
        cursor.execute(sql("voters", "roster_twice"))
        twice, first = cursor.fetchone() or (0, [])
    found.append(Defect("dpid_twice", "DPID", twice, first, "Keep one row of each DPID."))
    return [defect for defect in found if defect.rows]


def _placing_rules(file: RosterFile, area: Region) -> list[tuple[str, str, str, str]]:
    """Code, column, condition on `placed` and remedy of what keeps a row from its TPS."""
    region = "KODE WILAYAH" if file.has_codes else "KECAMATAN, KELURAHAN"
    return [
        ("region_unknown", region, "matches = 0", f"Correct the region; this load is for {area.pk} {area.name}."),
        ("region_ambiguous", region, "matches > 1", "Add a column KODE WILAYAH: the name stands for several villages."),
        (
            "tps_unknown",
            "TPS",
            "matches = 1 AND tps_id IS NULL",
            "Correct the number, or load the TPS first (import_tps), or take them from the list (--create-tps).",
        ),
    ]


def _misplaced(cursor: Any, code: str, column: str, broken: str, mend: str) -> Defect:
    statement = sql("voters", "roster_misplaced").replace("/*broken*/", broken)
    cursor.execute(statement, {"samples": SAMPLES})
    rows, first = cursor.fetchone() or (0, [])
    return Defect(code, column, rows, first, mend)


def merge(election: Election, area: Region, now: dt.datetime) -> Merged:
    """Merge the staged rows by DPID; results already given stay. Marks every TPS whose voters changed."""
    parameters = {**_parameters(election, area), "now": now}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM staged")
        rows = _one(cursor)
        cursor.execute(sql("voters", "roster_lock_tps"), parameters)
        cursor.execute(sql("voters", "roster_before"), parameters)
        known = cursor.rowcount
        cursor.execute("ANALYZE known")
        changed = created = 0
        if known:
            cursor.execute(sql("voters", "roster_update").replace("/*doubts*/", doubts_expression()), parameters)
            changed = cursor.rowcount
        if known < rows:
            cursor.execute(sql("voters", "roster_insert").replace("/*doubts*/", doubts_expression()), parameters)
            created = cursor.rowcount
        # At once, not when autovacuum comes by: the counts below, and all readers, plan by it.
        cursor.execute("ANALYZE voters_voter, voters_tps")
        cursor.execute(sql("voters", "roster_listed"), parameters)
        missing = _one(cursor) - rows
        cursor.execute(sql("voters", "roster_mark"), parameters)
        tps = cursor.rowcount
        cursor.execute(sql("voters", "roster_doubtful"), parameters)
        doubtful = _one(cursor)
        # A caller's transaction may go on to another list.
        cursor.execute("DROP TABLE staged, placed, known")
    return Merged(rows, created, changed, known - changed, missing, doubtful, tps)


def _parameters(election: Election, area: Region) -> dict[str, Any]:
    return {
        "election": election.pk,
        "nation": area.pk == NATION,
        "area": area.pk,
        "below": area.pk + "/",
        "voting_day": election.voting_day,
    }


def _one(cursor: Any) -> int:
    row = cursor.fetchone()
    return int(row[0]) if row else 0
