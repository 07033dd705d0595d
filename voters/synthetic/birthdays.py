"""Days as the rows need them: in the list's own notation and as the six digits inside NIK and NKK."""

import datetime as dt
from typing import NamedTuple

from voters.synthetic.families import OLDEST, YOUNGEST

FIRST_ISSUE = dt.date(2008, 1, 1)  # family cards of the present numbering
# A day that has no serial left passes a person on to the next one: some room behind the oldest.
SPARE_DAYS = 400


class Birthdays(NamedTuple):
    """By days over 17 on voting day: `DD|MM|YYYY`, and DDMMYY as a man's and as a woman's NIK has it."""

    written: list[str]
    digits: tuple[list[str], list[str]]


def birthdays(voting_day: dt.date) -> Birthdays:
    """Every birthday a voter of that election can have, the youngest (17 that very day) first."""
    youngest = voting_day.replace(year=voting_day.year - YOUNGEST)
    length = (OLDEST + 1 - YOUNGEST) * 366 + SPARE_DAYS
    days = [youngest - dt.timedelta(days=over) for over in range(length)]
    return Birthdays(
        [f"{day.day:02d}|{day.month:02d}|{day.year}" for day in days],
        (
            [f"{day.day:02d}{day.month:02d}{day.year % 100:02d}" for day in days],
            [f"{day.day + 40}{day.month:02d}{day.year % 100:02d}" for day in days],
        ),
    )


def issue_digits(closed: dt.date) -> list[str]:
    """DDMMYY of every day a family card can have been issued before the list was closed."""
    length = (closed - FIRST_ISSUE).days
    return [f"{FIRST_ISSUE + dt.timedelta(days=over):%d%m%y}" for over in range(length)]
