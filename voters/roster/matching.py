"""Finds the judged rows on the list: by DPID, without one by NIK and birth date, and else not at all.

Afterwards table `known` has the voter of each row that the list has already, and in which fields they differ.
"""

from collections.abc import Collection

from django.db import connection

from coklit.sqlfiles import sql
from voters.intake.kind import Job
from voters.roster.columns import FIELDS, given
from voters.roster.staging import parameters

# Bits of `known.differs`, by the columns of the file.
TPS_BIT = 1
DOUBTS_BIT = 1 << (len(FIELDS) + 1)
BITS = {**{key: 2 << place for place, key in enumerate(FIELDS)}, "tps": TPS_BIT, "doubts": DOUBTS_BIT}


def differs(keys: Collection[str]) -> str:
    """SQL for the bits of a row: a column that the file has not differs from nothing.

    A blank DPID takes none away.
    """
    parts = [
        f"({BITS['tps']} * (voter.tps_id IS DISTINCT FROM stations.tps_id)::int)",
        f"({BITS['doubts']} * (voter.doubts IS DISTINCT FROM judged.doubts)::int)",
    ]
    for key, field in FIELDS.items():
        if key in keys:
            given_at_all = " AND judged.dpid IS NOT NULL" if key == "dpid" else ""
            parts.append(f"({BITS[key]} * (voter.{field} IS DISTINCT FROM judged.{field}{given_at_all})::int)")
    return " | ".join(parts)


def values(keys: Collection[str]) -> str:
    """SQL that sets the columns which the file has."""
    told = {key: f"judged.{field}" for key, field in FIELDS.items() if key in keys}
    if "dpid" in told:
        told["dpid"] = "coalesce(judged.dpid, voter.dpid)"
    return "".join(f", {FIELDS[key]} = {value}" for key, value in told.items())


def match(job: Job) -> None:
    """Tables `standing` and `known`; rows for which more than one voter may be meant get a problem."""
    told, comparison = parameters(job), differs(given(job.layout))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE known (row_no bigint, kabkota_id varchar(5), voter_id uuid, old_tps uuid, differs int)"
            " ON COMMIT DROP"
        )
        cursor.execute(sql("voters", "roster_standing"), told)
        if not _anybody_listed(job):
            return
        cursor.execute("ANALYZE judged")
        cursor.execute(sql("voters", "roster_known").replace("/*differs*/", comparison), told)
        cursor.execute("ANALYZE known")
        cursor.execute(sql("voters", "roster_candidates"), told)
        if cursor.rowcount:
            cursor.execute(sql("voters", "roster_match").replace("/*differs*/", comparison))
            cursor.execute(sql("voters", "roster_unmatched"))
        cursor.execute("DROP TABLE candidates")


def _anybody_listed(job: Job) -> bool:
    """Whether the kab/kota of this file have any list in this election."""
    statement = """
        SELECT EXISTS (
            SELECT FROM voters_tps AS tps
            JOIN voters_voter AS voter ON voter.kabkota_id = tps.kabkota_id AND voter.tps_id = tps.id
            WHERE tps.election_id = %(election)s AND voter.listed
              AND tps.kabkota_id IN (SELECT kabkota_id FROM stations))
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters(job))
        return bool(cursor.fetchone() == (True,))
