"""A small file of rows that people typed: its rows as texts, what is wrong with them, and the sum of it all.

In come a job and what to do with one row; afterwards each row is created, changed, unchanged or left out with a
reason, and the numbers add up. It never reads more than `LARGEST` rows: such files are made by hand.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from voters.intake import errorfile, rows
from voters.intake.findings import SAMPLES, Finding, Report, Rule, Sample, Severity
from voters.intake.kind import Job, Progress, Refused, RowsLeftOut
from voters.intake.shown import shown
from voters.terms import CommitChoice

LARGEST = 20_000
TOO_MANY_ROWS = Rule(
    "too_many_rows",
    Severity.REFUSED,
    "",
    _("More than 20,000 rows"),
    _("Split the file by region and load the parts one after the other."),
)
NO_ROWS = Rule(
    "no_rows",
    Severity.REFUSED,
    "",
    _("There is no row below the header"),
    _("Add one row for each, or choose the sheet that has them."),
)
RULES = (TOO_MANY_ROWS, NO_ROWS)


class Row(NamedTuple):
    """One row: its number in the file, and its texts by the keys of the kind's columns, "" for an absent one."""

    number: int
    cells: dict[str, str]

    def text(self, key: str) -> str:
        """The cell without blanks around it."""
        return self.cells.get(key, "").strip()


class Effect(Enum):
    """What a row did."""

    CREATED = auto()
    CHANGED = auto()
    UNCHANGED = auto()


class RowRefused(ValueError):
    """The row stays out, by the rule `code`; `value` is what stands there, `hint` what may be meant."""

    def __init__(self, code: str, value: str = "", hint: str = "") -> None:
        super().__init__(code)
        self.code, self.value, self.hint = code, value, hint


@dataclass
class Sheet:
    """The rows of one run, and what has been found so far."""

    job: Job
    rules: Sequence[Rule]
    rows: list[Row] = field(default_factory=list)
    effects: Counter[Effect] = field(default_factory=Counter)
    changed_fields: Counter[str] = field(default_factory=Counter)
    # Row number -> the codes of the rules that keep it, or the whole file, out.
    reasons: dict[int, list[str]] = field(default_factory=dict)
    _samples: dict[str, list[Sample]] = field(default_factory=dict)
    _counts: Counter[str] = field(default_factory=Counter)

    def find(self, code: str, row: int, value: str = "", hint: str = "", *, rows: int = 1) -> None:
        """Remember that a row breaks a rule."""
        rule = next(rule for rule in self.rules if rule.code == code)
        self._counts[code] += rows
        samples = self._samples.setdefault(code, [])
        if len(samples) < SAMPLES:
            samples.append(Sample(row, shown(value), hint))
        if rule.severity in (Severity.LEFT_OUT, Severity.REFUSED):
            self.reasons.setdefault(row, []).append(code)

    def each(self, step: str, do: Callable[[Row], Effect | None], *, writes: bool = True) -> None:
        """Do one thing with each row; one that raises RowRefused stays out, and what it wrote is taken back.

        None: the effect of the row is counted by the caller.
        """
        for done, row in enumerate(self.rows):
            self.job.tell(Progress(step, done, len(self.rows)))
            try:
                with transaction.atomic() if writes else nullcontext():
                    effect = do(row)
            except RowRefused as refused:
                self.find(refused.code, row.number, refused.value, refused.hint)
                continue
            if effect is not None:
                self.effects[effect] += 1

    def report(self, *, missing: int = 0, facts: dict[str, int] | None = None, tps_created: int = 0) -> Report:
        """The sum of the run."""
        found = [
            Finding(rule.code, rule.severity, rule.column, self._counts[rule.code], self._samples[rule.code])
            for rule in self.rules
            if rule.code in self._counts
        ]
        return Report(
            rows=len(self.rows),
            created=self.effects[Effect.CREATED],
            changed=self.effects[Effect.CHANGED],
            unchanged=self.effects[Effect.UNCHANGED],
            left_out=sum(row.number in self.reasons for row in self.rows),
            missing=missing,
            changed_fields=dict(self.changed_fields),
            tps_created=tps_created,
            findings=found,
            facts=facts or {},
        )

    def finished(self, *, missing: int = 0, facts: dict[str, int] | None = None, tps_created: int = 0) -> Report:
        """The sum of the run; the rows that stay out go to the error file, for their uploader."""
        if self.job.errors is not None and self.reasons:
            by_code = {rule.code: rule for rule in self.rules}
            out = [(row, codes) for row, codes in sorted(self.reasons.items()) if row]
            errorfile.write(self.job.path, self.job.layout, out, self.job.errors, self.job.record.pk, by_code)
        return self.report(missing=missing, facts=facts, tps_created=tps_created)


def read(job: Job, rules: Sequence[Rule]) -> Sheet:
    """The rows of the file; with more than LARGEST of them, or none, the sheet is refused and empty."""
    sheet = Sheet(job, rules)
    for number, texts in rows.rows(job.path, job.layout):
        if len(sheet.rows) == LARGEST:
            sheet.find(TOO_MANY_ROWS.code, number)
            sheet.rows.clear()
            return sheet
        named = {key: texts[place] for key, place in job.layout.columns.items()}
        sheet.rows.append(Row(number, {**job.layout.constants, **named}))
        job.tell(Progress("read", len(sheet.rows)))
    if not sheet.rows:
        sheet.find(NO_ROWS.code, job.layout.first_row)
    return sheet


def tried(load: Callable[[Job], Report], job: Job) -> Report:
    """What a load would do: it is done and taken back, so that a check can never say otherwise than the load."""
    with transaction.atomic():
        report = load(job)
        transaction.set_rollback(True)
    return report


def settled(load: Callable[[Job], Report], job: Job) -> Report:
    """Load. Raises Refused for a file that cannot be loaded, RowsLeftOut where all rows or none were asked for."""
    report = load(job)
    if report.refused:
        raise Refused(report)
    if report.left_out and job.record.choice == CommitChoice.ALL:
        raise RowsLeftOut(report)
    return report
