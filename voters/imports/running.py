"""Does what was asked of an import: one transaction in its area, which holds all of it or nothing.

A run claims its import by a conditional update, and its transaction begins with a lock of the database, which a killed
process loses at once: that is how `resuming.py` tells the dead from the slow. A check is rolled back and its report
written afterwards; a load or an undo writes its rows, the import's own row and the trail in one commit.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from coklit import clock
from voters import trail
from voters.access import territory
from voters.imports import letters, outcomes, progress
from voters.imports.asking import WORKING
from voters.imports.outcomes import Taken
from voters.imports.registry import kind_of
from voters.intake import layout as layouts
from voters.intake import vault
from voters.intake.badfile import BadFile
from voters.intake.findings import Report
from voters.intake.kind import Cancelled, Job, Progress, Refused, UndoRefused
from voters.models import FileImport, User
from voters.terms import ImportState

Watch = Callable[[Progress], None]


def run(import_id: UUID) -> None:
    """Do what waits, if nobody else does; never raises for what is wrong with the file."""
    record = claim(import_id)
    if record is not None:
        work(record)


def claim(import_id: UUID) -> FileImport | None:
    """The import, for this process alone; None where nothing waits."""
    waiting = FileImport.objects.filter(pk=import_id, state__in=WORKING, claimed_at=None)
    if not waiting.update(claimed_at=clock.now(), attempts=F("attempts") + 1):
        return None
    return FileImport.objects.select_related("area", "election", "by").get(pk=import_id)


def lock(import_id: UUID) -> bool:
    """Take the import's lock until the end of the transaction; False where another process holds it."""
    with connection.cursor() as cursor:
        number = int.from_bytes(import_id.bytes[8:], "big", signed=True)
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        (free,) = cursor.fetchone()
        return bool(free)


def work(record: FileImport, watch: Watch = lambda _: None) -> None:
    """Do what a claimed import waits for, and write what came of it; `watch` is told where it stands."""
    try:
        _try(record, watch)
    except Taken:
        return
    progress.forget(record.pk)
    record.refresh_from_db()
    letters.tell_uploader(record, now=clock.now())


def _try(record: FileImport, watch: Watch) -> None:
    try:
        if record.cancel_asked_at:
            raise Cancelled
        _RUNS[ImportState(record.state)](record, watch)
    except Taken:
        raise
    except Cancelled:
        outcomes.cancel(record)
    except UndoRefused as refused:
        outcomes.refuse_undo(record, refused.report)
    except Refused as refused:
        problem = _("Nothing was loaded, as rows would stay out. The report names them.")
        outcomes.end(record, ImportState.CHECKED, problem=problem, **outcomes.counted(record, refused.report))
    except BadFile as bad:
        outcomes.fail(record, str(bad))
    except (OperationalError, InterfaceError) as error:
        # The database went away, or chose this run as the victim of a deadlock: another attempt may do.
        outcomes.log_fault(record, error)
        connection.close_if_unusable_or_obsolete()
        outcomes.put_back(record)
    except Exception as error:  # whatever a kind stumbles over: nothing was kept, and the person is told so
        outcomes.log_fault(record, error)
        outcomes.fail(record, _("The program failed over this file. Tell the operator this number: %s.") % record.pk)


def _check(record: FileImport, watch: Watch) -> None:
    with _job(record, watch) as job:
        with _own_transaction(record):
            report = kind_of(record).check(job)
            transaction.set_rollback(True)
        kept = _kept(record, job)
        outcomes.end(record, ImportState.CHECKED, checked_at=clock.now(), **kept, **outcomes.counted(record, report))


def _commit(record: FileImport, watch: Watch) -> None:
    with _job(record, watch) as job, _own_transaction(record):
        report = kind_of(record).commit(job)
        now, kept = clock.now(), _kept(record, job)
        outcomes.end(record, ImportState.COMMITTED, committed_at=now, **kept, **outcomes.counted(record, report))
        _record("import_file", record, record.committed_by, report)


def _undo(record: FileImport, watch: Watch) -> None:
    with _own_transaction(record):
        report = kind_of(record).undo(record, clock.now())
        outcomes.end(record, ImportState.UNDONE, undone_at=clock.now())
        _record("undo_import", record, record.undone_by, report)


_RUNS: dict[ImportState, Callable[[FileImport, Watch], None]] = {
    ImportState.CHECKING: _check,
    ImportState.COMMITTING: _commit,
    ImportState.UNDOING: _undo,
}


@contextmanager
def _own_transaction(record: FileImport) -> Iterator[None]:
    """The one transaction of a run. Raises Taken where somebody else came and went since the claim."""
    with territory(record.area_id):
        if not lock(record.pk) or not outcomes.own(record).exists():
            raise Taken
        yield


@contextmanager
def _job(record: FileImport, watch: Watch) -> Iterator[Job]:
    with tempfile.TemporaryDirectory(prefix="coklit-") as place, _cancelled(record) as cancelled:
        layout = layouts.from_json(record.layout)
        yield Job(
            record=record,
            path=vault.path(record.stored),
            layout=layout,
            now=clock.now(),
            tell=progress.Teller(record.pk, cancelled, watch),
            errors=Path(place) / f"left-out.{layout.format}",
        )


@contextmanager
def _cancelled(record: FileImport) -> Iterator[Callable[[], bool]]:
    """Whether somebody asked to stop, over a connection of its own: the run's is busy with its COPY."""
    aside = connection.copy()

    def asked() -> bool:
        with aside.cursor() as cursor:
            cursor.execute("SELECT 1 FROM voters_fileimport WHERE id = %s AND cancel_asked_at IS NOT NULL", [record.pk])
            return cursor.fetchone() is not None

    try:
        yield asked
    finally:
        aside.close()


def _kept(record: FileImport, job: Job) -> dict[str, Any]:
    """The rows that stay out, where their uploader finds them."""
    if job.errors is None or not job.errors.exists():
        return {"errors": ""}
    return {"errors": vault.keep(job.errors).name}


def _record(act: str, record: FileImport, by: User | None, report: Report) -> None:
    trail.record(
        verb=act,
        by=by,
        region=record.area_id,
        subject=f"import:{record.pk}",
        now=clock.now(),
        after={"rows": report.rows, "created": report.created, "changed": report.changed, "left_out": report.left_out},
        reason=record.undo_reason,
    )
