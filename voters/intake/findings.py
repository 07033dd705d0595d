"""What the checks found in a file, as one typed report that is kept with the import.

A finding is a rule by its stable code, how many rows it concerns, and some of them. Its words for people stand beside
the rule (`Rule.title`, `Rule.mend`) and are translated when they are shown, so that a report reads in the reader's
language.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec
from django.utils.functional import Promise

SAMPLES = 5


class Severity(StrEnum):
    """What a finding means for its rows."""

    REFUSED = "refused"  # the file cannot be loaded before this is mended
    LEFT_OUT = "left_out"  # these rows stay out, the others can be loaded
    DOUBT = "doubt"  # loaded, and marked "perlu dicek"
    NOTE = "note"  # loaded as they are; somebody should know


@dataclass(frozen=True)
class Rule:
    """A named check. `column` is the heading it is about (a key of the kind's columns, or "" for the whole row)."""

    code: str
    severity: Severity
    column: str
    title: str | Promise
    mend: str | Promise


class Sample(msgspec.Struct, frozen=True):
    """One row that a finding is about: its number in the file (1 is the first line) and the value, NIK masked."""

    row: int
    value: str = ""
    hint: str = ""


class Finding(msgspec.Struct, frozen=True):
    """A rule that rows break: how many, and the first of them."""

    code: str
    severity: Severity
    column: str
    rows: int
    samples: list[Sample] = []


class Report(msgspec.Struct, frozen=True):
    """What a check or a commit says. rows = created + changed + unchanged + left_out.

    `changed_fields`: column -> rows in which it differs. `tps_created`: TPS that the file names and the election does
    not have yet. `same_as`: an earlier import of the very same bytes. `refused_undo`: what keeps an import from being
    undone. `facts`: numbers that one kind alone tells, by their stable names.
    """

    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    left_out: int = 0
    missing: int = 0
    doubtful: int = 0
    changed_fields: dict[str, int] = {}
    tps_created: int = 0
    same_as: str = ""
    findings: list[Finding] = []
    refused_undo: list[Finding] = []
    facts: dict[str, int] = {}

    @property
    def refused(self) -> bool:
        """Whether something keeps the whole file from being loaded."""
        return any(finding.severity == Severity.REFUSED for finding in self.findings)


def as_json(report: Report) -> Any:
    """For `FileImport.report`."""
    return msgspec.to_builtins(report)


def from_json(told: Mapping[str, Any]) -> Report:
    """From `FileImport.report`."""
    return msgspec.convert(told, Report)
