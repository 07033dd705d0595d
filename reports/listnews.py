"""What happened to a region's voter list: rows not loaded yet, and why the number of voters changed. Reads only."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from coklit.clock import ZONES, day_end, day_start
from coklit.sqlfiles import sql
from voters.models import NATION, Election, Region

SHIFTS_SHOWN = 3


@dataclass(frozen=True)
class Shift:
    """One import that changed the number of listed voters, and on which local day."""

    day: dt.date
    before: int
    after: int

    @property
    def change(self) -> int:
        """How many more, or less."""
        return self.after - self.before


@dataclass(frozen=True)
class ListNews:
    """`left_out`: rows of list files that are not loaded yet. `changes`: day and difference, the newest first."""

    left_out: int = 0
    changes: tuple[tuple[dt.date, int], ...] = ()

    def shifts(self, listed: int) -> list[Shift]:
        """The changes as totals, back from the present `listed`; a first list is no change of one."""
        found = []
        for day, change in self.changes:
            found.append(Shift(day, listed - change, listed))
            listed -= change
        return [shift for shift in found if shift.before > 0]


def list_news(election: Election, region: Region, first_day: dt.date, day: dt.date) -> ListNews:
    """From the first day of coklit to the end of `day`; rows not loaded yet are those of the present. One query."""
    named: dict[str, Any] = {"election": election.pk, "shown": SHIFTS_SHOWN}
    named |= {"since": day_start(first_day, region.zone), "until": day_end(day, region.zone)}
    everywhere = region.code == NATION
    # Codes are digits and dots; a colon comes after all of them, a slash after the dot.
    named |= {"first": "" if everywhere else region.code, "end": ":" if everywhere else region.code + "/"}
    with connection.cursor() as cursor:
        cursor.execute(sql("reports", "list_news"), named)
        rows: Sequence[Any] = cursor.fetchall()
    zone = ZONES[region.zone]
    changes = tuple((at.astimezone(zone).date(), int(number)) for at, number in rows if at is not None)
    return ListNews(next(number for at, number in rows if at is None), changes)
