"""Files as they are met in the field come in with exact values: printed forms, titles, footers, several sheets."""

import datetime as dt
import io

import openpyxl
import pytest

from tests.scene import KELURAHAN, KOTA
from tests.voters.imports.bad_workbooks import saved, workbook
from tests.voters.imports.voter_lists import (
    BAWASLU,
    BUDI,
    BULK,
    DP4,
    SARI,
    SIDALIH,
    SITI,
    bawaslu,
    bulk,
    fields_of,
    listed,
    load,
    rows_of,
    sidalih,
    told,
)
from voters.intake.findings import Sample
from voters.models import LeftOut, Voter
from voters.terms import CommitChoice

pytestmark = pytest.mark.integration

PEOPLE = [SITI, BUDI, SARI]
UPPER = ["No", "No KK", "NIK", "Nama", "Tempat Lahir", "Tanggal Lahir", "Status Perkawinan B/S/P", "Jenis Kelamin L/P",
         "Alamat", "", "", "Disabilitas", "Status Perekaman KTP-el B/S/K", "Keterangan"]  # fmt: skip
LOWER = ["", "", "", "", "", "", "", "", "Jalan/Dukuh", "RT", "RW", "", "", ""]
# What the form tells of a voter: no DPID and no source.
ON_THE_FORM = ["nkk", "nik", "name", "sex", "birth_place", "birth_day", "marital", "address", "rt", "rw", "disability",
               "ktp_el"]  # fmt: skip
FLAT = [under if under else over for over, under in zip(UPPER, LOWER, strict=True)]


def form(people, *, tps="001", blanks=1, sheet="TPS 001"):
    """Model A-Daftar Pemilih as it is printed: titles, identity, two rows of headings with merged cells, the numbers of
    the columns, rows of blanks below each voter, the sum and the signatures."""
    top = [
        ["MODEL A-DAFTAR PEMILIH"],
        ["DAFTAR PEMILIH PEMILIHAN UMUM TAHUN 2024"],
        [],
        ["PROVINSI", "", ": KALIMANTAN TENGAH", "", "KECAMATAN", ": PAHANDUT"],
        ["KABUPATEN/KOTA", "", ": KOTA PALANGKARAYA", "", "DESA/KELURAHAN", ": PAHANDUT"],
        ["", "", "", "", "TPS", f": {tps}"],
        [],
    ]
    rows = []
    for number, one in enumerate(rows_of(people, FLAT), 1):
        rows += [[number, *one[1:]], *([""] * len(FLAT) for _ in range(blanks))]
    signed = ["Palangka Raya, 4 Maret 2023", "Pantarlih", "", "(PANTARLIH CONTOH)"]
    end = [["JUMLAH", "", "", len(people)], [], *([*[""] * 10, text] for text in signed)]
    lines = [*top, UPPER, LOWER, list(range(1, 15)), *rows, *end]
    book = openpyxl.load_workbook(io.BytesIO(workbook(**{sheet: lines})))
    head = len(top) + 1
    for area in (f"I{head}:K{head}", *(f"{column}{head}:{column}{head + 1}" for column in "ABCDEFGHLMN"), "A1:N1"):
        book[sheet].merge_cells(area)
    return saved(book)


@pytest.mark.parametrize("blanks", [0, 1, 2])
def test_printed_form_comes_in_with_its_identity_block(bare, tmp_path, blanks):
    _, report = load(bare, tmp_path, "a.xlsx", form(PEOPLE, blanks=blanks))
    assert (report.rows, report.created, report.left_out, report.doubtful) == (3, 3, 0, 1)
    assert listed(ON_THE_FORM) == told(PEOPLE, ON_THE_FORM)
    assert list(Voter.objects.filter(nkk="").values_list("name", "doubts")) == [(SARI["name"], ["nkk_missing"])]


def test_printed_form_of_one_village_needs_no_names(bare, tmp_path):
    book = openpyxl.load_workbook(io.BytesIO(form(PEOPLE)))
    for place in ("E4", "F4", "E5", "F5"):
        book.active[place] = None
    _, report = load(bare, tmp_path, "a.xlsx", saved(book), area=KELURAHAN)
    assert (report.rows, report.created) == (3, 3)
    assert listed(["name"]) == told(PEOPLE, ["name"])


def test_bad_row_of_a_form_is_named_by_its_row_on_the_sheet(bare, tmp_path):
    broken = [SITI, {**BUDI, "nik": "", "dpid": ""}, SARI]
    _, report = load(bare, tmp_path, "a.xlsx", form(broken), choice=CommitChoice.VALID)
    # Ten rows of head, SITI, a blank one.
    assert [finding.samples for finding in report.findings if finding.code == "no_key"] == [[Sample(13)]]
    assert list(LeftOut.objects.values_list("row", "code")) == [(13, "no_key")]


