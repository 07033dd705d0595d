"""Workbooks that harm, break or are none are refused before anything opens them; sound ones of any make pass."""

import struct
import zipfile

import pytest
from openpyxl import Workbook

from tests.voters.intake.builders import COLUMNS, SIMPLE, SITI, archive, inline_row, parts_of_workbook, workbook
from voters.intake import archive as archives
from voters.intake import sheetsize
from voters.intake.badfile import BadFile
from voters.intake.rows import rows
from voters.intake.sheets import Sheet
from voters.intake.sniff import sniff

pytestmark = pytest.mark.unit

TABLE = inline_row(1, SIMPLE) + inline_row(2, SITI)


def refused(path):
    with pytest.raises(BadFile) as error:
        sniff(path, path.name, COLUMNS)
    # Told whole, in whatever language: no fact is missing from the text.
    assert str(error.value)
    return error.value.code


def read(path):
    return list(rows(path, sniff(path, path.name, COLUMNS)))


def cell(place, content):
    return f'<c r="{place}">{content}</c>'


@pytest.mark.parametrize(
    "sheet",
    [
        TABLE,
        # Without references, as the format allows.
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in SIMPLE) + "</row>"
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in SITI) + "</row>",
        TABLE.replace('"', "'"),
        TABLE.replace("<c ", "<c\n  ").replace('r="', 'r = "'),
        # Formats far below and beside the table, as Excel leaves them: those cells are blank.
        TABLE + '<row r="9000"><c r="A9000" s="0"/><c r="ZZ9000" s="0"/></row>'.replace("ZZ", "IV"),
    ],
)
def test_sound_workbook_is_read_however_it_is_written(tmp_path, sheet):
    assert read(archive(tmp_path / "a.xlsx", parts_of_workbook(sheet))) == [(2, SITI)]


def test_workbook_with_prefixed_names_and_shared_texts_is_read(tmp_path):
    texts = [*SIMPLE, *SITI]
    cells = [f'<c r="{"ABCD"[n % 4]}{n // 4 + 1}" t="s"><v>{n}</v></c>' for n in range(8)]
    sheet = f'<row r="1">{"".join(cells[:4])}</row><row r="2">{"".join(cells[4:])}</row>'
    parts = parts_of_workbook(sheet, texts)
    for name in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
        for mark in ("</", "<"):
            parts[name] = parts[name].replace(mark, f"{mark}x:").replace("<x:/x:", "</x:")
        parts[name] = parts[name].replace("xmlns=", "xmlns:x=")
    assert read(archive(tmp_path / "a.xlsx", parts)) == [(2, SITI)]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"", "empty"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "xls_old"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "xls_old"),
        (
            "a.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "workbook_encrypted",
        ),
        ("a.xls", b"\n <html><body><table><tr><td>NIK</td></tr></table>", "html_table"),
        ("a.xlsx", b"NIK,NAMA\n1,A\n", "text_named_xlsx"),
        ("a.csv", b"%PDF-1.7\n", "not_a_table"),
        ("a.csv", b'{"nik": 1}', "not_a_table"),
        ("a.csv", b"SITI\nBUDI\n", "no_delimiter"),
        ("a.csv", b"#".join([b"A"] * 100_000) + b"\n1#2\n", "too_many_columns_in_all"),
        ("a.xlsx", b"PK\x03\x04" + bytes(100), "workbook_broken"),
        ("a.xlsx", b"PK", "workbook_broken"),
    ],
)
def test_file_that_is_no_workbook_is_named_for_what_it_is(tmp_path, name, content, code):
    path = tmp_path / name
    path.write_bytes(content)
    assert refused(path) == code


