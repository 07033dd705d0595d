"""Recounts what changed and sums it upward: TPS, kelurahan, kecamatan, kab/kota, province, nation.

In come change marks; afterwards the rows that pages read equal the voters' rows, and the marks are gone, in one
commit for each kab/kota. It never adds to a count: it counts anew, so that a repeated or broken run does no harm.
"""

import datetime as dt
from typing import Any

from django.db import connection

from coklit.sqlfiles import sql
from reports.models import RollupRun
from voters.access import territory
from voters.models import NATION, Change

# Bounds one transaction; what is left is claimed by the next pass of the same run.
MARKS_A_PASS = 20_000
KEEP_RUNS = dt.timedelta(days=7)
_LEVELS_BELOW_KABKOTA = 2
# Those that stand, and those that are counted and gone.
_EVERY_TPS = """
    INSERT INTO recount
    SELECT kabkota_id, id, 0 FROM voters_tps WHERE kabkota_id = %(kabkota)s
    UNION SELECT kabkota_id, tps_id, 0 FROM reports_tpsprogress WHERE kabkota_id = %(kabkota)s
"""
Parents = set[tuple[int, str]]


def roll_up(*, now: dt.datetime) -> int:
    """Recount every marked TPS and sum upward; returns the number of marks that were worked off."""
    with territory(NATION):
        waiting = list(Change.objects.order_by("kabkota_id").values_list("kabkota_id", flat=True).distinct())
    if not waiting:
        _note_nothing_waits(now)
        return 0
    run = RollupRun.objects.create(kind="marks", started_at=now)
    failures = []
    for kabkota in waiting:
        try:
            _work_off(run, kabkota, now)
        except Exception as error:
            # One kab/kota that cannot be counted must not stop those behind it; the run stays unfinished.
            failures.append(error)
    if failures:
        run.save(update_fields=["marks", "tps"])
        raise failures[0]
    _finish(run, now)
    RollupRun.objects.filter(started_at__lt=now - KEEP_RUNS).delete()
    return run.marks


def _work_off(run: RollupRun, kabkota: str, now: dt.datetime) -> None:
    while True:
        marks, tps = _recount_marked(kabkota, now)
        run.marks += marks
        run.tps += tps
        if marks < MARKS_A_PASS:
            break


def rebuild(*, now: dt.datetime, kabkota: str | None = None) -> int:
    """Recount every TPS of one kab/kota, or of all, from the voters' rows; returns the number of TPS."""
    run = RollupRun.objects.create(kind="rebuild", started_at=now)
    for code in [kabkota] if kabkota else _kabkota_with_tps():
        with territory(code), connection.cursor() as cursor:
            _begin(cursor, code)
            cursor.execute("DELETE FROM voters_change WHERE kabkota_id = %s", [code])
            run.marks += cursor.rowcount
            cursor.execute(_EVERY_TPS, {"kabkota": code})
            run.tps += cursor.rowcount
            _count_and_sum(cursor, "AND voter.kabkota_id = %(kabkota)s", code, now)
    _finish(run, now)
    return run.tps


def _kabkota_with_tps() -> list[str]:
    with territory(NATION), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT kabkota_id FROM voters_tps ORDER BY 1")
        return [row[0] for row in cursor.fetchall()]


def _finish(run: RollupRun, now: dt.datetime) -> None:
    run.finished_at = now
    run.save(update_fields=["finished_at", "marks", "tps"])


def _note_nothing_waits(now: dt.datetime) -> None:
    """The newest run's counts hold until now: pages say so ("data s.d. …")."""
    newest = RollupRun.objects.filter(kind="marks", finished_at__lt=now).order_by("-started_at").values("pk")[:1]
    RollupRun.objects.filter(pk__in=newest).update(finished_at=now)


def _recount_marked(kabkota: str, now: dt.datetime) -> tuple[int, int]:
    with territory(kabkota), connection.cursor() as cursor:
        _begin(cursor, kabkota)
        cursor.execute(sql("reports", "claim_marks"), {"kabkota": kabkota, "limit": MARKS_A_PASS})
        tps = cursor.rowcount
        if not tps:
            return 0, 0
        cursor.execute("SELECT sum(marks) FROM recount")
        marks = int(cursor.fetchone()[0])
        voters = "AND (voter.kabkota_id, voter.tps_id) IN (SELECT kabkota_id, tps_id FROM recount)"
        _count_and_sum(cursor, voters, kabkota, now)
        return marks, tps


def _begin(cursor: Any, kabkota: str) -> None:
    # One recount of a kab/kota at a time: an older count must not be written over a newer one.
    cursor.execute("SELECT pg_advisory_xact_lock(hashtext('rollup'), hashtext(%s))", [kabkota])
    cursor.execute("CREATE TEMP TABLE recount (kabkota_id text, tps_id uuid, marks int) ON COMMIT DROP")
    cursor.execute("CREATE TEMP TABLE gone (kabkota_id text, election_id int, kelurahan_id text) ON COMMIT DROP")


def _count_and_sum(cursor: Any, voters: str, kabkota: str, now: dt.datetime) -> None:
    """Count the TPS in `recount` and sum them up to the nation."""
    cursor.execute("ANALYZE recount")
    cursor.execute(sql("reports", "forget_gone_tps"))
    cursor.execute(sql("reports", "count_voters").replace("/*voters*/", voters), {"kabkota": kabkota})
    cursor.execute(sql("reports", "count_tps"), {"now": now})
    upsert = sql("reports", "region_upsert")
    cursor.execute(sql("reports", "sum_kelurahan").replace("/*upsert*/", upsert), {"now": now})
    parents: Parents = set(cursor.fetchall())
    for _ in range(_LEVELS_BELOW_KABKOTA):
        parents = _sum_upward(cursor, parents, now)
    # From here to the commit one at a time: kab/kota that finish together must see each other's sums.
    cursor.execute("SELECT pg_advisory_xact_lock(hashtext('rollup'), hashtext('above kabkota'))")
    while parents:
        parents = _sum_upward(cursor, parents, now)
    # A caller's transaction may go on to another recount.
    cursor.execute("DROP TABLE recount, counted, gone")


def _sum_upward(cursor: Any, parents: Parents, now: dt.datetime) -> Parents:
    """Sum the children of each (election, region); returns the regions above them."""
    statement = sql("reports", "sum_upward").replace("/*upsert*/", sql("reports", "region_upsert"))
    elections, regions = [parent[0] for parent in parents], [parent[1] for parent in parents]
    cursor.execute(statement, {"elections": elections, "parents": regions, "now": now})
    return {row for row in cursor.fetchall() if row[1] is not None}
