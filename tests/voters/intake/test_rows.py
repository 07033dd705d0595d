"""Rows keep their values and their numbers, one by one and on their way to COPY, and a broken one is named."""

import csv
from io import StringIO

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

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
from voters.intake import lines
from voters.intake.badfile import BadFile
from voters.intake.cells import NEUTRAL
from voters.intake.rows import copy_options, first_bad, rows, utf8_chunks
from voters.intake.sniff import sniff

pytestmark = pytest.mark.unit

# What stands in a list: no signs of delimiters where nothing is quoted, nothing that reading trims away.
VALUE = st.text(
    st.characters(codec="cp1252", exclude_characters="#;,\t\"'\n\r\xa0\u200b", exclude_categories=["C", "Z"])
)
QUOTED = st.text(
    st.characters(codec="utf-8", exclude_characters="\xa0\u200b", exclude_categories=["C", "Z"])
    | st.sampled_from("#;,\"'|")
)
SHUFFLED_FILES = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def table(headings, value):
    """A few rows whose first value is a number, as every list's is."""
    row = st.tuples(st.integers(1, 10**6).map(str), *[value] * (len(headings) - 1)).map(list)
    return st.lists(row, min_size=1, max_size=5)


def read(path):
    layout = sniff(path, path.name, COLUMNS)
    return layout, list(rows(path, layout))


def copied(path, layout):
    """The rows as COPY gets them, with their numbers, as far as they are not blank."""
    data = b"".join(utf8_chunks(path, layout)).decode()
    width = len(layout.headings)
    if layout.quoted:
        found = list(csv.reader(StringIO(data, newline=""), delimiter=layout.delimiter, strict=True))
    else:
        found = [line.split(layout.delimiter or "\x1f") for line in data.split("\n")[:-1]]
    assert {len(row) for row in found} == {width}
    numbered = enumerate(([value.strip() for value in row] for row in found), layout.first_row)
    return [(number, row) for number, row in numbered if any(row)]


@pytest.mark.parametrize("headings", [SIDALIH, BULK, PENETAPAN, BAWASLU, DP4])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@given(data=st.data())
@SHUFFLED_FILES
def test_rows_come_back_from_every_layout_as_csv(tmp_path, headings, encoding, data):
    written = data.draw(table(headings, VALUE))
    delimiter = data.draw(st.sampled_from("#;,\t"))
    path = text_file(tmp_path / "a.csv", [headings, *written], delimiter=delimiter, encoding=encoding)
    try:
        layout, found = read(path)
    except BadFile as error:
        refused = error.code
    else:
        refused = ""
    if refused:
        # By chance a row in CP1252 may look like UTF-8 beside others that do not.
        assert (encoding, refused) == ("cp1252", "mixed_encoding")
        return
    # By chance, too, all bytes of a file in CP1252 may be sound UTF-8.
    if (encoding, layout.encoding) != ("cp1252", "utf-8") or path.read_bytes().isascii():
        assert found == list(enumerate(written, 2))
    assert copied(path, layout) == found


@pytest.mark.parametrize("headings", [SIDALIH, BULK, PENETAPAN, BAWASLU, DP4])
@given(data=st.data())
@SHUFFLED_FILES
def test_rows_come_back_from_every_layout_as_workbook(tmp_path, headings, data):
    written = data.draw(table(headings, VALUE))
    path = workbook(tmp_path / "a.xlsx", [headings, *written])
    layout, found = read(path)
    assert found == list(enumerate(written, 2))
    assert copied(path, layout) == found


@pytest.mark.parametrize("delimiter", list(";,\t"))
@given(written=table(SIMPLE, QUOTED))
@example(written=[["1", '"', "A,B;C", '""']])
@SHUFFLED_FILES
def test_quoted_values_come_back(tmp_path, delimiter, written):
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows([SIMPLE, *written])
    layout, found = read(path)
    assert found == list(enumerate(written, 2))
    assert copied(path, layout) == found


def test_numbers_count_blank_rows_and_inner_lines(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b'NIK,NAMA,TANGGAL LAHIR,TPS\r\n\r\n1,"SITI\nAMINAH",A,1\r\n,,,\r\n  \r\n2,"B, C",A,1\r\n\r\n')
    layout, found = read(path)
    assert found == [(3, ["1", "SITI AMINAH", "A", "1"]), (7, ["2", "B, C", "A", "1"])]
    assert copied(path, layout) == found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_numbers_survive_blocks_and_line_ends(tmp_path, monkeypatch, encoding, end):
    written = [[f"{number}", "JOSÉ", "A", "1"] for number in range(50)]
    path = text_file(tmp_path / "a.csv", [SIMPLE, *written], encoding=encoding, end=end)
    layout = sniff(path, path.name, COLUMNS)
    # Blocks of nine bytes, so that line ends and characters are cut in two.
    monkeypatch.setattr(lines, "BLOCK", 9)
    assert list(rows(path, layout)) == list(enumerate(written, 2))
    assert copied(path, layout) == list(enumerate(written, 2))