@pytest.mark.parametrize(
    ("others", "code"),
    [
        ({"xl/vbaProject.bin": "x"}, "workbook_macros"),
        ({"xl/externalLinks/externalLink1.xml": "<externalLink/>"}, "workbook_links"),
        ({"xl/workbook.bin": "x"}, "workbook_binary"),
        ({"docProps/app.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "workbook_xml"),
        ({"xl/sharedStrings.xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><sst/>'}, "workbook_xml"),
        ({f"xl/media/{n}.png": "x" for n in range(600)}, "workbook_parts"),
    ],
)
def test_part_that_no_list_needs_is_refused(tmp_path, others, code):
    assert refused(archive(tmp_path / "a.xlsx", parts_of_workbook(TABLE, others=others))) == code


def test_zip_without_workbook_is_refused(tmp_path):
    assert refused(archive(tmp_path / "a.xlsx", {"list.csv": "NIK"})) == "workbook_missing"


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.95])
def test_workbook_that_was_cut_off_is_refused(tmp_path, kept):
    path = archive(tmp_path / "a.xlsx", parts_of_workbook(TABLE))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    assert refused(path) == "workbook_broken"


def test_workbook_with_garbage_in_a_part_is_refused(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [SIMPLE, *[SITI] * 500])
    with zipfile.ZipFile(path) as packed:
        part = packed.getinfo("xl/worksheets/sheet1.xml")
    data = bytearray(path.read_bytes())
    place = part.header_offset + 60
    data[place : place + 40] = b"\xff" * 40
    path.write_bytes(data)
    assert refused(path) == "workbook_broken"


def test_bomb_that_tells_its_size_is_refused(tmp_path):
    parts = parts_of_workbook(TABLE, others={"xl/worksheets/sheet2.xml": " " * (8 << 20)})
    assert refused(archive(tmp_path / "a.xlsx", parts)) == "workbook_bomb"


def test_bomb_that_hides_its_size_is_refused(tmp_path):
    path = archive(tmp_path / "a.xlsx", parts_of_workbook(TABLE + " " * (8 << 20)))
    with zipfile.ZipFile(path) as packed:
        size = packed.getinfo("xl/worksheets/sheet1.xml").file_size
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", size), struct.pack("<I", 2000)))
    assert refused(path) == "workbook_bomb"


def test_workbook_larger_than_its_bound_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "UNPACKED_MB", 1)
    rows_ = "".join(inline_row(number, [f"{number * 7919}", *SITI]) for number in range(1, 9_000))
    assert refused(archive(tmp_path / "a.xlsx", parts_of_workbook(rows_))) == "workbook_too_large"


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        (TABLE + cell("A200000", "<v>1</v>"), "sheet_too_many_rows"),
        (TABLE + "<row r='200000'><c><v>1</v></c></row>", "sheet_too_many_rows"),
        (TABLE + cell("XFD3", "<v>1</v>"), "too_many_columns_in_all"),
        (TABLE + "<x:c r='XFD3'><x:v>1</x:v></x:c>", "too_many_columns_in_all"),
        (TABLE + "<row>" + "<c><v>1</v></c>" * 300 + "</row>", "too_many_columns_in_all"),
        (TABLE + cell("IV100000", "<v>1</v>"), "sheet_too_large"),
        # What a reader might take otherwise than its measure does.
        (TABLE + '<c a=">" r=XFD3><v>1</v></c>', "workbook_xml"),
    ],
)
def test_sheet_that_would_need_too_much_memory_is_refused(tmp_path, sheet, code):
    parts = parts_of_workbook(sheet)
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(
        "<sheetData>", '<dimension ref="A1:D2"/><sheetData>'
    )
    assert refused(archive(tmp_path / "a.xlsx", parts)) == code


@pytest.mark.parametrize("reference", ["<v>0</v>", "<v >0</v>", "<v>+0</v>", "<x:v>0</x:v>"])
def test_one_long_text_with_many_references_is_refused(tmp_path, reference):
    row = "".join(f'<c r="{letter}{{0}}" t="s">{reference}</c>' for letter in "ABCDEFGHIJ")
    sheet = "".join(f'<row r="{number}">{row.format(number)}</row>' for number in range(1, 2_000))
    assert refused(archive(tmp_path / "a.xlsx", parts_of_workbook(sheet, ["A" * 30_000]))) == "sheet_too_large"


def test_long_text_that_is_told_once_is_read(tmp_path):
    sheet = inline_row(1, SIMPLE) + "".join(inline_row(number, SITI) for number in range(2, 5_000))
    sheet += '<row r="5000"><c r="A5000" t="s"><v>0</v></c></row>'
    assert len(read(archive(tmp_path / "a.xlsx", parts_of_workbook(sheet, ["A" * 30_000])))) == 4_999


def test_texts_that_come_after_the_sheets_are_refused(tmp_path):
    parts = parts_of_workbook(TABLE)
    parts["xl/texts.xml"] = parts.pop("xl/sharedStrings.xml").replace("</sst>", "<si><t>A</t></si></sst>")
    assert refused(archive(tmp_path / "a.xlsx", parts)) == "workbook_xml"


def test_measure_is_never_less_than_what_a_reader_holds(tmp_path):
    """For sheets of several shapes: rectangle and cells as calamine has them, at most what was measured."""
    for place, width in (("A1", 5), ("C4", 40), ("Z9", 3)):
        book = Workbook()
        first = book.active[place]
        for down in range(20):
            for across in range(width):
                book.active.cell(first.row + down, first.column + across, f"{down} {across}")
        path = tmp_path / f"{place}.xlsx"
        book.save(path)
        measure = sheetsize.Measure()
        with zipfile.ZipFile(path) as packed:
            measure.add(packed.read("xl/worksheets/sheet1.xml"))
        with Sheet(path, "Sheet") as sheet:
            held = [row for row in sheet.rows() if any(row)]
        assert measure._cells >= sum(len(row) for row in held)
        assert measure._rows >= first.row + 19
        assert measure._columns >= first.column + width - 1
