"""The header of a list: which column is which, and what cannot be a list at all."""

import pytest

from tests.voters.roster.lists import COLUMNS, READ
from voters.roster.files import BrokenFile, opened

pytestmark = pytest.mark.unit


def columns_of(tmp_path, header):
    path = tmp_path / "list.csv"
    path.write_bytes(header if isinstance(header, bytes) else header.encode())
    return list(opened(path).columns)


def message_of(tmp_path, header):
    with pytest.raises(BrokenFile) as broken:
        columns_of(tmp_path, header)
    return str(broken.value)


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_columns_are_found_with_any_line_end_and_byte_order_mark(tmp_path, start, end):
    assert columns_of(tmp_path, start + "#".join(COLUMNS) + end) == READ


def test_size_and_header_are_counted_in_bytes(tmp_path):
    path = tmp_path / "list.csv"
    header = "\ufeff" + "#".join(COLUMNS) + "#É\r\n"
    path.write_bytes((header + "isi").encode())
    file = opened(path)
    assert (file.header_bytes, file.size) == (len(header.encode()), len(header.encode()) + 3)


@pytest.mark.parametrize(
    ("known", "alias"),
    [
        ("NKK", "NO KK"),
        ("NKK", "no.kk"),
        ("KELAMIN", "JK"),
        ("KELAMIN", "L/P"),
        ("DISABILITAS", "DIFABEL"),
        ("EKTP", "KTP-el"),
        ("TANGGAL LAHIR", "TGL_LHR"),
        ("STS KAWIN", "STS"),
        ("KELURAHAN", "Desa"),
        ("SUMBER", "SMBR"),
    ],
)
def test_columns_are_found_under_their_other_names(tmp_path, known, alias):
    assert columns_of(tmp_path, "#".join(COLUMNS).replace(known, alias)) == READ


def test_columns_that_are_not_read_get_a_name_by_their_place(tmp_path):
    header = "#".join(["KETERANGAN", *COLUMNS, "UPDATED_AT", "KETERANGAN"])
    assert columns_of(tmp_path, header) == ["lain_1", *READ, "lain_20", "lain_21"]


def test_code_and_source_may_be_absent(tmp_path):
    header = "#".join(name for name in COLUMNS if name not in ("KODE WILAYAH", "SUMBER"))
    assert "kode" not in columns_of(tmp_path, header)
    assert not opened(tmp_path / "list.csv").has_codes


def test_missing_columns_are_all_named_at_once(tmp_path):
    header = "#".join(name for name in COLUMNS if name not in ("NIK", "TANGGAL LAHIR", "TPS"))
    assert message_of(tmp_path, header) == (
        "Row 1: columns are missing: NIK, TANGGALLAHIR, TPS. Add them to the header and the rows."
    )


def test_column_that_stands_twice_is_named(tmp_path):
    assert message_of(tmp_path, "#".join([*COLUMNS, "JK", "NO KK"])) == (
        "Row 1: columns stand there twice: KELAMIN, NKK. Remove one of each."
    )


def test_other_delimiter_is_told(tmp_path):
    assert message_of(tmp_path, ";".join(COLUMNS)) == (
        'Row 1: no "#" between the column names. Export the list from Sidalih as CSV.'
    )
    assert message_of(tmp_path, b"") == 'Row 1: no "#" between the column names. Export the list from Sidalih as CSV.'


def test_header_that_is_not_utf8_is_told_with_its_byte(tmp_path):
    assert message_of(tmp_path, b"DPID#NAM\xc1") == ("Row 1: the file is not UTF-8 (byte 9). Save it as UTF-8.")


def test_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(BrokenFile, match=r"none\.csv: there is no such file\."):
        opened(tmp_path / "none.csv")
    with pytest.raises(BrokenFile, match="there is no such file"):
        opened(tmp_path)
