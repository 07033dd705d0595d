"""The days before the demonstration: who had synced by the last report, and who goes on working."""

import datetime as dt
from random import Random

import pytest

from coklit.clock import ZONES
from voters.demo.history import LATE_PHONES, SIMULATED_PHONES, plan, working_hours

pytestmark = pytest.mark.unit

PHONES, DAYS, MINUTES = 823, 19, 900


@pytest.fixture
def planned():
    return plan(PHONES, DAYS, MINUTES, Random(1))


def test_share_of_the_last_report_is_that_of_dki(planned):
    plans, _ = planned
    synced = sum(any(one.day < DAYS for one in uploads) for uploads in plans)
    # 64.8 % of 823.
    assert synced == 533


def test_phones_that_synced_today_are_84_percent_with_the_others(planned):
    plans, _ = planned
    assert sum(bool(uploads) for uploads in plans) == 691


def test_a_hundred_phones_go_on_and_sixty_of_them_had_never_synced(planned):
    plans, simulated = planned
    assert len(simulated) == len(set(simulated)) == SIMULATED_PHONES
    assert sum(not plans[number] for number in simulated) == LATE_PHONES


def test_uploads_follow_one_another_with_growing_shares_within_the_time_that_has_passed(planned):
    for uploads in planned[0]:
        days = [one.day for one in uploads]
        assert days == sorted(set(days))
        assert [one.share for one in uploads] == sorted(one.share for one in uploads)
        assert all(one.share <= 1 and (one.day < DAYS or one.minute < MINUTES) for one in uploads)


@pytest.mark.parametrize("phones", [0, 1, 30])
def test_few_phones_are_planned_as_well(phones):
    plans, simulated = plan(phones, DAYS, 1, Random(2))
    assert (len(plans), len(simulated) <= phones) == (phones, True)


@pytest.mark.parametrize(
    ("hour", "expected"), [(20, ("08:00", "16:30")), (10, ("08:00", "10:00")), (1, ("00:40", "01:00"))]
)
def test_doors_are_visited_by_day_and_never_after_the_upload(hour, expected):
    at = dt.datetime(2026, 11, 22, hour, tzinfo=ZONES["WIB"])
    begin, end = working_hours(at.date(), at)
    assert (f"{begin:%H:%M}", f"{end:%H:%M}") == expected
