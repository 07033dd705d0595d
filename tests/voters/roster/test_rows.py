"""The checks of a row, asked of PostgreSQL itself."""

import re

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.voters.roster.lists import READ, SITI
from voters.roster.rows import CHECKS, DOUBTS, SOUND, doubts_expression

pytestmark = pytest.mark.integration

GOOD = dict(zip(READ, SITI.values(), strict=True))


def ask(expression, row, parameters=None):
    """The value of an SQL expression over one staged row."""
    names = list(row)
    values = ", ".join(f"%({name})s::text" for name in names)
    statement = f"SELECT {expression} FROM (VALUES ({values})) AS staged ({', '.join(names)})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, {**row, **(parameters or {})})
        return cursor.fetchone()[0]


def verdict(row):
    """Whether the row is sound, and the codes of the checks that it breaks; by the statements the import uses."""
    broken = ", ".join(f"CASE WHEN {check.broken} THEN '{check.code}' END" for check in CHECKS)
    checks = f"ARRAY[({SOUND})::text] || ARRAY[{broken}]"
    sound, *codes = ask(checks.replace("%", "%%"), row)
    return sound == "true", [code for code in codes if code]


def test_good_row_is_sound_and_breaks_nothing(db):
    assert verdict(GOOD) == (True, [])


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("dpid", "", "dpid_missing"),
        ("dpid", "0", "dpid_missing"),
        ("dpid", "12A", "dpid_missing"),
        ("dpid", "1" * 21, "dpid_missing"),
        ("nik", "627199520280000", "nik_not_16_digits"),
        ("nik", "3.17E+15", "nik_not_16_digits"),
        ("nik", "\uff16271995202800001", "nik_not_16_digits"),
        ("nkk", "", "nkk_not_16_digits"),
        ("nama", "", "name_missing"),
        ("nama", "   ", "name_missing"),
        ("nama", "A" * 101, "name_missing"),
        ("jk", "W", "sex_unknown"),
        ("jk", "p", "sex_unknown"),
        ("kawin", "K", "marital_unknown"),
        ("disabilitas", "7", "disability_unknown"),
        ("disabilitas", "", "disability_unknown"),
        ("ktp_el", "K", "ktp_unknown"),
        ("tanggal_lahir", "31|02|1990", "birth_day_unreadable"),
        ("tanggal_lahir", "29|02|1999", "birth_day_unreadable"),
        ("tanggal_lahir", "12|13|1990", "birth_day_unreadable"),
        ("tanggal_lahir", "00|01|1990", "birth_day_unreadable"),
        ("tanggal_lahir", "31|12|1879", "birth_day_unreadable"),
        ("tanggal_lahir", "1990-02-12", "birth_day_unreadable"),
        ("tanggal_lahir", "1|2|1990", "birth_day_unreadable"),
        ("tanggal_lahir", "12|02|90", "birth_day_unreadable"),
        ("tanggal_lahir", "", "birth_day_unreadable"),
        ("rt", "A", "rt_rw_not_numbers"),
        ("rw", "-1", "rt_rw_not_numbers"),
        ("rw", "1000", "rt_rw_not_numbers"),
        ("tps", "0", "tps_not_a_number"),
        ("tps", "000", "tps_not_a_number"),
        ("tps", "1A", "tps_not_a_number"),
        ("alamat", "A" * 151, "text_too_long"),
        ("tempat_lahir", "A" * 61, "text_too_long"),
        ("sumber", "A" * 21, "text_too_long"),
    ],
)
def test_broken_value_breaks_its_check_alone(db, column, value, code):
    assert verdict({**GOOD, column: value}) == (False, [code])


def test_every_check_is_broken_by_a_value_above():
    cases = next(mark for mark in test_broken_value_breaks_its_check_alone.pytestmark if mark.name == "parametrize")
    assert {code for _, _, code in cases.args[1]} == {check.code for check in CHECKS}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("rt", "0"),
        ("rw", "000"),
        ("tps", "001"),
        ("tps", "9999"),
        ("tanggal_lahir", "29|02|2000"),
        ("tanggal_lahir", "01|01|1880"),
        ("alamat", ""),
        ("tempat_lahir", ""),
        ("sumber", ""),
        ("nama", 'O\'NEIL "SITI" 100%'),
        ("nama", "Ñ" * 50),
    ],
)
def test_unusual_but_right_value_is_sound(db, column, value):
    assert verdict({**GOOD, column: value}) == (True, [])


def test_long_text_of_wide_characters_breaks_nothing_though_it_is_not_quickly_sound(db):
    assert verdict({**GOOD, "nama": "Ñ" * 100, "alamat": "é" * 150}) == (False, [])
    assert verdict({**GOOD, "nama": " SITI"}) == (False, [])


# Text that PostgreSQL can hold, much of it near to what is right.
_text = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=24)
_digits = st.text("0123456789\u0663\uff13", max_size=22)
_near = st.sampled_from(["L", "P", "B", "S", "0", "6", "7", " ", "", "001", "12|02|1980", "31|02|1990", "1" * 16])
_dates = st.tuples(st.integers(0, 39), st.integers(0, 19), st.integers(1870, 2100)).map(
    lambda day: f"{day[0]:02d}|{day[1]:02d}|{day[2]:04d}"
)
_rows = st.dictionaries(st.sampled_from(sorted(GOOD)), _near | _digits | _dates | _text, max_size=4)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_rows)
@example({"tanggal_lahir": "12|02|1980 "})
@example({"tanggal_lahir": "1\uff12|02|1980"})
@example({"nik": "627199520280000\n"})
@example({"jk": "L "})
@example({"dpid": "1\n"})
def test_sound_row_breaks_no_check(db, changed):
    sound, codes = verdict({**GOOD, **changed})
    assert not (sound and codes)


@pytest.mark.parametrize(
    ("changed", "doubts"),
    [
        ({}, None),
        ({"tanggal_lahir": "13|02|1980"}, ["nik_birth_day"]),
        ({"jk": "L"}, ["nik_sex"]),
        ({"nik": "6271991202800001"}, ["nik_sex"]),
        ({"nik": "6271995202070001", "tanggal_lahir": "15|02|2007", "kawin": "B"}, ["nik_birth_day", "under_17"]),
        ({"nik": "6271995502070001", "tanggal_lahir": "15|02|2007", "kawin": "B"}, ["under_17"]),
        ({"nik": "6271995502070001", "tanggal_lahir": "15|02|2007", "kawin": "S"}, None),
        # 17 on the voting day itself is old enough.
        ({"nik": "6271995402070001", "tanggal_lahir": "14|02|2007", "kawin": "B"}, None),
        # The 40th, of which the sum with 40 is no day either.
        ({"nik": "6271994002800001"}, ["nik_birth_day", "nik_sex"]),
    ],
)
def test_doubts_mark_what_coklit_should_mend(db, changed, doubts):
    assert ask(doubts_expression(), {**GOOD, **changed}, {"voting_day": "2024-02-14"}) == doubts


def test_every_doubt_fits_its_column():
    assert all(re.fullmatch(r"[a-z0-9_]{1,30}", code) for code, _ in DOUBTS)
