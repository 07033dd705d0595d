"""What people ask of an import: check it, load it, stop it, take it back. A worker then does it (`running.py`).

Each verb is one conditional update with its trail entry, so that two people at once ask once. It raises `NotNow`
where the import has gone on meanwhile, and PermissionDenied where the account may not.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from coklit import clock
from voters import access, trail
from voters.imports.registry import kind_of
from voters.intake import findings
from voters.intake import layout as layouts
from voters.models import FileImport, User
from voters.nik import stands_in
from voters.terms import CommitChoice, ImportState, Level

# To take back more rows than this, two people are needed.
ROWS_FOR_ONE = 10_000

WORKING = (ImportState.CHECKING, ImportState.COMMITTING, ImportState.UNDOING)
# Whatever has not been loaded may be checked, also again after a failure.
OPEN = (ImportState.UPLOADED, ImportState.CHECKED, ImportState.FAILED, ImportState.CANCELLED)


class NotNow(ValueError):
    """What was asked does not fit what the import is at; the text says why."""


@transaction.atomic
def start_check(record: FileImport, *, by: User | None, now: dt.datetime) -> None:
    """Have everything checked; nothing will be written."""
    missing = missing_columns(record)
    if missing:
        raise NotNow(_("These columns are needed first: %(columns)s.") % {"columns": ", ".join(missing)})
    _move(record, OPEN, by, now, state=ImportState.CHECKING)
    _record("check_import", record, by, now)


@transaction.atomic
def start_commit(
    record: FileImport, *, choice: CommitChoice, create_tps: bool, by: User | None, now: dt.datetime
) -> None:
    """Have a checked file loaded: all of its rows or none, or those that can be."""
    if record.report is not None and findings.from_json(record.report).refused:
        raise NotNow(_("This file cannot be loaded as it is: mend it and upload it again."))
    if choice == CommitChoice.ALL and record.left_out and create_tps == record.create_tps:
        raise NotNow(_("Rows would stay out: mend the file, or load the rows that can be loaded."))
    asked: dict[str, Any] = {"choice": choice, "create_tps": create_tps, "committed_by": by}
    _move(record, (ImportState.CHECKED,), by, now, state=ImportState.COMMITTING, **asked)
    _record("load_import", record, by, now)


@transaction.atomic
def ask_cancel(record: FileImport, *, by: User | None, now: dt.datetime) -> None:
    """Have a run stopped. The run notices within seconds, unless it ends before."""
    _require(record, by, now)
    asked = FileImport.objects.filter(pk=record.pk, state__in=WORKING, cancel_asked_at=None)
    if not asked.update(cancel_asked_at=now):
        raise NotNow(_("There is nothing to cancel any more."))
    _record("cancel_import", record, by, now)


def needs_two(record: FileImport) -> bool:
    """Whether a second person must confirm that this import is taken back: never for one kelurahan's own work."""
    return (record.created or 0) + (record.changed or 0) > ROWS_FOR_ONE and record.area.level != Level.KELURAHAN


@transaction.atomic
def start_undo(record: FileImport, *, reason: str, by: User | None, now: dt.datetime) -> None:
    """Have an import taken back, or ask a second person to confirm that (`needs_two`)."""
    if not reason.strip():
        raise NotNow(_("Say why."))
    if stands_in(reason):
        raise NotNow(_("No NIK or NKK in the reason, please."))
    asked: dict[str, Any] = {"undo_asked_by": by, "undo_asked_at": now, "undo_reason": reason.strip()}
    if not needs_two(record):
        asked |= {"state": ImportState.UNDOING, "undone_by": by}
    _move(record, (ImportState.COMMITTED,), by, now, also={"undo_asked_at": None}, **asked)
    _record("ask_undo_import", record, by, now)


@transaction.atomic
def confirm_undo(record: FileImport, *, by: User, now: dt.datetime) -> None:
    """Somebody else says so too."""
    if by.pk == record.undo_asked_by_id:
        raise NotNow(_("Somebody else must confirm this."))
    asked: dict[str, Any] = {"state": ImportState.UNDOING, "undone_by": by}
    # Whoever asked may have changed meanwhile.
    also = {"undo_asked_at__isnull": False, "undo_asked_by": record.undo_asked_by_id}
    _move(record, (ImportState.COMMITTED,), by, now, also=also, **asked)
    _record("confirm_undo_import", record, by, now)


@transaction.atomic
def withdraw_undo(record: FileImport, *, by: User, now: dt.datetime) -> None:
    """It stays loaded after all."""
    asked: dict[str, Any] = {"undo_asked_by": None, "undo_asked_at": None, "undo_reason": ""}
    also = {"undo_asked_at__isnull": False}
    _record("withdraw_undo_import", record, by, now)
    _move(record, (ImportState.COMMITTED,), by, now, also=also, **asked)


def missing_columns(record: FileImport) -> list[str]:
    """The titles of columns that the kind needs and no heading of the file was given to."""
    layout = layouts.from_json(record.layout)
    known = layout.columns.keys() | layout.constants.keys()
    return [str(one.title) for one in kind_of(record).columns if one.required and one.key not in known]


def _move(
    record: FileImport,
    states: tuple[ImportState, ...],
    by: User | None,
    now: dt.datetime,
    *,
    also: dict[str, Any] | None = None,
    **values: Any,
) -> None:
    """From one of these states on; whatever an earlier run left is cleared away."""
    _require(record, by, now)
    fresh = {"claimed_at": None, "attempts": 0, "cancel_asked_at": None, "problem": ""}
    rows = FileImport.objects.filter(pk=record.pk, state__in=states, **(also or {}))
    if not rows.update(**fresh, **values):
        raise NotNow(_("Somebody was faster: this import has gone on meanwhile."))
    record.refresh_from_db()


def _require(record: FileImport, by: User | None, now: dt.datetime) -> None:
    if by is not None:
        access.require(by, kind_of(record).verb, record.area_id, clock.local_day(now, clock.WIB))


def _record(act: str, record: FileImport, by: User | None, now: dt.datetime) -> None:
    trail.record(
        verb=act, by=by, region=record.area_id, subject=f"import:{record.pk}", now=now, reason=record.undo_reason
    )
