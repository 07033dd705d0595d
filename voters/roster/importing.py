"""Loads one voter list: all of it or nothing, with a proof of its rows.

In come a file, an election and the area the file is for; afterwards every row stands in the list and its TPS are
marked for a recount, or nothing has changed and the error says which rows are broken and how to mend them.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from voters import trail
from voters.access import territory
from voters.models import Election, FileImport, Region, User
from voters.roster import load
from voters.roster.files import opened
from voters.terms import ImportKind, ImportState


@dataclass(frozen=True)
class Progress:
    """Where an import stands: a step's name, and bytes done of all bytes for the step that reads the file."""

    step: str
    done: int = 0
    total: int = 0


class BrokenRows(ValueError):
    """Rows of the file break rules; nothing was loaded."""

    def __init__(self, defects: list[load.Defect]) -> None:
        """Keeps the defects for the report."""
        self.defects = defects
        super().__init__("\n".join(_line(defect) for defect in defects))


class DryRun(Exception):  # not an error: it carries the report out of the rolled-back transaction
    """All went well, and nothing is kept."""

    def __init__(self, report: FileImport) -> None:
        """Keeps the report."""
        self.report = report
        super().__init__("dry run")


def _line(defect: load.Defect) -> str:
    rows = ", ".join(str(row) for row in defect.first)
    more = " …" if defect.rows > len(defect.first) else ""
    return f"{defect.code}: column {defect.column}, {defect.rows} row(s): {rows}{more}. {defect.mend}"


def import_list(
    path: Path,
    *,
    election: Election,
    area: Region,
    by: User | None,
    clock: Callable[[], dt.datetime],
    create_tps: bool = False,
    dry_run: bool = False,
    progress: Callable[[Progress], None] = lambda _: None,
) -> FileImport:
    """Load the list of `area`. Raises files.BrokenFile or BrokenRows and then has changed nothing.

    With `dry_run` everything is done, reported and rolled back.
    """
    started = clock()
    file = opened(path)
    try:
        with territory(area.pk):
            digest = load.stage(file, lambda done: progress(Progress("read", done, file.size)))
            progress(Progress("check"))
            defects = load.defects() or load.place(file, election, area, create_tps=create_tps)
            if defects:
                raise BrokenRows(defects)
            progress(Progress("merge"))
            merged = load.merge(election, area, started)
            report = _report(path, digest, election, area, by, started, clock(), merged)
            if dry_run:
                raise DryRun(report)
            trail.record(
                verb="import_list",
                by=by,
                region=area.pk,
                subject=f"import:{report.pk}",
                now=report.committed_at,
                after={"rows": report.rows, "created": report.created, "changed": report.changed},
            )
    except DryRun as done:
        return done.report
    return report


def _report(
    path: Path,
    digest: str,
    election: Election,
    area: Region,
    by: User | None,
    started: dt.datetime,
    finished: dt.datetime,
    merged: load.Merged,
) -> FileImport:
    return FileImport.objects.create(
        kind=ImportKind.VOTERS,
        state=ImportState.COMMITTED,
        election=election,
        area=area,
        file_name=path.name,
        file_hash=digest,
        size=path.stat().st_size,
        rows=merged.rows,
        created=merged.created,
        changed=merged.changed,
        unchanged=merged.unchanged,
        left_out=0,
        missing=merged.missing,
        doubtful=merged.doubtful,
        by=by,
        uploaded_at=started,
        committed_at=finished,
    )
