"""What is written of an import when a run ends: its new state, its counts, and why it failed."""

import logging
import traceback
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from voters.intake import findings
from voters.intake.findings import Report
from voters.models import FileImport
from voters.terms import ImportState

# A run that was broken off so often is not tried again.
ATTEMPTS = 3

logger = logging.getLogger(__name__)


class Taken(Exception):
    """Another process works on this import, or has done so by now."""


def own(record: FileImport) -> QuerySet[FileImport]:
    """The import, as long as it is this run's: whoever claims it anew takes it from a run that was thought dead."""
    return FileImport.objects.filter(pk=record.pk, state=record.state, claimed_at=record.claimed_at)


def end(record: FileImport, state: ImportState, **values: Any) -> None:
    """The run is over. Raises Taken where it is not this run's any more, so that a transaction around it goes back."""
    if not own(record).update(state=state, cancel_asked_at=None, **values):
        raise Taken


def fail(record: FileImport, problem: str) -> None:
    """Nothing of it was kept: a file stays unloaded, and what was to be taken back stays loaded."""
    if record.state == ImportState.UNDOING:
        end(record, ImportState.COMMITTED, problem=problem, **UNDO_ENDED)
    else:
        end(record, ImportState.FAILED, problem=problem)


def cancel(record: FileImport) -> None:
    """As somebody asked."""
    if record.state == ImportState.UNDOING:
        end(record, ImportState.COMMITTED, problem=_("The undo was cancelled: nothing was taken back."), **UNDO_ENDED)
    else:
        end(record, ImportState.CANCELLED)


def refuse_undo(record: FileImport, report: Report) -> None:
    """It stays loaded, and the rows that keep it so are told."""
    own_report = findings.from_json(record.report) if record.report else Report()
    told = msgspec.structs.replace(own_report, refused_undo=report.refused_undo or report.findings)
    problem = _("Nothing was taken back: rows have been worked on since. The list below names them.")
    end(record, ImportState.COMMITTED, problem=problem, report=findings.as_json(told), **UNDO_ENDED)


def put_back(record: FileImport) -> None:
    """Let another worker try a run that was broken off, or give it up after so many attempts."""
    if record.attempts >= ATTEMPTS:
        fail(record, _("The work was broken off %(n)d times and is not tried again by itself.") % {"n": ATTEMPTS})
    else:
        own(record).update(claimed_at=None)


def counted(record: FileImport, report: Report) -> dict[str, Any]:
    """The report and its counts, as columns."""
    earlier = "" if report.same_as else str(same_bytes(record) or "")
    told = msgspec.structs.replace(report, same_as=report.same_as or earlier)
    return {
        "report": findings.as_json(told),
        "rows": report.rows,
        "created": report.created,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "left_out": report.left_out,
        "missing": report.missing,
        "doubtful": report.doubtful,
    }


def same_bytes(record: FileImport) -> UUID | None:
    """The latest import of the very same bytes for this election that is loaded."""
    twins = FileImport.objects.filter(
        kind=record.kind, election=record.election_id, file_hash=record.file_hash, state=ImportState.COMMITTED
    )
    return twins.exclude(pk=record.pk).order_by("-pk").values_list("pk", flat=True).first()


def log_fault(record: FileImport, error: BaseException) -> None:
    """Its kind and place, never its text, which quotes rows of persons."""
    kinds, where = [], []
    cause: BaseException | None = error
    while cause is not None:
        kinds.append(type(cause).__name__)
        where += traceback.format_tb(cause.__traceback__)
        cause = cause.__cause__
    logger.error("Import %s was broken off: %s\n%s", record.pk, ", ".join(kinds), "".join(where))


# Asking for the undo begins anew; who asked for this one stands on the trail.
UNDO_ENDED: dict[str, Any] = {"undo_asked_by": None, "undo_asked_at": None, "undo_reason": "", "undone_by": None}
