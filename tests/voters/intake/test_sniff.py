"""Files as they are met: what a person sees of them before anything is loaded."""

import pytest

from tests.voters.intake.builders import (
    BAWASLU,
    BUDI,
    BULK,
    COLUMNS,
    DP4,
    PENETAPAN,
    SIDALIH,
    SIMPLE,
    SITI,
    text_file,
    workbook,
)
from voters.intake.badfile import BadFile
from voters.intake.layout import Format, as_json, from_json
from voters.intake.rows import rows
from voters.intake.sniff import sniff

pytestmark = pytest.mark.unit


def read(path, sheet=""):
    layout = sniff(path, path.name, COLUMNS, sheet=sheet)
    return layout, list(rows(path, layout))


def value(layout, row, key):
    return row[1][layout.columns[key]]


@pytest.mark.parametrize("delimiter", list("#;,\t"))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_is_read_whatever_its_writing(tmp_path, delimiter, encoding, end):
    josé = ["6271995202800003", "JOSÉ", "12|02|1980", "3"]
    path = text_file(tmp_path / "a.csv", [SIMPLE, SITI, josé], delimiter=delimiter, encoding=encoding, end=end)
    layout, found = read(path)
    assert (layout.format, layout.delimiter, layout.first_row) == (Format.CSV, delimiter, 2)
    assert found == [(2, SITI), (3, josé)]


def test_layout_survives_as_json(tmp_path):
    layout, _ = read(text_file(tmp_path / "a.csv", [SIMPLE, SITI]))
    assert from_json(as_json(layout)) == layout


@pytest.mark.parametrize("headings", [SIDALIH, BULK, PENETAPAN, BAWASLU, DP4])
def test_layouts_of_the_field_are_read(tmp_path, headings):
    values = [f"nilai {place}" for place in range(len(headings))]
    for path in (
        text_file(tmp_path / "a.csv", [headings, values, values]),
        workbook(tmp_path / "a.xlsx", [headings, values, values]),
    ):
        layout, found = read(path)
        assert found == [(2, values), (3, values)]
        assert {"nik", "nama", "tanggal_lahir", "tps", "jk", "kawin", "rt", "rw"} <= set(layout.columns)
        assert layout.ignored == [
            heading for place, heading in enumerate(headings) if place not in layout.columns.values()
        ]


def test_dp4_without_headings_is_known_by_its_shape(tmp_path):
    row = [
        *("6271990101100001", "6271995202800001", "SITI", "PALANGKA RAYA", "12-02-1980", "P", "S", "JL", "1", "2", "0"),
        *("", "", "627101", "PAHANDUT", "6271011001", "PANARUNG", "1", ""),
    ]
    layout, found = read(text_file(tmp_path / "dp4.csv", [row, row]))
    assert (layout.first_row, layout.headings) == (1, DP4)
    assert [number for number, _ in found] == [1, 2]
    assert value(layout, found[0], "kode") == "6271011001"
    assert value(layout, found[0], "tanggal_lahir") == "12-02-1980"


FORM = [
    ["DAFTAR PEMILIH"],
    ["PEMILIHAN UMUM TAHUN 2024"],
    [],
    ["PROVINSI", "", ":", "KALIMANTAN TENGAH"],
    ["KABUPATEN/KOTA", "", ":", "PALANGKA RAYA"],
    ["KECAMATAN", "", ": PAHANDUT"],
    ["DESA/KELURAHAN : PANARUNG", "", "", "", "", "TPS", ":", "001"],
    [],
    [
        *("No", "No KK", "NIK", "Nama", "Tempat Lahir", "Tanggal Lahir", "Status Perkawinan B/S/P"),
        *("Jenis Kelamin L/P", "Alamat", "", "", "Disabilitas", "Status KTP-el", "Keterangan"),
    ],
    ["", "", "", "", "", "", "", "", "Jalan/Dukuh", "RT", "RW", "", "", ""],
    [str(number) for number in range(1, 15)],
]
PRINTED = [
    *("1", "6271990101100001", "6271995202800001", "SITI", "PALANGKA RAYA", "12|02|1980", "S", "P", "JL. CONTOH"),
    *("1", "2", "0", "S", ""),
]
FOOTING = [
    [],
    ["", "TOTAL", "", "", "", "", "", "2"],
    [],
    ["", "", "", "", "", "", "", "", "", "Ditetapkan di Palangka Raya"],
    ["", "Mengetahui", "", "", "", "", "", "", "", "PANTARLIH"],
    [],
    ["", "(ANI)", "", "", "", "", "", "", "", "(BUDI)"],
]


