"""What a run says and what a report holds, in words and figures for a page."""

from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from voters.admin.spoken import number
from voters.imports.progress import Standing
from voters.imports.registry import kind_of
from voters.intake import findings
from voters.intake.findings import Finding, Report, Rule, Severity
from voters.models import FileImport
from voters.terms import ImportState

# The steps that kinds tell, in words; a step without words is shown by its name.
STEPS = {
    "read": gettext_lazy("Reading the file"),
    "check": gettext_lazy("Checking the rows"),
    "match": gettext_lazy("Comparing with the list"),
    "write": gettext_lazy("Writing the list"),
    "load": gettext_lazy("Going through the rows"),
}
SEVERITIES = {
    Severity.REFUSED: gettext_lazy("Must be mended first: nothing can be loaded"),
    Severity.LEFT_OUT: gettext_lazy("Stay out until they are mended"),
    Severity.DOUBT: gettext_lazy("Are loaded and marked “to be checked”"),
    Severity.NOTE: gettext_lazy("Good to know"),
}


@dataclass(frozen=True)
class Said:
    """One finding: what is wrong with how many rows, the first of them, and what to do."""

    title: str
    code: str
    rows: str
    mend: str
    column: str
    samples: list[tuple[str, str, str]]
    more: str


def report_of(record: FileImport) -> Report | None:
    """The report, where there has been one."""
    return findings.from_json(record.report) if record.report else None


def groups(record: FileImport, found: list[Finding]) -> list[tuple[str, str, list[Said]]]:
    """Findings by severity, the gravest first; within one the commonest first. Severity, its words, findings."""
    kind = kind_of(record)
    rules = {rule.code: rule for rule in kind.rules}
    titles = {one.key: str(one.title) for one in kind.columns}
    shown = []
    for severity, title in SEVERITIES.items():
        own = sorted((one for one in found if one.severity == severity), key=lambda one: -one.rows)
        if own:
            shown.append((severity.value, str(title), [_said(one, rules.get(one.code), titles) for one in own]))
    return shown


def figures(report: Report, *, done: bool) -> list[tuple[str, str, str]]:
    """The counts: a name, the number, and a class for its colour."""
    words = [
        (_("new") if done else _("will be new"), report.created, "good"),
        (_("changed") if done else _("will change"), report.changed, "good"),
        (_("unchanged"), report.unchanged, ""),
        (_("left out") if done else _("stay out"), report.left_out, "late" if report.left_out else ""),
    ]
    return [(name, number(n), colour) for name, n, colour in words]


def asides(report: Report) -> list[tuple[str, str]]:
    """Counts that are no part of the sum."""
    told = [
        (_("of the loaded rows to be checked"), report.doubtful),
        (_("on the list but not in the file"), report.missing),
        (_("TPS that the file names and the election has not"), report.tps_created),
    ]
    return [(name, number(n)) for name, n in told if n]


def changed_fields(record: FileImport, report: Report) -> list[tuple[str, str]]:
    """Which columns differ, in how many rows, the commonest first."""
    titles = {one.key: str(one.title) for one in kind_of(record).columns}
    differing = sorted(report.changed_fields.items(), key=lambda one: -one[1])
    return [(titles.get(key, key), number(n)) for key, n in differing]


def progress_said(record: FileImport, standing: Standing | None) -> dict[str, Any]:
    """What a run is at: its step, rows, rate, and time left, as far as they are known."""
    if record.claimed_at is None:
        waits = _("Waits for a worker.") if not record.attempts else _("Was broken off; goes on by itself.")
        return {"step": waits}
    if standing is None:
        return {"step": str(ImportState(record.state).label)}
    said: dict[str, Any] = {"step": str(STEPS.get(standing.step, standing.step))}
    if standing.total:
        said |= {"done": standing.done, "total": standing.total, "percent": 100 * standing.done // standing.total}
    if standing.done:
        said |= _rows_said(standing) if standing.unit == "rows" else _bytes_said(standing)
    if standing.seconds_left is not None:
        said["left"] = _("about %(span)s left in this step") % {"span": span(standing.seconds_left)}
    return said


def _rows_said(standing: Standing) -> dict[str, str]:
    rows = {"done": number(standing.done), "total": number(standing.total)}
    return {
        "amount": _("%(done)s of %(total)s rows") % rows if standing.total else _("%(done)s rows") % rows,
        "rate": _("%(n)s rows a second") % {"n": number(round(standing.rate))} if standing.rate >= 1 else "",
    }


def _bytes_said(standing: Standing) -> dict[str, str]:
    sizes = {"done": filesizeformat(standing.done), "total": filesizeformat(standing.total)}
    return {
        "amount": _("%(done)s of %(total)s") % sizes,
        "rate": _("%(size)s a second") % {"size": filesizeformat(round(standing.rate))} if standing.rate >= 1 else "",
    }


def span(seconds: int) -> str:
    """ "3 menit", "12 detik"."""
    if seconds >= 90:
        n = round(seconds / 60)
        return ngettext("%(n)d minute", "%(n)d minutes", n) % {"n": n}
    n = max(seconds, 1)
    return ngettext("%(n)d second", "%(n)d seconds", n) % {"n": n}


def _said(one: Finding, rule: Rule | None, titles: dict[str, str]) -> Said:
    shown = [(number(s.row) if s.row else "-", s.value or "-", s.hint) for s in one.samples]
    more = one.rows - len(one.samples)
    return Said(
        title=str(rule.title) if rule else one.code,
        code=one.code,
        rows=ngettext("%(n)s row", "%(n)s rows", one.rows) % {"n": number(one.rows)},
        mend=str(rule.mend) if rule else "",
        column=titles.get(one.column, one.column),
        samples=shown,
        more=ngettext("and %(n)s more", "and %(n)s more", more) % {"n": number(more)} if more > 0 and shown else "",
    )
