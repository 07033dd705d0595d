"""Percentages, days, plan and lights against published figures and at their edges."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils.translation import override

from reports import figures
from reports.figures import Rate

pytestmark = pytest.mark.unit

FIRST, LAST = dt.date(2023, 2, 12), dt.date(2023, 3, 14)
DEADLINE = dt.date(2023, 3, 12)


@dataclass
class Counts:
    listed: int = 100
    sesuai: int = 50
    ubah: int = 10
    tms: int = 4
    baru: int = 7
    synced: int = 30
    pantarlih: int = 9
    pantarlih_synced: int = 6


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [
        (8_230_382, 8_300_305, "99,16\xa0%"),  # DKI, 12 March 2023; announced as 99.33, the mean of six cities
        (876_297, 1_947_028, "45,01\xa0%"),  # Kalteng, 28 February 2023
        (5_331_000, 8_300_305, "64,23\xa0%"),  # DKI, 4 March 2023, synced records
        (64_800, 100_000, "64,80\xa0%"),
        (1, 800, "0,13\xa0%"),  # 0.125: half is rounded up
        (0, 300, "0,00\xa0%"),
        (300, 300, "100,00\xa0%"),
    ],
)
def test_rate_is_told_as_published(numerator, denominator, text):
    with override("id"):
        assert str(Rate(numerator, denominator)) == text


def test_rate_is_never_whole_while_one_is_missing():
    assert Rate(8_300_304, 8_300_305).percent == Decimal("99.99")
    assert not Rate(8_300_304, 8_300_305).is_whole
    assert Rate(8_300_305, 8_300_305).is_whole


def test_rate_is_never_zero_once_one_is_in():
    assert Rate(1, 8_300_305).percent == Decimal("0.01")


def test_rate_without_a_whole_is_a_dash():
    assert Rate(0, 0).percent is None
    assert str(Rate(0, 0)) == "\N{EN DASH}"
    assert not Rate(0, 0).is_whole


def test_rate_follows_the_readers_language():
    with override("en"):
        assert str(Rate(8_230_382, 8_300_305)) == "99.16\xa0%"


def test_the_three_rates_are_made_as_defined():
    counts = Counts()
    assert figures.coverage(counts) == Rate(64, 100)
    assert figures.record_sync(counts) == Rate(30, 100)
    assert figures.pantarlih_sync(counts) == Rate(6, 9)
    assert figures.remaining(counts) == 36


def test_new_voters_never_move_the_coverage():
    assert figures.coverage(Counts(baru=0)) == figures.coverage(Counts(baru=1000))


def test_region_is_the_sum_of_counts_not_the_mean_of_rates():
    small, large = Counts(listed=10, sesuai=10, ubah=0, tms=0), Counts(listed=990, sesuai=0, ubah=0, tms=0)
    together = Counts(listed=1000, sesuai=10, ubah=0, tms=0)
    mean = (figures.coverage(small).share + figures.coverage(large).share) / 2
    assert figures.coverage(together).share == Fraction(1, 100)
    assert mean == Fraction(1, 2)


def test_labels_are_the_full_ones():
    labels = [str(figure.label) for figure in figures.FIGURES]
    assert "Sinkron" not in labels
    assert "Sync" not in labels
    assert len(set(labels)) == 3


def test_days_left_end_on_the_last_day():
    assert figures.days_left(LAST, dt.date(2023, 3, 4)) == 10
    assert figures.days_left(LAST, LAST) == 0
    assert figures.days_left(LAST, dt.date(2023, 3, 20)) == 0
    assert figures.internal_deadline(LAST, 2) == DEADLINE


def test_pace_shares_what_remains_over_the_days_left():
    counts = Counts(listed=1001, sesuai=1, ubah=0, tms=0)
    assert figures.pace_needed(counts, DEADLINE, dt.date(2023, 3, 4)) == 125
    assert figures.pace_needed(counts, DEADLINE, dt.date(2023, 3, 5)) == 143  # 142.86
    assert figures.pace_needed(counts, DEADLINE, DEADLINE) is None


def test_plan_grows_from_nothing_to_everything():
    days = [FIRST + dt.timedelta(days=n) for n in range(-1, 33)]
    shares = [figures.planned(FIRST, DEADLINE, day).share for day in days]
    assert shares[0] == 0
    assert shares == sorted(shares)
    assert figures.planned(FIRST, DEADLINE, DEADLINE).is_whole
    assert figures.planned(FIRST, DEADLINE, LAST).is_whole
    assert str(figures.planned(FIRST, DEADLINE, dt.date(2023, 3, 3)).percent) == "77.08"


@pytest.mark.parametrize(
    ("rate", "light"),
    [((80, 100), "good"), ((79, 100), "near"), ((72, 100), "near"), ((71, 100), "late"), ((0, 0), "none")],
)
def test_light_compares_with_the_plan(rate, light):
    assert figures.light(Rate(*rate), Rate(8, 10)) == light
