"""The floors: the best plain statement known for the same rows.

All run as the web role, durable at the end: those of a list in one transaction on the connection that ours uses, that
of uploads in one transaction each on as many connections as ours is sent over.
A change needs a line under "Bench floors" in CHANGELOG.md.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection, transaction
from python_calamine import CalamineWorkbook

from voters.exports.workbook import Page, Workbook, row

VOTER_COLUMNS = (
    "id, kabkota_id, election_id, tps_id, listed, dpid, nkk, nik, name, birth_place, birth_day, sex, marital, address,"
    " rt, rw, disability, ktp_el, source, doubts, loaded_by, deleted_at"
)
_CHUNK = 1 << 20

# The smallest question that visits every voter and every result: without the columns, the upsert and the sums of ours.
COUNT_BY_OUTCOME = """
    SELECT voter.tps_id, result.code, count(*)
    FROM voters_voter AS voter
    LEFT JOIN voters_coklitresult AS result
           ON result.kabkota_id = voter.kabkota_id AND result.voter_id = voter.id
    GROUP BY 1, 2
"""


def save_voters(file: Path) -> None:
    """Write the rows of the list as they lie in the table: what `copy_voters` loads."""
    with transaction.atomic(), connection.cursor() as cursor, file.open("wb") as sink:
        # A scan that joins another one in the middle would change the order of the rows.
        cursor.execute("SET LOCAL synchronize_seqscans = off")
        with cursor.copy(f"COPY voters_voter ({VOTER_COLUMNS}) TO STDOUT") as copy:
            for block in copy:
                sink.write(block)


def copy_voters(file: Path) -> None:
    """Floor of import.csv: the finished rows by one bare COPY into the same table, its indexes and constraints."""
    statement = f"COPY voters_voter ({VOTER_COLUMNS}) FROM STDIN"
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(statement) as copy, file.open("rb") as source:
        while block := source.read(_CHUNK):
            copy.write(block)


def read_workbook(file: Path) -> int:
    """First half of the floor of import.xlsx: every row of the first sheet through calamine; returns their number."""
    with CalamineWorkbook.from_path(file) as workbook:
        return sum(1 for _ in workbook.get_sheet_by_index(0).iter_rows())


def count_by_outcome() -> int:
    """Floor of rebuild.full; returns the number of rows of the answer."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(COUNT_BY_OUTCOME)
        return len(cursor.fetchall())


