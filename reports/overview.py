"""Everything a region's page shows, read with a fixed number of queries and put into one typed value.

The number of queries does not depend on the size of the region: the history of the region, its children (or TPS), the
outcome codes, what happened to its list, from the kab/kota down e-Coklit's recap, for a kelurahan its longer window.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from coklit.clock import ZONES
from reports import attention, sheets
from reports.cards import Card, Outcome, cards_of, outcomes_of
from reports.charts import Chart, Span, s_curve
from reports.ecoklit import Recap, recap_of
from reports.figures import ECOKLIT_FIGURES, FIGURES, Rate, days_left, remaining, visited
from reports.listnews import ListNews, Shift, list_news
from reports.models import RegionProgress, TpsProgress
from reports.progress import Point, children_of, history_of, holds_until, points, tps_of
from reports.tables import Order, TableRow, order_of, row_of, rows_of
from reports.window import Window, window_of
from voters.models import Election, OutcomeCode, Region, Stage
from voters.terms import Level, StageKind, TpsKind

# Counts that still move after the window (late uploads) are drawn up to this many days beyond it.
_DAYS_BEYOND = 31


@dataclass(frozen=True)
class Overview:
    """A region in one election on one day. `today` is the present day there; `day` may be one before."""

    region: Region
    stage: Stage
    window: Window
    day: dt.date
    today: dt.date
    history: list[RegionProgress]
    children: list[RegionProgress]
    tps: list[TpsProgress]
    codes: list[OutcomeCode]
    news: ListNews
    recap: Recap | None
    counted_until: dt.datetime | None
    sort_key: str = ""

    @property
    def election(self) -> Election:
        """The election looked at."""
        return self.stage.election

    @property
    def progress(self) -> RegionProgress | None:
        """The counts on `day`."""
        return self.history[-1] if self.history else None

    @cached_property
    def before(self) -> RegionProgress | None:
        """The counts of the previous report: the end of the day before."""
        return self._as_known_on(self.day - dt.timedelta(days=1))

    @property
    def as_of(self) -> dt.datetime | None:
        """Until when the figures hold: of the present day, until every change was counted last."""
        if not self.progress:
            return None
        return holds_until(self.progress, self.counted_until) if self.is_live else self.progress.as_of

    @property
    def is_live(self) -> bool:
        """Whether the page shows the present, and so keeps itself up to date."""
        return self.day == self.today

    @property
    def zone(self) -> ZoneInfo:
        """The region's clock, in which every time on its page is told."""
        return ZONES[self.region.zone]

    @property
    def days_left(self) -> int:
        """Days after `day` until the end of coklit."""
        return self.window.days_left(self.day)

    @property
    def days_to_deadline(self) -> int:
        """Days after `day` until the internal deadline."""
        return days_left(self.window.deadline, self.day)

    @property
    def remaining(self) -> int:
        """Listed voters not visited yet."""
        return remaining(self.progress) if self.progress else 0

    @property
    def tps_regular(self) -> int:
        """TPS that expect a pantarlih."""
        return self.progress.tps - self.progress.tps_special if self.progress else 0

    @cached_property
    def plan(self) -> Rate:
        """The coverage planned for the end of `day`."""
        return self.window.planned(self.day)

    @cached_property
    def cards(self) -> list[Card]:
        """The three rates."""
        return cards_of(FIGURES, self.progress, self.before, self.plan) if self.progress else []

    @property
    def left_out(self) -> int:
        """Rows of list files that are not loaded now; 0 for a past day, of which that is not known."""
        return self.news.left_out if self.is_live else 0

    @property
    def shifts(self) -> list[Shift]:
        """Why the number of listed voters changed since coklit began, the newest first."""
        return self.news.shifts(self.progress.listed) if self.progress else []

    @cached_property
    def ecoklit_cards(self) -> list[Card]:
        """The rates that e-Coklit's recap tells, apart from ours."""
        return cards_of(ECOKLIT_FIGURES, self.recap, None, self.plan) if self.recap else []

    @property
    def notices(self) -> list[attention.Notice]:
        """What needs attention, the most urgent first; the pace comes last, and only where days still count."""
        if not self.progress or not self.progress.listed:
            return []
        found = attention.notices(self.progress, self.plan)
        # Not kept by day: a past day says nothing of them.
        found += [notice for notice in [attention.left_out(self.left_out)] if notice]
        if self.window.first_day <= self.day <= self.window.last_day:
            found += [notice for notice in [self._pace()] if notice]
        return found

    @cached_property
    def lowest(self) -> list[TableRow]:
        """The children furthest behind the plan."""
        behind = attention.lowest(self.children, self.plan)
        return [row_of(row, [sheets.COVERAGE_COLUMN], self.plan) for row in behind]

    @property
    def outcomes(self) -> list[Outcome]:
        """TMS by code."""
        return outcomes_of(self.progress, self.codes) if self.progress else []

    @cached_property
    def points(self) -> list[Point]:
        """One point per day for the chart and its table."""
        span = self._span()
        return [p for p in points(self.history, min(self.day, span.last_day)) if p.day >= span.first_day]

    @cached_property
    def charts(self) -> list[Chart]:
        """The S-curve for desk and phone."""
        return s_curve(self.points, self._span())

    @property
    def curve_rows(self) -> list[tuple[Point, Rate]]:
        """The chart as a table: each day with its plan."""
        return [(p, self.window.planned(p.day)) for p in self.points]

    @property
    def columns(self) -> tuple[sheets.Column, ...]:
        """The columns of the table: of TPS in a kelurahan, of regions elsewhere."""
        return sheets.TPS_COLUMNS if self.region.level == Level.KELURAHAN else sheets.REGION_COLUMNS

    @cached_property
    def order(self) -> Order:
        """How the table is sorted: as asked, else lowest coverage first, or by the number of the TPS."""
        default = "number" if self.region.level == Level.KELURAHAN else "coverage"
        return order_of(self.sort_key, self.columns, default)

    @cached_property
    def table(self) -> list[TableRow]:
        """Regions below, or the regular TPS, in the order asked for."""
        rows = [*self.children, *(row for row in self.tps if row.kind != TpsKind.SPECIAL)]
        return rows_of(rows, self.columns, self.plan, self.order)

    @cached_property
    def special_table(self) -> list[TableRow]:
        """The special-location TPS of a kelurahan, shown apart."""
        rows = [row for row in self.tps if row.kind == TpsKind.SPECIAL]
        return rows_of(rows, self.columns, self.plan, self.order)

    @cached_property
    def total(self) -> TableRow | None:
        """The region's own counts: the sum of all rows, special-location TPS included, and the figures of that sum."""
        return row_of(self.progress, self.columns[1:], self.plan) if self.progress else None

    def _pace(self) -> attention.Notice | None:
        before, earlier = self.before, self._as_known_on(self.day - dt.timedelta(days=2))
        done = visited(before) - (visited(earlier) if earlier else 0) if before else None
        return attention.pace(self.history[-1], done, self.window.deadline, self.day)

    def _span(self) -> Span:
        window = self.window
        newest = self.history[-1].day if self.history else window.last_day
        beyond = window.last_day + dt.timedelta(days=_DAYS_BEYOND)
        last = newest if window.last_day < newest <= beyond else window.last_day
        return Span(window.first_day, last, window.deadline)

    def _as_known_on(self, day: dt.date) -> RegionProgress | None:
        rows = [row for row in self.history if row.day <= day]
        return rows[-1] if rows else None


def overview_of(
    stage: Stage,
    region: Region,
    day: dt.date,
    today: dt.date,
    *,
    counted_until: dt.datetime | None,
    sort_key: str = "",
) -> Overview:
    """Reads a region's page: at most seven queries, however large the region. TPS are known for the present only."""
    is_leaf = region.level == Level.KELURAHAN
    election = stage.election
    return Overview(
        region=region,
        stage=stage,
        window=window_of(stage, region),
        day=day,
        today=today,
        history=history_of(election, region, day),
        children=[] if is_leaf else children_of(election, region, day),
        tps=tps_of(election, region) if is_leaf and day == today else [],
        codes=codes_of(election),
        news=list_news(election, region, stage.first_day, day),
        recap=recap_of(election, region, day),
        counted_until=counted_until,
        sort_key=sort_key,
    )


def codes_of(election: Election) -> list[OutcomeCode]:
    """The outcome codes of an election's coklit. One query."""
    return list(OutcomeCode.objects.filter(election=election, stage=StageKind.COKLIT))
