"""The workbooks as other programs read them: calamine, which imports, and openpyxl, which is not ours either."""

import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tests import scene as standing
from tests.scene import KECAMATAN, KOTA
from tests.voters.exports.results import give
from voters.exports import workbook
from voters.exports.layouts import A_DAFTAR, BULK
from voters.intake import cells, marks
from voters.models import Voter

pytestmark = pytest.mark.integration


def sheets_of(file):
    """Name -> rows of texts, by both readers, which must agree."""
    book = openpyxl.load_workbook(io.BytesIO(file))
    found = {sheet.title: [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)] for sheet in book}
    read = CalamineWorkbook.from_filelike(io.BytesIO(file))
    for name, rows in found.items():
        assert [[str(cell) for cell in row] for row in read.get_sheet_by_name(name).to_python()] == rows
    return found


def test_bulk_holds_changed_rows_only_with_their_present_values(place, order, export):
    first, second, third = place.voters
    give(first, "0")
    give(second, "U", name="NAMA BARU")
    give(third, "4")
    new = standing.make_voter(place.tps, listed=False, name="BARU SEKALI")
    give(new, "B")
    standing.make_voter(place.tps)
    ((name, rows),) = sheets_of(export(order(layout=BULK))).items()
    assert name == "Data 1"
    wanted = "KECAMATAN|DESA|DPID|NKK|NIK|NAMA|TMPLHR|TGLLHR|STS|L/P|JALAN|RT|RW|DIS|EKTP|KET|SMBR|TPS"
    assert "|".join(rows[1]) == wanted
    told = {row[4]: (row[2], row[5], row[15]) for row in rows[2:]}
    assert told == {
        second.nik: (second.dpid, "NAMA BARU", "U"),
        third.nik: (third.dpid, third.name, "4"),
        new.nik: ("", "BARU SEKALI", "B"),
    }


def test_every_number_is_text_in_a_cell_of_text(place, order, export):
    give(place.voters[0], "4")
    sheet = openpyxl.load_workbook(io.BytesIO(export(order(layout=BULK)))).active
    nik = sheet.cell(3, 5)
    assert (nik.value, nik.data_type, nik.number_format) == (place.voters[0].nik, "s", "@")
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}


def test_formula_stays_text(place, order, export):
    Voter.objects.filter(kabkota_id=KOTA, pk=place.voters[0].pk).update(name="=1+2")
    give(place.voters[0], "4")
    rows = sheets_of(export(order(layout=BULK)))["Data 1"]
    assert rows[2][5] == cells.neutral("=1+2")


def test_rows_beyond_a_sheet_continue_on_the_next(place, order, export, monkeypatch):
    for voter in place.voters:
        give(voter, "4")
    monkeypatch.setattr(workbook, "ROWS_A_SHEET", 4)
    sheets = sheets_of(export(order(layout=BULK)))
    assert {name: len(rows) for name, rows in sheets.items()} == {"Data 1": 4, "Data 2": 3}
    assert [rows[:2] for rows in sheets.values()] == [sheets["Data 1"][:2]] * 2
    assert {row[2] for rows in sheets.values() for row in rows[2:]} == {voter.dpid for voter in place.voters}


def test_bulk_without_changes_is_an_empty_table(place, order, export):
    # Withdrawn: nothing is known of this voter.
    give(place.voters[0], "Z")
    assert len(sheets_of(export(order(KECAMATAN, BULK)))["Data 1"]) == 2


def test_form_has_a_sheet_per_tps_with_an_empty_row_under_each_voter(place, order, export):
    standing.make_voter(standing.make_tps(place.election, number=2))
    sheets = sheets_of(export(order(layout=A_DAFTAR)))
    assert list(sheets) == ["TPS 001", "TPS 002"]
    rows = sheets["TPS 001"]
    assert [row[0] for row in rows[2:7]] == [
        "PROVINSI: Kalimantan Tengah",
        "KABUPATEN/KOTA: Kota Palangkaraya",
        "KECAMATAN: Pahandut",
        "DESA/KELURAHAN: Pahandut",
        "TPS: 001",
    ]
    assert rows[9] == [str(number) for number in range(1, 15)]
    assert [row[0] for row in rows[10:]] == ["1", "", "2", "", "3", ""]
    assert all(row == [""] * 14 for row in rows[11::2])


def test_form_shows_the_list_as_received(place, order, export):
    voter = place.voters[0]
    give(voter, "U", name="NAMA BARU")
    give(standing.make_voter(place.tps, listed=False, name="BARU SEKALI"), "B")
    rows = sheets_of(export(order(layout=A_DAFTAR)))["TPS 001"]
    born = f"{voter.birth_day:%d|%m|%Y}"
    row = next(row for row in rows if row[2] == voter.nik)
    assert row[1:] == [
        *(voter.nkk, voter.nik, voter.name, "PALANGKA RAYA", born, "S", voter.sex, "JALAN CONTOH", "001", "001"),
        *("0", "S", ""),
    ]
    assert len(rows) == 10 + 2 * 3


def test_form_of_a_kelurahan_without_voters_has_its_head(place, order, export):
    (rows,) = sheets_of(export(order(standing.FAR_KELURAHAN, A_DAFTAR))).values()
    assert len(rows) == 10


@pytest.mark.parametrize("layout", [BULK, A_DAFTAR])
def test_masked_workbook_says_so_on_sheet_and_page(place, order, export, layout):
    for voter in place.voters:
        give(voter, "4")
    file = export(order(layout=layout, masked=True))
    sheet = openpyxl.load_workbook(io.BytesIO(file)).active
    texts = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert sum(marks.MASKED in text for text in texts) == 1
    assert marks.MASKED in sheet.oddFooter.left.text
    assert not [text for text in texts for voter in place.voters if voter.nik in text or voter.nkk in text]


@pytest.mark.unit
def test_text_that_xml_cannot_hold_becomes_a_sign_and_the_rest_stays():
    texts = ["A & B <C>", "tab\there", "line\r\nend", " blanks ", "bell\x07", "\ufffe", "\u200b=1", "\U0001f600"]
    book = workbook.Workbook()
    page = workbook.Page([10], "A & B", (1, 1))
    file = b"".join(book.sheet("Satu", page, iter([workbook.row(texts)]))) + book.end()
    (row,) = CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_name("Satu").to_python()
    assert row == [*texts[:4], "bell\ufffd", "\ufffd", *texts[6:]]


@pytest.mark.unit
@given(st.lists(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=5), min_size=1))
def test_line_of_copy_is_the_same_row_as_its_texts(texts):
    escapes = {"\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t", "\v": "v", "\\": "\\"}
    line = "\t".join("".join(f"\\{escapes[sign]}" if sign in escapes else sign for sign in text) for text in texts)
    assert workbook.row_of_line(f"{line}\n".encode()) == workbook.row(texts)


@pytest.mark.unit
def test_bytes_come_while_rows_are_read():
    taken = []

    def rows():
        for number in range(40_000):
            taken.append(number)
            yield workbook.row([f"{number:09d}"] * 10)

    pieces = workbook.Workbook().sheet("Satu", workbook.Page([10], "", (1, 1)), rows())
    next(pieces)
    assert len(taken) < 1_000