def test_last_line_needs_no_end(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("#".join(SIMPLE) + "\n" + "#".join(SITI), encoding="utf-8")
    layout, found = read(path)
    assert found == [(2, SITI)]
    assert copied(path, layout) == found


def test_utf8_passes_as_it_is(tmp_path):
    path = text_file(tmp_path / "a.csv", [SIMPLE, SITI, [" B ", 'H. "ADE"', "", ""]])
    layout = sniff(path, path.name, COLUMNS)
    header = ("#".join(SIMPLE) + "\n").encode()
    assert b"".join(utf8_chunks(path, layout)) == path.read_bytes().removeprefix(header)


@pytest.mark.integration
@pytest.mark.parametrize("name", ["a.csv", "quoted.csv", "a.xlsx"])
def test_copy_takes_what_is_given_to_it(db, tmp_path, name):
    path = tmp_path / name
    odd = ["9", 'H. "ADE"', "", "\\."]
    if name == "quoted.csv":
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, delimiter=";").writerows([SIMPLE, SITI, [], odd, [*BUDI[:3], "a;b\nc"]])
    elif name == "a.csv":
        text_file(path, [SIMPLE, SITI, [], odd, BUDI])
    else:
        workbook(path, [SIMPLE, SITI, [], odd, [*BUDI[:3], "a;b\nc"]])
    layout, found = read(path)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE staged (n bigint GENERATED ALWAYS AS IDENTITY (START 2), a text, b text, c text, d text)"
        )
        with cursor.copy(f"COPY staged (a, b, c, d) FROM STDIN ({copy_options(layout)})") as sink:
            for chunk in utf8_chunks(path, layout):
                sink.write(chunk)
        cursor.execute("SELECT n, ARRAY[a, b, c, d] FROM staged WHERE a <> '' ORDER BY n")
        assert cursor.fetchall() == found


def test_neutral_values_are_restored_for_copy(tmp_path):
    row = ["1", "=SUM(A1)", "-", "+62"]
    neutral = [row[0], *(NEUTRAL + value for value in row[1:])]
    for path in (text_file(tmp_path / "a.csv", [SIMPLE, neutral]), workbook(tmp_path / "a.xlsx", [SIMPLE, neutral])):
        layout, found = read(path)
        assert found == [(2, row)]
        assert copied(path, layout) == found


@pytest.mark.parametrize(
    ("broken", "code", "row"),
    [
        (b"1#A#B\n", "too_few_columns", 4),
        (b"1#A#B#C#D\n", "too_many_columns", 4),
        (b"1#A\x01#B#C\n", "control_char", 4),
    ],
)
def test_broken_row_is_named(tmp_path, broken, code, row):
    path = tmp_path / "a.csv"
    path.write_bytes(b"NIK#NAMA#TANGGAL LAHIR#TPS\n1#A#B#C\n1#A#B#C\n" + broken + b"1#A#B#C\n")
    layout = sniff(path, path.name, COLUMNS)
    with pytest.raises(BadFile) as refused:
        list(utf8_chunks(path, layout))
    assert (refused.value.code, refused.value.row) == (code, row)
    assert str(row) in str(refused.value)


def test_rows_that_are_uneven_together_are_told_after_copy(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"NIK#NAMA#TANGGAL LAHIR#TPS\n1#A#B#C\n1#A#B#C#D\n1#A#B\n")
    layout = sniff(path, path.name, COLUMNS)
    bad = first_bad(path, layout)
    assert bad
    assert (bad.code, bad.row) == ("too_many_columns", 3)
    assert first_bad(text_file(tmp_path / "b.csv", [SIMPLE, SITI]), layout) is None


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'2,"A,B,1\r\n', "quote_open"),
        (b'"2,A,B,1\r\n', "quote_open"),
        (b'2,"A"B,C,1\r\n', "quote_stray"),
    ],
)
def test_quotation_mark_that_would_swallow_rows_is_named(tmp_path, line, code):
    path = tmp_path / "a.csv"
    path.write_bytes(b"NIK,NAMA,TANGGAL LAHIR,TPS\r\n1,A,B,1\r\n" + line + b"3,A,B,1\r\n" * 100)
    layout = sniff(path, path.name, COLUMNS)
    for reading in (rows, utf8_chunks):
        with pytest.raises(BadFile) as refused:
            list(reading(path, layout))
        assert (refused.value.code, refused.value.row) == (code, 3)


def test_line_without_end_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"NIK,NAMA,TANGGAL LAHIR,TPS\n1,A,B,1\n2,A," + b"B" * 10_000_000 + b",1\n")
    with pytest.raises(BadFile) as refused:
        list(rows(path, sniff(path, path.name, COLUMNS)))
    assert (refused.value.code, refused.value.row) == ("line_too_long", 3)
