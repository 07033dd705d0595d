"""A small real kind for the life of an import: each row is a note to a village, named by its first word.

"keluar" stays out, "rusak" makes the program fail, "tolak" refuses the file; "lambat" waits in the midst of its load
until the file `gate` is there, and says by the file `waiting` that it does.
"""

import time
from pathlib import Path

from voters.access import Verb
from voters.imports import sheet
from voters.imports.sheet import Effect, Row, RowRefused
from voters.intake.findings import Finding, Report, Rule, Sample, Severity
from voters.intake.kind import Job, Progress, UndoRefused
from voters.intake.layout import Column
from voters.models import ImportChange
from voters.terms import Level

NOTE = Column("note", "catatan", ("CATATAN", "ISI"), required=True)
HINT = Column("hint", "keterangan", ("KETERANGAN",))
REFUSED = Rule("note_refused", Severity.REFUSED, "note", "Catatan ditolak", "Tulis catatan lain.")
LEFT = Rule("note_left", Severity.LEFT_OUT, "note", "Catatan tidak dapat dimuat", "Hapus baris ini.")
USED = Rule("note_used", Severity.REFUSED, "note", "Catatan sudah dipakai", "Biarkan.")


class TinyKind:
    """The verbs of `Kind`, on notes kept as changes of this import."""

    columns = (NOTE, HINT)
    rules = (*sheet.RULES, REFUSED, LEFT, USED)
    verb = Verb.IMPORT_LIST
    levels = (Level.KABKOTA, Level.KECAMATAN, Level.KELURAHAN)

    def __init__(self, place: Path) -> None:
        self.gate, self.waiting = place / "gate", place / "waiting"

    def check(self, job: Job) -> Report:
        return sheet.tried(self._load, job)

    def commit(self, job: Job) -> Report:
        return sheet.settled(self._load, job)

    def undo(self, record, now):
        rows = ImportChange.objects.filter(kabkota_id=record.area_id[:5], file_import=record.pk)
        if rows.filter(subject="note:dipakai").exists():
            found = Finding(USED.code, USED.severity, "note", 1, [Sample(3, "dipakai")])
            raise UndoRefused(Report(refused_undo=[found]))
        removed, _ = rows.delete()
        return Report(rows=removed)

    def _load(self, job: Job) -> Report:
        read = sheet.read(job, self.rules)

        def take(row: Row) -> Effect:
            note = row.text("note")
            if note == "rusak":  # as an error of the database quotes its row
                raise ZeroDivisionError("6271" * 4)
            if note == "tolak":
                read.find(REFUSED.code, row.number, note)
            if note == "keluar":
                raise RowRefused(LEFT.code, note)
            ImportChange.objects.create(
                kabkota_id=job.record.area_id[:5], file_import=job.record.pk, subject=f"note:{note}"
            )
            if note == "lambat" and job.record.state == "committing":
                self._wait(job)
            return Effect.CREATED

        read.each("load", take)
        return read.finished()

    def _wait(self, job: Job) -> None:
        self.waiting.write_text("waiting")
        while not self.gate.exists():
            time.sleep(0.05)
            job.tell(Progress("load", 1, 2))
