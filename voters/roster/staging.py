"""Copies a list file into a temporary table of this transaction, and finds what its places and short texts mean.

Every distinct text is looked at once, whatever the number of its rows: in Python stand one block of the file and some
thousand texts at a time.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import psycopg
from django.db import connection

from coklit.sqlfiles import sql
from voters.intake import rows
from voters.intake.kind import Job, Progress
from voters.models import NATION
from voters.roster import words
from voters.roster.columns import KEYS, given
from voters.terms import Level

# For the hashes of this transaction; each may take twice as much (the keys of a million rows), the rest goes to disk.
# Without statistics of staged rows the planner takes them for few and sorts them; hashing costs a third of that.
SETTINGS = (
    "SET LOCAL work_mem = '56MB'; SET LOCAL enable_mergejoin = off; SET LOCAL enable_sort = off; SET LOCAL jit = off"
)
TEXTS_AT_ONCE = 5_000
SHORT = ("jk", "kawin", "disabilitas", "ktp_el", "rt", "rw")
TABLES = "staged, places, stations, days, traits, judged, known, standing, filed, after, shared"


def parameters(job: Job) -> dict[str, Any]:
    """What the statements of an import are told."""
    area = job.record.area
    return {
        "import": job.record.pk,
        "election": job.record.election_id,
        "nation": area.pk == NATION,
        "village": area.level == Level.KELURAHAN,
        "area": area.pk,
        "beyond": area.pk + "/",
        "create_tps": job.record.create_tps,
        "hash": job.record.file_hash,
        "now": job.now,
    }


def stage(job: Job) -> None:
    """Table `staged`: the rows of the file with their numbers, every key of KEYS as text. Raises BadFile."""
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS)
        cursor.execute(_staged_table(job))
        names = _names(job)
        copy = f"COPY staged ({', '.join(names)}) FROM STDIN ({rows.copy_options(job.layout)})"
        try:
            with cursor.copy(copy) as sink:
                for chunk in _told(job):
                    sink.write(chunk)
        except (psycopg.DataError, psycopg.IntegrityError):
            # Not chained: the database's own text quotes the row, which is personal data.
            bad = rows.first_bad(job.path, job.layout)
            if bad is None:
                raise
            raise bad from None


def _told(job: Job) -> Iterator[bytes]:
    """The chunks of the file, with the progress told between them."""
    done, total = 0, job.path.stat().st_size
    for chunk in rows.utf8_chunks(job.path, job.layout):
        yield chunk
        done = min(done + len(chunk), total)
        job.tell(Progress("read", done, total, "bytes"))


def _names(job: Job) -> list[str]:
    """One name per column of the file: the key that it was given to first, or one by its place."""
    key_at = {place: key for key, place in reversed(job.layout.columns.items()) if key in KEYS}
    if job.layout.origin is not None:
        key_at[job.layout.origin] = "origin"
    return [key_at.get(place, f"column_{place}") for place in range(len(job.layout.headings))]


def _staged_table(job: Job) -> str:
    names, places = _names(job), job.layout.columns
    columns = [f"{name} text" for name in names]
    for key in (*KEYS, "origin"):
        if key in names:
            continue
        told = names[places[key]] if key in places else _literal(job.layout.constants.get(key, ""))
        columns.append(f"{key} text GENERATED ALWAYS AS ({told}) VIRTUAL")
    number = f"row_no bigint GENERATED ALWAYS AS IDENTITY (START {job.layout.first_row})"
    return f"CREATE TEMP TABLE staged ({number}, {', '.join(columns)}) ON COMMIT DROP"


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'::text"


def find_places(job: Job) -> None:
    """Tables `places` and `stations`: which TPS each row means, or what keeps it from one."""
    told = parameters(job)
    with connection.cursor() as cursor:
        cursor.execute(sql("voters", "roster_places"))
        cursor.execute(sql("voters", "roster_place_villages"), told)
        cursor.execute(sql("voters", "roster_place_tps"), told)


def list_stations(job: Job) -> None:
    """Table `stations`: each TPS of the list once."""
    with connection.cursor() as cursor:
        cursor.execute(sql("voters", "roster_stations"), parameters(job))
        cursor.execute("ANALYZE places, stations")


def find_words(job: Job) -> None:
    """Tables `days` and `traits`: what the texts of birth dates and of the short columns mean."""
    voting_day, keys = job.record.election.voting_day, given(job.layout)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE days (text text, day date, male int, female int, minor boolean, codes varchar[])"
            " ON COMMIT DROP"
        )
        cursor.execute(
            "CREATE TEMP TABLE traits (jk_text text, kawin_text text, disabilitas_text text, ktp_el_text text,"
            " rt_text text, rw_text text, sex varchar, marital varchar, disability smallint, ktp_el varchar,"
            " rt smallint, rw smallint, codes varchar[]) ON COMMIT DROP"
        )
    _look_up("days", ("tanggal_lahir",), lambda row: words.day(row[0], voting_day))
    _look_up("traits", SHORT, lambda row: words.traits(row, keys))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE days, traits")


def _look_up(table: str, columns: Sequence[str], meaning: Callable[[tuple[str, ...]], Iterable[Any]]) -> None:
    # A pass for each: all of them in one pass share its memory and go to disk for a large list.
    distinct = f"SELECT {', '.join(columns)} FROM staged GROUP BY {', '.join(columns)}"  # noqa: S608  # our own names
    with contextlib.closing(connection.chunked_cursor()) as texts, connection.cursor() as cursor:
        texts.execute(distinct)
        while batch := texts.fetchmany(TEXTS_AT_ONCE):
            with cursor.copy(f"COPY {table} FROM STDIN") as sink:
                for row in batch:
                    sink.write_row(tuple(meaning(row)))


def forget() -> None:
    """Drop what this import staged: a caller's transaction may go on to another list."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLES}, candidates")
