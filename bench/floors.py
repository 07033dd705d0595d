"""The floors: the best plain statement known for the same rows.

Both run as the web role on the connection that ours uses, in one transaction, durable at its end.
A change needs a line under "Bench floors" in CHANGELOG.md.
"""

from pathlib import Path

from django.db import connection, transaction

VOTER_COLUMNS = (
    "id, kabkota_id, election_id, tps_id, listed, dpid, nkk, nik, name, birth_place, birth_day, sex, marital, address,"
    " rt, rw, disability, ktp_el, source, doubts, deleted_at"
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
