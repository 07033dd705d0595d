"""What e-Coklit's recap says of a region, beside our own counts of the same TPS. Nothing is inferred from either.

Reads only, for a kab/kota and what lies below it: an office uses e-Coklit, a province sums what it does not see.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields
from operator import add, sub
from typing import Any
from uuid import UUID

from django.db import connection

from coklit.sqlfiles import sql
from voters.models import Election, Region
from voters.terms import Level


@dataclass(frozen=True)
class Counts:
    """Counts of listed voters by outcome, and of new voters."""

    listed: int = 0
    sesuai: int = 0
    ubah: int = 0
    tms: int = 0
    baru: int = 0

    @property
    def visited(self) -> int:
        """Listed voters with an outcome. New voters are never among them."""
        return self.sesuai + self.ubah + self.tms

    def __add__(self, other: "Counts") -> "Counts":
        return _each(add, self, other)

    def __sub__(self, other: "Counts") -> "Counts":
        return _each(sub, self, other)


@dataclass(frozen=True)
class Recap:
    """What the newest recaps of some TPS say, summed, and our counts of the same TPS.

    `stations` are all TPS, `told` those with a recap, `synced_stations` those of them with a last sync. `synced` are
    the outcomes in these. `first_day` and `last_day` are the days of the recaps. `tps` and `number`, or `kelurahan` and
    `name`, name the row.
    """

    stations: int
    told: int
    synced_stations: int
    synced: int
    first_day: dt.date | None
    last_day: dt.date | None
    theirs: Counts
    ours: Counts
    tps: UUID | None = None
    number: int | None = None
    kelurahan: str | None = None
    name: str | None = None

    def __add__(self, other: "Recap") -> "Recap":
        """Both together: sums of counts, and the days of both."""
        days = [day for one in (self, other) for day in (one.first_day, one.last_day) if day]
        return Recap(
            stations=self.stations + other.stations,
            told=self.told + other.told,
            synced_stations=self.synced_stations + other.synced_stations,
            synced=self.synced + other.synced,
            first_day=min(days, default=None),
            last_day=max(days, default=None),
            theirs=self.theirs + other.theirs,
            ours=self.ours + other.ours,
        )

    @property
    def differs(self) -> bool:
        """Whether the recap and our counts tell different things."""
        return self.theirs != self.ours

    @property
    def difference(self) -> Counts:
        """What the recap has more (or, below zero, less) than we have."""
        return self.theirs - self.ours


def recap_of(election: Election, region: Region, day: dt.date) -> Recap | None:
    """The recaps of a region as known at the end of `day`, summed; None where there is none. One query at most."""
    if region.level < Level.KABKOTA:
        return None
    found = _read(election, region, day, by="all")
    return found[0] if found and found[0].told else None


def reconciled(election: Election, region: Region, day: dt.date) -> list[Recap]:
    """A row for each kelurahan of the region, for each TPS in a kelurahan: those with a recap. One query."""
    by = "tps" if region.level == Level.KELURAHAN else "kelurahan"
    return [row for row in _read(election, region, day, by=by) if row.told]


def _read(election: Election, region: Region, day: dt.date, *, by: str) -> list[Recap]:
    named: dict[str, Any] = {"election": election.pk, "kabkota": region.code[:5], "day": day, "by": by}
    with connection.cursor() as cursor:
        cursor.execute(sql("reports", "recap_beside_ours"), {**named, "first": region.code, "end": region.code + "/"})
        return [_recap(row) for row in cursor.fetchall()]


def _recap(row: Sequence[Any]) -> Recap:
    tps, number, kelurahan, name, stations, told, synced_stations, first_day, last_day, *counts = row
    whole = [int(count) for count in counts]
    return Recap(
        stations=stations,
        told=told,
        synced_stations=synced_stations,
        synced=whole[5],
        first_day=first_day,
        last_day=last_day,
        theirs=Counts(*whole[:5]),
        ours=Counts(*whole[6:]),
        tps=tps,
        number=number,
        kelurahan=kelurahan,
        name=name,
    )


def _each(act: Any, one: Counts, other: Counts) -> Counts:
    return Counts(*(act(getattr(one, name.name), getattr(other, name.name)) for name in fields(Counts)))
