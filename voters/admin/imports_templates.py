"""Templates of the kinds: their columns with one filled row. Its people are invented; no kecamatan has their NIK."""

import csv
import io

from voters.exports.workbook import BOLD, Page, Workbook, row
from voters.imports.registry import KINDS
from voters.intake.layout import Format
from voters.terms import ImportKind

WIDTH = 18
_PLACE = {
    "region_code": "62.71.01.1001",
    "kabkota": "PALANGKA RAYA",
    "kecamatan": "PAHANDUT",
    "kelurahan": "PAHANDUT",
    "tps": "001",
}
_PERSON = {
    "dpid": "10000001",
    "nkk": "6271990101100001",
    "nik": "6271990703850001",
    "name": "BUDI CONTOH",
    "birth_place": "PALANGKA RAYA",
    "birth_day": "07-03-1985",
    "marital": "S",
    "sex": "L",
    "address": "JALAN CONTOH",
    "rt": "001",
    "rw": "002",
    "disability": "0",
    "ktp_el": "S",
}
_VISIT = {"ket": "0", "evidence": "", "sticker": "1", "receipt": "1"}
_CONTACT = {"name": "BUDI CONTOH", "phone": "0812-0000-0001", "email": "budi.contoh@example.com"}

# By the keys of each kind's columns.
SAMPLES: dict[ImportKind, dict[str, str]] = {
    ImportKind.VOTERS: {
        "kode": "62.71.01.1001",
        "kecamatan": "PAHANDUT",
        "kelurahan": "PAHANDUT",
        "dpid": "10000001",
        "nkk": "6271990101100001",
        "nik": "6271990703850001",
        "nama": "BUDI CONTOH",
        "jk": "L",
        "tempat_lahir": "PALANGKA RAYA",
        "tanggal_lahir": "07-03-1985",
        "kawin": "S",
        "alamat": "JALAN CONTOH",
        "rt": "001",
        "rw": "002",
        "disabilitas": "0",
        "ktp_el": "S",
        "sumber": "DP4",
        "tps": "001",
    },
    ImportKind.TPS: {**_PLACE, "kind": "reguler"},
    ImportKind.COMMITTEES: {
        **_PLACE,
        **_CONTACT,
        "username": "budi.contoh",
        "role": "PPS",
        "from_day": "24-01-2023",
        "to_day": "",
    },
    ImportKind.PANTARLIH: {
        **_PLACE,
        **_CONTACT,
        "nik": "6271990703850001",
        "sk_number": "1/PP.05/2023",
        "sk_day": "12-02-2023",
    },
    ImportKind.PAPER: {**_PLACE, **_PERSON, **_VISIT, "visited_on": "20-02-2023"},
    ImportKind.RECAP: {
        **_PLACE,
        "pantarlih": "BUDI CONTOH",
        "listed": "269",
        "sesuai": "201",
        "ubah": "12",
        "tms": "7",
        "baru": "3",
        "last_sync": "04-03-2023 19:20",
        "as_of": "04-03-2023",
    },
    ImportKind.ECOKLIT: {**_PLACE, **_PERSON, **_VISIT, "ket": "U", "updated_at": "2023-03-04 19:20:00"},
}


def rows_of(kind: ImportKind) -> tuple[list[str], list[str]]:
    """The headings and the sample row."""
    columns = KINDS[kind].columns
    return [one.aliases[0] for one in columns], [SAMPLES[kind][one.key] for one in columns]


def template(kind: ImportKind, ending: Format) -> bytes:
    """The template as a file."""
    headings, sample = rows_of(kind)
    if ending == Format.XLSX:
        book = Workbook()
        page = Page(widths=[WIDTH] * len(headings), footer="", repeated=(1, 1))
        return b"".join([*book.sheet("Contoh", page, iter([row(headings, BOLD), row(sample)])), book.end()])
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([headings, sample])
    # With a mark at its beginning Excel takes the file for UTF-8.
    return text.getvalue().encode("utf-8-sig")
