"""Who and what is late in a region: pantarlih who have not synced, TPS behind the plan. Read only.

Lists are bounded and say how many there are in all. Names and phone numbers are contacts: the door asks
`Verb.SEE_CONTACTS` before it shows a `Laggard`.
"""

import datetime as dt
from dataclasses import dataclass
from typing import TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, FloatField, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from reports.figures import Rate
from reports.models import TpsProgress
from voters.access import within
from voters.models import Assignment, Election, Pantarlih, Region
from voters.terms import Level, TpsKind

SHOWN = 50

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Laggard:
    """One assigned pantarlih; `tps` are the numbers of the TPS served now, `last_synced_at` is None for never."""

    name: str
    phone: str
    kelurahan: str
    kelurahan_code: str
    tps: list[int]
    last_synced_at: dt.datetime | None


@dataclass(frozen=True)
class LatePantarlih:
    """The first of them, and how many there are in all."""

    count: int
    rows: list[Laggard]


@dataclass(frozen=True)
class LateTps:
    """The first of them, lowest coverage first, and how many there are in all."""

    count: int
    rows: list[TpsProgress]


def never_synced(election: Election, region: Region, *, shown: int = SHOWN) -> LatePantarlih:
    """Assigned pantarlih of whom no result from an own device has ever arrived, as of now. Two queries.

    The same condition as in the count (sql/sum_kelurahan.sql), which may be some moments older.
    """
    return _late(election, region, Q(first_synced_at__isnull=True), shown)


def silent_since(election: Election, region: Region, moment: dt.datetime, *, shown: int = SHOWN) -> LatePantarlih:
    """Assigned pantarlih who have synced before, but not since `moment`. Two queries."""
    return _late(election, region, Q(last_synced_at__lt=moment), shown)


def late_tps(election: Election, region: Region, plan: Rate, *, shown: int = SHOWN) -> LateTps:
    """Regular TPS whose coverage is below `plan`, the lowest first. Two queries."""
    return _late_tps(election, region, Q(done__lt=float(plan.share)), shown)


def untouched_tps(election: Election, region: Region, *, shown: int = SHOWN) -> LateTps:
    """Regular TPS without a single visited voter. Two queries."""
    return _late_tps(election, region, Q(done=0), shown)


def unserved_tps(election: Election, region: Region, *, shown: int = SHOWN) -> LateTps:
    """Regular TPS that no pantarlih serves, the lowest coverage first. Two queries."""
    return _late_tps(election, region, Q(pantarlih=0), shown)


def _late(election: Election, region: Region, which: Q, shown: int) -> LatePantarlih:
    serving = Assignment.objects.filter(kabkota=OuterRef("kabkota"), pantarlih=OuterRef("pk"), to_day__isnull=True)
    late = _in_region(Pantarlih.objects.all(), region).filter(Exists(serving), which, election=election)
    # A subquery, because PostgreSQL would have to group by (kabkota, id) and Django groups by id alone.
    numbers = ArraySubquery(serving.order_by("tps__number").values("tps__number"))
    rows = late.annotate(numbers=numbers).order_by(F("last_synced_at").asc(nulls_first=True), "kelurahan", "name")
    found = rows.values_list("name", "phone", "kelurahan__name", "kelurahan", "numbers", "last_synced_at")[:shown]
    return LatePantarlih(late.count(), [Laggard(*row) for row in found])


def _late_tps(election: Election, region: Region, which: Q, shown: int) -> LateTps:
    rows = _in_region(TpsProgress.objects.filter(kind=TpsKind.REGULAR, listed__gt=0), region).filter(election=election)
    done = Cast(F("sesuai") + F("ubah") + F("tms"), FloatField()) / F("listed")
    late = rows.annotate(done=done).filter(which)
    return LateTps(late.count(), list(late.select_related("kelurahan").order_by("done", "kelurahan", "number")[:shown]))


def _in_region(rows: QuerySet[Row], region: Region) -> QuerySet[Row]:
    """Rows whose kelurahan lies in the region; from kab/kota downward the key's first column is named too."""
    rows = rows.filter(within(region.code, "kelurahan_id"))
    return rows.filter(kabkota_id=region.code[:5]) if region.level >= Level.KABKOTA else rows
