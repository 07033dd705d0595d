"""Rows that stayed out come back in the file's own layout, can be mended there, and are known again."""

import csv
from uuid import UUID

import pytest

from tests.voters.intake.builders import BUDI, COLUMNS, SIMPLE, SITI, text_file, workbook
from voters.intake import errorfile
from voters.intake.findings import Rule, Severity
from voters.intake.layout import Format
from voters.intake.rows import rows, utf8_chunks
from voters.intake.sniff import sniff

pytestmark = pytest.mark.unit

IMPORT = UUID("0190b0e6-0000-7000-8000-000000000001")
RULES = {
    "tps_unknown": Rule(
        "tps_unknown", Severity.LEFT_OUT, "TPS", "There is no such TPS", "Give its number; or make it."
    ),
    "no_key": Rule("no_key", Severity.LEFT_OUT, "", "Neither DPID nor NIK", "Add one of them."),
}
FORMULA = ["=HYPERLINK(1)", "@SUM", "-1", "+62"]


def files(tmp_path):
    table = [["DAFTAR"], SIMPLE, SITI, [], FORMULA, BUDI]
    with (tmp_path / "b.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows(table)
    yield text_file(tmp_path / "a.csv", [[*row, *[""] * (4 - len(row))] for row in table], encoding="cp1252")
    yield tmp_path / "b.csv"
    yield workbook(tmp_path / "c.xlsx", table)


def written(path, layout, reasons):
    to = path.with_name(f"left-out.{layout.format}")
    to.unlink(missing_ok=True)
    return to, errorfile.write(path, layout, reasons, to, IMPORT, RULES)


def test_error_file_has_the_layout_of_its_file_and_is_known_again(tmp_path):
    for path in files(tmp_path):
        layout = sniff(path, path.name, COLUMNS)
        to, number = written(path, layout, [(5, ["tps_unknown", "no_key"]), (6, ["tps_unknown"])])
        again = sniff(to, to.name, COLUMNS)
        assert (number, again.format, again.delimiter) == (2, layout.format, layout.delimiter)
        assert again.headings == [*SIMPLE, *errorfile.REASONS]
        assert (again.columns, again.ignored, again.mends, again.origin) == (layout.columns, [], str(IMPORT), 6)
        why = "TPS: There is no such TPS. Neither DPID nor NIK."
        mend = "Give its number; or make it. Add one of them."
        assert list(rows(to, again)) == [
            (2, [*FORMULA, why, mend, f"{IMPORT}:5"]),
            (3, [*BUDI, "TPS: There is no such TPS.", "Give its number; or make it.", f"{IMPORT}:6"]),
        ]


def test_error_file_holds_nothing_that_a_spreadsheet_runs(tmp_path):
    for path in files(tmp_path):
        layout = sniff(path, path.name, COLUMNS)
        to, _ = written(path, layout, [(5, ["no_key"])])
        if layout.format == Format.CSV:
            fields = [
                field for line in to.read_text("utf-8-sig").splitlines() for field in line.split(layout.delimiter)
            ]
            assert [field for field in fields if field.strip('"')[:1] in tuple("=+-@\t\r")] == []
        again = sniff(to, to.name, COLUMNS)
        copied = b"".join(utf8_chunks(to, again)).decode()
        assert copied.split(again.delimiter or "\x1f")[:4] == FORMULA


def test_error_file_of_an_error_file_names_the_later_import(tmp_path):
    path = text_file(tmp_path / "a.csv", [SIMPLE, SITI, BUDI])
    first, _ = written(path, sniff(path, path.name, COLUMNS), [(3, ["no_key"])])
    mended = first.rename(tmp_path / "mended.csv")
    layout = sniff(mended, mended.name, COLUMNS)
    second, _ = written(mended, layout, [(2, ["tps_unknown"])])
    assert sniff(second, second.name, COLUMNS).headings == [*SIMPLE, *errorfile.REASONS]
    assert [row[-1] for _, row in rows(second, sniff(second, second.name, COLUMNS))] == [f"{IMPORT}:2"]


def test_no_reasons_make_no_file(tmp_path):
    path = text_file(tmp_path / "a.csv", [SIMPLE, SITI])
    to, number = written(path, sniff(path, path.name, COLUMNS), [])
    assert (number, to.exists()) == (0, False)


@pytest.mark.parametrize("text", ["", "12", f"{IMPORT}", f"{IMPORT}:", f"{IMPORT}:x", "SITI"])
def test_other_texts_name_no_import(text):
    assert (errorfile.import_of(text), errorfile.row_of(text)) == ("", None)


def test_origin_names_import_and_row():
    assert (errorfile.import_of(f" {IMPORT}:12 "), errorfile.row_of(f" {IMPORT}:12 ")) == (str(IMPORT), 12)
