"""An import as an operator reads it: text for a terminal, or JSON for a program."""

import json

from voters.imports.registry import kind_of
from voters.intake import findings
from voters.intake.findings import Finding, Report
from voters.models import FileImport

COUNTS = ("rows", "created", "changed", "unchanged", "left_out", "missing", "doubtful")


def refused(record: FileImport) -> bool:
    """Whether the checks found that nothing of the file can be loaded."""
    return _report(record).refused


def as_text(record: FileImport) -> str:
    """Its state, the sum of its rows, and every finding with the first rows and what to do."""
    report = _report(record)
    rules = {rule.code: rule for rule in kind_of(record).rules}
    lines = [
        f"{record.pk} {record.file_name}: {record.state}",
        f"{report.rows} rows in the file = {report.created} created + {report.changed} changed"
        f" + {report.unchanged} unchanged + {report.left_out} left out;"
        f" {report.missing} on the list but not in the file; {report.doubtful} to be checked",
    ]
    if report.changed_fields:
        lines.append("differ: " + ", ".join(f"{key} {rows}" for key, rows in report.changed_fields.items()))
    if report.tps_created:
        lines.append(f"TPS that the election has not: {report.tps_created}")
    if report.same_as:
        lines.append(f"the same bytes were loaded before: {report.same_as}")
    for one in [*report.findings, *report.refused_undo]:
        rule = rules.get(one.code)
        lines.append(f"{one.severity} {one.code}: {one.rows} row(s){_first(one)}")
        if rule:
            lines.append(f"    {rule.title}. {rule.mend}")
    return "\n".join(lines)


def as_json(record: FileImport) -> str:
    """The same for a program; samples hold masked values only."""
    told = {
        "import": str(record.pk),
        "kind": record.kind,
        "file": record.file_name,
        "sha256": record.file_hash,
        "state": record.state,
        "choice": record.choice,
        "problem": record.problem,
        **{name: getattr(record, name) for name in COUNTS},
        "report": record.report,
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _first(one: Finding) -> str:
    rows = [str(sample.row) for sample in one.samples if sample.row]
    return f", first in line {', '.join(rows)}" if rows else ""


def _report(record: FileImport) -> Report:
    return findings.from_json(record.report) if record.report else Report()
