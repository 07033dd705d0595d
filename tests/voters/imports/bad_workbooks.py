"""Builds the bad files that nobody can read as text: broken workbooks, bombs, odd bytes, and such as are too large."""

import io
import struct
import zipfile
from pathlib import Path

import openpyxl

from tests.voters.roster.lists import COLUMNS, row, text_of
from voters.intake.marks import MASKED

_WORKBOOK = "xl/workbook.xml"
_SHEET = "xl/worksheets/sheet1.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def build(name: str, folder: Path) -> Path:
    """The file of this name ("kind/name"), written to `folder`."""
    ending, make = BUILT[name]
    path = folder / f"{name.partition('/')[2]}{ending}"
    made = make()
    if isinstance(made, bytes):
        path.write_bytes(made)
    else:
        begin, size = made
        # Without its bytes in memory: the rest is a hole.
        with path.open("wb") as stream:
            stream.write(begin)
            stream.truncate(size)
    return path


def workbook(*rows, **sheets) -> bytes:
    """A workbook of these rows; of more sheets by their names."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, lines in {**({"Data": rows} if rows else {}), **sheets}.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
        for cell in (cell for line in sheet.iter_rows() for cell in line):
            # A text that begins with "=" is no formula here.
            cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
    return saved(book)


def saved(book) -> bytes:
    """The bytes of an openpyxl workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _list(*rows) -> bytes:
    return workbook(COLUMNS, *([one[name] for name in COLUMNS] for one in rows or (row(1), row(2))))


def _zipped(**changed) -> bytes:
    """The good workbook with parts changed or added; None takes one away."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_list())) as good, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad:
        parts = {name: good.read(name) for name in good.namelist()} | changed
        for name, content in parts.items():
            if content is not None:
                bad.writestr(name, content)
    return out.getvalue()


def _with(name: str, content: bytes | str | None) -> bytes:
    return _zipped(**{name: content})


def _sheet(data: str) -> bytes:
    return _with(_SHEET, f'<?xml version="1.0"?><worksheet xmlns="{_MAIN}"><sheetData>{data}</sheetData></worksheet>')


def _entity_bomb() -> bytes:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return _with(
        "xl/sharedStrings.xml",
        f'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a0 "PEMILIH">{levels}]>'
        f'<sst xmlns="{_MAIN}"><si><t>&a9;</t></si></sst>',
    )


def _encrypted_parts() -> bytes:
    """The flag of ZIP's own encryption set on every entry of the directory."""
    data = bytearray(_list())
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        data[place + 8] |= 1
        place = data.find(b"PK\x01\x02", place + 4)
    return bytes(data)


