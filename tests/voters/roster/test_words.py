"""The short texts of a list: what each means, and the code of what means nothing."""

import datetime as dt

import pytest

from voters.roster import words
from voters.roster.columns import KEYS

pytestmark = pytest.mark.unit

VOTING_DAY = dt.date(2024, 2, 14)
GOOD = ("P", "S", "0", "S", "1", "2")
ALL = frozenset(KEYS)


@pytest.mark.parametrize("text", ["12|02|1980", "12-02-1980", "12/2/1980", "1980-02-12", "29263", " 12|02|1980 "])
def test_day_is_read_in_every_way_lists_write_it(text):
    found = words.day(text, VOTING_DAY)
    assert (found.day, found.male, found.female) == (dt.date(1980, 2, 12), 120280, 520280)
    assert (found.minor, found.codes) == (False, None)


@pytest.mark.parametrize("text", ["", "0", "31|02|1990", "12|13|1990", "31|12|1879", "12|02|80", "kemarin"])
def test_day_that_is_none_is_told(text):
    found = words.day(text, VOTING_DAY)
    assert (found.day, found.codes) == (None, ["birth_day_unreadable"])


@pytest.mark.parametrize(("text", "minor"), [("14|02|2007", False), ("15|02|2007", True), ("15|02|2020", True)])
def test_minor_is_who_is_under_17_on_the_voting_day(text, minor):
    assert words.day(text, VOTING_DAY).minor is minor


def test_traits_are_typed():
    found = words.traits(GOOD, ALL)
    assert (found.sex, found.marital, found.disability, found.ktp, found.rt, found.rw) == ("P", "S", 0, "S", 1, 2)
    assert found.codes is None


def test_words_of_other_lists_are_understood():
    found = words.traits(("LAKI-LAKI", "Belum Kawin", "-", "b", "RT 003", "-"), ALL)
    assert (found.sex, found.marital, found.disability, found.ktp, found.rt, found.rw) == ("L", "B", 0, "B", 3, 0)
    assert found.codes is None


@pytest.mark.parametrize(
    ("place", "text", "code"),
    [
        (0, "W", "sex_unknown"),
        (0, "", "sex_unknown"),
        (1, "X", "marital_unknown"),
        (2, "7", "disability_unknown"),
        (3, "Z", "ktp_unknown"),
        (4, "A", "rt_rw_not_numbers"),
        (5, "1000", "rt_rw_not_numbers"),
    ],
)
def test_what_means_nothing_is_told_and_stored_blank(place, text, code):
    found = words.traits((*GOOD[:place], text, *GOOD[place + 1 :]), ALL)
    assert found.codes == [code]
    assert found[6 + place] in ("", 0)


def test_column_that_the_file_has_not_raises_no_doubt():
    assert words.traits(("", "", "", "", "", ""), frozenset({"nik"})).codes is None
