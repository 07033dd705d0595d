"""Writes what was judged and matched: voters, before-values, rows left out, shifts, duplicates, marks.

Results already given are never touched: a voter who is on the list keeps its row and its id.
"""

from django.db import connection

from coklit.sqlfiles import sql
from voters.intake.kind import Job
from voters.placement import new_id
from voters.roster import matching
from voters.roster.columns import given
from voters.roster.staging import parameters

# A UUIDv7 of this moment up to here; eleven digits follow that count the rows.
_DIGITS_OF_AN_IMPORT = 21
_NEW = "AND NOT EXISTS (SELECT FROM known WHERE known.row_no = judged.row_no)"


def make_stations(job: Job) -> None:
    """Make the TPS that the list names, if that was chosen, and lock all of them."""
    told = parameters(job)
    with connection.cursor() as cursor:
        if job.record.create_tps:
            cursor.execute(sql("voters", "roster_create_tps"), told)
            cursor.execute(sql("voters", "roster_place_tps"), told)
        cursor.execute(sql("voters", "roster_lock_tps"), told)


def write(job: Job, *, created: int, changed: int, known: int, left_out: int) -> None:
    """Write the rows, in the transaction of the check; the numbers spare statements that would do nothing."""
    told, keys = parameters(job), given(job.layout)
    with connection.cursor() as cursor:
        if changed:
            cursor.execute(sql("voters", "roster_keep"), told | _ids())
            cursor.execute(sql("voters", "roster_update").replace("/*values*/", matching.values(keys)), told)
        if created:
            insert = sql("voters", "roster_insert").replace("/*new*/", _NEW if known else "")
            cursor.execute(insert, told | _ids())
        cursor.execute(sql("voters", "roster_settle"), told)
        if left_out:
            cursor.execute(sql("voters", "roster_left_out"), told | _ids())
        cursor.execute(sql("voters", "roster_shift"), told)
        # At once, not when autovacuum comes by: all readers plan by its size, and by these columns.
        cursor.execute("ANALYZE voters_voter (kabkota_id, election_id, tps_id, listed, dpid, nik), voters_tps")
        cursor.execute("SELECT EXISTS (SELECT FROM shared)")
        if cursor.fetchone() == (True,):
            cursor.execute(sql("voters", "roster_duplicates"), told)
        cursor.execute(sql("voters", "roster_mark"), told)


def _ids() -> dict[str, str]:
    return {"ids": new_id().hex[:_DIGITS_OF_AN_IMPORT]}
