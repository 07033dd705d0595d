"""The S-curve and the bars stay inside their drawing and say what the counts say."""

import datetime as dt
import re

import pytest
from django.utils.translation import override

from reports.charts import Span, bar_width, s_curve
from reports.figures import Rate
from reports.progress import Point

pytestmark = pytest.mark.unit

FIRST = dt.date(2023, 2, 12)
SPAN = Span(FIRST, dt.date(2023, 3, 14), dt.date(2023, 3, 12))


def points(*shares, synced=None):
    lines = zip(shares, synced or shares, strict=True)
    return [
        Point(FIRST + dt.timedelta(days=n), Rate(done, 100), Rate(sent, 100), Rate(0, 0))
        for n, (done, sent) in enumerate(lines)
    ]


def places(text):
    return [tuple(map(float, pair.split(","))) for pair in text.split()]


@pytest.mark.parametrize("shown", [points(), points(0), points(*range(31)), points(*[100] * 31)])
def test_every_place_is_inside_the_drawing(shown):
    for chart in s_curve(shown, SPAN):
        marks = [*chart.levels, *chart.days, *(line.end for line in chart.lines if line.end)]
        found = [place for line in chart.lines for place in places(line.points)]
        found += [(float(mark.x), float(mark.y)) for mark in marks]
        assert all(0 <= x <= chart.width and 0 <= y <= chart.height for x, y in found)


def test_a_line_has_one_place_per_day():
    wide, narrow = s_curve(points(0, 10, 20), SPAN)
    for chart in (wide, narrow):
        lengths = {line.kind: len(places(line.points)) for line in chart.lines}
        assert lengths == {"plan": 31, "synced": 3, "coverage": 3}


def test_more_is_higher():
    wide, _ = s_curve(points(0, 50, 100), SPAN)
    coverage = places(next(line.points for line in wide.lines if line.kind == "coverage"))
    low, middle, high = (y for _, y in coverage)
    assert low > middle > high
    assert middle == pytest.approx((low + high) / 2)


def test_ends_of_lines_say_the_last_figures():
    with override("id"):
        wide, _ = s_curve(points(0, 64, synced=[0, 50]), SPAN)
    assert {line.kind: line.end.text for line in wide.lines if line.end} == {
        "coverage": "64,00\xa0%",
        "synced": "50,00\xa0%",
    }


@pytest.mark.parametrize("last", [[50, 50], [50, 49], [100, 100], [0, 0]])
def test_figures_at_the_ends_never_overlap(last):
    for days in (2, 31):
        shown = points(*[last[0]] * days, synced=[last[1]] * days)
        for chart in s_curve(shown, SPAN):
            ys = [float(line.end.y) for line in chart.lines if line.end]
            assert abs(ys[0] - ys[1]) >= 13


def test_points_outside_the_window_are_not_drawn():
    before = [Point(FIRST - dt.timedelta(days=1), Rate(1, 2), Rate(1, 2), Rate(1, 2))]
    wide, _ = s_curve(before, SPAN)
    assert {line.kind: line.points for line in wide.lines if line.kind != "plan"} == {"coverage": "", "synced": ""}


def test_first_and_last_day_labels_keep_inside():
    with override("id"):
        _, narrow = s_curve([], SPAN)
    assert [(mark.text, mark.anchor) for mark in (narrow.days[0], narrow.days[-1])] == [
        ("12 Feb", "start"),
        ("14 Mar", "end"),
    ]


def test_coordinates_have_a_point_in_every_language():
    with override("id"):
        texts = [line.points for chart in s_curve(points(1, 2), SPAN) for line in chart.lines]
    assert all(re.fullmatch(r"([\d.]+,[\d.]+ ?)*", text) for text in texts)


@pytest.mark.parametrize(("rate", "width"), [((0, 0), "0.0"), ((1, 8), "12.5"), ((8, 8), "100.0"), ((9, 8), "100.0")])
def test_bar_is_as_long_as_the_share(rate, width):
    assert bar_width(Rate(*rate)) == width
