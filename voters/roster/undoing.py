"""Takes an imported list back: all of it or nothing.

Voters that the import made go, changed ones get their values back, TPS that it made go if nothing belongs to them. It
never touches a voter whom somebody has worked on since: then it refuses, and names them.
"""

import datetime as dt
from typing import Any

from django.db import connection

from coklit.sqlfiles import sql
from voters.intake.findings import SAMPLES, Finding, Report, Sample
from voters.intake.kind import UndoRefused
from voters.models import NATION, FileImport, LeftOut, ListShift
from voters.roster.rules import RULE
from voters.roster.staging import SETTINGS

_KABKOTA = len("62.71")


def undo(record: FileImport, now: dt.datetime) -> Report:
    """Take it back, in the caller's transaction. Raises UndoRefused."""
    told: dict[str, Any] = {
        "import": record.pk,
        "election": record.election_id,
        "nation": record.area_id == NATION,
        "kabkota": record.area_id[:_KABKOTA],
        "beyond_kabkota": record.area_id[:_KABKOTA] + "/",
        "committed": record.committed_at,
        "now": now,
        "samples": SAMPLES,
    }
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS)
        for table in ("made", "restored", "concerned"):
            cursor.execute(sql("voters", f"roster_undo_{table}"), told)
            cursor.execute(f"ANALYZE {table}")
        cursor.execute(sql("voters", "roster_undo_lock"), told)
    _refuse_worked_on(told)
    before = _counts(told)
    removed, restored, stations = _take_back(told)
    _tell_shifts(record, before, _counts(told), now)
    LeftOut.objects.filter(file_import=record).delete()
    LeftOut.objects.filter(settled_by=record).update(settled_by=None, settled_at=None)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM voters_importchange WHERE file_import = %(import)s"
            " AND (%(nation)s OR kabkota_id >= %(kabkota)s AND kabkota_id < %(beyond_kabkota)s)",
            told,
        )
        cursor.execute("DROP TABLE made, restored, concerned")
    return Report(facts={"removed": removed, "restored": restored, "tps_removed": stations})


def _refuse_worked_on(told: dict[str, Any]) -> None:
    found: dict[str, tuple[int, list[Sample]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql("voters", "roster_undo_refused"), told)
        for code, rows, dpid, village, number in cursor.fetchall():
            name = f"DPID {dpid}, {village} TPS {number:03d}" if dpid else f"{village} TPS {number:03d}"
            found.setdefault(code, (rows, []))[1].append(Sample(0, name))
    if found:
        findings = [
            Finding(code, RULE[code].severity, RULE[code].column, rows, samples)
            for code, (rows, samples) in found.items()
        ]
        raise UndoRefused(Report(refused_undo=findings))


def _take_back(told: dict[str, Any]) -> tuple[int, int, int]:
    """How many voters went, how many got their values back, and how many TPS went."""
    counts = {}
    with connection.cursor() as cursor:
        for step in ("restore", "duplicates", "delete", "mark", "tps"):
            cursor.execute(sql("voters", f"roster_undo_{step}"), told)
            counts[step] = cursor.rowcount
    return counts["delete"], counts["restore"], counts["tps"]


def _counts(told: dict[str, Any]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(sql("voters", "roster_undo_counts"), told)
        return dict(cursor.fetchall())


def _tell_shifts(record: FileImport, before: dict[str, int], after: dict[str, int], now: dt.datetime) -> None:
    ListShift.objects.bulk_create(
        ListShift(file_import=record, kelurahan=village, at=now, before=voters, after=after.get(village, 0))
        for village, voters in sorted(before.items())
        if voters != after.get(village, 0)
    )
