"""Figures, their limits, and turns of ours and floor."""

import pytest

from bench.alternate import Turns, alternate
from bench.figure import Bound, Figure, Limit, percentile, spread

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("bound", "measured", "kept"),
    [
        (Bound.AT_MOST, 2.49, True),
        (Bound.AT_MOST, 2.5, True),
        (Bound.AT_MOST, 2.51, False),
        (Bound.AT_LEAST, 2.49, False),
        (Bound.AT_LEAST, 2.5, True),
        (Bound.AT_LEAST, 2.51, True),
    ],
)
def test_limit_holds_up_to_its_number(bound, measured, kept):
    assert Limit(bound, 2.5).kept(measured) is kept


def test_limit_is_of_the_ratio_where_there_is_a_floor():
    limit = Limit(Bound.AT_MOST, 2.5)
    assert not Figure("a", 1.0, "s", 0.25, 4.0, "", limit).kept
    assert not Figure("a", 4.0, "s", None, None, "", limit).kept
    assert Figure("a", 4.0, "s", 2.0, 2.0, "", limit).kept


@pytest.mark.parametrize(("measured", "kept"), [(1.7, True), (1.8, False)])
def test_limit_of_a_figure_that_stands_in_may_be_kept_instead(measured, kept):
    other = Figure("a.cpu", 1.0, "s", 1.0, measured, "", Limit(Bound.AT_MOST, 1.7))
    missed = Figure("a.speed", 1.0, "rows/s", 2.0, 0.5, "", Limit(Bound.AT_LEAST, 0.6), stands_in=other)
    assert missed.kept is kept
    assert "stands_in" not in missed.row


def test_row_says_whether_the_limit_is_kept():
    row = Figure("a.b", 3.0, "s", None, None, "so measured", Limit(Bound.AT_MOST, 2.5)).row
    assert row == {
        "name": "a.b",
        "value": 3.0,
        "unit": "s",
        "floor": None,
        "ratio": None,
        "note": "so measured; limit at most 2.5: MISSED",
    }


@pytest.mark.parametrize(("number", "expected"), [(1, 1), (2, 2), (19, 19), (20, 19), (24, 23), (100, 95)])
def test_percentile_is_a_value_that_was_measured(number, expected):
    assert percentile([float(value) for value in range(number, 0, -1)], 0.95) == expected


def test_spread_tells_median_and_extremes():
    assert spread([3.0, 1.0, 2.5]) == "2.50 (1.00-3.00)"


def test_both_go_first_in_turn_and_each_is_prepared():
    said = []
    turns = alternate(
        ours=lambda: said.append("ours"),
        floor=lambda: said.append("floor"),
        prepare=lambda: said.append("prepare"),
        times=3,
    )
    assert said[1::2] == ["floor", "ours", "ours", "floor", "floor", "ours"]
    assert said[::2] == ["prepare"] * 6
    assert len(turns.ours) == len(turns.floor) == 3


def test_ratio_is_of_the_medians():
    turns = Turns(ours=[4.0, 100.0, 6.0], floor=[2.0, 3.0, 50.0])
    assert turns.ratio == 2.0
    assert str(turns) == "3 rounds, ours 6.00 (4.00-100.00) s, floor 3.00 (2.00-50.00) s"
