"""Reads of the counts: of a region on a day, of what lies directly below it, of its TPS, and day by day.

A day without a row is a day on which nothing changed: the newest row before it holds. Percentages are made from
these rows in `figures.py`.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from reports.figures import Rate, coverage, pantarlih_sync, record_sync
from reports.models import RegionProgress, RollupRun, TpsProgress
from voters.models import NATION, Election, Region, Stage
from voters.terms import StageKind


@dataclass(frozen=True)
class Point:
    """The three rates of a region as known at the end of one day."""

    day: dt.date
    coverage: Rate
    record_sync: Rate
    pantarlih_sync: Rate


def coklit_stages() -> list[Stage]:
    """The coklit stage of every election with its election, the newest first. One query."""
    return list(
        Stage.objects.filter(kind=StageKind.COKLIT).select_related("election").order_by("-first_day", "election")
    )


def current_stage(day: dt.date) -> Stage | None:
    """The newest coklit whose window includes `day`, else the newest that has been counted. Two queries at most."""
    stages = coklit_stages()
    open_now = [stage for stage in stages if stage.first_day <= day <= stage.last_day]
    if open_now:
        return open_now[0]
    counted = set(RegionProgress.objects.filter(region_id=NATION).values_list("election_id", flat=True).distinct())
    return next((stage for stage in stages if stage.election_id in counted), None)


def history_of(election: Election, region: Region, day: dt.date) -> list[RegionProgress]:
    """Every stored row of a region up to `day`, oldest first: at most one per day. One query."""
    return list(RegionProgress.objects.filter(election=election, region=region, day__lte=day).order_by("day"))


def progress_of(election: Election, region: Region, day: dt.date) -> RegionProgress | None:
    """The counts of a region as known at the end of `day`; None where nothing has been counted yet."""
    rows = RegionProgress.objects.filter(election=election, region=region, day__lte=day)
    return rows.order_by("-day").first()


def counted_until() -> dt.datetime | None:
    """The moment until which every change is in the counts, in all regions: none was waiting then. One query."""
    newest = RollupRun.objects.filter(kind="marks", finished_at__isnull=False).order_by("-started_at")
    return newest.values_list("finished_at", flat=True).first()


def holds_until(row: RegionProgress, until: dt.datetime | None) -> dt.datetime:
    """The moment for which the present counts of a region hold; `until` is what `counted_until` says."""
    return max(row.as_of, until or row.as_of)


def children_of(election: Election, region: Region, day: dt.date) -> list[RegionProgress]:
    """The counts of the regions directly below, each as known at the end of `day`, by code. One query.

    Only regions that have been counted: an installation for one kab/kota does not list the 513 others.
    """
    rows = RegionProgress.objects.filter(election=election, parent=region, day__lte=day)
    return list(rows.order_by("region", "-day").distinct("region").select_related("region"))


def tps_of(election: Election, kelurahan: Region) -> list[TpsProgress]:
    """The present counts of the TPS of a kelurahan, by number. One query. Days past are kept per region only."""
    rows = TpsProgress.objects.filter(kabkota_id=kelurahan.code[:5], kelurahan=kelurahan, election=election)
    return list(rows.order_by("number"))


def points(rows: Sequence[RegionProgress], day: dt.date) -> list[Point]:
    """The rows of `history_of` as one point for each day up to `day`; days without a row repeat the one before."""
    made = []
    ends = [*(row.day for row in rows[1:]), day + dt.timedelta(days=1)]
    for row, end in zip(rows, ends, strict=False):
        rates = coverage(row), record_sync(row), pantarlih_sync(row)
        made += [Point(row.day + dt.timedelta(days=n), *rates) for n in range((end - row.day).days)]
    return made
