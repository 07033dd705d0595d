"""Drawings as numbers: the S-curve and the bars of the tables, in the coordinates of their SVG. Pure.

Coordinates are texts with a point, because a template would write numbers in the reader's language ("12,5").
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format

from reports.figures import Rate, planned
from reports.progress import Point

_LETTER = 7  # width of a figure in the chart's font, in units of the drawing
_LINE = 15  # height of a line of text
_DROP = 4  # from the middle of a line of text down to its baseline


@dataclass(frozen=True)
class Span:
    """The days a chart shows: the coklit window, and the internal deadline at which the plan is complete."""

    first_day: dt.date
    last_day: dt.date
    deadline: dt.date


@dataclass(frozen=True)
class Mark:
    """A text at a place: an axis label or the figure at the end of a line."""

    x: str
    y: str
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Line:
    """One series: its class for the stylesheet, the points of its polyline, and the figure at its end."""

    kind: str
    points: str
    end: Mark | None


@dataclass(frozen=True)
class Chart:
    """One drawing of the S-curve; the wide one is for desks, the narrow one for phones."""

    name: str
    width: int
    height: int
    left: int
    right: int
    levels: list[Mark]
    days: list[Mark]
    lines: list[Line]


def bar_width(rate: Rate) -> str:
    """The length of a bar of 100 units."""
    return _number(min(100.0, 100 * float(rate.share)))


def s_curve(points: Sequence[Point], span: Span) -> list[Chart]:
    """The plan, the coverage and the synced records over the days of the window, drawn for desk and phone."""
    shown = [point for point in points if span.first_day <= point.day <= span.last_day]
    return [_drawn("wide", 860, 480, 6, shown, span), _drawn("narrow", 340, 250, 3, shown, span)]


def _drawn(name: str, width: int, height: int, labels: int, points: Sequence[Point], span: Span) -> Chart:
    left, right, top, bottom = 46, width - 12, 14, height - 26
    days = max(1, (span.last_day - span.first_day).days)

    def at(day: dt.date, rate: Rate) -> tuple[float, float]:
        along = (day - span.first_day).days / days
        return left + along * (right - left), bottom - min(1.0, float(rate.share)) * (bottom - top)

    every_day = [span.first_day + dt.timedelta(days=n) for n in range(days + 1)]
    plan = [at(day, planned(span.first_day, span.deadline, day)) for day in every_day]
    covered = [at(point.day, point.coverage) for point in points]
    synced = [at(point.day, point.record_sync) for point in points]
    ends = _ends(points, covered, synced, right, top, bottom)
    return Chart(
        name, width, height, left, right,
        [_level(n, left, top, bottom) for n in range(5)],
        [_day(n, labels, every_day, left, right, height) for n in range(labels)],
        [Line("plan", _polyline(plan), None),
         Line("synced", _polyline(synced), ends[1]),
         Line("coverage", _polyline(covered), ends[0])],
    )  # fmt: skip


def _ends(
    points: Sequence[Point],
    covered: Sequence[tuple[float, float]],
    synced: Sequence[tuple[float, float]],
    right: int,
    top: int,
    bottom: int,
) -> tuple[Mark | None, Mark | None]:
    """The figures at the ends of the two lines, moved apart where they would overlap."""
    if not points:
        return None, None
    (x, first), (_, second) = covered[-1], synced[-1]
    texts = str(points[-1].coverage), str(points[-1].record_sync)
    fits = x + 8 + max(map(len, texts)) * _LETTER <= right
    # Beside the ends where there is room; else over the higher line and under the lower one.
    anchor, x, gap = ("start", x + 8, 0) if fits else ("end", x, _LINE)
    apart = max(abs(first - second), _LINE) / 2 + gap
    middle = min(max((first + second) / 2, top + apart), bottom - apart)
    high, low = middle - apart + _DROP, middle + apart + _DROP
    ys = (high, low) if first <= second else (low, high)
    return Mark(_number(x), _number(ys[0]), texts[0], anchor), Mark(_number(x), _number(ys[1]), texts[1], anchor)


def _level(quarter: int, left: int, top: int, bottom: int) -> Mark:
    y = bottom - quarter / 4 * (bottom - top)
    return Mark(_number(left - 8), _number(y), f"{25 * quarter} %", "end")


def _day(n: int, labels: int, days: Sequence[dt.date], left: int, right: int, height: int) -> Mark:
    """The first and the last label stay inside the drawing."""
    index = round(n * (len(days) - 1) / (labels - 1))
    x = left + index / max(1, len(days) - 1) * (right - left)
    anchor = "start" if n == 0 else "end" if n == labels - 1 else "middle"
    return Mark(_number(x), _number(height - 6), date_format(days[index], "j M"), anchor)


def _polyline(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in places)


def _number(value: float) -> str:
    return f"{value:.1f}"