def printed_form(path):
    rows_ = [*FORM, PRINTED, [], ["2", *PRINTED[1:]], *FOOTING]
    if path.suffix == ".csv":
        return text_file(path, [[*row, *[""] * (14 - len(row))] for row in rows_], delimiter=";")
    return workbook(path, rows_, merged=("I9:K9", "A9:A10", "B9:B10", "A1:N1"))


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_printed_form_is_read_below_its_titles(tmp_path, name):
    layout, found = read(printed_form(tmp_path / name))
    assert layout.headings[8:11] == ["Alamat: Jalan/Dukuh", "Alamat: RT", "Alamat: RW"]
    assert layout.constants == {"kecamatan": "PAHANDUT", "kelurahan": "PANARUNG", "tps": "001"}
    # The rows between the forms' numbers and TOTAL; the blank one is counted, and not a row.
    assert [number for number, _ in found] == [12, 14]
    assert value(layout, found[0], "rt") == "1"
    assert layout.footer == len(FOOTING)


def test_list_without_footer_keeps_its_last_rows(tmp_path):
    last = ["6271995202800009", "TOTAL", "12|02|1980", "9"]
    layout, found = read(text_file(tmp_path / "a.csv", [SIMPLE, SITI, last]))
    assert (layout.footer, found[-1]) == (0, (3, last))


def test_sum_row_below_a_recap_is_no_data(tmp_path):
    layout, found = read(text_file(tmp_path / "a.csv", [["No", "TPS", "NAMA"], ["1", "1", "5"], ["TOTAL", "", "5"]]))
    assert layout.footer == 1
    assert found == [(2, ["1", "1", "5"])]


def test_best_sheet_is_chosen_and_another_may_be(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx",
        [["Petunjuk"], ["Isi NIK"]],
        more={"Data": [SIMPLE, SITI], "Lama": [["NIK", "NAMA"], BUDI[:2]]},
    )
    layout, found = read(path)
    assert (layout.sheet, layout.sheets, found) == ("Data", ["Daftar", "Data", "Lama"], [(2, SITI)])
    layout, found = read(path, sheet="Lama")
    assert (layout.sheet, found) == ("Lama", [(2, BUDI[:2])])


def test_table_may_begin_anywhere_on_its_sheet(tmp_path):
    layout, found = read(workbook(tmp_path / "a.xlsx", [SIMPLE, SITI], start=(4, 3)))
    assert (layout.headings, layout.first_row, found) == (SIMPLE, 5, [(5, SITI)])


def test_unknown_headings_are_kept_for_a_person_to_map(tmp_path):
    layout, _ = read(text_file(tmp_path / "a.csv", [["Rekap", "e-Coklit"], ["Lokasi", "Banyak"], ["Desa A", "12"]]))
    assert (layout.headings, layout.columns, layout.ignored) == (["Rekap", "e-Coklit"], {}, ["Rekap", "e-Coklit"])


def test_samples_show_no_nik(tmp_path):
    lost = ["3.17305123456789E+15", "BUDI NIK 6271991202800002", "12|02|1980", "2"]
    layout, _ = read(text_file(tmp_path / "a.csv", [SIMPLE, SITI, lost]))
    hidden = "6271" + "•" * 12
    assert layout.samples == [[hidden, *SITI[1:]], ["3.17E+15", f"BUDI NIK {hidden}", *lost[2:]]]


def test_numbers_of_a_workbook_are_texts(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [SIMPLE, [6271995202800001, "SITI", 29263, 1.0]])
    assert read(path)[1] == [(2, ["6.27199520280000E+15", "SITI", "29263", "1"])]


@pytest.mark.parametrize(
    ("names", "code"),
    [([SIMPLE], "no_rows"), ([["NIK", "NIK", "NAMA"], ["1", "2", "3"]], "heading_twice"), ([SITI, BUDI], "no_header")],
)
def test_table_that_cannot_be_read_is_refused(tmp_path, names, code):
    for path in (text_file(tmp_path / "a.csv", names), workbook(tmp_path / "a.xlsx", names)):
        with pytest.raises(BadFile) as refused:
            read(path)
        assert refused.value.code == code


def test_masked_export_is_refused(tmp_path):
    path = text_file(tmp_path / "a.csv", [["Diekspor oleh Ani, NIK DAN NKK DISAMARKAN"], SIMPLE, SITI])
    with pytest.raises(BadFile) as refused:
        read(path)
    assert refused.value.code == "masked_list"
