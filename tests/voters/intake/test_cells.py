"""Cells become canonical text, and words and days of forms are read the same whoever wrote them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voters.intake import cells

pytestmark = pytest.mark.unit

DAYS = st.dates(dt.date(1880, 1, 1), dt.date(2099, 12, 31))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (" SITI ", "SITI"),
        ("JL. A\nNO 1", "JL. A NO 1"),
        ("SITI\u00a0AMINAH", "SITI AMINAH"),
        (7.0, "7"),
        (31.71, "31.71"),
        (0.1 + 0.2, "0.3"),
        (12, "12"),
        (True, "TRUE"),
        ("", ""),
        (dt.date(1980, 2, 12), "1980-02-12"),
        (dt.datetime(1980, 2, 12), "1980-02-12"),  # noqa: DTZ001  # as calamine gives it
        (dt.datetime(1980, 2, 12, 7, 30), "1980-02-12 07:30:00"),  # noqa: DTZ001
        (dt.time(7, 30), "07:30:00"),
    ],
)
def test_text_is_canonical(value, expected):
    assert cells.text(value) == expected


@pytest.mark.parametrize("number", [3173051234567890.0, 3173051234567891.0, 3173051234567890, 1e15])
def test_text_of_a_number_longer_than_excel_keeps_stays_known_as_lost(number):
    assert cells.is_lost(cells.text(number))


def test_text_of_fifteen_digits_is_not_lost():
    assert cells.text(999999999999999.0) == "999999999999999"


@pytest.mark.parametrize("text", ["3.17E+15", "3,17305E+15", "3.17305123456789E+15", "6e15"])
def test_lost_number_is_known_in_a_csv(text):
    assert cells.is_lost(text)


@pytest.mark.parametrize("text", ["3173051234567890", "", "E+15", "SITI", "6271E"])
def test_other_text_is_not_lost(text):
    assert not cells.is_lost(text)


@given(
    DAYS, st.sampled_from(["%d|%m|%Y", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d", "%Y-%m-%d 00:00:00", "%Y%m%d"])
)
def test_day_reads_every_way_of_writing_it(day, way):
    # strftime does not fill years up, but no year here needs it.
    assert cells.day(day.strftime(way)) == day


@given(DAYS)
def test_day_reads_what_text_makes_of_a_cell(day):
    assert cells.day(cells.text(day)) == day


@given(st.dates(dt.date(1900, 3, 1), dt.date(2099, 12, 31)))
def test_day_reads_serials_of_excel(day):
    assert cells.day(str((day - dt.date(1899, 12, 30)).days)) == day


@pytest.mark.parametrize(
    "text",
    [
        "12/25/1980",
        "31|02|1980",
        "12|02|80",
        "12|02-1980",
        "29|02|1900",
        "01|01|1879",
        "12021980",
        "0",
        "60",
        "",
        "x",
        "²²",
    ],
)
def test_day_guesses_nothing(text):
    assert cells.day(text) is None


@given(st.text())
def test_day_takes_any_text(text):
    assert cells.day(text) is None or isinstance(cells.day(text), dt.date)


@given(st.text(max_size=20))
def test_neutral_is_undone_by_reading(text):
    assert cells.restored(cells.neutral(text)) == text


@given(st.sampled_from(cells.FORMULA_STARTS), st.text(max_size=10))
def test_neutral_begins_with_no_sign_of_a_formula(start, rest):
    written = cells.neutral(start + rest)
    assert written[0] not in cells.FORMULA_STARTS
    assert written.strip()[0] not in cells.FORMULA_STARTS


@pytest.mark.parametrize(
    ("word", "meanings", "letter"),
    [
        ("LAKI-LAKI", cells.SEXES, "L"),
        ("perempuan", cells.SEXES, "P"),
        ("X", cells.SEXES, "X"),
        ("Belum Kawin", cells.MARITAL, "B"),
        ("CERAI MATI", cells.MARITAL, "P"),
        ("k", cells.KTP, "S"),
        ("belum", cells.KTP, "B"),
        ("", cells.DISABILITIES, "0"),
        ("Sensorik Netra", cells.DISABILITIES, "6"),
    ],
)
def test_word_is_the_letter_of_the_form(word, meanings, letter):
    assert cells.word(word, meanings) == letter


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("62.71.01.1001", "62.71.01.1001"),
        ("6271011001", "62.71.01.1001"),
        ("627101", "62.71.01"),
        ("62.71", "62.71"),
        ("62", "62"),
        ("62710", ""),
        ("PAHANDUT", ""),
        ("", ""),
    ],
)
def test_code_has_its_dots(text, code):
    assert cells.code(text) == code


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("+62 812-3456-7890", "081234567890"),
        ("6281234567890", "081234567890"),
        ("'081234567890", "081234567890"),
        ("81234567890", "081234567890"),
        ("0536 322 1234", "05363221234"),
        ("belum ada", "belum ada"),
        ("", ""),
    ],
)
def test_phone_is_digits(text, phone):
    assert cells.phone(text) == phone


@pytest.mark.parametrize(("text", "count"), [("1.234", 1234), ("1.234.567", 1234567), ("-", 0), ("", 0), ("12", 12)])
def test_count_is_read_as_forms_write_it(text, count):
    assert cells.count(text) == count


@pytest.mark.parametrize("text", ["1,5", "1.23", "dua", "-3", "²"])
def test_count_of_anything_else_is_none(text):
    assert cells.count(text) is None


@pytest.mark.parametrize(
    ("text", "number"), [("001", 1), ("TPS 12", 12), ("RT.3", 3), ("0", 0), ("", None), ("1a", None)]
)
def test_whole_number(text, number):
    assert cells.whole(text) == number