def _ole(stream: str) -> bytes:
    """The begin of an OLE file (old .xls, or an encrypted .xlsx) whose directory names a stream."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + stream.encode("utf-16-le").ljust(512, b"\0")


def _lines(*rows, encoding="utf-8") -> bytes:
    return text_of(*rows).encode(encoding)


def _replaced(old: str, new: bytes) -> bytes:
    """The good list of two rows with a text of its second one (row 3 of the file) replaced by other bytes."""
    good = _lines(row(1), row(2, NAMA="NAMA KEDUA"))
    assert good.count(old.encode()) == 1
    return good.replace(old.encode(), new)


def _lost_in_a_workbook() -> bytes:
    """NIK as a number, as Excel makes one of what is typed into a cell that is not text."""
    numbers = {**row(102), "NIK": float(row(102)["NIK"])}
    return workbook(COLUMNS, *([one[name] for name in COLUMNS] for one in (row(1), numbers)))


def _sheets_hidden() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(workbook(Data=[COLUMNS, list(row(1).values())], Kosong=[])))
    book["Data"].sheet_state = "hidden"
    book.active = 1
    return saved(book)


def _far_cell(place: str) -> bytes:
    number = "".join(filter(str.isdigit, place))
    head = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in COLUMNS)
    return _sheet(f'<row r="1">{head}</row><row r="{number}"><c r="{place}"><v>1</v></c></row>')


def _many(line: str, header: str, number: int) -> bytes:
    return (header + "\n" + (line + "\n") * number).encode()


_PARTS_TOO_MANY = {f"xl/media/{number}.txt": b"x" for number in range(501)}
# A size in the directory that is less than what unpacks.
_LYING_SIZE = struct.pack("<I", 100)


def _lying_bomb() -> bytes:
    """A part that declares 100 bytes and unpacks to more."""
    data = bytearray(_list())
    place = data.rfind(b"PK\x01\x02")
    data[place + 24 : place + 28] = _LYING_SIZE
    return bytes(data)


BUILT = {
    "voters/empty": (".csv", lambda: b""),
    "voters/too_large_workbook": (".xlsx", lambda: (b"PK\x03\x04", (32 << 20) + 1)),
    "voters/xls_old": (".xls", lambda: _ole("Workbook")),
    "voters/photo": (".csv", lambda: b"\x89PNG\r\n\x1a\n" + bytes(100)),
    "voters/nul_bytes": (".csv", lambda: _replaced("NAMA KEDUA", b"NAMA\x00KEDUA")),
    "voters/control_char": (".csv", lambda: _replaced("NAMA KEDUA", b"NAMA\x01KEDUA")),
    "voters/not_utf8": (".csv", lambda: _replaced("NAMA KEDUA", b"NAMA\x81KEDUA")),
    "voters/mixed_encoding": (
        ".csv",
        lambda: _lines(row(1, NAMA="JOSÉ"), row(2), row(3)) + _lines(row(4, NAMA="RENÉ"), encoding="cp1252")[-100:],
    ),
    "voters/utf16_cut_off": (".csv", lambda: b"\xff\xfe" + _lines(row(1), row(2), encoding="utf-16-le")[:-1]),
    "voters/line_too_long": (".csv", lambda: _replaced("NAMA KEDUA", b"N" * (3 << 20))),
    "voters/line_too_long_at_the_end": (".csv", lambda: _lines(row(1), row(2), row(3, NAMA="N" * ((1 << 20) + 1)))),
    "voters/too_many_columns_in_all": (".csv", lambda: ("#".join(["KOLOM"] * 257) + "\n").encode()),
    "voters/workbook_cut_off": (".xlsx", lambda: _list()[:-200]),
    "voters/workbook_with_a_tail": (".xlsx", lambda: _list() + b"tail"),
    "voters/workbook_encrypted": (".xlsx", lambda: _ole("EncryptedPackage")),
    "voters/workbook_parts_encrypted": (".xlsx", _encrypted_parts),
    "voters/workbook_missing": (".xlsx", lambda: _with(_WORKBOOK, None)),
    "voters/workbook_binary": (".xlsb", lambda: _with("xl/workbook.bin", b"")),
    "voters/workbook_macros": (".xlsm", lambda: _with("xl/vbaProject.bin", b"")),
    "voters/workbook_links": (".xlsx", lambda: _with("xl/externalLinks/externalLink1.xml", "<externalLink/>")),
    "voters/workbook_too_large": (".xlsx", lambda: _with("xl/media/1.bin", bytes(range(256)) * (193 << 12))),
    "voters/workbook_bomb": (".xlsx", lambda: _with("xl/media/1.bin", bytes(8 << 20))),
    "voters/workbook_bomb_that_lies": (".xlsx", _lying_bomb),
    "voters/workbook_parts": (".xlsx", lambda: _zipped(**_PARTS_TOO_MANY)),
    "voters/workbook_entities": (".xlsx", _entity_bomb),
    "voters/workbook_sheet_broken": (".xlsx", lambda: _sheet("<row><c></row>")),
    "voters/sheet_too_many_rows": (".xlsx", lambda: _far_cell("A115001")),
    "voters/sheet_too_wide": (".xlsx", lambda: _far_cell("ZZ2")),
    "voters/sheet_too_large": (".xlsx", lambda: _far_cell("IV115000")),
    "voters/sheet_unknown": (".xlsx", _list),
    "voters/sheets_empty": (".xlsx", _sheets_hidden),
    "voters/workbook_masked": (".xlsx", lambda: workbook([MASKED], COLUMNS, list(row(1).values()))),
    "voters/workbook_nik_lost": (".xlsx", _lost_in_a_workbook),
    "tps/too_many_rows": (".csv", lambda: _many("62.71.01.1001;1", "Kode Kelurahan;Nomor TPS", 20_001)),
    "committees/too_many_rows": (".csv", lambda: _many("GITA;PPS", "Nama Lengkap;Jabatan", 20_001)),
    "pantarlih/too_many_rows": (".csv", lambda: _many("GITA;081300000011", "Nama Lengkap;No. HP", 20_001)),
    "recap/too_many_rows": (".csv", lambda: _many("1;1;1;1;1;1", "TPS;Pemilih;Sesuai;Ubah;TMS;Baru", 20_001)),
    "ecoklit/too_many_rows": (".csv", lambda: _many("90000001#1", "DPID#KET", 100_001)),
}
