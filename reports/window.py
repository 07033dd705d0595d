"""The coklit window of a region: its days, where a kelurahan may have been given a longer one."""

import datetime as dt
from dataclasses import dataclass

from reports.figures import Rate, days_left, internal_deadline, planned
from voters.elections import last_day_of
from voters.models import Region, Stage
from voters.terms import Level


@dataclass(frozen=True)
class Window:
    """First and last day (both included) and the internal deadline of one region."""

    first_day: dt.date
    last_day: dt.date
    deadline: dt.date

    def day_number(self, day: dt.date) -> int:
        """1 on the first day."""
        return (day - self.first_day).days + 1

    def days_left(self, day: dt.date) -> int:
        """Days after `day`, the last one included."""
        return days_left(self.last_day, day)

    def planned(self, day: dt.date) -> Rate:
        """The coverage planned for the end of `day`."""
        return planned(self.first_day, self.deadline, day)


def window_of(stage: Stage, region: Region) -> Window:
    """A kelurahan's own window; above it the stage's, whatever single kelurahan below were given. One query at most."""
    last_day = last_day_of(stage, region.code) if region.level == Level.KELURAHAN else stage.last_day
    return Window(stage.first_day, last_day, internal_deadline(last_day, stage.election.evaluation_days))
