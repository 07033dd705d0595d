"""The voter list as a kind of file: everything is judged in temporary tables, then written, in one transaction.

In come a file, an election and the area the file is for; afterwards every row is on the list or named with the reason,
TPS are marked for a recount, and what was changed can be taken back. Or nothing has changed at all.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from voters import trail
from voters.access import Verb, territory
from voters.intake import errorfile, findings
from voters.intake import layout as layouts
from voters.intake.columns import require
from voters.intake.findings import Report, Rule
from voters.intake.kind import Job, Progress, Refused, RowsLeftOut
from voters.intake.layout import Column, Layout
from voters.intake.sniff import sniff
from voters.models import Election, FileImport, Region, User
from voters.roster import judging, matching, staging, telling, undoing, writing
from voters.roster.columns import COLUMNS
from voters.roster.rules import RULE, RULES
from voters.terms import CommitChoice, ImportKind, ImportState, Level

columns: Sequence[Column] = COLUMNS
rules: Sequence[Rule] = RULES
verb = Verb.IMPORT_LIST
levels: tuple[Level, ...] = tuple(Level)


def check(job: Job) -> Report:
    """What would be created and changed, and what is wrong; the list stays as it is."""
    report = _examined(job, to_write=False)
    _tell_errors(job)
    staging.forget()
    return report


def commit(job: Job) -> Report:
    """Load the list. Raises Refused for a file that cannot be loaded, RowsLeftOut where all or none were asked for."""
    report = _examined(job, to_write=True)
    if report.refused:
        raise Refused(report)
    if report.left_out and job.record.choice == CommitChoice.ALL:
        raise RowsLeftOut(report)
    job.tell(Progress("write", 0, report.created + report.changed))
    known = report.changed + report.unchanged
    writing.write(job, created=report.created, changed=report.changed, known=known, left_out=report.left_out)
    _tell_errors(job)
    staging.forget()
    return report


def undo(record: FileImport, now: dt.datetime) -> Report:
    """Take the list back. Raises UndoRefused with the voters who have been worked on since."""
    return undoing.undo(record, now)


def _examined(job: Job, *, to_write: bool) -> Report:
    """Stage, judge and match the file; a load makes and locks the TPS before it looks who is on the list."""
    staging.stage(job)
    job.tell(Progress("check"))
    staging.find_places(job)
    if to_write:
        writing.make_stations(job)
    staging.list_stations(job)
    staging.find_words(job)
    judging.judge(job)
    job.tell(Progress("match"))
    matching.match(job)
    return telling.tell(job)


def _tell_errors(job: Job) -> None:
    if job.errors is not None:
        errorfile.write(job.path, job.layout, telling.reasons(), job.errors, job.record.pk, RULE)


def import_list(
    path: Path,
    *,
    election: Election,
    area: Region,
    by: User | None,
    clock: Callable[[], dt.datetime],
    create_tps: bool = False,
    choice: CommitChoice = CommitChoice.ALL,
    layout: Layout | None = None,
    dry_run: bool = False,
    progress: Callable[[Progress], None] = lambda _: None,
) -> FileImport:
    """Load the list of `area` from a file that is at hand. Raises BadFile or Refused, and then has changed nothing.

    `layout` is one that was settled before. With `dry_run` everything is checked and reported; nothing is kept.
    """
    now = clock()
    layout = layout or sniff(path, path.name, columns)
    require({**layout.columns, **layout.constants}, columns)
    record = FileImport(
        kind=ImportKind.VOTERS,
        state=ImportState.COMMITTING,
        election=election,
        area=area,
        file_name=path.name,
        file_hash=_digest(path),
        size=path.stat().st_size,
        layout=layouts.as_json(layout),
        choice=choice,
        create_tps=create_tps,
        by=by,
        committed_by=by,
        uploaded_at=now,
    )
    job = Job(record, path, layout, now, tell=progress)
    with territory(area.pk):
        if dry_run:
            return _counted(record, check(job))
        record.save(force_insert=True)
        _counted(record, commit(job))
        record.state, record.committed_at = ImportState.COMMITTED, clock()
        record.save()
        trail.record(
            verb="import_list",
            by=by,
            region=area.pk,
            subject=f"import:{record.pk}",
            now=record.committed_at,
            after={"rows": record.rows, "created": record.created, "changed": record.changed},
        )
    return record


def _counted(record: FileImport, report: Report) -> FileImport:
    record.report = findings.as_json(report)
    for name in ("rows", "created", "changed", "unchanged", "left_out", "missing", "doubtful"):
        setattr(record, name, getattr(report, name))
    return record


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
