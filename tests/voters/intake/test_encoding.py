"""The encoding is told from all of the file; a mixture names its row."""

import pytest

from voters.intake.badfile import BadFile
from voters.intake.encoding import encoding_of

pytestmark = pytest.mark.unit

PLAIN = b"NIK#NAMA\n" * 200_000  # more than one block


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (PLAIN, "utf-8"),
        (PLAIN + "1#JOSÉ\n".encode(), "utf-8"),
        (PLAIN + b"1#JOS\xc9\n", "cp1252"),
        ("1#JOSÉ\n".encode("utf-8-sig"), "utf-8"),
        ("NIK#NAMA\n".encode("utf-16"), "utf-16-le"),
        ("\ufeffNIK#NAMA\n".encode("utf-16-be"), "utf-16-be"),
        ("NIK#NAMA\n".encode("utf-16-le"), "utf-16-le"),
        ("NIK#NAMA\n".encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_encoding_is_told(tmp_path, data, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    assert encoding_of(path) == encoding


@pytest.mark.parametrize(
    ("data", "code", "row"),
    [
        (PLAIN + "1#JOSÉ\n2#JOSÉ\n".encode() + b"3#JOS\xc9\n", "mixed_encoding", 200_003),
        (b"1#JOS\xc9\n2#JOS\xc9\n" + "3#JOSÉ\n".encode(), "mixed_encoding", 3),
        ("1#JOSÉ\n".encode("utf-8-sig") + b"2#JOS\xc9\n", "mixed_encoding", 2),
        (PLAIN + b"1#JOS\xc9\n2#\x81\n", "not_utf8", 200_002),
        (PLAIN + b"1#A\x00B\n", "nul_bytes", 200_001),
    ],
)
def test_mixture_is_refused_with_its_row(tmp_path, data, code, row):
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    with pytest.raises(BadFile) as refused:
        encoding_of(path)
    assert (refused.value.code, refused.value.row) == (code, row)