def test_right_sheet_is_found_behind_others(bare, tmp_path):
    book = openpyxl.load_workbook(io.BytesIO(form(PEOPLE)))
    note = book.create_sheet("Petunjuk", 0)
    note.append(["Petunjuk pengisian"])
    note.append(["Kolom", "Isi"])
    note.append(["NIK", "16 angka"])
    codes = book.create_sheet("Kode")
    for line in (["NO", "KETERANGAN"], [1, "MENINGGAL"], [2, "GANDA"]):
        codes.append(line)
    record, report = load(bare, tmp_path, "a.xlsx", saved(book))
    assert (record.layout["sheet"], report.created) == ("TPS 001", 3)
    assert listed(ON_THE_FORM) == told(PEOPLE, ON_THE_FORM)


@pytest.mark.parametrize(
    ("name", "headings", "content"),
    [
        ("sidalih.csv", SIDALIH, sidalih(PEOPLE)),
        ("bulk.xlsx", BULK, bulk(PEOPLE)),
        ("bawaslu.xlsx", BAWASLU, bawaslu(PEOPLE)),
        ("dp4.csv", DP4, sidalih(PEOPLE, headings=DP4)),
    ],
)
def test_layout_of_the_field_comes_in_with_every_value(bare, tmp_path, name, headings, content):
    _, report = load(bare, tmp_path, name, content)
    assert (report.rows, report.created, report.left_out) == (3, 3, 0)
    fields = fields_of(headings)
    assert len(fields) >= 11
    assert listed(fields) == told(PEOPLE, fields)


def test_days_of_a_workbook_are_days_whatever_their_cell(bare, tmp_path):
    """As text, as a day of Excel, and as a number that lost its format."""
    lines = rows_of([SITI, {**SITI, "dpid": "90000104", "nik": "6271995202800104"}, SARI], BULK)
    place = BULK.index("TGLLHR")
    lines[1][place] = dt.date(1980, 2, 12)
    lines[2][place] = (SARI["birth_day"] - dt.date(1899, 12, 30)).days
    _, report = load(bare, tmp_path, "a.xlsx", workbook(BULK, *lines))
    assert (report.created, report.doubtful) == (3, 1)
    assert listed(["birth_day"]) == [(dt.date(1980, 2, 12),), (dt.date(1980, 2, 12),), (SARI["birth_day"],)]


def test_numbers_of_a_workbook_lose_nothing(bare, tmp_path):
    """DPID, RT and TPS as numbers, as Excel makes of them what is typed."""
    lines = rows_of(PEOPLE, BULK)
    for line in lines:
        for heading in ("DPID", "RT", "RW", "DIS", "TPS"):
            line[BULK.index(heading)] = float(line[BULK.index(heading)])
    _, report = load(bare, tmp_path, "a.xlsx", workbook(BULK, *lines))
    assert (report.created, report.left_out) == (3, 0)
    assert listed(fields_of(BULK)) == told(PEOPLE, fields_of(BULK))


def test_csv_with_titles_blank_rows_and_a_sum(bare, tmp_path):
    lines = sidalih(PEOPLE, delimiter=";", end="\n").decode().splitlines()
    blank = ";" * lines[0].count(";")
    text = "\n".join(["DAFTAR PEMILIH" + blank, blank, "", lines[0], lines[1], blank, "", *lines[2:],
                      "JUMLAH;3" + blank[1:], blank, "Ketua PPS" + blank, ""])  # fmt: skip
    record, report = load(bare, tmp_path, "a.csv", text.encode())
    assert (record.layout["first_row"], report.rows, report.created, report.left_out) == (5, 3, 3, 0)
    assert listed(fields_of(SIDALIH)) == told(PEOPLE, fields_of(SIDALIH))


def test_form_of_a_tps_mends_the_list_of_sidalih(bare, tmp_path):
    """The same voters without DPID are recognised by NIK and birth date; nothing that the form has not is lost."""
    load(bare, tmp_path, "sidalih.csv", sidalih(PEOPLE))
    moved = {**SITI, "address": "JALAN LAIN"}
    _, report = load(bare, tmp_path, "a.xlsx", form([moved, BUDI, SARI]), minute=2)
    assert (report.changed, report.unchanged, report.created) == (1, 2, 0)
    assert report.changed_fields == {"alamat": 1}
    assert listed(fields_of(SIDALIH)) == told([moved, BUDI, SARI], fields_of(SIDALIH))


def test_two_defects_at_once_are_told_apart_by_cause(bare, tmp_path):
    """Four rows, two causes: each row under its own, the counts add up, nothing is told twice."""
    people = [
        SITI,
        {**BUDI, "tps": "7"},
        {**SARI, "kelurahan": "ENTAH"},
        {**SARI, "dpid": "90000104", "tps": "8"},
        {**SARI, "dpid": "90000105", "nik": "6271995203990105", "kelurahan": "ENTAH", "tps": "SATU"},
    ]
    _, report = load(bare, tmp_path, "a.csv", sidalih(people), choice=CommitChoice.VALID)
    found = {finding.code: (finding.rows, [one.row for one in finding.samples]) for finding in report.findings}
    assert found == {"region_unknown": (2, [4, 6]), "tps_unknown": (2, [3, 5])}
    assert (report.rows, report.created, report.left_out) == (5, 1, 4)
    assert LeftOut.objects.filter(file_import__area=KOTA).count() == 4
