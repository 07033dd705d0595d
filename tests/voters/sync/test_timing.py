"""When a result was made, and how that stands to the days of coklit, to the minute and in three time zones."""

import datetime as dt

import pytest

from voters.elections import CoklitDays
from voters.sync.timing import clock_offset, is_ahead, made_at, timing_of, window_of
from voters.terms import Timing

pytestmark = pytest.mark.unit

FIRST, LAST = dt.date(2023, 2, 12), dt.date(2023, 3, 14)
MIDDLE = dt.datetime(2023, 3, 1, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
# Midnight at which the first day begins, and at which the last one ends, in UTC.
EDGES = {
    "WIB": (dt.datetime(2023, 2, 11, 17, tzinfo=dt.UTC), dt.datetime(2023, 3, 14, 17, tzinfo=dt.UTC)),
    "WITA": (dt.datetime(2023, 2, 11, 16, tzinfo=dt.UTC), dt.datetime(2023, 3, 14, 16, tzinfo=dt.UTC)),
    "WIT": (dt.datetime(2023, 2, 11, 15, tzinfo=dt.UTC), dt.datetime(2023, 3, 14, 15, tzinfo=dt.UTC)),
}


def timing(made, received, *, zone="WIB", sealed=None, last=LAST):
    return timing_of(made, window_of(CoklitDays(FIRST, last, sealed, zone), received))


@pytest.mark.parametrize("zone", EDGES)
def test_first_and_last_day_are_included_in_local_time(zone):
    start, end = EDGES[zone]
    told = [timing(made, MIDDLE, zone=zone) for made in (start - SECOND, start, end - SECOND, end)]
    assert told == [Timing.LATE, Timing.ORDINARY, Timing.ORDINARY, Timing.LATE]


@pytest.mark.parametrize("zone", EDGES)
def test_made_in_time_and_received_after_the_last_day_is_marked(zone):
    end = EDGES[zone][1]
    assert timing(MIDDLE, end - SECOND, zone=zone) is Timing.ORDINARY
    assert timing(MIDDLE, end, zone=zone) is Timing.AFTER
    assert timing(MIDDLE, end + dt.timedelta(days=60), zone=zone) is Timing.AFTER


def test_extension_moves_the_last_day():
    end = EDGES["WIB"][1]
    assert timing(end, end) is Timing.LATE
    assert timing(end, end, last=LAST + dt.timedelta(days=1)) is Timing.ORDINARY


def test_what_is_received_from_the_seal_on_is_late():
    sealed = EDGES["WIB"][1] + dt.timedelta(days=3)
    assert timing(MIDDLE, sealed - SECOND, sealed=sealed) is Timing.AFTER
    assert timing(MIDDLE, sealed, sealed=sealed) is Timing.LATE


@pytest.mark.parametrize("ahead", [0, 7200, -7200, 10**9, -(10**9)])
def test_time_of_a_result_is_the_phones_less_what_its_clock_was_ahead(ahead):
    phone_at = MIDDLE + dt.timedelta(seconds=ahead)
    offset = clock_offset(phone_at, MIDDLE)
    assert offset == ahead
    assert made_at(phone_at - dt.timedelta(hours=1), offset) == MIDDLE - dt.timedelta(hours=1)


def test_offset_fits_into_its_column_whatever_the_clock_says():
    zone = dt.timezone(dt.timedelta(hours=7))
    assert clock_offset(dt.datetime(2999, 12, 31, tzinfo=zone), MIDDLE) == 2**31 - 1
    assert clock_offset(dt.datetime(1900, 1, 1, tzinfo=zone), MIDDLE) == -(2**31)
    assert made_at(dt.datetime(2999, 12, 31, tzinfo=zone), -(2**31)).year == 3068


def test_small_errors_of_a_clock_are_not_flagged():
    five = dt.timedelta(minutes=5)
    assert [is_ahead(MIDDLE + five, MIDDLE), is_ahead(MIDDLE + five + SECOND, MIDDLE)] == [False, True]
    assert not is_ahead(MIDDLE - five, MIDDLE)