def workers_planned() -> int:
    """How many parallel workers the server plans for `count_by_outcome`, beside the leader."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {COUNT_BY_OUTCOME}")
        plan = [row[0] for row in cursor.fetchall()]
    return max([int(line.rpartition(":")[2]) for line in plan if "Workers Planned" in line], default=0)


def _columns(told: str) -> dict[str, str]:
    """Column -> its type."""
    return dict(column.split(":") for column in told.split())


# Columns of what an upload leaves. Those of _EACH come as arrays, in the order of the upload's events; those of _SAME
# are the same for all of them.
BATCH = _columns(
    "id:uuid kabkota_id:text phone_batch:uuid device_id:uuid tps_id:uuid state:text encoding:text body_hash:bytea"
    " received_at:timestamptz applied_at:timestamptz phone_at:timestamptz clock_offset:integer recorded:integer"
    " waiting:integer failed:integer app_version:text attempts:integer events:integer accepted:integer problems:jsonb"
    " took_ms:integer"
)
VOTER_EACH = _columns(
    "id:uuid nkk:text nik:text name:text birth_place:text birth_day:date sex:text marital:text address:text rt:smallint"
    " rw:smallint disability:smallint ktp_el:text source:text"
)
VOTER_SAME = _columns("kabkota_id:text election_id:bigint tps_id:uuid listed:boolean")
EVENT_EACH = _columns(
    "id:uuid voter_id:uuid code:text corrected:jsonb evidence:text base_revision:bigint revision:bigint"
    " contested:boolean effect:text timing:text ahead:boolean sticker:boolean receipt:boolean latitude:float8"
    " longitude:float8 accuracy:integer content_hash:bytea event_at:timestamptz"
)
EVENT_SAME = _columns(
    "kabkota_id:text tps_id:uuid door:text by_pantarlih_id:uuid batch_id:uuid received_at:timestamptz"
)
RESULT_EACH = _columns(
    "voter_id:uuid code:text corrected:jsonb evidence:text event:uuid revision:bigint synced:boolean sticker:boolean"
    " receipt:boolean event_at:timestamptz"
)
RESULT_SAME = _columns("kabkota_id:text door:text by_pantarlih_id:uuid received_at:timestamptz")


def _insert(table: str, same: dict[str, str], each: dict[str, str]) -> str:
    """One INSERT of all rows of an upload: the parameters are those of `same`, then one array for each of `each`."""
    values = ", ".join(f"%s::{kind}" for kind in same.values())
    arrays = ", ".join(f"%s::{kind}[]" for kind in each.values())
    names = ", ".join([*same, *each])
    return f"INSERT INTO {table} ({names}) SELECT {values}, given.* FROM unnest({arrays}) AS given"  # noqa: S608  # our own names


def _upsert_results() -> str:
    told = ", ".join(f"{name} = excluded.{name}" for name in [*RESULT_SAME, *RESULT_EACH])
    insert = _insert("voters_coklitresult", RESULT_SAME, RESULT_EACH)
    return f"{insert} ON CONFLICT (kabkota_id, voter_id) DO UPDATE SET {told}"


# What one upload writes, in the order of the references between them. The first one locks the TPS, as ours does.
UPLOAD = (
    "UPDATE voters_tps SET revision = %s WHERE kabkota_id = %s AND id = %s",
    f"INSERT INTO voters_syncbatch ({', '.join(BATCH)}, body) VALUES ({', '.join(['%s'] * len(BATCH))}, %b)",  # noqa: S608  # likewise
    _insert("voters_voter", VOTER_SAME, VOTER_EACH),
    _insert("voters_coklitevent", EVENT_SAME, EVENT_EACH),
    _upsert_results(),
    "UPDATE voters_pantarlih SET first_synced_at = %s, last_synced_at = %s WHERE kabkota_id = %s AND id = %s",
    "UPDATE voters_device SET seen_at = %s, app_version = %s, recorded = %s, waiting = %s, failed = %s,"
    " clock_offset = %s, trouble = %s, trouble_at = %s WHERE kabkota_id = %s AND id = %s",
    "INSERT INTO voters_change (id, kabkota_id, tps_id, marked_at) VALUES (%s, %s, %s, %s)",
)


def write_upload(database: psycopg.Connection[Any], rows: Sequence[Sequence[Any] | None]) -> None:
    """Floor of the sync figures: the finished rows of one upload, prepared, in one round trip, committed.

    `rows` has the parameters of each statement of UPLOAD, None for one that has nothing to write.
    """
    with database.pipeline():
        for statement, parameters in zip(UPLOAD, rows, strict=True):
            if parameters is not None:
                database.execute(statement.encode(), parameters, prepare=True)
        database.commit()


# What the layouts of an export say of a voter, as it lies in the tables: no order, no corrections, no formats.
EXPORTED = """
    SELECT kecamatan.name, kelurahan.name, voter.dpid, voter.nkk, voter.nik, voter.name, voter.sex, voter.birth_place,
           voter.birth_day, voter.marital, voter.address, voter.rt, voter.rw, voter.disability, voter.ktp_el,
           voter.source, result.code, tps.number, result.event_at, result.code
    FROM voters_tps AS tps
    JOIN voters_region AS kelurahan ON kelurahan.code = tps.kelurahan_id
    JOIN voters_region AS kecamatan ON kecamatan.code = kelurahan.parent_id
    JOIN voters_voter AS voter ON voter.kabkota_id = tps.kabkota_id AND voter.tps_id = tps.id
    LEFT JOIN voters_coklitresult AS result
           ON result.kabkota_id = voter.kabkota_id AND result.voter_id = voter.id
    WHERE tps.election_id = %s AND voter.deleted_at IS NULL
"""
_BULK_COLUMNS = 18


def copy_out(election: int) -> int:
    """Floor of export.csv: the same columns by one bare COPY TO; returns the bytes."""
    statement = f"COPY ({EXPORTED}) TO STDOUT (FORMAT csv, DELIMITER '#')"
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(statement, [election]) as copy:
        return sum(map(len, copy))


def read_out(election: int) -> Iterator[tuple[str, ...]]:
    """Rows of as many texts as the bulk layout has columns, for `write_sheet`."""
    statement = f"COPY ({EXPORTED}) TO STDOUT (FORMAT text, NULL '')"
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(statement, [election]) as copy:
        for texts in copy.rows():
            yield texts[:_BULK_COLUMNS]


def write_sheet(rows: Iterator[tuple[str, ...]]) -> Iterator[bytes]:
    """Floor of export.xlsx: the bare writer, no database.

    It is the fastest one known that needs constant memory: a third of the time that rustpy-xlsxwriter takes.
    """
    book = Workbook()
    yield from book.sheet("Data 1", Page([12] * _BULK_COLUMNS, "", (1, 1)), map(row, rows))
    yield book.end()
