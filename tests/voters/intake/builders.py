"""Builders of test files: tables as CSV and as workbooks, and workbooks part by part for what no program writes."""

import zipfile
from pathlib import Path

from openpyxl import Workbook

from voters.intake.layout import Column

# A kind of its own: what is read here knows no other.
COLUMNS = (
    Column("kecamatan", "Kecamatan", ("KECAMATAN", "nama_kec")),
    Column("kelurahan", "Kelurahan", ("KELURAHAN", "DESA", "DESA/KELURAHAN", "KELURAHAN/DESA", "DESA_KEL", "nama_kel")),
    Column("kode", "Kode", ("KODE WILAYAH", "kd_kel")),
    Column("dpid", "DPID", ("DPID", "DP_ID", "ID")),
    Column("nkk", "NKK", ("NKK", "NO KK")),
    Column("nik", "NIK", ("NIK",), required=True),
    Column("nama", "Nama", ("NAMA", "NAMA_PEMILIH"), required=True),
    Column("jk", "Jenis kelamin", ("KELAMIN", "JENIS KELAMIN", "JENIS KELAMIN L/P", "L/P", "JK")),
    Column("tempat_lahir", "Tempat lahir", ("TEMPAT LAHIR", "TMPLHR")),
    Column("tanggal_lahir", "Tanggal lahir", ("TANGGAL LAHIR", "TGLLHR", "tgl_lahir"), required=True),
    Column("kawin", "Status kawin", ("STS KAWIN", "STS", "STATUS PERKAWINAN B/S/P", "STATUS_KAWIN", "status", "kawin")),
    Column("alamat", "Alamat", ("ALAMAT", "JALAN", "JALAN/DUKUH")),
    Column("rt", "RT", ("RT",)),
    Column("rw", "RW", ("RW",)),
    Column("disabilitas", "Disabilitas", ("DISABILITAS", "DIS", "difabel")),
    Column("ktp_el", "KTP-el", ("EKTP", "STATUS KTP-EL", "STATUS PEREKAMAN KTP-EL B/S/K")),
    Column("keterangan", "Keterangan", ("KETERANGAN", "KET")),
    Column("sumber", "Sumber", ("SUMBER", "SMBR", "SUMBERDATA")),
    Column("tps", "TPS", ("TPS", "NO TPS"), required=True),
)


def _names(headings):
    return headings.split("|")


# Headings of the layouts that are met in the field (docs/domain.md, file formats and forms).
SIDALIH = _names(
    "KECAMATAN|KELURAHAN|DPID|NKK|NIK|NAMA|KELAMIN|TEMPAT LAHIR|TANGGAL LAHIR|STS KAWIN|ALAMAT|RT|RW|DISABILITAS|EKTP"
    "|SUMBER|KETERANGAN|TPS|UPDATED_AT|STATUS"
)
BULK = _names("KECAMATAN|DESA|DPID|NKK|NIK|NAMA|TMPLHR|TGLLHR|STS|L/P|JALAN|RT|RW|DIS|EKTP|KET|SMBR|TPS")
PENETAPAN = _names("id|nkk|nik|nama|tempat_lahir|tanggal_lahir|jenis_kelamin|kawin|alamat|rt|rw|difabel|tps")
BAWASLU = _names(
    "NO|KECAMATAN|DESA_KEL|DP_ID|NKK|NIK|NAMA_PEMILIH|TEMPAT_LAHIR|TANGGAL_LAHIR|STATUS_KAWIN|JENIS_KELAMIN|ALAMAT|RT"
    "|RW|DISABILITAS|SARING|SUMBERDATA|TPS|UMUR|SORT DATA"
)
DP4 = _names(
    "nkk|nik|nama|tempat_lahir|tgl_lahir|jenis_kelamin|status_kawin|alamat|rt|rw|disabilitas|kolom_12|kolom_13|kd_kec"
    "|nama_kec|kd_kel|nama_kel|tps|ket"
)
SIMPLE = ["NIK", "NAMA", "TANGGAL LAHIR", "TPS"]
SITI = ["6271995202800001", "SITI", "12|02|1980", "1"]
BUDI = ["6271991202800002", "BUDI", "12|02|1980", "2"]

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def text_file(path, rows, *, delimiter="#", end="\n", encoding="utf-8"):
    """A CSV of unquoted values."""
    path.write_bytes("".join(delimiter.join(row) + end for row in rows).encode(encoding))
    return path


def workbook(path, rows, *, merged=(), start=(1, 1), more=None):
    """A workbook as openpyxl writes it; `more` are further sheets by their names, `start` the first row and column."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Daftar"
    _fill(sheet, rows, start)
    for cells in merged:
        sheet.merge_cells(cells)
    for name, others in (more or {}).items():
        _fill(book.create_sheet(name), others, (1, 1))
    book.save(path)
    return path


def _fill(sheet, rows, start):
    for down, row in enumerate(rows):
        for across, value in enumerate(row):
            if value != "":
                cell = sheet.cell(start[0] + down, start[1] + across, value)
                # A text that begins with "=" is no formula here.
                cell.data_type = "s" if isinstance(value, str) else cell.data_type


def parts_of_workbook(sheet, texts=(), *, others=None):
    """The parts of a workbook by hand: `sheet` is the XML of its rows, `texts` the shared ones."""
    shared = "".join(f"<si><t>{text}</t></si>" for text in texts)
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Daftar" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": f"<sst {MAIN}>{shared}</sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet {MAIN}><sheetData>{sheet}</sheetData></worksheet>",
        **(others or {}),
    }


def archive(path, parts):
    """A ZIP of these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return Path(path)


def inline_row(number, values):
    """One row of texts, as programs other than Excel write them."""
    cells = "".join(
        f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t>{value}</t></is></c>'
        for place, value in enumerate(values)
    )
    return f'<row r="{number}">{cells}</row>'
