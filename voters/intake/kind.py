"""What every kind of file has to offer; the pipeline knows no more of it."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from voters.access import Verb
from voters.intake.findings import Report, Rule
from voters.intake.layout import Column, Layout
from voters.models import FileImport
from voters.terms import Level


@dataclass(frozen=True)
class Progress:
    """Where a run stands: its step, and what is done of all there is to do in it (rows or bytes, as `unit` says)."""

    step: str
    done: int = 0
    total: int = 0
    unit: str = "rows"


class Cancelled(Exception):  # not an error: somebody asked for it
    """The run was stopped on request; its transaction is rolled back."""


@dataclass(frozen=True)
class Job:
    """One run over one file. `tell` is called often; it raises Cancelled where somebody asked for that."""

    record: FileImport
    path: Path
    layout: Layout
    now: dt.datetime
    tell: Callable[[Progress], None] = lambda _: None
    # Where the rows that are left out go, in the file's own layout with reasons; None for no error file.
    errors: Path | None = None


class Kind(Protocol):
    """A kind of file. Each verb runs inside `access.territory(record.area_id)` and never commits or rolls back itself.

    `check` writes nothing (temporary tables aside). `commit` does the same checks anew, as time has passed, and then
    writes what `record.choice` says; with CommitChoice.ALL it raises `RowsLeftOut` where a row would stay out.
    `undo` takes the import back, or raises `UndoRefused` with the rows that keep it from that.
    """

    columns: Sequence[Column]
    rules: Sequence[Rule]
    # Who may bring such a file in, and the lowest and highest level of the area it is for.
    verb: Verb
    levels: tuple[Level, ...]

    def check(self, job: Job) -> Report:
        """What would happen."""

    def commit(self, job: Job) -> Report:
        """Make it happen."""

    def undo(self, record: FileImport, now: dt.datetime) -> Report:
        """Take it back."""


class Refused(ValueError):
    """A run came to an end without a change; `report` says why."""

    def __init__(self, report: Report) -> None:
        super().__init__("refused")
        self.report = report


class RowsLeftOut(Refused):
    """Rows would stay out, and all or none were asked for."""


class UndoRefused(Refused):
    """What was loaded has been worked on since."""
