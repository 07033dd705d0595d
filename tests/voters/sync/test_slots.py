"""Moments to sync: each phone its own, evenly spread, inside the windows, never at once."""

import datetime as dt
import random
from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coklit.clock import ZONES
from voters.sync.slots import SOONEST, WINDOWS, next_sync_at

pytestmark = pytest.mark.unit

DAY = dt.date(2024, 7, 3)
# Hypothesis wants its bounds naive.
FIRST, LAST = dt.datetime(2023, 1, 1), dt.datetime(2030, 12, 31)  # noqa: DTZ001
moments = st.datetimes(FIRST, LAST, timezones=st.just(dt.UTC))


def local(hour, minute=0, zone="WIB"):
    return dt.datetime.combine(DAY, dt.time(hour, minute), tzinfo=ZONES[zone])


def phones(number):
    """The same invented phones in every run."""
    draw = random.Random(271)
    return [UUID(int=draw.getrandbits(128)) for _ in range(number)]


def moments_of(asked_at, number=10_000):
    return [next_sync_at(device=device, now=asked_at, zone="WIB") for device in phones(number)]


def chi_square(counts, cells):
    expected = sum(counts.values()) / cells
    return sum((counts[cell] - expected) ** 2 / expected for cell in range(cells))


@given(device=st.uuids(), now=moments, zone=st.sampled_from(sorted(ZONES)))
def test_moment_lies_ahead_and_inside_a_window_of_the_phones_own_zone(device, now, zone):
    moment = next_sync_at(device=device, now=now, zone=zone)
    assert moment.tzinfo == ZONES[zone]
    assert now + SOONEST <= moment <= now + dt.timedelta(days=2)
    begins = [dt.datetime.combine(moment.date(), begin, tzinfo=ZONES[zone]) for begin, _ in WINDOWS]
    assert any(b <= moment < b + length for b, (_, length) in zip(begins, WINDOWS, strict=True))


@given(device=st.uuids(), now=moments, zone=st.sampled_from(sorted(ZONES)))
def test_same_phone_and_moment_give_the_same_answer(device, now, zone):
    first = next_sync_at(device=device, now=now, zone=zone)
    assert next_sync_at(device=device, now=now.astimezone(ZONES["WIT"]), zone=zone) == first


@given(device=st.uuids(), now=moments, later=st.timedeltas(dt.timedelta(), dt.timedelta(days=3)))
def test_asking_again_before_the_moment_comes_near_does_not_move_it(device, now, later):
    first = next_sync_at(device=device, now=now, zone="WIB")
    again = next_sync_at(device=device, now=now + later, zone="WIB")
    assert again == first or now + later + SOONEST > first


def test_evening_is_filled_evenly():
    found = Counter((moment - local(17)) // dt.timedelta(minutes=15) for moment in moments_of(local(14)))
    # 20 quarters of an hour; 43.8 would be passed by one even spread in 1,000, and these phones are always the same.
    assert set(found) == set(range(20))
    assert chi_square(found, 20) < 43.8


def test_noon_takes_two_of_five_evenly_and_is_no_fuller_than_the_evening():
    at_noon = [moment for moment in moments_of(local(6)) if moment < local(14)]
    assert 3_800 < len(at_noon) < 4_200
    found = Counter((moment - local(12)) // dt.timedelta(minutes=15) for moment in at_noon)
    # 8 quarters of an hour: 24.3 would be passed by one even spread in 1,000.
    assert chi_square(found, 8) < 24.3


def test_phone_that_came_at_noon_comes_in_the_evening_too():
    for device in phones(200):
        first = next_sync_at(device=device, now=local(6), zone="WIB")
        if first < local(14):
            assert local(17) <= next_sync_at(device=device, now=first, zone="WIB") < local(22)


def test_moment_of_a_phone_changes_from_day_to_day():
    device = phones(1)[0]
    times = {
        next_sync_at(device=device, now=local(14) + dt.timedelta(days=day), zone="WIB").time() for day in range(10)
    }
    assert len(times) == 10


@pytest.mark.parametrize(("zone", "hour"), [("WIB", 10), ("WITA", 9), ("WIT", 8)])
def test_windows_are_local(zone, hour):
    now = dt.datetime(2024, 7, 3, 7, 30, tzinfo=dt.UTC)
    moment = next_sync_at(device=phones(1)[0], now=now, zone=zone)
    assert moment >= dt.datetime(2024, 7, 3, hour, tzinfo=dt.UTC)
    assert moment < dt.datetime(2024, 7, 3, hour + 5, tzinfo=dt.UTC)
