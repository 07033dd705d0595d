"""Small files for the tests of their kinds: written, sniffed, checked, loaded and taken back as the jobs do it."""

import datetime as dt
import hashlib
from itertools import count

from tests.scene import NOW
from voters.access import territory
from voters.intake import layout as layouts
from voters.intake.findings import as_json
from voters.intake.kind import Job
from voters.intake.sniff import sniff
from voters.models import FileImport, Region
from voters.terms import CommitChoice, ImportState

_minutes = count(1)


class Sheets:
    """Files of one kind for one election."""

    def __init__(self, kind, name, election, folder, by, area):
        self.kind, self.name, self.election = kind, name, election
        self.folder, self.by, self.area = folder, by, area

    def job(self, text, *, area=None, by=None, choice=CommitChoice.ALL):
        """A run over a CSV of this text; every run is a minute later than the one before."""
        now = NOW + dt.timedelta(minutes=next(_minutes))
        path = self.folder / f"{now:%H%M%S}.csv"
        path.write_text(text, encoding="utf-8")
        layout = sniff(path, path.name, self.kind.columns)
        record = FileImport.objects.create(
            kind=self.name,
            election=self.election,
            area=Region.objects.get(code=area or self.area),
            by=by or self.by,
            file_name=path.name,
            file_hash=hashlib.sha256(text.encode()).hexdigest(),
            layout=layouts.as_json(layout),
            choice=choice,
            uploaded_at=now,
        )
        return Job(record, path, layout, now, errors=self.folder / f"{now:%H%M%S}-left-out.csv")

    def check(self, text, **options):
        """The report of a check."""
        job = self.job(text, **options)
        with territory(job.record.area_id):
            return self.kind.check(job)

    def commit(self, text, **options):
        """Load it; returns the import and its report."""
        job = self.job(text, **options)
        with territory(job.record.area_id):
            report = self.kind.commit(job)
        numbers = {name: getattr(report, name) for name in ("rows", "created", "changed", "unchanged", "left_out")}
        done = {"state": ImportState.COMMITTED, "committed_at": job.now, "report": as_json(report)}
        FileImport.objects.filter(pk=job.record.pk).update(**numbers, **done)
        job.record.refresh_from_db()
        return job.record, report

    def undo(self, record):
        """Take it back."""
        with territory(record.area_id):
            report = self.kind.undo(record, record.committed_at + dt.timedelta(seconds=30))
        FileImport.objects.filter(pk=record.pk).update(state=ImportState.UNDONE)
        return report


def codes(report):
    """Which findings a report has, with the rows of their samples."""
    return {one.code: [sample.row for sample in one.samples] for one in report.findings}


def numbers(report):
    """Created, changed, unchanged, left out."""
    return (report.created, report.changed, report.unchanged, report.left_out)


def refused(report):
    """Why an undo was refused: code and what is named."""
    return {one.code: [sample.value for sample in one.samples] for one in report.refused_undo}
