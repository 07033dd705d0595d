"""Reads the rows of a file of results, and names what can be wrong with them."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from voters.imports import places, undoing
from voters.imports.said import DPID, EVIDENCE, KET, TPS
from voters.imports.sheet import NO_ROWS, Row, Sheet
from voters.intake import rows
from voters.intake.findings import Rule, Severity
from voters.intake.kind import Job, Progress
from voters.sync.judge import TEXTS, Problem

# All listed voters of a kecamatan; they are held in memory.
LARGEST = 100_000

# What can be done about what the judge says of a row (voters/sync/judge.py has the rules and their titles).
_MENDS: dict[Problem, tuple[str, Promise]] = {
    Problem.BAD_VALUE: ("", _("Correct the cell that stands beside: digits, dates and letters as on the form.")),
    Problem.UNKNOWN_VOTER: ("dpid", _("Compare the DPID, or NIK and name, with the list of this area.")),
    Problem.CODE_NOT_ALLOWED: (
        "ket",
        _("Use a code that this election allows at coklit; code 8 is for the DPHP stage only."),
    ),
    Problem.NEW_VOTER_NEEDS_B: ("ket", _("Give the row code B, or take the new voter back in the list of voters.")),
    Problem.NEW_FIELDS_MISSING: ("", _("Fill in the fields that stand beside.")),
    Problem.LISTED_IS_NOT_NEW: ("ket", _("Give 0, U or a number instead of B, or empty the DPID of a new voter.")),
    Problem.TAKEN_BACK: ("", _("Record the person again in the form for new voters if that is right.")),
    Problem.CORRECTION_MISSING: (
        "ket",
        _("Write the correct values into the row; as it is, all of them are those of the list."),
    ),
    Problem.BIRTH_DAY_IMPOSSIBLE: ("birth_day", _("Correct the birth date.")),
    Problem.NIK_TAKEN: ("nik", _("Look for the other voter with this NIK: a listed one may be TMS code 2 or 4 first.")),
    Problem.ID_REUSED: ("", _("Record this result in the form, and tell the operator.")),
    Problem.STAGE_SEALED: ("", _("Ask KPU RI whether the stage is opened again.")),
    Problem.NEWER_RESULT: ("", _("Settle it under “Conflicts”.")),
    Problem.PPS_DECIDED: ("", _("Settle it under “Conflicts” if the file is right.")),
}
_NOTES = (Problem.NEWER_RESULT, Problem.PPS_DECIDED)

RULES: Sequence[Rule] = (
    Rule(
        "no_author",
        Severity.REFUSED,
        "",
        _("Results need an account that gives them"),
        _("Name an account of the PPS or KPU kab/kota as the uploader."),
    ),
    Rule(
        "too_many_rows",
        Severity.REFUSED,
        "",
        _("More than 100,000 rows"),
        _("Split the file by region and load the parts one after the other."),
    ),
    NO_ROWS,
    Rule(
        "ket_missing",
        Severity.REFUSED,
        KET.key,
        _("No column has the outcome (KET)"),
        _("Say which column holds it, or add one: 0, U, B, or the number of the TMS."),
    ),
    Rule(
        "nik_lost",
        Severity.REFUSED,
        "nik",
        _("Excel has turned NIK or NKK into rounded numbers (3.17E+15)"),
        _("Their last digits are lost. Export the file again, with these columns as text, and upload that."),
    ),
    Rule(
        "code_unknown",
        Severity.LEFT_OUT,
        KET.key,
        _("KET is no outcome"),
        _("Write ✓ or 0 for matched, U, B, or the number of the TMS."),
    ),
    Rule(
        "no_key",
        Severity.LEFT_OUT,
        DPID.key,
        _("Neither DPID nor NIK"),
        _("Write the DPID or the NIK; corrected values belong into the row of their voter."),
    ),
    Rule(
        "match_unclear",
        Severity.LEFT_OUT,
        DPID.key,
        _("Several listed voters have this NIK"),
        _("Write the DPID of the right one; the candidates stand beside."),
    ),
    Rule(
        "another_person",
        Severity.LEFT_OUT,
        DPID.key,
        _("NIK and name are those of somebody else than the list has under this number"),
        _("Check whether lines or columns have slipped."),
    ),
    Rule(
        "outside_area",
        Severity.LEFT_OUT,
        DPID.key,
        _("The voter is on the list of another village"),
        _("Take the row out, or load it for the area that it lies in."),
    ),
    Rule(
        "tps_differs",
        Severity.LEFT_OUT,
        TPS.key,
        _("The list has this voter in another TPS, which stands beside"),
        _("Correct the TPS. A move to another TPS is no result of coklit."),
    ),
    Rule(
        "tps_not_a_number",
        Severity.LEFT_OUT,
        TPS.key,
        _("TPS number is no number"),
        _("A new voter needs the number of the TPS, such as 1 or 001."),
    ),
    Rule(
        "tps_unknown",
        Severity.LEFT_OUT,
        TPS.key,
        _("The election has no such TPS in this village"),
        _("Correct the number, or have KPU kab/kota load the TPS first."),
    ),
    Rule(
        "rows_disagree",
        Severity.LEFT_OUT,
        "",
        _("Rows of the same voter say different things"),
        _("Keep the right one of the rows that stand beside."),
    ),
    Rule(
        "outcome_returned",
        Severity.LEFT_OUT,
        KET.key,
        _("This outcome was loaded before, and another one replaced it since"),
        _("This may be an older file. If the outcome is right, record it in the form of the voter."),
    ),
    Rule(
        "visit_day_impossible",
        Severity.LEFT_OUT,
        "",
        _("The day of the visit cannot be read, or has not come yet"),
        _("Write it as DD-MM-YYYY, or leave it empty."),
    ),
    Rule(
        "visit_outside_days",
        Severity.LEFT_OUT,
        "",
        _("The visit lies outside the days of coklit"),
        _("Ask KPU kab/kota to load these rows: it decides on late results."),
    ),
    *places.RULES,
    *(
        Rule(problem, Severity.NOTE if problem in _NOTES else Severity.LEFT_OUT, column, TEXTS[problem], mend)
        for problem, (column, mend) in _MENDS.items()
    ),
    Rule(
        "not_visited",
        Severity.NOTE,
        KET.key,
        _("Rows without an outcome: not visited yet"),
        _("Nothing to do. They are loaded with a later file."),
    ),
    Rule("row_twice", Severity.NOTE, "", _("The same row stands there twice"), _("Nothing to do. It counts once.")),
    Rule(
        "values_differ",
        Severity.NOTE,
        KET.key,
        _("Values differ from the list, but KET is not U"),
        _("They were not taken. Give the row code U if the list is to be corrected."),
    ),
    Rule(
        "paper_unread",
        Severity.NOTE,
        EVIDENCE.key,
        _("Words for proof, sticker or receipt that nobody knows"),
        _("Nothing was noted of them. Write ada, menyusul or belum ada; ya or tidak."),
    ),
    Rule(
        "after_last_day",
        Severity.NOTE,
        "",
        _("Loaded after the last day of coklit"),
        _("The file does not say when the visit was. Make sure that it was in time."),
    ),
    undoing.CHANGED_SINCE,
    Rule(
        "conflict_open",
        Severity.REFUSED,
        "",
        _("An older conflict of this voter is open"),
        _("Settle the conflict first."),
    ),
)


def read(job: Job, rules: Sequence[Rule]) -> Sheet:
    """The rows with what stands above the table; refused and empty with more than LARGEST, none, or no column KET."""
    sheet = Sheet(job, rules)
    layout = job.layout
    if KET.key not in layout.columns and KET.key not in layout.constants:
        sheet.find("ket_missing", layout.first_row)
        return sheet
    for number, texts in rows.rows(job.path, layout):
        if len(sheet.rows) == LARGEST:
            sheet.find("too_many_rows", number)
            sheet.rows.clear()
            return sheet
        cells = {key: texts[place] for key, place in layout.columns.items() if texts[place]}
        sheet.rows.append(Row(number, {**layout.constants, **cells}))
        job.tell(Progress("read", len(sheet.rows)))
    if not sheet.rows:
        sheet.find(NO_ROWS.code, layout.first_row)
    return sheet
